"""``wenban case draft``: the reply, from a template to a text that goes to review."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands import values
from bot.commands.case_show import look
from bot.commands.case_step import new_step, report, take_steps
from bot.commands.office import acting, as_option, json_option, open_office
from bot.errors import UserError
from bot.mailbox.stages import Action

if TYPE_CHECKING:
    from bot.mailbox.cases import Case, Step
    from bot.mailbox.numbers import CaseNumber
    from bot.mailbox.outcomes import Outcome
    from bot.mailbox.people import Actor
    from bot.office.office import Office
    from bot.store.cases import Stored

NOTHING = "请写答复：--text 内容，--file 文件（- 是标准输入），或 --edit 打开编辑器；--template 先看模板。"


@click.command("draft")
@click.argument("number", type=values.number, metavar="编号")
@click.option("--outcome", type=values.text, metavar="结果", help="答复结果，例：予以公开、不予公开4")
@click.option("--text", type=values.text, metavar="内容", help="答复全文")
@click.option("--file", type=Path, metavar="文件", help="答复全文在这个文件里，- 是标准输入")
@click.option("--attach", type=Path, multiple=True, metavar="文件", help="随答复发给申请人的文件，可以写几次")
@click.option("--detach", is_flag=True, help="撤下以前加的文件")
@click.option("--edit", is_flag=True, help="用编辑器（$EDITOR）写，从现有的稿子或模板开始")
@click.option("--template", is_flag=True, help="只显示这种结果的模板，不改动办件")
@click.option("--finish", is_flag=True, help="写完送法制审核；稿子已经有了时可以单独用")
@as_option
@json_option
def draft_command(
    number: "CaseNumber",
    outcome: str | None,
    text: str | None,
    file: Path | None,
    attach: tuple[Path, ...],
    detach: bool,
    edit: bool,
    template: bool,
    finish: bool,
    staff: str | None,
    as_json: bool,
) -> None:
    """起草答复，可以一并送审。

    例：wenban case draft D2026-0001 --outcome 予以公开 --file 答复.txt --finish --as li
    """
    from bot.mailbox.outcomes import outcome_named

    chosen = outcome_named(outcome) if outcome else None
    if (text is not None) + (file is not None) + edit + template > 1:
        raise UserError("--text、--file、--edit、--template 只能写一个。")
    with open_office() as office:
        seen = look(office, number, acting(office, staff))
        case = seen.case
        if template:
            click.echo(_template(office, case, chosen))
            return
        if attach or detach:
            seen = _with_files(office, number, acting(office, staff), attach, detach)
            if not (text or file or edit or finish or outcome):
                report(office, seen.case, [Action.NOTE], as_json)
                return
        written = _edited(office, case, chosen) if edit else values.read_text(file) if file else text
        steps = _steps(case, chosen, written, finish)
        done = take_steps(office, number, steps, staff, seen)
        report(office, done, [step.action for step in steps], as_json)
        if not as_json:
            _say_gaps(written)


def _with_files(
    office: "Office", number: "CaseNumber", actor: "Actor", attach: tuple[Path, ...], detach: bool
) -> "Stored":
    """The case after files were taken back and added. Raises UserError."""
    from hashlib import sha256
    from mimetypes import guess_type

    from bot.store.papers import Attached

    read = [(path.name, values.read_bytes(path)) for path in attach]
    if detach:
        office.take_back(number, actor)
    files = [
        Attached(
            f"out-{number.ref}-{sha256(content).hexdigest()[:20]}",
            name,
            guess_type(name)[0] or "application/octet-stream",
            content,
        )
        for name, content in read
    ]
    if files:
        office.enclose(number, files, actor)
    return look(office, number, actor)


def _steps(case: "Case", outcome: "Outcome | None", written: str | None, finish: bool) -> list["Step"]:
    """A draft, its end, or both. A new outcome alone keeps the text."""
    body = written if written is not None else case.draft if outcome else None
    if body is None and not finish:
        raise UserError(NOTHING)
    drafted = [new_step(Action.DRAFT, text=body, outcome=outcome)] if body is not None else []
    return [*drafted, *([new_step(Action.FINISH_DRAFT)] if finish else [])]


def _template(office: "Office", case: "Case", outcome: "Outcome | None") -> str:
    """What a clerk starts from. Raises UserError for a request without an outcome."""
    from bot.mailbox.calendar import day_of
    from bot.mailbox.letters.draw_up import reply_draft
    from bot.mailbox.letters.facts import Facts

    desk = office.desk
    chosen = case.model_copy(update={"outcome": outcome or case.outcome})
    facts = Facts(
        case=chosen,
        district=desk.district,
        today=day_of(office.clock()),
        deadline=case.deadline(desk.calendar),
        department_name=desk.department_name(case.department),
    )
    return reply_draft(facts, desk.own_letters)


def _edited(office: "Office", case: "Case", outcome: "Outcome | None") -> str:
    """The text as it comes back from the editor. Raises UserError when nothing was saved."""
    written = click.edit(case.draft or _template(office, case, outcome), extension=".txt")
    if written is None or not written.strip():
        raise UserError("没有保存，办件没有改动。")
    return written


def _say_gaps(written: str | None) -> None:
    from bot.mailbox.letters.draw_up import gaps

    left = gaps(written or "")
    if left:
        click.echo(f"还有 {len(left)} 处没有填：{'、'.join(left)}。填好才能送审。")

"""``wenban case open``: a clerk enters what came on paper or by fax."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands import values
from bot.commands.case_list import kind_named
from bot.commands.case_step import new_step, report
from bot.commands.office import acting, as_option, json_option, need_registrar, open_office
from bot.errors import UserError
from bot.mailbox.deadlines import ReceivedBy
from bot.mailbox.stages import Action

if TYPE_CHECKING:
    from bot.conversation.intake.form import Form
    from bot.mailbox.content import DisclosureRequest, Letter
    from bot.office.office import Submission

WAYS = {
    ReceivedBy.IN_PERSON: "当面",
    ReceivedBy.REGISTERED_POST: "挂号信",
    ReceivedBy.PLAIN_POST: "平信",
    ReceivedBy.FAX: "传真",
}
CONFIRMED_BY_ITSELF = frozenset({ReceivedBy.IN_PERSON, ReceivedBy.REGISTERED_POST})
"""Article 31: submitting in person, or signing for the letter, needs no confirmation."""
CHANNEL = "paper"
UNSAID = {"mail_too": "不要", "public": "不公开"}
"""What paper that says nothing of it means."""


@click.command("open")
@click.argument("file", type=Path, metavar="文件.json")
@click.option("--received-by", required=True, type=click.Choice([one.value for one in WAYS]), help="怎么收到的")
@click.option("--arrived", type=values.day, metavar="日期", help="哪天收到的，不写就是今天")
@as_option
@json_option
def open_command(file: Path, received_by: str, arrived: date | None, staff: str | None, as_json: bool) -> None:
    """录入纸面或传真收到的申请、来信。同一个文件再录一次，不会多出一件。

    文件是 JSON：form 写“申请”或“来信”，其余的和网上填的一样。申请：kind、name、identity、phone、description、
    medium、way（address、fax、email、purpose 看情况）；来信：letter_kind、text、subject、name、phone、public。

    例：wenban case open 申请.json --received-by registered_post --arrived 2026-11-23 --as wang
    """
    from bot.mailbox.calendar import day_of

    raw = values.read_text(file)
    with open_office() as office:
        actor = acting(office, staff)
        need_registrar(actor, "open", "录入")
        content = _content(_answers(raw), day_of(office.clock()))
        submission = _submission(raw, content, ReceivedBy(received_by), arrived)
        entered = new_step(Action.NOTE, text=f"录入：{WAYS[submission.received_by]}收到。")
        with office.store.transaction() as t:
            stored, new = office.open(t, submission)
            stored = office.step(t, stored, entered, actor) if new else stored
        report(office, stored.case, [Action.SUBMIT], as_json)
        if not new:
            click.echo("这个文件以前录过，没有多出一件。", err=True)


def _submission(
    raw: str, content: "DisclosureRequest | Letter", way: ReceivedBy, arrived: date | None
) -> "Submission":
    from bot.mailbox.cases import Origin
    from bot.office.office import Submission

    key = f"{CHANNEL}:{hashlib.sha256(raw.encode()).hexdigest()}"
    return Submission(
        key=key,
        content=content,
        origin=Origin(channel=CHANNEL, user_key=key),
        received_by=way,
        confirmed=way in CONFIRMED_BY_ITSELF,
        arrived=arrived,
    )


def _answers(raw: str) -> dict[str, str]:
    """The file's fields. Raises UserError for what is no mapping of names to texts."""
    try:
        found: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise UserError("文件不是 JSON。请运行 wenban case open --help 看怎么写。") from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise UserError(
            '文件要写成 {"名称": "内容"} 的样子，内容都加引号。请运行 wenban case open --help 看怎么写。'
        )
    return {key: values.text(value) for key, value in found.items()}


def _content(answers: dict[str, str], today: date) -> "DisclosureRequest | Letter":
    """The content, each field checked as in the conversation. Raises UserError with how to mend it."""
    from datetime import UTC, datetime

    from bot.conversation.intake.form import Form

    given = dict(answers)
    kind = kind_named(given.pop("form", ""))
    form = Form(kind=kind, started_at=datetime.combine(today, datetime.min.time(), UTC))
    while (field := form.missing(today)) is not None:
        form = form.answered(field.key, _checked(form, field.key, given, today))
    extra = "、".join(given.keys() - form.answers.keys())
    if extra:
        raise UserError(f"不认识或用不上的字段：{extra}。请删掉或改正拼写。")
    return form.content()


def _checked(form: "Form", key: str, given: dict[str, str], today: date) -> str:
    field = form.field(key)
    assert field is not None  # noqa: S101 (it is the one that is missing)
    said = given.get(key, UNSAID.get(key, "")).strip()
    if not said and field.optional:
        return ""
    if not said:
        raise UserError(f"少了 {key}（{field.words.label}）。{field.words.hint}")
    try:
        return field.checked(said, today)
    except UserError as error:
        raise UserError(f"{key}（{field.words.label}）：{error.message}") from error

"""``wenban case show`` and ``wenban case log``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands import values
from bot.commands.case_view import as_dict, steps_of
from bot.commands.context import output_json
from bot.commands.office import Forbidden, acting, as_option, json_option, need_registrar, note, open_office
from bot.errors import UserError
from bot.mailbox.people import ROLE_NAMES, STAFF_ROLES
from bot.mailbox.stages import ACTION_NAMES, STAGE_NAMES, Action
from bot.mailbox.workflow import possible_for_others, sees
from bot.office.covering import covered, shown, without_identity

if TYPE_CHECKING:
    from bot.mailbox.cases import Case, Event
    from bot.mailbox.letters.document import Document
    from bot.mailbox.numbers import CaseNumber
    from bot.mailbox.people import Actor, Applicant
    from bot.office.office import Office
    from bot.store.cases import Stored
    from bot.store.papers import Listed


def look(office: "Office", number: "CaseNumber", actor: "Actor") -> "Stored":
    """The case, if ``actor`` may see it: a department's people see only its own. Raises StepRefused, Forbidden."""
    with office.store.reading() as t:
        stored = office.find(t, number)
    if not sees(stored.case, actor):
        note(f"refused: {actor.id} ({actor.role}) show {number.ref}")
        raise Forbidden("这件不是由您的部门承办，不能查看。")
    return stored


@click.command("show")
@click.argument("number", type=values.number, metavar="编号")
@click.option("--document", type=values.count, metavar="序号", help="显示第几份文书的全文")
@click.option("--docx", type=Path, metavar="文件", help="把这份文书存成 Word 文件（和 --document 一起用）")
@click.option("--contact", is_flag=True, help="显示申请人的姓名和联系方式（登记员、管理员；会记下来）")
@as_option
@json_option
def show_command(
    number: "CaseNumber",
    document: int | None,
    docx: Path | None,
    contact: bool,
    staff: str | None,
    as_json: bool,
) -> None:
    """看一件：内容、期限怎么算的、文书、附件、现在能办什么。

    例：wenban case show D2026-0001 --as wang
    """
    if docx is not None and document is None:
        raise UserError("请用 --document 序号 写明存哪一份文书。")
    with open_office() as office:
        actor = acting(office, staff)
        stored = look(office, number, actor)
        if contact:
            _show_contact(stored.case, actor)
            return
        with office.store.reading() as t:
            documents = t.papers.documents(stored)
            attached, enclosed = (t.papers.listed(stored, outgoing=one) for one in (False, True))
        if document is not None:
            _show_document(documents, document, docx)
        elif as_json:
            output_json(_all(office, stored.case, actor, documents, attached, enclosed))
        else:
            _print(office, stored.case, actor, documents, attached, enclosed)


def _show_contact(case: "Case", actor: "Actor") -> None:
    """Name and contacts in the open, for who has to telephone; written down."""
    need_registrar(actor, f"contact {case.number.ref}", "查看联系方式")
    note(f"contact of {case.number.ref} shown to {actor.id}")
    applicant = case.content.applicant if case.content else None
    named = ("name", "contact_person", "phone", "email", "address")
    for label, name in zip(("姓名", "联系人", "电话", "电子邮箱", "地址"), named, strict=True):
        value = getattr(applicant, name, None)
        if value:
            click.echo(f"{label}：{shown(value)}")


def _show_document(documents: list["Document"], at: int, docx: Path | None) -> None:
    if not 1 <= at <= len(documents):
        raise UserError(f"没有第 {at} 份文书，一共 {len(documents)} 份。")
    if docx is None:
        click.echo(shown(documents[at - 1].text))
        return
    from bot.mailbox.letters.word import docx as word

    values.write_new(docx, word(documents[at - 1]))
    click.echo(f"已存到 {docx}。")


def _all(
    office: "Office",
    case: "Case",
    actor: "Actor",
    documents: list["Document"],
    attached: list["Listed"],
    enclosed: list["Listed"],
) -> dict[str, object]:
    from bot.mailbox.calendar import day_of

    applicant = case.content.applicant if case.content else None
    content = case.content.model_dump(mode="json", exclude={"applicant"}) if case.content else {}
    return {
        **as_dict(case, office.desk, day_of(office.clock())),
        "arrived": case.arrived.isoformat(),
        "received_by": case.received_by,
        "content": {k: covered(v, applicant) if isinstance(v, str) else v for k, v in content.items()},
        "draft": without_identity(case.draft, applicant) if case.draft else None,
        "explanation": _explained(office, case),
        "documents": [
            {"seq": at, "name": one.name, "title": one.title, "date": one.date.isoformat()}
            for at, one in enumerate(documents, 1)
        ],
        "attachments": [_file_dict(one) for one in attached],
        "enclosures": [_file_dict(one) for one in enclosed],
        "steps": [command for _, command in steps_of(case, actor)],
        "others": dict(possible_for_others(case, actor)),
    }


def _file_dict(file: "Listed") -> dict[str, object]:
    return {"name": file.name, "content_type": file.content_type, "size": file.size}


def _explained(office: "Office", case: "Case") -> list[str]:
    from bot.mailbox.explanation import explanation

    deadline = case.deadline(office.desk.calendar)
    return list(explanation(deadline)) if deadline else []


def _print(
    office: "Office",
    case: "Case",
    actor: "Actor",
    documents: list["Document"],
    attached: list["Listed"],
    enclosed: list["Listed"],
) -> None:
    from bot.channels.terminal import plain
    from bot.mailbox.calendar import day_of
    from bot.office.card import staff_card

    card = staff_card(case, actor, office.desk, day_of(office.clock()))
    title, *lines = shown(plain(card)).splitlines()
    click.echo(click.style(title, bold=True))
    click.echo("\n".join(lines))
    _section("期限怎么算的", _explained(office, case))
    titles = [f"{at}. {one.title}（{one.date}）" for at, one in enumerate(documents, 1)]
    _section(f"文书（wenban case show {case.number.ref} --document 序号）", titles)
    for label, files in (("附件", attached), ("随答复发出的文件", enclosed)):
        _section(label, [f"{one.name}（{one.size:,} 字节）" for one in files])
    mine = [
        f"{ACTION_NAMES[action]}：wenban case {command} {case.number.ref}"
        for action, command in steps_of(case, actor)
    ]
    _section("您现在可以", mine)
    theirs = [f"{ROLE_NAMES[role]}：{_names(actions)}" for role, actions in possible_for_others(case, actor)]
    _section("别人可以", theirs)


def _section(title: str, lines: list[str]) -> None:
    if lines:
        click.echo(click.style(f"{title}：", bold=True))
        for line in lines:
            click.echo(f"  {shown(line)}")


def _names(actions: tuple[Action, ...]) -> str:
    return "、".join(ACTION_NAMES[action] for action in actions)


@click.command("log")
@click.argument("number", type=values.number, metavar="编号")
@as_option
@json_option
def log_command(number: "CaseNumber", staff: str | None, as_json: bool) -> None:
    """看一件从头到尾发生过什么：时间（北京时间）、谁、从哪里、做了什么、期限。

    例：wenban case log D2026-0001 --as wang
    """
    with open_office() as office:
        stored = look(office, number, acting(office, staff))
        with office.store.reading() as t:
            happened = t.cases.events(stored)
    applicant = stored.case.content.applicant if stored.case.content else None
    if as_json:
        output_json([event_dict(event, applicant) for event in happened])
        return
    for event in happened:
        click.echo(_line(event))
        for line in event.said:
            click.echo(f"    {shown(covered(line, applicant))}")


def event_dict(event: "Event", applicant: "Applicant | None") -> dict[str, object]:
    """One event as plain values, with identity and contact masked; its words are None once they are erased."""
    from bot.mailbox.calendar import CHINA

    said = {name: getattr(event.step, name, None) for name in ("text", "authority", "approver")}
    return {
        "at": event.at.astimezone(CHINA).isoformat(timespec="seconds"),
        "who": event.actor.id,
        "role": event.actor.role,
        "channel": event.actor.channel,
        "action": event.action,
        "before": event.before,
        "after": event.after,
        "due": event.due.isoformat() if event.due else None,
        "provisional": event.provisional,
        **{name: covered(text, applicant) if text else None for name, text in said.items()},
    }


def _line(event: "Event") -> str:
    from bot.mailbox.calendar import CHINA

    at = event.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    actor = event.actor
    who = ROLE_NAMES[actor.role] + (f" {actor.id}" if actor.role in STAFF_ROLES else "")
    moved = event.before is not None and event.before is not event.after
    stages = f"{STAGE_NAMES[event.before]} → " if event.before and moved else ""
    due = f"  期限 {event.due}{'（暂定）' if event.provisional else ''}" if event.due else ""
    return f"{at}  {who}（{actor.channel}）  {ACTION_NAMES[event.action]}  {stages}{STAGE_NAMES[event.after]}{due}"

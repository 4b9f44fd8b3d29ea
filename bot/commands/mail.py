"""``wenban mail``: mail in and out, and the mails that a person has to look at."""

import time
from typing import TYPE_CHECKING

import click

from bot.commands import values
from bot.commands.case_list import kind_named
from bot.commands.context import output_json, settings
from bot.commands.group import Group
from bot.commands.office import acting, as_option, json_option, need_registrar, open_office
from bot.errors import UserError
from bot.office.covering import covered, masked_email, shown

if TYPE_CHECKING:
    from bot.channels.mail.wire import MailSource
    from bot.mailbox.numbers import CaseNumber
    from bot.mailbox.people import Actor
    from bot.mailbox.stages import Kind
    from bot.office.office import Office
    from bot.store.inbox import Arrived

WAIT_SECONDS = 60.0
"""How long ``fetch --watch`` waits for news before it looks at terms and the outbox again."""
RETRY_SECONDS = 30.0
"""How long it waits after the server could not be reached."""
VERDICTS = {
    "staff_step": "工作人员办理",
    "citizen_step": "申请人来信，已放进办件",
    "opens_case": "新立办件",
    "bounced": "退信",
    "no_person": "自动回复等，不用处理",
    "held_unmatched": "对不上办件，待人工处理",
    "held_other_sender": "发件人不是申请人，待人工处理",
    "held_forged": "编号标记是伪造的，待人工处理",
    "held_no_tag": "工作人员的回信没有带编号标记，待人工处理",
    "held_stale": "办件已经往前走了，待人工处理",
    "held_unclear": "看不出要办什么，待人工处理",
    "held_bounce": "对不上的退信，待人工处理",
    "held_refused": "不能照办，待人工处理",
}


@click.group("mail", cls=Group)
def mail_command() -> None:
    """邮件：收信、发信、处理对不上办件的来信。

    例：wenban mail fetch
    """


@mail_command.command("fetch")
@click.option("--watch", is_flag=True, help="一直收信、发信、提醒，按 Ctrl+C 停止")
@json_option
def fetch(watch: bool, as_json: bool) -> None:
    """收信：收进来，放进办件；对不上的留给人处理。

    例：wenban mail fetch --watch
    """
    from bot.channels.mail.url import open_source

    source = open_source(settings().mail_in_url)
    try:
        with open_office() as office:
            (_watch if watch else _fetch)(office, source, as_json)
    finally:
        source.close()


def _watch(office: "Office", source: "MailSource", as_json: bool) -> None:
    """Fetch, send and remind until it is stopped; a server that cannot be reached is tried again."""
    while True:
        try:
            _fetch(office, source, as_json)
            _send(office, as_json)
            source.wait(WAIT_SECONDS)
        except UserError as error:
            click.echo(error.message, err=True)
            time.sleep(RETRY_SECONDS)


def _fetch(office: "Office", source: "MailSource", as_json: bool) -> None:
    from bot.office.mail_in import fetch, handle_all

    kept = fetch(office, source)
    verdicts = handle_all(office)
    if as_json:
        output_json({"fetched": kept, "verdicts": dict(verdicts)})
        return
    click.echo(f"收到 {kept} 封。")
    for verdict, count in verdicts.items():
        click.echo(f"  {VERDICTS.get(verdict, verdict)}：{count} 封")


@mail_command.command("send")
@json_option
def send(as_json: bool) -> int:
    """发信：先看期限、写好提醒，再把待发的邮件都发出去；有发不出去的退出码是 1。

    例：wenban mail send
    """
    with open_office() as office:
        return _send(office, as_json)


def _send(office: "Office", as_json: bool) -> int:
    from dataclasses import asdict

    from bot.channels.mail.url import open_sender
    from bot.office import chores
    from bot.office.delivery import send_mail

    chores.run(office)
    sending = send_mail(office, open_sender(settings().mail_out_url))
    if as_json:
        output_json(asdict(sending))
    else:
        click.echo(f"发出 {sending.sent} 封，稍后再试 {sending.later} 封，发不出去 {sending.failed} 封。")
    return 1 if sending.failed else 0


@mail_command.group("held", cls=Group, invoke_without_command=True)
@as_option
@json_option
@click.pass_context
def held(context: click.Context, staff: str | None, as_json: bool) -> None:
    """待人工处理的来信；不写下一步就是列出来。

    例：wenban mail held --as wang
    """
    if context.invoked_subcommand is not None:
        return
    with open_office() as office:
        _clerk(office, staff)
        with office.store.reading() as t:
            waiting = t.inbox.held()
    if as_json:
        output_json([_row(one) for one in waiting])
        return
    for one in waiting:
        row = _row(one)
        guesses = f"　可能是 {'、'.join(one.guesses)}" if one.guesses else ""
        click.echo(f"{one.id}. {row['received_at']}　{row['from']}　{shown(str(row['subject']))}")
        click.echo(f"    {VERDICTS.get(one.verdict or '', '待人工处理')}{guesses}")
    if not waiting:
        click.echo("没有待处理的来信。")


def _clerk(office: "Office", staff: str | None) -> "Actor":
    """Who acts: the registrar or the admin. Raises Forbidden."""
    actor = acting(office, staff)
    need_registrar(actor, "held mail", "处理来信")
    return actor


def _row(arrived: "Arrived") -> dict[str, object]:
    """One held mail for lists: the sender's address masked."""
    from bot.mailbox.calendar import CHINA
    from bot.mailbox.mail.parse import parse

    mail = parse(arrived.raw)
    return {
        "id": arrived.id,
        "received_at": arrived.received_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"),
        "from": masked_email(mail.sender.email) if mail.sender else "",
        "subject": covered(mail.subject, None),
        "verdict": arrived.verdict or "",
        "guesses": list(arrived.guesses),
    }


@held.command("show")
@click.argument("mail_id", type=int, metavar="序号")
@as_option
def show(mail_id: int, staff: str | None) -> None:
    """看一封待处理的来信：发件人、主题、正文、附件。

    例：wenban mail held show 3 --as wang
    """
    from bot.mailbox.mail.parse import parse

    with open_office() as office:
        _clerk(office, staff)
        with office.store.reading() as t:
            arrived = next((one for one in t.inbox.held() if one.id == mail_id), None)
    if arrived is None:
        raise UserError(f"没有第 {mail_id} 号待处理的来信。请用 wenban mail held 看看有哪些。")
    mail = parse(arrived.raw)
    sender = f"{mail.sender.name} {mail.sender.email}" if mail.sender else "没有写"
    click.echo(shown(f"发件人：{sender}\n主题：{mail.subject}\n\n{mail.text}"))
    for file in mail.attachments:
        click.echo(f"附件：{file.name}（{file.size:,} 字节）")


@held.command("open")
@click.argument("mail_id", type=int, metavar="序号")
@click.option("--kind", type=kind_named, default="来信", show_default=True, metavar="种类", help="申请，或来信")
@as_option
def open_case(mail_id: int, kind: "Kind", staff: str | None) -> None:
    """把一封来信立为新的办件，等来信人确认。

    例：wenban mail held open 3 --kind 申请 --as wang
    """
    from bot.office.mail_in import open_held

    with open_office() as office:
        number = open_held(office, mail_id, kind, _clerk(office, staff))
    click.echo(f"已立为 {number}，回执会发给来信人，等他确认以后登记。")


@held.command("attach")
@click.argument("mail_id", type=int, metavar="序号")
@click.argument("number", type=values.number, metavar="编号")
@as_option
def attach(mail_id: int, number: "CaseNumber", staff: str | None) -> None:
    """把一封来信（连同附件）归入已有的办件。

    例：wenban mail held attach 3 D2026-0001 --as wang
    """
    from bot.office.mail_in import attach_held

    with open_office() as office:
        attach_held(office, mail_id, number, _clerk(office, staff))
    click.echo(f"第 {mail_id} 号来信已归入 {number}。")


@held.command("drop")
@click.argument("mail_id", type=int, metavar="序号")
@as_option
def drop(mail_id: int, staff: str | None) -> None:
    """这封来信不用处理（原件还留着）。

    例：wenban mail held drop 3 --as wang
    """
    from bot.office.mail_in import drop_held

    with open_office() as office:
        drop_held(office, mail_id, _clerk(office, staff))
    click.echo(f"第 {mail_id} 号来信不用处理，已经记下。")

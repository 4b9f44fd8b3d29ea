"""``wenban case erase``: forget who was behind a case that is over; the figures stay."""

from typing import TYPE_CHECKING

import click

from bot.commands import values
from bot.commands.office import acting, as_option, need_registrar, note, open_office
from bot.errors import UserError
from bot.mailbox.stages import ENDED, STAGE_NAMES

if TYPE_CHECKING:
    from bot.mailbox.numbers import CaseNumber

WHAT_GOES = "姓名、证件号、联系方式、申请和来信的内容、文书、附件、邮件、聊天通知，以及经过里的文字"


@click.command("erase")
@click.argument("number", type=values.number, metavar="编号")
@click.option("--yes", is_flag=True, help="确定删除，不能恢复")
@as_option
def erase_command(number: "CaseNumber", yes: bool, staff: str | None) -> None:
    """永久删除一件已经办结的办件里的个人信息；编号、环节、期限、统计数字留下。

    例：wenban case erase D2026-0001 --yes --as wang
    """
    with open_office() as office:
        actor = acting(office, staff)
        need_registrar(actor, f"erase {number.ref}", "删除个人信息")
        with office.store.transaction() as t:
            stored = office.find(t, number)
            stage = STAGE_NAMES[stored.case.stage]
            if stored.case.stage not in ENDED:
                raise UserError(f"{number} 现在是“{stage}”，办结以后才能删除个人信息。")
            if stored.seal is None:
                raise UserError(f"{number} 的个人信息以前已经删除了。")
            if not yes:
                raise UserError(f"将永久删除 {number} 的{WHAT_GOES}，不能恢复。确定的话请加上 --yes。")
            t.cases.erase(stored)
        note(f"erased: {number.ref} by {actor.id}")
    click.echo(f"{number} 的个人信息已经删除。统计数字不变。")

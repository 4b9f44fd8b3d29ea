"""``wenban store``: keys and retention of what is kept."""

from datetime import date
from typing import TYPE_CHECKING

import click

from bot.commands import values
from bot.commands.case_erase import WHAT_GOES
from bot.commands.context import settings
from bot.commands.group import Group
from bot.commands.office import note, open_office
from bot.errors import UserError
from bot.mailbox.stages import ENDED

if TYPE_CHECKING:
    from bot.store.cases import Stored
    from bot.store.store import Transaction

HOW_TO_ROTATE = (
    "换密钥要同时给出新旧两把，新的在前：\n"
    "  1. wenban store key　生成新密钥\n"
    '  2. WENBAN_KEY="新密钥,旧密钥" wenban store rotate\n'
    "  3. 以后 WENBAN_KEY 只写新密钥（旧密钥在 {file} 里的，换成新密钥）。\n"
    "换的时候请先停下机器人。"
)


@click.group("store", cls=Group)
def store_command() -> None:
    """数据：密钥、到期删除个人信息。

    例：wenban store erase-before 2024-01-01 --dry-run
    """


@store_command.command("key")
def key() -> None:
    """生成一把新的数据密钥（只显示，不保存）。

    例：wenban store key
    """
    from bot.store.vault import new_master_key

    click.echo(new_master_key())


@store_command.command("rotate")
def rotate() -> None:
    """换数据密钥：把已经保存的个人信息都改用新密钥封存。

    例：WENBAN_KEY="新密钥,旧密钥" wenban store rotate
    """
    from bot.store.opening import open_store

    chosen = settings()
    keys = [one for one in (chosen.key.get_secret_value() if chosen.key else "").split(",") if one.strip()]
    if len(keys) < 2:
        raise UserError(HOW_TO_ROTATE.format(file=chosen.home / "secret.key"))
    store = open_store(chosen)
    try:
        count = store.rotate()
    finally:
        store.close()
    click.echo(f"已经换成新密钥（{count} 件办件）。以后 WENBAN_KEY 只写新密钥，旧密钥可以销毁。")


@store_command.command("erase-before")
@click.argument("day", type=values.day, metavar="日期")
@click.option("--yes", is_flag=True, help="确定删除，不能恢复")
@click.option("--dry-run", is_flag=True, help="只看有哪些，不删除")
def erase_before(day: date, yes: bool, dry_run: bool) -> None:
    """永久删除这天以前办结的办件里的个人信息；统计数字不变。

    例：wenban store erase-before 2024-01-01 --dry-run
    """
    with open_office() as office, office.store.transaction() as t:
        found = _over(t, day)
        for stored in found:
            click.echo(f"{stored.case.number}　{stored.case.answered} 办结")
        if dry_run or not found:
            click.echo(f"一共 {len(found)} 件，没有删除。")
            return
        if not yes:
            raise UserError(f"将永久删除以上 {len(found)} 件的{WHAT_GOES}，不能恢复。确定的话请加上 --yes。")
        for stored in found:
            t.cases.erase(stored)
    note(
        f"erased: {len(found)} cases by store erase-before {day}: {' '.join(one.case.number.ref for one in found)}"
    )
    click.echo(f"{len(found)} 件的个人信息已经删除。统计数字不变。")


def _over(t: "Transaction", day: date) -> list["Stored"]:
    """Cases that ended, were answered before ``day`` and are not erased yet."""
    return [
        one
        for one in t.cases.find()
        if one.seal is not None and one.case.stage in ENDED and one.case.answered and one.case.answered < day
    ]

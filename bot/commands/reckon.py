"""``wenban deadline``: a calculator of working days that anyone may use."""

from typing import TYPE_CHECKING

import click

from bot.commands.context import output_json
from bot.commands.values import day
from bot.errors import UserError

if TYPE_CHECKING:
    from bot.mailbox.deadlines import Deadline

MOST_DAYS = 1000
LAW = {
    7: "补正通知应在收到申请之日起7个工作日内发出（《政府信息公开条例》第三十条）。",
    15: "第三方、共同制作机关应在收到征求意见书之日起15个工作日内答复（《政府信息公开条例》第三十二、三十四条）。",
    20: "政府信息公开申请应在收到之日起20个工作日内答复（《政府信息公开条例》第三十三条第二款）。",
}


@click.command("deadline")
@click.argument("start")
@click.option("--days", default="20", show_default=True, metavar="N", help=f"第几个工作日，1 到 {MOST_DAYS}")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def deadline_command(start: str, days: str, as_json: bool) -> None:
    """算到期日：START 之后的第 N 个工作日，并逐段说明（START 当天不计，调休上班日计）。

    例：wenban deadline 2026-11-24 --days 20
    """
    from bot.mailbox.calendar import national_calendar
    from bot.mailbox.deadlines import Start, reckon

    deadline = reckon(Start(day(start)), _days(days), national_calendar())
    if as_json:
        output_json(_as_dict(deadline))
    else:
        _print(deadline)


def _days(text: str) -> int:
    """The number of working days in ``text``."""
    if not (text.isdecimal() and len(text) <= len(str(MOST_DAYS)) and 1 <= int(text) <= MOST_DAYS):
        raise UserError(f"“{text}”不是可用的天数。--days 请写 1 到 {MOST_DAYS} 的整数，例：--days 20。")
    return int(text)


def _lines(deadline: "Deadline") -> list[str]:
    from bot.mailbox.explanation import explanation

    law = LAW.get(deadline.days)
    return [*explanation(deadline), *([law] if law else [])]


def _as_dict(deadline: "Deadline") -> dict[str, object]:
    return {
        "start": deadline.start.day.isoformat(),
        "days": deadline.days,
        "due": deadline.due.isoformat(),
        "provisional": deadline.provisional,
        "explanation": _lines(deadline),
    }


def _print(deadline: "Deadline") -> None:
    from bot.mailbox.explanation import full_date

    mark = "（暂定）" if deadline.provisional else ""
    click.echo(click.style(f"到期日：{full_date(deadline.due)}{mark}", bold=True))
    for line in _lines(deadline):
        click.echo(f"  {line}")

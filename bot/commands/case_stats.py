"""``wenban case stats``: table 3 of the annual report, and the mailbox's figures."""

from typing import TYPE_CHECKING

import click

from bot.commands.case_view import console
from bot.commands.context import output_json
from bot.commands.office import json_option, open_office

if TYPE_CHECKING:
    from bot.mailbox.statistics import LetterFigures, Row


@click.command("stats")
@click.option("--year", type=click.IntRange(2000, 9999), metavar="年份", help="哪一年，不写就是今年")
@json_option
def stats_command(year: int | None, as_json: bool) -> None:
    """年报表三（收到和处理政府信息公开申请情况）和来信的数字；个人信息删除以后也一样。

    例：wenban case stats --year 2026
    """
    from bot.mailbox.calendar import day_of
    from bot.mailbox.statistics import letter_figures, table_3

    with open_office() as office:
        chosen = year or day_of(office.clock()).year
        with office.store.reading() as t:
            cases = [one.case for one in t.cases.find()]
        rows, letters = table_3(cases, chosen), letter_figures(cases, chosen, office.desk.calendar)
    if as_json:
        output_json({"year": chosen, "table_3": [_row(row) for row in rows], "letters": _letters(letters)})
    else:
        _print(chosen, rows, letters)


def _row(row: "Row") -> dict[str, object]:
    return {"key": row.key, "label": row.label, "counts": row.counts, "total": row.total}


def _letters(letters: "LetterFigures") -> dict[str, object]:
    names = ("received", "answered", "in_time", "late", "carried_forward", "ratings")
    return {name: getattr(letters, name) for name in names}


def _print(year: int, rows: "tuple[Row, ...]", letters: "LetterFigures") -> None:
    from rich.table import Table

    from bot.mailbox.people import ApplicantKind

    table = Table("", title=f"{year}年收到和处理政府信息公开申请情况")
    for name in (*ApplicantKind, "总计"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(row.label, *(str(row.counts[kind]) for kind in ApplicantKind), str(row.total))
    console().print(table)
    click.echo(
        f"{year}年来信：收到 {letters.received} 件，办理 {letters.answered} 件"
        f"（按时 {letters.in_time}，超期 {letters.late}），结转 {letters.carried_forward} 件。"
    )
    click.echo("评价：" + "，".join(f"{rating} {count}" for rating, count in letters.ratings.items()) + "。")

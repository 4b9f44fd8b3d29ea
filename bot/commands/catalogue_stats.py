"""``wenban catalog stats``: how much is handled online, and in what state the guides are."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.context import output_json, settings
from bot.errors import UserError

if TYPE_CHECKING:
    from catalog.stats import Counts, Stats

GROUPS = (("by_department", "部门"), ("by_type", "事项类型"), ("by_theme", "主题"))
HEADINGS = ("事项", "可网办", "网办率", "全程网办", "指南完整", "没核实", "过期")


@click.command("stats")
@click.option(
    "--stale-days", default=365, show_default=True, type=click.IntRange(1, 36500), help="核实多少天后算过期"
)
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="把各部门的网办情况画成一张 SVG 图")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def stats_command(stale_days: int, svg: Path | None, as_json: bool) -> None:
    """目录的数字：网办率，指南完整、没核实、过期的各有多少，按部门、类型、主题分。

    只算在用的事项，暂停和取消的不算。可网办：能在网上办，含要到现场的；网办率＝可网办÷事项。
    没核实：写了未核实内容，或没有核实日期。一个事项有几个主题的，每个主题各算一次。

    例：wenban catalog stats --svg 网办情况.svg
    """
    from catalog.load import load
    from catalog.stats import stats

    found = stats(load(settings().catalog_folder), datetime.now(UTC).date(), stale_days)
    if svg is not None:
        _draw(found, svg)
    if as_json:
        output_json(_as_dict(found))
    else:
        _print(found)


def _as_dict(found: "Stats") -> dict[str, object]:
    total = _row(found.total)
    del total["fully_online"]
    groups = ((key, getattr(found, key)) for key, _ in GROUPS)
    return total | {key: {name: _row(counts) for name, counts in rows.items()} for key, rows in groups}


def _row(counts: "Counts") -> dict[str, int | float]:
    return {
        "items": counts.items,
        "online": counts.online,
        "online_rate": counts.online_rate,
        "fully_online": counts.fully_online,
        "complete": counts.complete,
        "unverified": counts.unverified,
        "stale": counts.stale,
    }


def _print(found: "Stats") -> None:
    from rich.table import Table

    from bot.commands.case_view import console

    for key, label in GROUPS:
        rows: dict[str, Counts] = getattr(found, key)
        table = Table(label)
        for heading in HEADINGS:
            table.add_column(heading, justify="right")
        for name, counts in rows.items():
            table.add_row(name, *_cells(counts))
        if key == GROUPS[0][0]:
            table.add_section()
            table.add_row("全部", *_cells(found.total))
        console().print(table)


def _cells(counts: "Counts") -> tuple[str, ...]:
    rate = f"{counts.online_rate:.1%}"
    after = (counts.fully_online, counts.complete, counts.unverified, counts.stale)
    return (str(counts.items), str(counts.online), rate, *map(str, after))


def _draw(found: "Stats", svg: Path) -> None:
    from bot.commands.catalogue_chart import chart

    try:
        svg.write_bytes(chart(found))
    except OSError as error:
        raise UserError(f"{svg} 写不进去（{error.strerror}）。请换一个文件夹。") from error
    click.echo(f"图画好了：{svg}", err=True)

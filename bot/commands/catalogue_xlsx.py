"""``wenban catalog export xlsx`` and ``import xlsx``: the catalogue as a workbook, and back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.context import settings
from bot.commands.group import Group

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from catalog.diff import Entry

_SHOWN = 20


@click.group("export", cls=Group)
def export_to() -> None:
    """把目录导出成别的格式。

    例：wenban catalog export xlsx 目录.xlsx
    """


@export_to.command("xlsx")
@click.argument("file", type=click.Path(path_type=Path))
def export_xlsx(file: Path) -> None:
    """把整个目录导出成工作簿，用 Excel 或 WPS 改好再导回来；不覆盖已有的文件。

    例：wenban catalog export xlsx 目录.xlsx
    """
    from catalog.load import load
    from catalog.workbook.export import export

    catalog = load(settings().catalog_folder)
    export(catalog, file)
    click.echo(f"已导出 {len(catalog.items)} 个事项到 {file}。怎样填写，看里面的“说明”表。")


@click.command("xlsx")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="写到哪个新文件夹")
def import_xlsx(file: Path, out: Path) -> None:
    """从工作簿导入整个目录，并说明和现在的目录有什么不同；有错时一次列出全部。

    例：wenban catalog import xlsx 目录.xlsx --out 新目录
    """
    from catalog.dump import dump
    from catalog.load import load
    from catalog.workbook.load import load_book

    result = load_book(file)
    for fault in result.ignored:
        click.echo(str(fault), err=True)
    dump(result.catalog, out)
    # Read back with every check of a catalogue: what was written can be used.
    click.echo(f"已导入 {len(load(out).items)} 个事项到 {out}。")
    _tell_differences(out)


def _tell_differences(out: Path) -> None:
    from catalog.diff import diff
    from catalog.errors import CatalogError
    from catalog.load import load

    present = settings().catalog_folder
    try:
        found = diff(load(present), load(out))
    except CatalogError as error:
        click.echo(f"现在的目录（{present}）读不出来，没有比较。{error.message}", err=True)
        return
    groups = {"增加": found.added, "删掉": found.removed, "改动": found.changed}
    counts = "，".join(f"{verb} {len(some)} 处" for verb, some in groups.items() if some)
    click.echo(f"和现在的目录（{present}）比：{counts or '没有不同'}。")
    for verb, some in groups.items():
        for line in _lines(verb, some):
            click.echo(f"  {line}")


def _lines(verb: str, some: "Sequence[Entry]") -> "Iterator[str]":
    for entry in some[:_SHOWN]:
        fields = "；".join(str(change) for change in entry.fields)
        yield f"{verb}{entry.kind}“{entry.name}”" + (f"：{fields}" if fields else "")
    if len(some) > _SHOWN:
        yield f"还有 {len(some) - _SHOWN} 处{verb}没有列出。"

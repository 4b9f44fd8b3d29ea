"""``wenban catalog``: what staff do with the catalogue."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.catalogue_reload import diff_command, history_command, reload_command, rollback_command
from bot.commands.catalogue_stats import stats_command
from bot.commands.catalogue_xlsx import export_to, import_xlsx
from bot.commands.context import output_json, settings
from bot.commands.group import Group
from bot.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.faults import Fault


@click.group("catalog", cls=Group)
def catalog_command() -> None:
    """检查、统计、比较、启用、退回、导入目录。

    例：wenban catalog check
    """


for one in (stats_command, diff_command, reload_command, rollback_command, history_command, export_to):
    catalog_command.add_command(one)


@catalog_command.command("check")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def check(as_json: bool) -> int:
    """检查目录能不能用，一次列出全部错误；有错误时退出码是 1。

    例：wenban --catalog 我的目录 catalog check
    """
    from catalog.errors import CatalogFaults
    from catalog.load import load

    try:
        catalog = load(settings().catalog_folder)
    except CatalogFaults as error:
        _print_faults(error.faults, as_json)
        return 1
    if as_json:
        output_json({"faults": []})
    else:
        click.echo(f"目录没有错误：{len(catalog.items)} 个事项，{len(catalog.documents)} 个公开文件。")
    return 0


@catalog_command.command("lint")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def lint_items(as_json: bool) -> int:
    """找出指南里自相矛盾和缺漏的地方；有错误级的问题时退出码是 1。

    例：wenban catalog lint
    """
    from catalog.faults import Severity
    from catalog.lint import lint
    from catalog.load import load

    found = lint(load(settings().catalog_folder), datetime.now(UTC).date())
    _print_faults(found, as_json)
    return 1 if any(fault.severity is Severity.ERROR for fault in found) else 0


@catalog_command.command("build")
def build_index() -> None:
    """构建索引；目录没有变化时不重建。

    例：wenban catalog build
    """
    from index.snapshot import ensure_snapshot

    chosen = settings()
    opened = ensure_snapshot(chosen.catalog_folder, chosen.index_folder)
    click.echo(f"索引可用：{len(opened.catalog.items)} 个事项，放在 {chosen.index_folder}。")


@catalog_command.group("import")
def import_from() -> None:
    """把官方导出的数据变成我们的目录。

    例：wenban catalog import gdzwfw policy.json --out 新目录
    """


import_from.add_command(import_xlsx)


@import_from.command("gdzwfw")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="写到哪个新文件夹")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON 报告")
def import_gdzwfw(file: Path, out: Path, as_json: bool) -> int:
    """导入广东政务服务网的事项记录（每行一个 JSON）。

    例：wenban catalog import gdzwfw policy.json --out guangdong
    """
    from catalog.dump import dump
    from catalog.importers.gdzwfw import read

    if not file.is_file():
        raise UserError(f"找不到文件 {file}。请检查路径。")
    with click.progressbar(length=file.stat().st_size, label="导入", file=sys.stderr) as bar:
        result = read(file, lambda done: bar.update(done - bar.pos))
    if result.catalog.items:
        dump(result.catalog, out)
    if as_json:
        output_json(result.report.as_dict())
    else:
        click.echo(result.report.text())
    if not result.catalog.items:
        click.echo(f"一个事项也没有导入，没有写 {out}。请检查文件是不是这个网站的导出。", err=True)
    return 0 if result.catalog.items else 1


def _print_faults(faults: "Iterable[Fault]", as_json: bool) -> None:
    if as_json:
        names = ("file", "line", "field", "problem", "remedy", "severity")
        output_json({"faults": [{name: getattr(fault, name) for name in names} for fault in faults]})
        return
    for fault in faults:
        click.echo(str(fault))

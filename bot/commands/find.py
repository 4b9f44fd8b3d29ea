"""``wenban search`` and ``wenban show``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.context import output_json, snapshot
from bot.errors import UserError

if TYPE_CHECKING:
    from catalog.models import ServiceItem
    from index.results import Hit
    from index.snapshot import Snapshot


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--department", help="只看这个部门，例：公安")
@click.option("--audience", help="只看这类服务对象，例：个人、企业")
@click.option("--theme", help="只看这个主题，例：社会保障")
@click.option("--type", "item_type", help="只看这个事项类型，例：行政许可")
@click.option("--online/--no-online", default=None, help="只看能（不能）网上办的")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="最多几条")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def search_command(
    words: tuple[str, ...],
    department: str | None,
    audience: str | None,
    theme: str | None,
    item_type: str | None,
    online: bool | None,
    limit: int,
    as_json: bool,
) -> int:
    """搜索事项；什么都没找到时退出码是 1。

    例：wenban search 护照 --department 公安

    查询语言：wenban search "name:护照 AND department:公安"
    """
    from index.results import Filters

    opened = snapshot()
    query = " ".join(words)
    chosen = Filters(department, audience, theme, item_type, online)
    hits = opened.index.search(query, chosen if chosen != Filters() else None, limit, explain=True).hits
    if as_json:
        output_json({"query": query, "hits": [_as_dict(hit, opened) for hit in hits]})
    else:
        for number, hit in enumerate(hits, 1):
            _print(number, hit, opened)
    if not hits and not as_json:
        said = "、".join(opened.index.suggest(query))
        click.echo("没有找到。" + (f"您是不是要找：{said}" if said else "请换个说法，或去掉筛选条件。"), err=True)
    return 0 if hits else 1


def _as_dict(hit: "Hit", opened: "Snapshot") -> dict[str, object]:
    from index.snippets import CLOSE, OPEN

    return {
        "id": hit.item.id,
        "name": hit.item.name,
        "department": opened.catalog.department_name(hit.item),
        "type": hit.item.type,
        "online": hit.item.guide.online.available,
        "score": round(hit.score, 4),
        "coverage": round(hit.coverage, 4),
        "matches": {match.field: match.words for match in hit.matches},
        "snippet": hit.snippet.replace(OPEN, "").replace(CLOSE, ""),
    }


def _print(number: int, hit: "Hit", opened: "Snapshot") -> None:
    from bot.conversation.availability import is_open, mark
    from bot.mailbox.calendar import day_of
    from index.snippets import CLOSE, OPEN

    item, today = hit.item, day_of(datetime.now(UTC))
    online = "可网办" if item.guide.online.available else "窗口办"
    stands = online if is_open(item, today) else mark(item, today)
    head = click.style(item.name, bold=True)
    click.echo(f"{number:2}. {head}  {opened.catalog.department_name(item)} · {item.type} · {stands}")
    if hit.snippet:
        click.echo("    " + hit.snippet.replace(OPEN, "\x1b[33m").replace(CLOSE, "\x1b[0m"))
    why = "；".join(f"{match.field}：{'、'.join(match.words)}" for match in hit.matches)
    click.echo(click.style(f"    {item.id}" + (f"  因为 {why}" if why else ""), dim=True))


@click.command("show")
@click.argument("item")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="存成一个网页文件，可以打印")
@click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path), help="存成一个 Markdown 文件")
def show_command(item: str, as_json: bool, html: Path | None, markdown: Path | None) -> None:
    """显示一个事项的完整办事指南。

    例：wenban show 居民身份证补领 --html 身份证补领.html
    """
    opened = snapshot()
    found = _named(item, opened)
    if as_json:
        click.echo(found.model_dump_json(exclude_defaults=True))
        return
    from bot.channels.page import to_html, to_markdown
    from bot.conversation.whole_guide import whole_guide
    from bot.mailbox.calendar import day_of

    guide = whole_guide(found, opened.catalog, day_of(datetime.now(UTC)))
    for file, write in ((html, to_html), (markdown, to_markdown)):
        if file is not None:
            _save(file, write(guide))
    if html is None and markdown is None:
        from rich.console import Console

        from bot.channels.terminal import draw

        draw(guide, Console(highlight=False))


def _named(item: str, opened: "Snapshot") -> "ServiceItem":
    """The item with this id or name. Raises UserError with what looks like it."""
    catalog = opened.catalog
    found = catalog.items_by_id.get(item) or next((one for one in catalog.items if one.name == item), None)
    if found is not None:
        return found
    near = "、".join(hit.item.name for hit in opened.index.search(item, limit=3).hits)
    raise UserError(f"没有叫“{item}”的事项。" + (f"相近的有：{near}。" if near else "请用 wenban search 找找看。"))


def _save(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file} 写不进去。请换一个有权限的文件夹。") from error
    click.echo(f"已存到 {file}", err=True)

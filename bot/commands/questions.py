"""``wenban questions``: what was not answered well, and phrasings written into the catalogue."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from bot.commands import values
from bot.commands.context import output_json, settings, snapshot
from bot.commands.group import Group
from bot.commands.office import json_option
from bot.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bot.learning.report import Group as Questions
    from bot.store.store import Store
    from catalog.models import Catalog

NOTHING = "没有要看的问题。"
SOLVED = "另有 {count} 组现在已经能直接答，没有列出（--all 列出）。"
MORE = "还有 {count} 组没有列出（--limit 可以多列）。"
WRITES = "要给“{name}”加一个问法，写在 {file} 第 {line} 行："
WRITTEN = "写好了：{file} 第 {line} 行。要让机器人用上，请运行 wenban {option}catalog reload。"
NOT_WRITTEN = "没有写。"
DISMISSED = "好的，这 {count} 种问法以后不再列出。"


@click.group("questions", cls=Group)
def questions_command() -> None:
    """没答好的问题：汇总，把问法写进目录，或不再列出。

    例：wenban questions report
    """


@questions_command.command("report")
@click.option("--since", type=values.day, metavar="日期", help="只看这天以来的，例：2026-11-01")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="最多列几组")
@click.option("--all", "everything", is_flag=True, help="现在已经能直接答的也列出")
@json_option
def report_command(since: date | None, limit: int, everything: bool, as_json: bool) -> None:
    """没找到、要反问、被说“不是我要的”的问题，差不多的放在一起，问得多的在前。

    例：wenban questions report --since 2026-11-01
    """
    from bot.learning.report import report

    opened = snapshot()
    with _store() as store, store.reading() as t:
        kept, dismissed = t.questions.since(since or date.min), t.questions.dismissed()
    found = report(kept, dismissed, opened, datetime.now(UTC), limit, everything)
    if as_json:
        groups = [_as_dict(group) for group in found.groups]
        output_json({"groups": groups, "more": found.more, "solved": found.solved})
        return
    for number, group in enumerate(found.groups, 1):
        _print(number, group, opened.catalog)
    if not found.groups:
        click.echo(NOTHING)
    if found.more:
        click.echo(MORE.format(count=found.more))
    if found.solved:
        click.echo(SOLVED.format(count=found.solved))


@questions_command.command("accept")
@click.argument("phrasing", type=values.text, metavar="问法")
@click.option("--item", required=True, type=values.text, metavar="编号", help="写进哪个事项")
@click.option("--yes", is_flag=True, help="不再问，直接写")
@json_option
def accept_command(phrasing: str, item: str, yes: bool, as_json: bool) -> int:
    """把一个问法写进事项的 YAML；别的内容一个字节也不动，整个目录再检查一遍才算数。

    例：wenban --catalog 我的目录 questions accept "身份证搞落了哪里补" --item juminshenfenzheng-buling
    """
    from bot.learning.accept import accept, propose

    folder = _own_folder()
    if not yes:
        found, made = propose(phrasing, item, folder)
        click.echo(WRITES.format(name=found.name, file=made.file, line=made.line), err=as_json)
        click.echo("\n".join(f"+ {line}" for line in made.added.splitlines()), err=as_json)
        if not click.confirm("写进去吗？", err=as_json):
            click.echo(NOT_WRITTEN, err=as_json)
            return 1
    made = accept(phrasing, item, folder)
    if as_json:
        output_json({"file": str(made.file), "line": made.line, "added": made.added})
        return 0
    named = click.get_current_context().find_root().obj is not None
    click.echo(WRITTEN.format(file=made.file, line=made.line, option=f"--catalog {folder} " if named else ""))
    return 0


@questions_command.command("dismiss")
@click.argument("question", type=values.text, metavar="问题")
def dismiss_command(question: str) -> None:
    """不再列出这个问题和差不多的问题（比如和政务无关的）。

    例：wenban questions dismiss "今天天气怎么样"
    """
    from bot.learning import wording
    from bot.learning.privacy import without_personal_data
    from bot.learning.report import near
    from bot.mailbox.calendar import day_of

    cut = snapshot().index.analyser.tokens
    with _store() as store, store.transaction() as t:
        alike = near(without_personal_data(question), t.questions.since(date.min), cut)
        if not alike:
            raise UserError(wording.NOT_KEPT.format(text=question))
        for one in alike:
            t.questions.dismiss(one, day_of(datetime.now(UTC)))
    click.echo(DISMISSED.format(count=len(alike)))


@contextmanager
def _store() -> "Iterator[Store]":
    """The store, without what is older than the retention."""
    from bot.mailbox.calendar import day_of
    from bot.store.opening import open_store

    chosen = settings()
    store = open_store(chosen)
    try:
        with store.transaction() as t:
            t.questions.forget_before(day_of(datetime.now(UTC)) - timedelta(days=chosen.question_days))
        yield store
    finally:
        store.close()


def _own_folder() -> "Path":
    """The catalogue's folder. Raises UserError for the shipped one, unless it was named."""
    from bot.learning import wording
    from catalog.load import SHIPPED

    chosen = settings()
    if chosen.catalog is None and chosen.catalog_folder == SHIPPED:
        raise UserError(wording.SHIPPED_ONLY)
    return chosen.catalog_folder


def _print(number: int, group: "Questions", catalog: "Catalog") -> None:
    from bot.learning.wording import SIGNALS

    ends = "、".join(
        f"{label} {group.signals[signal]}" for signal, label in SIGNALS.items() if group.signals.get(signal)
    )
    click.echo(
        f"{number:2}. {click.style(group.question, bold=True)}　{group.count} 次（{ends}），最近 {group.last}"
    )
    if group.variants:
        click.echo(f"    还这样问：{'；'.join(group.variants[:5])}" + ("…" if len(group.variants) > 5 else ""))
    click.echo(f"    {group.why}")
    for one in group.nearest:
        click.echo(
            f"    {one.score:5.1f}  {one.coverage:4.0%}  {one.item.name}  {click.style(one.item.id, dim=True)}"
        )
    for label, items in (("选了", group.chosen), ("不要", group.refused)):
        if items:
            click.echo(f"    {label}：{_named(items, catalog)}")


def _named(items: "Mapping[str, int]", catalog: "Catalog") -> str:
    names = ((catalog.items_by_id[name].name if name in catalog.items_by_id else name) for name in items)
    return "、".join(f"{name} {count} 次" for name, count in zip(names, items.values(), strict=True))


def _as_dict(group: "Questions") -> dict[str, object]:
    return {
        "question": group.question,
        "count": group.count,
        "variants": group.variants,
        "signals": group.signals,
        "chosen": group.chosen,
        "refused": group.refused,
        "last": group.last.isoformat(),
        "ending": group.ending,
        "why": group.why,
        "nearest": [
            {"id": one.item.id, "name": one.item.name, "score": one.score, "coverage": one.coverage}
            for one in group.nearest
        ],
    }

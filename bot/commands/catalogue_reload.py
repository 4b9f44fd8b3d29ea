"""``wenban catalog diff``, ``reload``, ``rollback`` and ``history``: changing what running bots serve."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.context import output_json, settings

if TYPE_CHECKING:
    from bot.reload_preview import Answer, Preview
    from catalog.diff import Entry
    from catalog.faults import Fault
    from index.pointer import Served
    from index.shelf import Reloaded, Shelf

ALREADY = "目录没有变化，正在用的就是这一份：{items} 个事项。"
DONE = {"reload": "已经启用新的目录：{items} 个事项。{counts}", "rollback": "已经退回：{items} 个事项。{counts}"}
FOLLOWS = "正在运行的机器人会在一两秒内换过去。"
NO_HISTORY = "还没有启用过目录。请运行 wenban catalog reload。"


@click.command("diff")
@click.option(
    "--questions",
    type=click.Path(path_type=Path),
    help="问这个文件里的问题：每行一个，或像 wenban eval 的题目；不写则用数据文件夹里的 questions.tsv，"
    "没有就问改动的事项和相近事项的问法",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def diff_command(questions: Path | None, as_json: bool) -> int:
    """重新载入会改变什么：逐项逐字段，哪些问题会换答案，新出现的问题；目录有错误时退出码是 1。

    例：wenban --catalog 我的目录 catalog diff --questions 常问的.txt
    """
    from bot.reload_preview import QUESTIONS_FILE, preview
    from bot.reload_summary import summary
    from catalog.errors import CatalogFaults

    chosen, shelf = settings(), _shelf()
    usual = chosen.home / QUESTIONS_FILE
    asked = questions or (usual if usual.is_file() else None)
    try:
        found = preview(shelf.served(), shelf.prepare(chosen.catalog_folder), asked, datetime.now(UTC))
    except CatalogFaults as error:
        if not as_json:
            raise
        output_json({"faults": [_fault(fault) for fault in error.faults]})
        return 1
    if as_json:
        output_json(_as_dict(found))
    else:
        click.echo("\n".join(summary(found, None)))
    return 0


@click.command("reload")
def reload_command() -> None:
    """启用目录文件夹里现在的内容；有错误就不换，正在用的不受影响。

    例：wenban --catalog 我的目录 catalog reload
    """
    _say("reload", _shelf().reload(settings().catalog_folder, _who(), datetime.now(UTC)))


@click.command("rollback")
@click.option("--steps", default=1, show_default=True, type=click.IntRange(1), help="退回几次")
def rollback_command(steps: int) -> None:
    """马上退回以前启用的目录，不用重建。

    例：wenban catalog rollback
    """
    _say("rollback", _shelf().rollback(_who(), datetime.now(UTC), steps))


@click.command("history")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def history_command(as_json: bool) -> None:
    """谁在什么时候换过目录，改变了多少，最新的在前。

    例：wenban catalog history
    """
    from bot.reload_summary import logged

    history = _shelf().history()
    if as_json:
        output_json([served.model_dump(mode="json") for served in history])
        return
    for served in history:
        click.echo(logged(served))
    if not history:
        click.echo(NO_HISTORY)


def _shelf() -> "Shelf":
    from index.shelf import Shelf

    return Shelf(settings().index_folder)


def _who() -> str:
    """The staff account of this terminal, else the name on the machine."""
    try:
        return settings().staff or getpass.getuser()
    except (KeyError, OSError):
        return "?"


def _say(how: str, reloaded: "Reloaded") -> None:
    from bot.reload_summary import counts

    items = len(reloaded.snapshot.catalog.items)
    served: Served | None = reloaded.served
    if served is None:
        click.echo(ALREADY.format(items=items))
        return
    click.echo(DONE[how].format(items=items, counts=counts(served.changes)))
    click.echo(FOLLOWS)


def _as_dict(found: "Preview") -> dict[str, object]:
    entries = found.entries
    return {
        "from": found.before.catalog.fingerprint if found.before else None,
        "to": found.coming.catalog.fingerprint,
        "added": [_entry(entry) for entry in entries.added],
        "removed": [_entry(entry) for entry in entries.removed],
        "changed": [_entry(entry) | {"fields": _fields(entry)} for entry in entries.changed],
        "questions": found.asked,
        "answers": [
            {
                "question": one.question,
                "before": _answer(one.before),
                "after": _answer(one.after),
                "breaks": one.breaks,
            }
            for one in found.answers
        ],
        "new_lint": [_fault(fault) for fault in found.new_lint],
        "faults": [],
    }


def _entry(entry: "Entry") -> dict[str, object]:
    return {"section": entry.section, "id": entry.id, "name": entry.name}


def _fields(entry: "Entry") -> list[dict[str, str | None]]:
    names = ("field", "label", "before", "after")
    return [{name: getattr(change, name) for name in names} for change in entry.fields]


def _answer(answer: "Answer") -> dict[str, object]:
    return {"ending": answer.ending, "items": answer.names, "right": answer.right}


def _fault(fault: "Fault") -> dict[str, object]:
    names = ("file", "line", "field", "problem", "remedy", "severity")
    return {name: getattr(fault, name) for name in names}

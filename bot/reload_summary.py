"""A change of the catalogue in a few sentences, for the terminal and for the chat."""

from collections.abc import Sequence

from bot.mailbox.calendar import CHINA
from bot.reload_preview import Preview
from catalog.diff import Entry
from index.pointer import Changes, How, Served
from index.shelf import changes_in_numbers

SHOWN = 8
"""Lines of one kind in a chat."""
HOW = {How.RELOAD: "重新载入", How.ROLLBACK: "退回"}
NOTHING = "目录没有变化。"
FIRST = "还没有启用过目录，这是第一次：{items} 个事项。"
COUNTS = "事项新增 {added}、删去 {removed}、改动 {changed}；其他内容变化 {others} 处。"
ASKED = "问了 {asked} 个问题，答案都不变。"
ANSWERS = "问了 {asked} 个问题，{changed} 个会换答案："
BROKEN = "其中 {broken} 个原来答对，现在答错。"
LINT = "新出现 {count} 条要看的："
MORE = "……还有 {count} 条"


def counts(changes: Changes) -> str:
    """The numbers in one sentence."""
    return COUNTS.format(**dict(changes))


def summary(found: Preview, shown: int | None = SHOWN) -> list[str]:
    """Line by line, at most ``shown`` of each kind; None shows all, with each field that changes."""
    if not found.entries:
        return [NOTHING]
    if found.before is None:
        return [FIRST.format(items=len(found.coming.catalog.items))]
    return [
        counts(changes_in_numbers(found.entries)),
        *_cut(_entries(found, shown is None), shown),
        *_answers(found, shown),
        *_lint(found, shown),
    ]


def logged(served: Served) -> str:
    """One line of the history."""
    when = served.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    return f"{when}  {served.who}  {HOW[served.how]}  {served.fingerprint[:12]}  {counts(served.changes)}"


def _entries(found: Preview, whole: bool) -> list[str]:
    lines = [f"＋ {_named(entry)}" for entry in found.entries.added]
    lines += [f"－ {_named(entry)}" for entry in found.entries.removed]
    for entry in found.entries.changed:
        if whole:
            lines += [f"～ {_named(entry)}", *(f"    {change}" for change in entry.fields)]
        else:
            labels = "、".join(dict.fromkeys(change.label for change in entry.fields))
            lines.append(f"～ {_named(entry)}：{labels[:60]}")
    return lines


def _named(entry: Entry) -> str:
    return entry.name if entry.section == "items" else f"{entry.kind} {entry.name}"


def _answers(found: Preview, shown: int | None) -> list[str]:
    if not found.answers:
        return [ASKED.format(asked=found.asked)]
    worst_first = sorted(found.answers, key=lambda answer: not answer.breaks)
    head = ANSWERS.format(asked=found.asked, changed=len(found.answers))
    broken = [BROKEN.format(broken=found.broken)] if found.broken else []
    return [head, *broken, *_cut([f"？ {answer}" for answer in worst_first], shown)]


def _lint(found: Preview, shown: int | None) -> list[str]:
    if not found.new_lint:
        return []
    return [LINT.format(count=len(found.new_lint)), *_cut([f"！ {fault}" for fault in found.new_lint], shown)]


def _cut(lines: Sequence[str], shown: int | None) -> list[str]:
    if shown is None or len(lines) <= shown:
        return list(lines)
    return [*lines[:shown], MORE.format(count=len(lines) - shown)]

"""What a change of the catalogue would do, before it is done: entries, answers, and what lint newly finds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.conversation.messages import Ending, Incoming, Reply
from bot.conversation.respond import respond
from bot.conversation.session import Session
from bot.errors import UserError
from bot.evaluate import ROUTE_OF_ENDING, Judged, Outcome, read_judged
from catalog.diff import CatalogDiff, diff
from catalog.faults import Fault
from catalog.lint import lint
from catalog.models import Catalog, ServiceItem
from index.snapshot import Snapshot

QUESTIONS_FILE = "questions.tsv"
"""In the home folder: the questions that are asked before every reload."""
NEIGHBOURS = 5
"""Items nearest to a changed one whose questions are asked too."""
MOST_QUESTIONS = 5000
_COLUMNS = {"question", "expect", "kind"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a question leads: the item answered with, or those to choose from; ``right`` where that is known.

    An item that only got another name is the same answer.
    """

    ending: Ending
    items: tuple[str, ...]
    names: tuple[str, ...] = field(compare=False)
    right: bool | None = field(compare=False)

    def __str__(self) -> str:
        return "、".join(self.names) or _WAYS.get(self.ending, self.ending.value)


_WAYS = {
    Ending.DECLINED: "没找到",
    Ending.ROUTED_DISCLOSURE: "申请信息公开",
    Ending.ROUTED_LETTER: "写信",
    Ending.STATUS: "查进度",
    Ending.HANDOVER: "转人工",
    Ending.SMALL_TALK: "寒暄",
}


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """A question that leads somewhere else afterwards."""

    question: str
    before: Answer
    after: Answer

    @property
    def breaks(self) -> bool:
        """Whether a right answer becomes a wrong one."""
        return self.before.right is True and self.after.right is False

    def __str__(self) -> str:
        return f"{self.question}：{self.before} → {self.after}{'（原来答对，现在答错）' * self.breaks}"


@dataclass(frozen=True, slots=True)
class Preview:
    """What changes when ``coming`` takes the place of ``before``; ``asked`` questions were put to both."""

    before: Snapshot | None
    coming: Snapshot
    entries: CatalogDiff
    asked: int
    answers: tuple[ChangedAnswer, ...]
    new_lint: tuple[Fault, ...]

    @property
    def broken(self) -> int:
        """Questions answered rightly before and wrongly afterwards."""
        return sum(answer.breaks for answer in self.answers)


def preview(before: Snapshot | None, coming: Snapshot, questions: Path | None, now: datetime) -> Preview:
    """Compare what is served with what is to come. Raises UserError for a faulty file of questions.

    ``questions``: a judged file (as for ``wenban eval``) or one question a line; None asks the phrasings of the
    changed items and of their neighbours.
    """
    entries = diff(before.catalog if before else None, coming.catalog)
    if before is None:
        return Preview(None, coming, entries, 0, (), ())
    asked = (
        read_questions(questions) if questions else list(_questions_about(entries.touched_items, before, coming))
    )
    changed = (
        ChangedAnswer(one.question, was, will)
        for one in asked
        if (was := _answer(one, before, now)) != (will := _answer(one, coming, now))
    )
    return Preview(
        before, coming, entries, len(asked), tuple(changed), _new_lint(before.catalog, coming.catalog, now)
    )


def read_questions(path: Path) -> list[Judged]:
    """Questions with, or without, the right answer. Raises UserError when there is none or it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} 读不出来。请检查文件是否存在、是否是 UTF-8 编码。") from error
    if lines and set(lines[0].split("\t")) >= _COLUMNS:
        return read_judged(path)
    asked = [Judged(line.strip(), "", "") for line in lines if line.strip()]
    if not asked:
        raise UserError(f"{path} 里一个问题也没有。请每行写一个问题。")
    return asked


def _answer(asked: Judged, snapshot: Snapshot, now: datetime) -> Answer:
    reply = respond(Session(), Incoming(text=asked.question), snapshot, now).reply
    # Beside an answer stand others that one may also mean; they come and go.
    shown = reply.items[:1] if reply.ending is Ending.ANSWERED else reply.items
    return Answer(
        reply.ending, tuple(item.id for item in shown), tuple(item.name for item in shown), _is_right(asked, reply)
    )


def _is_right(asked: Judged, reply: Reply) -> bool | None:
    if not asked.expect:
        return None
    names = tuple(item.name for item in reply.items)
    return Outcome(asked, ROUTE_OF_ENDING.get(reply.ending, "none"), names).right


def _questions_about(touched: frozenset[str], before: Snapshot, coming: Snapshot) -> Iterator[Judged]:
    """What people say who mean the changed items, or one of those that are found beside them."""
    near = dict.fromkeys(sorted(touched))
    for snapshot in (before, coming):
        for name in sorted(touched):
            item = snapshot.catalog.items_by_id.get(name)
            hits = snapshot.index.find(item.name, NEIGHBOURS) if item else ()
            near |= dict.fromkeys(hit.item.id for hit in hits)
    texts = dict.fromkeys(text for name in near for text in _said_of(name, before.catalog, coming.catalog))
    yield from (Judged(text, "", "") for text in list(texts)[:MOST_QUESTIONS])


def _said_of(name: str, *catalogs: Catalog) -> Iterator[str]:
    items: Iterable[ServiceItem] = (one.items_by_id[name] for one in catalogs if name in one.items_by_id)
    for item in items:
        yield from (item.name, *item.aliases, *item.phrasings)


def _new_lint(before: Catalog, coming: Catalog, now: datetime) -> tuple[Fault, ...]:
    """What was not found before. A line that only moved (``fees.0`` is now ``fees.1``) is nothing new."""
    known = Counter((fault.file, fault.problem) for fault in lint(before, now.date()))
    found = []
    for fault in lint(coming, now.date()):
        known[fault.file, fault.problem] -= 1
        if known[fault.file, fault.problem] < 0:
            found.append(fault)
    return tuple(found)

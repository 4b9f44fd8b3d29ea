"""Questions that were not answered well -> groups for a clerk: how often, how it ended, what is near, and why."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.conversation.messages import Ending, Incoming
from bot.conversation.respond import respond
from bot.conversation.session import Session
from bot.conversation.understand import Route
from bot.learning import wording
from bot.learning.explain import Candidate, Explanation, explain
from bot.learning.heard import Signal
from bot.learning.near import Cut, Groups
from bot.store.questions import Counted
from index.snapshot import Snapshot

NEAREST = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that are nearly the same; ``question`` is the one asked most.

    ``count``: how often it went wrong (not counting what was chosen then). ``chosen`` and ``refused``: item ids
    with how often. ``nearest``, ``ending`` and ``why``: what happens to it now.
    """

    question: str
    count: int
    variants: tuple[str, ...]
    signals: Mapping[Signal, int]
    chosen: Mapping[str, int]
    refused: Mapping[str, int]
    last: date
    nearest: tuple[Candidate, ...]
    ending: Ending
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """``groups``, those asked most first. ``more``: how many were left out for the limit.

    ``solved``: how many were left out because they are answered by now, and by nothing that was refused.
    """

    groups: tuple[Group, ...]
    more: int
    solved: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """The questions of one group, the one asked most first, and all that is kept of them."""

    questions: Sequence[str]
    rows: Sequence[Counted]

    @property
    def count(self) -> int:
        return _count(self.rows)

    def items(self, signal: Signal) -> Counter[str]:
        found: Counter[str] = Counter()
        for row in self.rows:
            if row.signal is signal and row.item:
                found[row.item] += row.count
        return found


def report(
    kept: Sequence[Counted],
    dismissed: Iterable[str],
    snapshot: Snapshot,
    now: datetime,
    limit: int,
    everything: bool = False,
) -> Report:
    """Group what was ``kept``, without what is like a dismissed question. ``everything``: what is solved, too."""
    cut = snapshot.index.analyser.tokens
    hidden = Groups(cut)
    for question in dismissed:
        hidden.add(question)
    rows = {name: found for name, found in _by_question(kept).items() if hidden.leader_of(name) is None}
    every = [_Asked(names, [row for name in names for row in rows[name]]) for names in grouped(rows, cut)]
    shown = [one for one in every if everything or not _is_solved(one, snapshot, now)]
    shown.sort(key=lambda one: (-one.count, one.questions[0]))
    groups = tuple(_group(one, snapshot, now) for one in shown[:limit])
    return Report(groups, len(shown) - len(groups), len(every) - len(shown))


def _by_question(kept: Iterable[Counted]) -> dict[str, list[Counted]]:
    rows: dict[str, list[Counted]] = defaultdict(list)
    for one in kept:
        rows[one.question].append(one)
    return rows


def grouped(rows: Mapping[str, Sequence[Counted]], cut: Cut) -> list[list[str]]:
    """Questions that are near each other together, the one asked most first."""
    groups = Groups(cut)
    for question in sorted(rows, key=lambda name: (-_count(rows[name]), name)):
        groups.add(question)
    return list(groups.members.values())


def near(question: str, kept: Iterable[Counted], cut: Cut) -> list[str]:
    """The group of kept questions that ``question`` belongs to; empty when there is none."""
    members, leaders = grouped(_by_question(kept), cut), Groups(cut)
    for names in members:
        leaders.add(names[0])
    leader = leaders.leader_of(question)
    return next((names for names in members if question in names or names[0] == leader), [])


def _count(rows: Iterable[Counted]) -> int:
    return sum(row.count for row in rows if row.signal is not Signal.CHOSEN)


def _is_solved(asked: _Asked, snapshot: Snapshot, now: datetime) -> bool:
    reply = respond(Session(), Incoming(text=asked.questions[0]), snapshot, now).reply
    return reply.ending is Ending.ANSWERED and reply.items[0].id not in asked.items(Signal.NOT_MINE)


def _group(asked: _Asked, snapshot: Snapshot, now: datetime) -> Group:
    signals: Counter[Signal] = Counter()
    for row in asked.rows:
        signals[row.signal] += row.count
    told, refused = explain(asked.questions[0], snapshot, now, NEAREST), asked.items(Signal.NOT_MINE)
    return Group(
        question=asked.questions[0],
        count=asked.count,
        variants=tuple(asked.questions[1:]),
        signals=signals,
        chosen=asked.items(Signal.CHOSEN),
        refused=refused,
        last=max(row.day for row in asked.rows),
        nearest=told.candidates,
        ending=told.ending,
        why=why(told, refused),
    )


def why(told: Explanation, refused: Container[str]) -> str:
    """Why the question is not answered; or what happens to it now."""
    names = [item.name for item in told.offered]
    if told.event is not None and told.event.sure:
        return wording.EVENT_NOW.format(name=told.event.event.name)
    if told.ending is Ending.ANSWERED:
        said = wording.REFUSED_AGAIN if told.offered[0].id in refused else wording.ANSWERED_NOW
        return said.format(name=names[0])
    if told.ending is Ending.CLARIFIED and names:
        return wording.TOO_LIKE.format(names="、".join(names))
    if told.ending is not Ending.DECLINED:
        return wording.GOES_ELSEWHERE.format(ending=wording.ENDINGS.get(told.ending, told.ending.value))
    if told.route is Route.NONE:
        return wording.OUT_OF_SCOPE
    best = max((one.coverage for one in told.candidates), default=0.0)
    return wording.HARDLY_HELD.format(coverage=best) if best else wording.NOTHING_HOLDS

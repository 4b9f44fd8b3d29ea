"""The picture of a case: its stages in a row, and below them the term with what does not count. Pure geometry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.mailbox.calendar import day_of
from bot.mailbox.cases import Case, Event
from bot.mailbox.deadlines import COUNTED, Consulted, Deadline, Why
from bot.mailbox.stages import STAGE_NAMES, Kind, Stage

STEP, LEFT, HEIGHT_OF_STAGES, HEIGHT = 96, 56, 92, 168
"""Pixels between two stages, before the first one; height without a term, and with its bar."""
_BAR_LEFT, _BAR_RIGHT = 24, 24
_NEAR = 128
"""Of two marks that are nearer than so many pixels the second stands above the bar."""
_PATHS = {
    Kind.DISCLOSURE: (
        Stage.SUBMITTED,
        Stage.REGISTERED,
        Stage.NEEDS_CORRECTION,
        Stage.CORRECTED,
        Stage.COLLECTING,
        Stage.CONSULTING,
        Stage.DRAFTING,
        Stage.LEGAL_REVIEW,
        Stage.SIGN_OFF,
        Stage.APPROVED,
        Stage.REPLIED,
    ),
    Kind.LETTER: (
        Stage.SUBMITTED,
        Stage.ACCEPTED,
        Stage.ASSIGNED,
        Stage.DRAFTING,
        Stage.LEGAL_REVIEW,
        Stage.SIGN_OFF,
        Stage.APPROVED,
        Stage.REPLIED,
    ),
}
_ON_THE_WAY = frozenset({Stage.NEEDS_CORRECTION, Stage.CORRECTED, Stage.CONSULTING})
"""Shown only where the case went that way."""
_CONSULTED = {Consulted.THIRD_PARTY.value: "征求第三方意见", Consulted.CO_AUTHOR.value: "征求共同制作机关意见"}


@dataclass(frozen=True)
class Node:
    """A stage: ``state`` is done, now or next (the CSS class)."""

    x: int
    name: str
    day: date | None
    state: str


@dataclass(frozen=True)
class Part:
    """A stretch of the bar: ``why`` is counted, off, pause or late (the CSS class)."""

    x: float
    width: float
    why: str
    title: str


@dataclass(frozen=True)
class Mark:
    """A day at the bar: below it, or ``above`` it where a neighbour stands below."""

    x: float
    label: str
    above: bool
    kind: str


@dataclass(frozen=True)
class Timeline:
    """All that the picture shows; ``words`` says the same for those who do not see it."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    parts: tuple[Part, ...]
    marks: tuple[Mark, ...]
    words: str


def timeline(case: Case, events: Sequence[Event], deadline: Deadline | None, today: date) -> Timeline:
    """The picture of ``case`` as it stands ``today``."""
    nodes = _nodes(case, events)
    width = LEFT * 2 + STEP * (len(nodes) - 1)
    until = case.answered or today
    parts = _parts(deadline, until, width) if deadline else ()
    marks = _marks(case, deadline, until, width) if deadline else ()
    return Timeline(width, HEIGHT if deadline else HEIGHT_OF_STAGES, nodes, parts, marks, _words(nodes, deadline))


def _nodes(case: Case, events: Sequence[Event]) -> tuple[Node, ...]:
    entered: dict[Stage, date] = {}
    for event in events:
        if event.before is not event.after or event.after not in entered:
            entered[event.after] = day_of(event.at)
    path = [stage for stage in _PATHS[case.kind] if stage not in _ON_THE_WAY or stage in entered]
    if Stage.CONSULTING in path and case.stage is not Stage.CONSULTING:
        # once it is over, collecting goes on
        path.remove(Stage.CONSULTING)
        path.insert(path.index(Stage.COLLECTING), Stage.CONSULTING)
    if case.stage not in path:
        # it ended aside: what lies after the last stage it reached was never gone
        reached = max((at for at, stage in enumerate(path) if stage in entered), default=0)
        kept = path if Stage.REPLIED in entered else path[: reached + 1]
        path = [*kept, case.stage]
    now = path.index(case.stage)
    return tuple(
        Node(LEFT + STEP * at, STAGE_NAMES[stage], _day(stage, at, now, entered), _state(at, now))
        for at, stage in enumerate(path)
    )


def _day(stage: Stage, at: int, now: int, entered: dict[Stage, date]) -> date | None:
    return entered.get(stage) if at <= now else None


def _state(at: int, now: int) -> str:
    return "now" if at == now else "done" if at < now else "next"


class _Scale:
    """Days to pixels: from the start of the term to its end, or to today when that is later."""

    def __init__(self, first: date, last: date, width: int) -> None:
        self._first = first
        self._each = (width - _BAR_LEFT - _BAR_RIGHT) / max(1, (last - first).days + 1)

    def x(self, day: date) -> float:
        """Where ``day`` begins."""
        return round(_BAR_LEFT + (day - self._first).days * self._each, 1)

    def wide(self, days: int) -> float:
        """How wide so many days are."""
        return round(days * self._each, 1)


def _scale(deadline: Deadline, until: date, width: int) -> _Scale:
    return _Scale(deadline.start.day, max(deadline.due, until), width)


def _parts(deadline: Deadline, until: date, width: int) -> tuple[Part, ...]:
    scale = _scale(deadline, until, width)
    parts = [
        Part(scale.x(run.first), scale.wide(run.length), _why(run.why), _title(run.why, run.name, run.length))
        for run in deadline.runs
    ]
    over = (until - deadline.due).days
    if over > 0:
        x = scale.x(deadline.due) + scale.wide(1)
        parts.append(Part(x, scale.wide(over), "late", f"超期 {over} 天"))
    return tuple(parts)


def _why(why: Why) -> str:
    return "counted" if why in COUNTED else "pause" if why is Why.PAUSE else "off"


def _title(why: Why, name: str, length: int) -> str:
    if why is Why.PAUSE:
        return f"{_CONSULTED[name]}，{length} 天不计"
    known = {Why.WEEKEND: "周末", Why.HOLIDAY: name, Why.MAKE_UP: f"{name}调休上班", Why.WORKING: "工作日"}
    return f"{known[why]} {length} 天"


def _marks(case: Case, deadline: Deadline, until: date, width: int) -> tuple[Mark, ...]:
    scale = _scale(deadline, until, width)
    end = "答复" if case.answered else "今天"
    due = f"{deadline.due:%m-%d} 到期{'（暂定）' if deadline.provisional else ''}"
    wanted = [
        (scale.x(deadline.start.day), f"{deadline.start.day:%m-%d} 起算", "start"),
        (scale.x(until) + scale.wide(1) / 2, f"{until:%m-%d} {end}", "today"),
        (scale.x(deadline.due) + scale.wide(1), due, "due"),
    ]
    marks: list[Mark] = []
    for x, label, kind in sorted(wanted):
        above = bool(marks) and x - marks[-1].x < _NEAR and not marks[-1].above
        marks.append(Mark(min(x, width - _BAR_RIGHT), label, above, kind))
    return tuple(marks)


def _words(nodes: Sequence[Node], deadline: Deadline | None) -> str:
    gone = "，".join(f"{node.name} {node.day}" if node.day else node.name for node in nodes if node.state != "next")
    due = f"；{deadline.due} 到期" if deadline else "；期限没有起算"
    return f"经过：{gone}{due}。"

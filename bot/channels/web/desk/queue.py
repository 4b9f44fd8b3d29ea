"""The queue: which cases a person sees, the most urgent first, and how many of each kind there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.mailbox.cases import BAD_RATINGS, Case
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.people import Actor, Role
from bot.mailbox.stages import STAGE_NAMES, Kind, Stage
from bot.mailbox.workflow import sees
from bot.office.card import masked_applicant, subject, when
from bot.office.covering import covered
from bot.office.desk import Desk
from bot.office.staff_chat import WAITS_FOR
from bot.office.staff_pages import SOON

PAGE = 50
KIND_WORDS = {Kind.DISCLOSURE: "申请", Kind.LETTER: "来信"}


class Urgency(StrEnum):
    """Colour of a case; the value is the CSS class."""

    OVER = "over"
    SOON = "soon"
    FINE = "fine"
    NONE = "none"


class Scope(StrEnum):
    """Which cases are asked for."""

    MINE = "mine"
    OPEN = "open"
    OVERDUE = "overdue"
    SOON = "soon"
    NO_TERM = "no_term"
    ALL = "all"


@dataclass(frozen=True)
class Wanted:
    """The filters of the queue; ``page`` counts from 1."""

    scope: Scope = Scope.MINE
    stage: Stage | None = None
    department: str | None = None
    kind: Kind | None = None
    page: int = 1


@dataclass(frozen=True)
class Line:
    """One case in a list; nothing in it names or reaches the applicant."""

    number: CaseNumber
    kind: str
    subject: str
    stage: str
    department: str
    due: date | None
    provisional: bool
    when: str
    urgency: Urgency
    applicant: str
    mine: bool


@dataclass(frozen=True)
class Queue:
    """A page of lines; ``counts`` of every scope that is over open cases alone, for the same person."""

    lines: tuple[Line, ...]
    counts: dict[Scope, int]
    found: int
    pages: int


def waits_for(case: Case, actor: Actor) -> bool:
    """Whether the next step is this person's; a bad rating waits for the registrar."""
    if case.stage is Stage.RATED:
        return case.rating in BAD_RATINGS and actor.role in {Role.REGISTRAR, Role.ADMIN}
    return case.is_open and case.stage in WAITS_FOR[actor.role]


def urgency(case: Case, desk: Desk, today: date) -> Urgency:
    """Red from the last day on, yellow shortly before."""
    left = case.days_left(desk.calendar, today)
    if left is None:
        return Urgency.NONE
    if left <= 0:
        return Urgency.OVER
    return Urgency.SOON if left <= SOON else Urgency.FINE


def queue(cases: Iterable[Case], wanted: Wanted, actor: Actor, desk: Desk, today: date) -> Queue:
    """What ``actor`` may see of ``cases`` (the most urgent first) and asked for."""
    visible = [_line(case, actor, desk, today) for case in cases if sees(case, actor)]
    counts: dict[Scope, int] = {
        scope: sum(_in(scope, case, line, today) for case, line in visible)
        for scope in Scope
        if scope is not Scope.ALL
    }
    fitting = [line for case, line in visible if _in(wanted.scope, case, line, today) and _fits(case, wanted)]
    pages = max(1, -(-len(fitting) // PAGE))
    at = min(max(1, wanted.page), pages) - 1
    return Queue(tuple(fitting[at * PAGE : (at + 1) * PAGE]), counts, len(fitting), pages)


def due_lines(cases: Iterable[Case], actor: Actor, desk: Desk, today: date) -> list[Line]:
    """What ``actor`` may see that is overdue or nearly so."""
    lines = [_line(case, actor, desk, today)[1] for case in cases if case.is_open and sees(case, actor)]
    return [line for line in lines if line.urgency in {Urgency.OVER, Urgency.SOON}]


def by_department(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """For the board: the department with most overdue cases first."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.department, []).append(line)
    return dict(sorted(groups.items(), key=lambda group: -_red(group[1])))


def _red(lines: list[Line]) -> int:
    return sum(line.urgency is Urgency.OVER for line in lines)


def _fits(case: Case, wanted: Wanted) -> bool:
    return (
        wanted.stage in (None, case.stage)
        and wanted.kind in (None, case.kind)
        and wanted.department in (None, case.department)
    )


def _in(scope: Scope, case: Case, line: Line, today: date) -> bool:
    match scope:
        case Scope.MINE:
            return line.mine
        case Scope.OPEN:
            return case.is_open
        case Scope.OVERDUE:
            return line.due is not None and line.due < today
        case Scope.SOON:
            return line.urgency is Urgency.SOON or line.due == today
        case Scope.NO_TERM:
            return case.is_open and line.due is None
        case Scope.ALL:
            return True


def _line(case: Case, actor: Actor, desk: Desk, today: date) -> tuple[Case, Line]:
    deadline = case.deadline(desk.calendar) if case.is_open else None
    applicant = case.content.applicant if case.content else None
    line = Line(
        number=case.number,
        kind=KIND_WORDS[case.kind],
        subject=covered(subject(case), applicant),
        stage=STAGE_NAMES[case.stage],
        department=desk.department_name(case.department) or "",
        due=deadline.due if deadline else None,
        provisional=deadline.provisional if deadline else False,
        when=when(case, desk, today) or "",
        urgency=urgency(case, desk, today),
        applicant=masked_applicant(applicant) if applicant else "",
        mine=waits_for(case, actor),
    )
    return case, line

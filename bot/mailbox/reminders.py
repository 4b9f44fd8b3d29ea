"""What has to be said about an open case today: due soon, overdue, not confirmed, silence. Pure.

Each alarm has a key; whoever sends it keeps the key, so it is sent once, also after a downtime: of the reminders
before a date only the latest that is due is sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.mailbox.calendar import Calendar
from bot.mailbox.cases import Case
from bot.mailbox.deadlines import CONFIRMATION_DAYS, Silence, is_abandoned, silence
from bot.mailbox.people import Role
from bot.mailbox.stages import Stage, holder

BEFORE = (0, 1, 5)
"""Working days before the date at which to remind, the nearest first."""


class AlarmKind(StrEnum):
    """Why someone is told."""

    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    UNCONFIRMED = "unconfirmed"
    ABANDONED = "abandoned"
    CONSULTATION_OVER = "consultation_over"


@dataclass(frozen=True)
class Alarm:
    """``roles`` are told once for each ``key``. ``days_left`` for DUE_SOON; ``silence`` for CONSULTATION_OVER."""

    kind: AlarmKind
    key: str
    roles: tuple[Role, ...]
    due: date | None = None
    days_left: int = 0
    silence: Silence | None = None


def alarms(case: Case, today: date, calendar: Calendar) -> tuple[Alarm, ...]:
    """All that is to be said today of an open case; nothing of one that is answered."""
    if not case.is_open:
        return ()
    return tuple(
        alarm
        for part in (_of_term, _of_confirmation, _of_correction, _of_consultations)
        for alarm in part(case, today, calendar)
    )


def _of_term(case: Case, today: date, calendar: Calendar) -> Iterable[Alarm]:
    deadline = case.deadline(calendar)
    if deadline is None:
        return
    due = deadline.due
    if today > due:
        yield Alarm(AlarmKind.OVERDUE, f"overdue:{due}", (Role.REGISTRAR, Role.LEADER), due)
        return
    left = calendar.working_days_between(today, due)
    # a term of five days needs no reminder on the day it begins
    reached = next((days for days in BEFORE if left <= days < deadline.days), None)
    if reached is not None:
        roles = tuple(dict.fromkeys((holder(case.stage), Role.REGISTRAR)))
        yield Alarm(AlarmKind.DUE_SOON, f"due:{due}:{reached}", roles, due, left)


def _of_confirmation(case: Case, today: date, calendar: Calendar) -> Iterable[Alarm]:
    """Article 31: what lies unconfirmed or unregistered for more than one working day is an alarm."""
    late = today > calendar.working_day_after(case.arrived, CONFIRMATION_DAYS)
    if late and case.stage is Stage.SUBMITTED:
        yield Alarm(AlarmKind.UNCONFIRMED, "unconfirmed", (Role.REGISTRAR, Role.LEADER))


def _of_correction(case: Case, today: date, _: Calendar) -> Iterable[Alarm]:
    correction = case.clock.correction if case.clock else None
    if case.clock and correction and is_abandoned(case.clock, today):
        yield Alarm(
            AlarmKind.ABANDONED, f"abandoned:{correction.answer_by}", (Role.REGISTRAR,), correction.answer_by
        )


def _of_consultations(case: Case, today: date, calendar: Calendar) -> Iterable[Alarm]:
    for number, asked in enumerate(case.clock.consultations if case.clock else ()):
        meaning = silence(asked, today, calendar) if asked.answered is None else None
        if meaning is not None:
            yield Alarm(AlarmKind.CONSULTATION_OVER, f"silence:{number}", (Role.REGISTRAR,), silence=meaning)

"""When who is told what about an open case; each alarm once, also after a downtime."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from bot.mailbox.cases import Case
from bot.mailbox.deadlines import Silence
from bot.mailbox.people import Role
from bot.mailbox.reminders import Alarm, AlarmKind, alarms
from bot.mailbox.stages import Stage, holder
from tests.mailbox.moves import CALENDAR, CO, THIRD, TODAY, A, D, L, R, does, due, fresh, reached, through

REQUEST = through(fresh(), A.REGISTER, A.ASSIGN)
"""Registered on Monday, 2 March 2026; due on Monday, 30 March."""
DUE = date(2026, 3, 30)
HAS_TERM = [case for kind in (D, L) for case in reached(kind).values() if case.is_open and due(case)]


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(1)


def of_kind(case: Case, today: date, kind: AlarmKind) -> list[Alarm]:
    return [one for one in alarms(case, today, CALENDAR) if one.kind is kind]


def told(case: Case, on: Iterator[date]) -> list[tuple[date, str]]:
    """What is new on each day, for somebody who looks on these days only."""
    known: dict[str, date] = {}
    for today in on:
        for one in alarms(case, today, CALENDAR):
            known.setdefault(one.key, today)
    return [(day, key) for key, day in known.items()]


def test_five_days_one_day_the_day_and_overdue() -> None:
    assert due(REQUEST) == DUE
    assert told(REQUEST, days(TODAY, DUE + timedelta(40))) == [
        (date(2026, 3, 23), f"due:{DUE}:5"),
        (date(2026, 3, 27), f"due:{DUE}:1"),  # the Friday before
        (DUE, f"due:{DUE}:0"),
        (date(2026, 3, 31), f"overdue:{DUE}"),
    ]


@pytest.mark.parametrize(
    ("back_on", "key"),
    [
        (date(2026, 3, 24), f"due:{DUE}:5"),
        (date(2026, 3, 29), f"due:{DUE}:1"),  # the weekend between
        (DUE, f"due:{DUE}:0"),
        (date(2026, 4, 20), f"overdue:{DUE}"),
    ],
)
def test_after_a_downtime_only_the_nearest_is_said(back_on: date, key: str) -> None:
    assert [one.key for one in alarms(REQUEST, back_on, CALENDAR)] == [key]
    assert key in dict.fromkeys(key for _, key in told(REQUEST, days(back_on, back_on)))


def test_a_term_of_five_days_is_not_reminded_of_on_the_day_it_begins() -> None:
    letter = does(fresh(L), A.ACCEPT)
    end = date(2026, 3, 9)
    assert due(letter) == end
    assert [key for _, key in told(letter, days(TODAY, end))] == [f"due:{end}:1", f"due:{end}:0"]


@pytest.mark.parametrize("case", HAS_TERM, ids=lambda case: f"{case.kind}-{case.stage}")
def test_who_holds_the_case_and_the_registrar_are_reminded_then_registrar_and_leader(case: Case) -> None:
    last = due(case)
    assert last is not None
    (soon,) = of_kind(case, last, AlarmKind.DUE_SOON)
    assert (soon.due, soon.days_left) == (last, 0)
    assert soon.roles[0] is holder(case.stage)
    assert set(soon.roles) == {holder(case.stage), R.REGISTRAR}
    assert len(soon.roles) == len(set(soon.roles))
    (late,) = of_kind(case, last + timedelta(1), AlarmKind.OVERDUE)
    assert late.roles == (R.REGISTRAR, R.LEADER)
    assert not of_kind(case, last + timedelta(1), AlarmKind.DUE_SOON)


@pytest.mark.parametrize(
    ("stage", "role"),
    [
        (Stage.COLLECTING, Role.DEPARTMENT),
        (Stage.DRAFTING, Role.DEPARTMENT),
        (Stage.LEGAL_REVIEW, Role.LEGAL),
        (Stage.SIGN_OFF, Role.LEADER),
        (Stage.APPROVED, Role.REGISTRAR),
        (Stage.CONSULTING, Role.REGISTRAR),
    ],
)
def test_holder(stage: Stage, role: Role) -> None:
    assert holder(reached(D)[stage].stage) is role


ENDED = [case for kind in (D, L) for case in reached(kind).values() if not case.is_open]


@pytest.mark.parametrize("case", ENDED, ids=lambda case: f"{case.kind}-{case.stage}")
def test_nothing_is_said_once_it_is_answered(case: Case) -> None:
    assert not any(alarms(case, day, CALENDAR) for day in days(TODAY, TODAY + timedelta(120)))


def test_a_new_date_is_reminded_of_anew() -> None:
    later = does(REQUEST, A.EXTEND, on=date(2026, 3, 27), days=5)
    new = due(later)
    assert new == date(2026, 4, 7)  # Qingming is off
    before = [key for _, key in told(REQUEST, days(TODAY, date(2026, 3, 27)))]
    after = [key for _, key in told(later, days(date(2026, 3, 27), new + timedelta(1)))]
    assert after == [f"due:{new}:5", f"due:{new}:1", f"due:{new}:0", f"overdue:{new}"]
    assert not set(before) & set(after)


@pytest.mark.parametrize(
    ("arrived", "alarm_on"),
    [
        (TODAY, date(2026, 3, 4)),  # Monday: the working day after is Tuesday
        (date(2026, 3, 6), date(2026, 3, 10)),  # Friday: Monday
        (date(2026, 3, 7), date(2026, 3, 10)),  # Saturday: Monday
        (date(2026, 9, 30), date(2026, 10, 9)),  # before the National Day week
    ],
)
@pytest.mark.parametrize("kind", [D, L])
@pytest.mark.parametrize("confirmed", [True, False])
def test_older_than_one_working_day_and_not_registered(
    arrived: date, alarm_on: date, kind: Any, confirmed: bool
) -> None:
    case = fresh(kind, arrived=arrived, confirmed_by_applicant=arrived if confirmed else None)
    assert told(case, days(arrived, alarm_on + timedelta(30))) == [(alarm_on, "unconfirmed")]
    (alarm,) = alarms(case, alarm_on, CALENDAR)
    assert (alarm.kind, alarm.roles) == (AlarmKind.UNCONFIRMED, (R.REGISTRAR, R.LEADER))


def test_no_such_alarm_once_it_is_registered() -> None:
    assert not of_kind(through(fresh(), A.REGISTER), TODAY + timedelta(10), AlarmKind.UNCONFIRMED)


def test_a_correction_that_does_not_come() -> None:
    case = through(fresh(), A.REGISTER, A.CORRECT)
    end = TODAY + timedelta(14)
    assert told(case, days(TODAY, end + timedelta(60))) == [(end + timedelta(1), f"abandoned:{end}")]
    (alarm,) = alarms(case, end + timedelta(1), CALENDAR)
    assert (alarm.kind, alarm.roles, alarm.due) == (AlarmKind.ABANDONED, (R.REGISTRAR,), end)
    longer = does(case, A.PROLONG, on=end + timedelta(1))
    new = TODAY + timedelta(28)
    assert told(longer, days(end, new + timedelta(1))) == [(new + timedelta(1), f"abandoned:{new}")]


@pytest.mark.parametrize(
    ("whom", "meaning"), [(THIRD, Silence.AUTHORITY_DECIDES), (CO, Silence.CONSENT)], ids=["third", "co-author"]
)
def test_fifteen_working_days_of_silence(whom: Any, meaning: Silence) -> None:
    case = does(REQUEST, A.CONSULT, whom=whom)
    end = CALENDAR.working_day_after(TODAY, 15)
    assert not of_kind(case, end, AlarmKind.CONSULTATION_OVER)
    (alarm,) = of_kind(case, end + timedelta(1), AlarmKind.CONSULTATION_OVER)
    assert (alarm.roles, alarm.silence, alarm.key) == ((R.REGISTRAR,), meaning, "silence:0")
    for day in (end, end + timedelta(1)):
        answered = does(case, A.OPINION, on=day)
        assert not of_kind(answered, day + timedelta(1), AlarmKind.CONSULTATION_OVER)


def test_two_who_are_silent_are_two_alarms() -> None:
    case = through(REQUEST, A.CONSULT, A.CONSULT)
    found = of_kind(case, CALENDAR.working_day_after(TODAY, 16), AlarmKind.CONSULTATION_OVER)
    assert [one.key for one in found] == ["silence:0", "silence:1"]

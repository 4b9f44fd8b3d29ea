"""What the office does by itself: each alarm once, dates counted anew, nothing that one case can hold up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.mailbox.calendar import CHINA, national_calendar
from bot.mailbox.cases import Origin, Step
from bot.mailbox.content import DisclosureRequest, Letter, LetterKind, Medium, Way
from bot.mailbox.deadlines import ReceivedBy
from bot.mailbox.mail.tags import Tag, tag_in
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.people import Applicant, Role
from bot.mailbox.stages import Action, Kind, Stage
from bot.office import chores
from bot.office.office import Office, Submission
from bot.store.database import open_database
from bot.store.tables import events as event_rows
from tests.office.mailing import (
    LETTER,
    REQUEST,
    STAFF,
    Clock,
    actions,
    answer,
    case,
    events,
    office_at,
    receive,
    sent,
    tasks,
    text_of,
)

REGISTRAR, POLICE, LEGAL, LEADER = (f"{who}@example.cn" for who in ("registrar", "police", "legal", "leader"))


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)


START = date(2026, 3, 2)
"""A Monday with no holiday near it."""
DUE = date(2026, 3, 30)


@pytest.fixture
def clock() -> Clock:
    return Clock(at(START))


def open_one(office: Office, kind: Kind = Kind.DISCLOSURE, key: str = "1") -> CaseNumber:
    who = Applicant(name="李明", identity="11010519491231002X", phone="13812345678")
    content = (
        DisclosureRequest(applicant=who, description="征收补偿方案", medium=Medium.PAPER, way=Way.POST)
        if kind is Kind.DISCLOSURE
        else Letter(applicant=who, letter_kind=LetterKind.HELP, subject="路灯", text="不亮")
    )
    origin = Origin(channel="telegram", user_key="tg:1")
    with office.store.transaction() as t:
        stored, _ = office.open(t, Submission(key, content, origin, ReceivedBy.CHAT))
    return stored.case.number


def act(office: Office, action: Action, who: str, number: CaseNumber = REQUEST, **fields: object) -> None:
    person = next(one for one in STAFF if one.id == who)
    office.act(number, Step(action=action, **fields), person.acting("terminal"))  # type: ignore[arg-type]


@pytest.fixture
def collecting(office: Office) -> Office:
    """A request with the police, due on 30 March; what was said about it is sent."""
    open_one(office)
    act(office, Action.REGISTER, "registrar")
    act(office, Action.ASSIGN, "registrar", department="gongan")
    sent(office)
    return office


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(1)


def told(office: Office) -> list[tuple[str, str]]:
    """To whom what is sent now."""
    return sorted((str(one["To"]), str(one["Subject"]).partition("] ")[2]) for one in sent(office).sent)


def test_reminders_and_the_alarm_each_once(collecting: Office, clock: Clock) -> None:
    said: dict[date, list[tuple[str, str]]] = {}
    for day in days(START, DUE + timedelta(20)):
        for hour in (1, 9, 23):
            clock.now = at(day, hour)
            chores.run(collecting)
            if mails := told(collecting):
                assert hour == 1
                said[day] = mails
    soon = [(POLICE, "快到期了"), (REGISTRAR, "快到期了")]
    late = [(LEADER, "已经超期"), (REGISTRAR, "已经超期")]
    assert said == {
        date(2026, 3, 23): soon,
        date(2026, 3, 27): soon,
        DUE: soon,
        DUE + timedelta(1): late,
    }
    assert len(tasks(collecting)) == 4


@pytest.mark.parametrize(
    ("back_on", "title"),
    [
        (date(2026, 3, 25), "快到期了"),
        (date(2026, 3, 28), "快到期了"),
        (DUE, "快到期了"),
        (date(2026, 6, 1), "已经超期"),
    ],
)
def test_after_a_downtime_one_mail_each(collecting: Office, clock: Clock, back_on: date, title: str) -> None:
    clock.now = at(back_on)
    assert chores.run(collecting) == 1
    assert [what for _, what in told(collecting)] == [title] * 2
    assert chores.run(collecting) == 0


def test_what_a_reminder_says(collecting: Office, clock: Clock) -> None:
    clock.now = at(date(2026, 3, 27))
    chores.run(collecting)
    words = text_of(sent(collecting).to(POLICE))
    for part in ("沙依申〔2026〕0001号", "征收补偿方案", "还有 1 个工作日到期", "2026年3月30日", "收集材料"):
        assert part in words
    assert "11010519491231002X" not in words
    assert "13812345678" not in words


def test_a_reminder_can_be_answered(collecting: Office, clock: Clock) -> None:
    clock.now = at(date(2026, 3, 27))
    chores.run(collecting)
    reminder = sent(collecting).to(POLICE)
    with collecting.store.reading() as t:
        assert tag_in([str(reminder["Reply-To"])], t.cases.keyed) == Tag(REQUEST, Role.DEPARTMENT, 2)
    assert receive(collecting, answer(reminder, "答复结果：予以公开\n经审查，予以公开。")) == {"staff_step": 1}
    assert case(collecting).case.stage is Stage.LEGAL_REVIEW


def test_the_ids_of_alarms_cannot_be_guessed(tmp_path: Path, clock: Clock) -> None:
    ids: list[str] = []
    for name in ("here", "elsewhere"):  # the same alarm of the same case
        clock.now = at(START)
        office = office_at(tmp_path / name, clock)
        open_one(office)
        sent(office)
        clock.now = at(START + timedelta(2))
        chores.run(office)
        ids += [str(one["Message-ID"]) for one in sent(office).sent]
        office.store.close()
    assert len(set(ids)) == len(ids) == 4


def test_an_extended_case_is_reminded_of_anew(collecting: Office, clock: Clock) -> None:
    clock.now = at(date(2026, 3, 27))
    chores.run(collecting)
    act(collecting, Action.EXTEND, "registrar", days=5, approver="王主任", text="材料多")
    sent(collecting)
    assert chores.run(collecting) == 0
    clock.now = at(date(2026, 3, 31))
    assert chores.run(collecting) == 1  # 7 April is five working days ahead, Qingming left out
    clock.now = at(date(2026, 4, 7))
    assert chores.run(collecting) == 1
    clock.now = at(date(2026, 4, 8))
    assert chores.run(collecting) == 1
    assert [key for key in tasks(collecting) if key.startswith("overdue")] == ["overdue:2026-04-07:D2026-0001"]


def test_nothing_is_said_once_it_is_answered(collecting: Office, clock: Clock) -> None:
    act(collecting, Action.DRAFT, "police", text="经审查，予以公开。", outcome="granted")
    act(collecting, Action.FINISH_DRAFT, "police")
    act(collecting, Action.PASS_REVIEW, "legal")
    act(collecting, Action.SIGN, "leader")
    act(collecting, Action.REPLY, "registrar")
    for day in (DUE, DUE + timedelta(1), DUE + timedelta(90)):
        clock.now = at(day)
        assert chores.run(collecting) == 0


@pytest.mark.parametrize("kind", Kind)
def test_unconfirmed_for_more_than_one_working_day(office: Office, clock: Clock, kind: Kind) -> None:
    open_one(office, kind)
    sent(office)
    clock.now = at(START + timedelta(1), 23)
    assert chores.run(office) == 0
    clock.now = at(START + timedelta(2), 0)  # in China; in UTC still the day before
    assert chores.run(office) == 1
    assert told(office) == [(LEADER, "还没有确认登记"), (REGISTRAR, "还没有确认登记")]
    clock.now = at(START + timedelta(30))
    assert chores.run(office) == 0


def test_a_correction_and_a_consultation_that_nobody_answers(office: Office, clock: Clock) -> None:
    open_one(office)
    act(office, Action.REGISTER, "registrar")
    act(office, Action.CORRECT, "registrar", text="请写明片区", answer_by=START + timedelta(14))
    other = open_one(office, key="2")
    act(office, Action.REGISTER, "registrar", other)
    act(office, Action.ASSIGN, "registrar", other, department="gongan")
    act(office, Action.CONSULT, "registrar", other, whom="third_party", authority="某公司")
    sent(office)
    clock.now = at(START + timedelta(15))
    assert chores.run(office) == 1
    assert told(office) == [(REGISTRAR, "逾期没有补正")]
    clock.now = at(date(2026, 3, 24))
    assert chores.run(office) == 1
    assert told(office) == [(REGISTRAR, "征求意见期满")]


def test_nobody_in_the_role_still_leaves_the_task(collecting: Office, clock: Clock) -> None:
    with collecting.store.transaction() as t:
        for person in STAFF:
            t.people.remove(person.id)
    clock.now = at(DUE)
    assert chores.run(collecting) == 1
    assert tasks(collecting) == {f"due:{DUE}:0:D2026-0001": Role.DEPARTMENT}
    assert sent(collecting).sent == []


# --- the calendar

NATIONAL = national_calendar()
UNKNOWN = replace(NATIONAL, published=NATIONAL.published - {2026})


def test_when_the_calendar_comes_every_open_case_is_dated_anew(tmp_path: Path, office: Office) -> None:
    clock = Clock(at(date(2026, 9, 21)))
    before = Office(office.store, replace(office.desk, calendar=UNKNOWN), clock)
    after = Office(office.store, office.desk, clock)
    open_one(before)
    act(before, Action.REGISTER, "registrar")
    open_one(before, Kind.LETTER, "2")
    act(before, Action.ACCEPT, "registrar", LETTER)
    answered = open_one(before, key="3")
    act(before, Action.REGISTER, "registrar", answered)
    act(before, Action.WITHDRAW, "registrar", answered)
    guessed = events(before)[-1]
    assert (guessed.due, guessed.provisional) == (date(2026, 10, 19), True)
    assert chores.run(before) == 0
    assert Action.REDATE not in actions(before)

    chores.run(after)
    known = events(after)[-1]
    assert (known.action, known.actor.role) == (Action.REDATE, Role.SYSTEM)
    assert (known.due, known.provisional) == (case(after).case.deadline(NATIONAL).due, False)  # type: ignore[union-attr]
    assert known.due != guessed.due  # the National Day week and its make-up days are known now
    assert actions(after, LETTER)[-1] is Action.REDATE
    assert Action.REDATE not in actions(after, answered)
    chores.run(after)
    assert actions(after).count(Action.REDATE) == 1


def test_a_moved_date_is_reminded_of_anew(office: Office) -> None:
    clock = Clock(at(date(2026, 9, 21)))
    before = Office(office.store, replace(office.desk, calendar=UNKNOWN), clock)
    after = Office(office.store, office.desk, clock)
    open_one(before)
    act(before, Action.REGISTER, "registrar")
    clock.now = at(date(2026, 10, 19))
    assert chores.run(before) == 1
    assert chores.run(after) == 1
    keys = [key for key in tasks(after) if key.startswith("due:")]
    assert len(keys) == len({key.split(":")[1] for key in keys}) == 2


# --- many cases


def test_a_case_with_a_fault_holds_up_no_other(collecting: Office, clock: Clock, tmp_path: Path) -> None:
    other = open_one(collecting, key="2")
    act(collecting, Action.REGISTER, "registrar", other)
    engine = open_database(tmp_path / "home" / "wenban.db")
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE TRIGGER no BEFORE INSERT ON tasks WHEN NEW.key LIKE '%D2026-0001' "
                "BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        )
    clock.now = at(DUE)
    assert chores.run(collecting) == 1
    assert list(tasks(collecting)) == [f"due:{DUE}:0:{other.ref}"]
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER no"))
    engine.dispose()
    assert chores.run(collecting) == 1


def test_cases_without_news_are_only_read(collecting: Office, clock: Clock) -> None:
    clock.now = at(DUE)
    assert chores.run(collecting) == 1
    begun: list[str] = []
    sa.event.listen(collecting.store._engine, "before_cursor_execute", lambda *args: begun.append(args[2]))
    assert chores.run(collecting) == 0
    assert begun
    assert not [statement for statement in begun if not statement.lstrip().startswith(("SELECT", "BEGIN"))]
    assert not [statement for statement in begun if "IMMEDIATE" in statement]
    assert event_rows.name in " ".join(begun)

"""Deadlines: the known vectors, a table of cases by article, and properties over random histories."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cli
from bot.mailbox.calendar import Calendar, day_of, national_calendar
from bot.mailbox.deadlines import (
    Cause,
    Clock,
    Consultation,
    Consulted,
    Correction,
    Deadline,
    DeadlineError,
    Extension,
    Pause,
    ReceivedBy,
    Silence,
    Start,
    answer_due,
    ask_correction,
    clock_start,
    confirmation_late,
    correction_notice_due,
    extend,
    is_abandoned,
    letter_deadline,
    pause,
    reckon,
    reply_deadline,
    silence,
)
from bot.mailbox.explanation import explanation, summary

CALENDAR = national_calendar()
VECTORS = [
    ("2026-02-06", 20, "2026-03-12", False),  # Spring Festival with two make-up days
    ("2025-09-22", 20, "2025-10-24", False),  # National Day with two make-up days
    ("2026-11-24", 20, "2026-12-22", False),
    ("2026-12-22", 20, "2027-01-19", True),
    ("2026-11-24", 40, "2027-01-19", True),
]


def d(text: str) -> date:
    return date.fromisoformat(text)


def request(start: str, **rest: object) -> Clock:
    return replace(Clock(Start(d(start), Cause.CONFIRMED)), **rest)  # type: ignore[arg-type]


def due(clock: Clock) -> str | None:
    deadline = reply_deadline(clock, CALENDAR)
    return deadline.due.isoformat() if deadline else None


def third(sent: str, received: str | None = None, answered: str | None = None) -> Consultation:
    return Consultation(
        Consulted.THIRD_PARTY, d(sent), d(received) if received else None, d(answered) if answered else None
    )


def without(calendar: Calendar, year: int) -> Calendar:
    """The calendar as it was before ``year`` was published."""
    return replace(calendar, published=calendar.published - {year})


# the calendar


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-14", True),  # Saturday, make-up
        ("2026-02-16", False),  # Monday, Spring Festival
        ("2026-11-28", False),  # Saturday
        ("2026-11-30", True),  # Monday
        ("2027-10-01", True),  # a Friday of which nothing is published
        ("2027-01-02", False),  # Saturday, whatever is published
    ],
)
def test_working_days(day: str, works: bool) -> None:
    assert CALENDAR.is_working(d(day)) is works


def test_the_calendar_agrees_with_its_source_on_every_published_day() -> None:
    day = date(min(CALENDAR.published), 1, 1)
    while day.year in CALENDAR.published:
        assert CALENDAR.is_working(day) is chinese_calendar.is_workday(day)
        day += timedelta(days=1)


def test_the_day_is_the_day_in_china() -> None:
    assert day_of(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == d("2026-11-24")
    with pytest.raises(ValueError, match="time zone"):
        day_of(datetime(2026, 11, 23, 16, 0))  # noqa: DTZ001


def test_working_days_between() -> None:
    assert CALENDAR.working_days_between(d("2026-02-06"), d("2026-03-12")) == 20
    assert CALENDAR.working_days_between(d("2026-03-12"), d("2026-02-06")) == 0
    with pytest.raises(ValueError, match="at least 1"):
        CALENDAR.working_day_after(d("2026-03-12"), 0)


# the vectors


@pytest.mark.parametrize(("start", "days", "expected", "provisional"), VECTORS)
def test_vectors(start: str, days: int, expected: str, provisional: bool) -> None:
    deadline = reckon(Start(d(start)), days, CALENDAR)
    assert (deadline.due.isoformat(), deadline.provisional) == (expected, provisional)


def test_a_new_calendar_moves_a_provisional_date() -> None:
    clock = request("2026-02-06")
    before = reply_deadline(clock, without(CALENDAR, 2026))
    after = reply_deadline(clock, CALENDAR)
    assert before
    assert after
    assert (before.due, before.provisional) == (d("2026-03-06"), True)
    assert (after.due, after.provisional) == (d("2026-03-12"), False)


# article 31: the start


@pytest.mark.parametrize(
    ("way", "confirmed", "start", "cause"),
    [
        (ReceivedBy.IN_PERSON, None, "2026-11-23", Cause.SUBMITTED),
        (ReceivedBy.IN_PERSON, "2026-11-24", "2026-11-23", Cause.SUBMITTED),
        (ReceivedBy.REGISTERED_POST, None, "2026-11-23", Cause.SIGNED_FOR),
        (ReceivedBy.PLAIN_POST, "2026-11-23", "2026-11-23", Cause.POST_CONFIRMED),
        (ReceivedBy.PLAIN_POST, None, None, None),
        (ReceivedBy.INTERNET, "2026-11-24", "2026-11-24", Cause.CONFIRMED),
        (ReceivedBy.INTERNET, None, None, None),
        (ReceivedBy.CHAT, "2026-11-24", "2026-11-24", Cause.CONFIRMED),
        (ReceivedBy.CHAT, None, None, None),
        (ReceivedBy.FAX, "2026-11-25", "2026-11-25", Cause.CONFIRMED),
    ],
)
def test_article_31(way: ReceivedBy, confirmed: str | None, start: str | None, cause: Cause | None) -> None:
    found = clock_start(way, d("2026-11-23"), d(confirmed) if confirmed else None)
    assert found == (Start(d(start), cause) if start and cause else None)


@pytest.mark.parametrize(
    ("way", "today", "late"),
    [
        (ReceivedBy.CHAT, "2026-11-27", False),  # arrived on a Friday
        (ReceivedBy.CHAT, "2026-11-30", False),
        (ReceivedBy.CHAT, "2026-12-01", True),
        (ReceivedBy.PLAIN_POST, "2026-12-01", True),
        (ReceivedBy.IN_PERSON, "2026-12-01", False),  # needs no confirmation
    ],
)
def test_an_unconfirmed_request_is_an_alarm(way: ReceivedBy, today: str, late: bool) -> None:
    assert confirmation_late(way, d("2026-11-27"), d(today), CALENDAR) is late


# article 30: the correction


def test_correction_notice_within_seven_working_days() -> None:
    clock = request("2026-11-24")
    assert correction_notice_due(clock.start, CALENDAR).due == d("2026-12-03")
    asked = ask_correction(clock, Correction(d("2026-12-03"), d("2026-12-17")), CALENDAR)
    assert due(asked) is None
    with pytest.raises(DeadlineError, match="一次性"):
        ask_correction(asked, Correction(d("2026-12-03"), d("2026-12-17")), CALENDAR)
    with pytest.raises(DeadlineError, match="7个工作日"):
        ask_correction(clock, Correction(d("2026-12-04"), d("2026-12-18")), CALENDAR)


def test_the_corrected_request_restarts_the_clock() -> None:
    correction = Correction(d("2026-01-26"), d("2026-02-10"), d("2026-02-06"))
    deadline = reply_deadline(request("2026-01-20", correction=correction), CALENDAR)
    assert deadline
    assert (deadline.start, deadline.due) == (Start(d("2026-02-06"), Cause.CORRECTED), d("2026-03-12"))
    assert "条例第三十条" in "".join(explanation(deadline))


@pytest.mark.parametrize(
    ("received", "today", "abandoned"),
    [(None, "2026-12-17", False), (None, "2026-12-18", True), ("2026-12-16", "2026-12-30", False)],
)
def test_silence_on_a_correction_notice_abandons_the_request(
    received: str | None, today: str, abandoned: bool
) -> None:
    correction = Correction(d("2026-12-03"), d("2026-12-17"), d(received) if received else None)
    assert is_abandoned(request("2026-11-24", correction=correction), d(today)) is abandoned
    assert not is_abandoned(request("2026-11-24"), d(today))


# articles 32 to 34: consultation and extension


@pytest.mark.parametrize(
    ("consultations", "expected"),
    [
        ((), "2026-06-30"),
        ((third("2026-06-05", None, "2026-06-05"),), "2026-06-30"),  # answered on the spot
        ((third("2026-06-05", None, "2026-06-12"),), "2026-07-07"),  # five working days out
        ((third("2026-06-05", "2026-06-09", "2026-06-12"),), "2026-07-07"),  # the way there is not counted either
        ((third("2026-06-05"),), "2026-07-21"),  # silence: fifteen
        ((third("2026-06-05", "2026-06-09"),), "2026-07-23"),
        ((third("2026-06-05", None, "2026-12-01"),), "2026-07-21"),  # an answer after the fifteen days
        ((third("2026-06-05", None, "2026-06-12"), third("2026-06-08", None, "2026-06-12")), "2026-07-07"),
        ((third("2026-06-05", None, "2026-06-12"), third("2026-06-10", None, "2026-06-15")), "2026-07-08"),
        ((third("2026-07-10", None, "2026-07-15"),), "2026-06-30"),  # after the due date: no use
        ((replace(third("2026-06-05"), whom=Consulted.CO_AUTHOR),), "2026-07-21"),
    ],
)
def test_consultation_is_not_counted(consultations: tuple[Consultation, ...], expected: str) -> None:
    assert due(request("2026-06-01", consultations=consultations)) == expected


@pytest.mark.parametrize(
    ("whom", "answered", "today", "means"),
    [
        (Consulted.THIRD_PARTY, None, "2026-06-29", None),
        (Consulted.THIRD_PARTY, None, "2026-06-30", Silence.AUTHORITY_DECIDES),
        (Consulted.CO_AUTHOR, None, "2026-06-29", None),
        (Consulted.CO_AUTHOR, None, "2026-06-30", Silence.CONSENT),
        (Consulted.CO_AUTHOR, "2026-06-29", "2026-09-01", None),
        (Consulted.CO_AUTHOR, "2026-06-30", "2026-09-01", Silence.CONSENT),
    ],
)
def test_the_two_silences(whom: Consulted, answered: str | None, today: str, means: Silence | None) -> None:
    asked = Consultation(whom, d("2026-06-05"), answered=d(answered) if answered else None)
    assert answer_due(asked, CALENDAR) == d("2026-06-29")
    assert silence(asked, d(today), CALENDAR) is means


def test_extension_by_at_most_twenty_working_days() -> None:
    clock = request("2026-06-01")
    extended = extend(clock, Extension(20, "李主任", d("2026-06-30")), CALENDAR)
    assert due(extended) == "2026-07-28"
    with pytest.raises(DeadlineError, match="一次"):
        extend(extended, Extension(5, "李主任", d("2026-06-30")), CALENDAR)
    with pytest.raises(DeadlineError, match="已经过了"):
        extend(clock, Extension(5, "李主任", d("2026-07-01")), CALENDAR)
    waiting = replace(clock, correction=Correction(d("2026-06-02"), d("2026-06-20")))
    with pytest.raises(DeadlineError, match="补正"):
        extend(waiting, Extension(5, "李主任", d("2026-06-03")), CALENDAR)


@pytest.mark.parametrize(("days", "approver"), [(0, "李主任"), (21, "李主任"), (5, " ")])
def test_a_wrong_extension_is_refused(days: int, approver: str) -> None:
    with pytest.raises(DeadlineError, match="第三十三条"):
        Extension(days, approver, d("2026-06-30"))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: clock_start(ReceivedBy.CHAT, d("2026-06-02"), d("2026-06-01")),
        lambda: Correction(d("2026-06-02"), d("2026-06-01")),
        lambda: Correction(d("2026-06-02"), d("2026-06-09"), d("2026-06-01")),
        lambda: third("2026-06-02", "2026-06-01"),
        lambda: third("2026-06-02", "2026-06-04", "2026-06-03"),
        lambda: extend(request("2026-06-02"), Extension(5, "李主任", d("2026-06-01")), CALENDAR),
        lambda: ask_correction(request("2026-06-02"), Correction(d("2026-06-01"), d("2026-06-09")), CALENDAR),
    ],
)
def test_dates_in_the_wrong_order_are_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(DeadlineError, match="早于"):
        wrong()


def test_letters_have_their_own_days() -> None:
    assert letter_deadline(d("2026-11-24"), 5, CALENDAR).due == d("2026-12-01")
    assert letter_deadline(d("2026-11-24"), 10, CALENDAR).due == d("2026-12-08")
    with pytest.raises(DeadlineError, match="至少"):
        letter_deadline(d("2026-11-24"), 0, CALENDAR)


# the explanation


def test_the_summary_reads_as_a_sentence() -> None:
    deadline = reply_deadline(request("2026-11-24"), CALENDAR)
    assert deadline
    assert summary(deadline) == (
        "11月24日双方确认，从次日起算；第20个工作日为12月22日，其间11月28日至29日、12月5日至6日、"
        "12月12日至13日、12月19日至20日（周末）不计。"
    )
    assert "起算依据：条例第三十一条第（三）项。" in explanation(deadline)


def test_the_explanation_names_make_up_days_pauses_extension_and_the_unknown() -> None:
    clock = request(
        "2026-09-14",
        consultations=(
            third("2026-09-15", None, "2026-09-18"),
            replace(third("2026-10-12"), whom=Consulted.CO_AUTHOR),
        ),
        extension=Extension(20, "李主任", d("2026-09-30")),
    )
    deadline = reply_deadline(clock, CALENDAR)
    assert deadline
    said = "\n".join(explanation(deadline))
    assert "9月16日至18日：征求第三方意见，3天不计" in said
    assert "9月20日：为国庆节调休上班" in said
    assert "征求第三方意见至9月18日答复为止" in said
    assert "视为同意公开（条例第三十四条）" in said
    assert "经批准延长20个工作日（条例第三十三条第二款）" in said
    assert "暂定" not in said
    provisional = reply_deadline(request("2026-12-22"), CALENDAR)
    assert provisional
    assert "日期为暂定：2027年" in explanation(provisional)[-1]


def test_a_deadline_without_days_off_between() -> None:
    assert summary(reckon(Start(d("2026-11-23")), 2, CALENDAR)).endswith("第2个工作日为11月25日。")


# properties over random histories

DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))


@st.composite
def consultations(draw: st.DrawFn, start: date) -> Consultation:
    sent = start + timedelta(days=draw(st.integers(0, 40)))
    received = draw(st.none() | st.integers(0, 9).map(lambda days: sent + timedelta(days=days)))
    answered = draw(st.none() | st.integers(0, 40).map(lambda days: (received or sent) + timedelta(days=days)))
    return Consultation(draw(st.sampled_from(Consulted)), sent, received, answered)


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    start = draw(DAYS)
    correction = None
    if draw(st.booleans()):
        notified = start + timedelta(days=draw(st.integers(0, 9)))
        received = notified + timedelta(days=draw(st.integers(0, 30)))
        correction = Correction(notified, notified + timedelta(days=15), received)
    asked = tuple(draw(st.lists(consultations(start), max_size=3)))
    extra = draw(st.none() | st.integers(1, 20))
    extension = Extension(extra, "李主任", start) if extra else None
    return Clock(Start(start), correction, asked, extension)


@cache  # the library looks for its first and last year at each call
def naive_works(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def naive_limit(received: date) -> date:
    day, left = received, 15
    while left:
        day += timedelta(days=1)
        left -= naive_works(day)
    return day


def naive_due(clock: Clock) -> date:
    """One day after the other, straight from the law."""
    day = clock.correction.received if clock.correction else clock.start.day
    assert day
    asked = [(one, naive_limit(one.received or one.sent)) for one in clock.consultations]
    left = 20 + (clock.extension.days if clock.extension else 0)
    while left:
        day += timedelta(days=1)
        waiting = any(one.sent < day <= min(one.answered or limit, limit) for one, limit in asked)
        left -= naive_works(day) and not waiting
    return day


def check_sum(deadline: Deadline) -> None:
    """Runs touch, cover every day after the start, and count to the number of days."""
    before = deadline.start.day
    number = 0
    for run in deadline.runs:
        assert run.first == before + timedelta(days=1)
        assert run.length >= 1
        number += run.counted
        assert run.number == number
        before = run.last
    assert before == deadline.due
    assert number == deadline.days
    assert sum(run.length for run in deadline.runs) == (deadline.due - deadline.start.day).days


@settings(max_examples=2000, deadline=None)
@given(clocks())
def test_random_histories_agree_with_a_naive_count(clock: Clock) -> None:
    deadline = reply_deadline(clock, CALENDAR)
    assert deadline
    assert deadline.due == naive_due(clock)
    assert CALENDAR.is_working(deadline.due)
    assert deadline.provisional is (deadline.due.year > 2026)
    assert not any(deadline.due in one for one in deadline.pauses)
    check_sum(deadline)
    check_text(deadline)


def check_text(deadline: Deadline) -> None:
    """The numbers that a reader sees add up as well."""
    lines = explanation(deadline)[1 : 1 + len(deadline.runs)]
    skipped = sum(int(found[1]) for line in lines if (found := re.search(r"，(\d+)天不计$", line)))
    last = re.search(r"(\d+)个工作日$", lines[-1])
    assert last
    assert int(last[1]) == deadline.days
    assert skipped + deadline.days == (deadline.due - deadline.start.day).days


@settings(max_examples=500, deadline=None)
@given(DAYS, DAYS, st.integers(1, 60), st.data())
def test_a_later_start_is_never_due_earlier(one: date, other: date, days: int, data: st.DataObject) -> None:
    asked = data.draw(st.lists(consultations(min(one, other)), max_size=2))
    pauses: list[Pause] = [found for each in asked if (found := pause(each, CALENDAR))]
    early, late = sorted((one, other))
    assert reckon(Start(early), days, CALENDAR, pauses).due <= reckon(Start(late), days, CALENDAR, pauses).due


@settings(max_examples=300, deadline=None)
@given(DAYS, st.integers(1, 60))
def test_reckoning_is_the_calendars_own_count(start: date, days: int) -> None:
    deadline = reckon(Start(start), days, CALENDAR)
    assert deadline.due == CALENDAR.working_day_after(start, days)
    assert CALENDAR.working_days_between(start, deadline.due) == days


# the command

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setitem(cli.COMMANDS, "deadline", "reckon")

    def go(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(["deadline", *words])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return go


@pytest.mark.parametrize(("start", "days", "expected", "provisional"), VECTORS)
def test_command_json(run: Run, start: str, days: int, expected: str, provisional: bool) -> None:
    code, out, err = run(start, "--days", str(days), "--json")
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert list(said) == ["start", "days", "due", "provisional", "explanation"]
    assert (said["start"], said["days"], said["due"], said["provisional"]) == (start, days, expected, provisional)
    assert all(isinstance(line, str) for line in said["explanation"])
    assert any("暂定" in line for line in said["explanation"]) is provisional


@pytest.mark.parametrize("start", ["2026/2/6", "2026年2月6日", " 2026-02-06 "])
def test_command_reads_dates_as_people_write_them(run: Run, start: str) -> None:
    code, out, _ = run(start)
    assert code == 0
    assert "到期日：2026年3月12日（星期四）\n" in out
    assert "《政府信息公开条例》第三十三条" in out


def test_command_marks_a_provisional_date(run: Run) -> None:
    assert "2027年1月19日（星期二）（暂定）" in run("2026-12-22")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["明天"], "不是一个日期"),
        (["2026-02-30"], "不是一个日期"),
        (["2026-13-01"], "不是一个日期"),
        (["20260206"], "不是一个日期"),
        ([""], "不是一个日期"),
        (["0000-01-01"], "不是一个日期"),
        (["9999-12-20"], "算不到"),
        (["2026-02-06", "--days", "0"], "不是可用的天数"),
        (["2026-02-06", "--days", "-3"], "不是可用的天数"),
        (["2026-02-06", "--days", "二十"], "不是可用的天数"),
        (["2026-02-06", "--days", "1001"], "不是可用的天数"),
        (["2026-02-06", "--days", "9" * 5000], "不是可用的天数"),
    ],
)
def test_command_refuses_in_chinese(run: Run, words: list[str], said: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_command_help_has_an_example(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "例：wenban deadline" in out

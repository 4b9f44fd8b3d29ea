"""The annual report's table adds up for whatever happened, before and after erasure."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mailbox.calendar import Calendar
from bot.mailbox.cases import Case, LetterClock, Origin, Rating
from bot.mailbox.content import DisclosureRequest, Medium, Way
from bot.mailbox.deadlines import ReceivedBy
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import Applicant, ApplicantKind
from bot.mailbox.stages import Kind, Stage
from bot.mailbox.statistics import LetterFigures, Row, letter_figures, table_3

EVERY_WEEKDAY = Calendar({}, {}, frozenset(range(2020, 2031)))
DAYS = st.dates(date(2023, 1, 1), date(2027, 12, 31))


def request(
    arrived: date,
    answered: date | None = None,
    outcome: Outcome | None = None,
    kind: ApplicantKind = ApplicantKind.NATURAL_PERSON,
) -> Case:
    applicant = Applicant(kind=kind, name="李明")
    return Case(
        number=CaseNumber(Kind.DISCLOSURE, arrived.year, 1),
        stage=Stage.CLOSED if answered else Stage.COLLECTING,
        applicant_kind=kind,
        origin=Origin(channel="paper", user_key="x"),
        received_by=ReceivedBy.IN_PERSON,
        arrived=arrived,
        answered=answered,
        outcome=outcome,
        content=DisclosureRequest(applicant=applicant, description="方案", medium=Medium.PAPER, way=Way.POST),
    )


def letter(
    arrived: date, answered: date | None = None, accepted: date | None = None, rating: Rating | None = None
) -> Case:
    return request(arrived, answered).model_copy(
        update={
            "number": CaseNumber(Kind.LETTER, arrived.year, 1),
            "letter_clock": LetterClock(accepted=accepted, days=5) if accepted else None,
            "rating": rating,
        }
    )


def erased(case: Case) -> Case:
    nothing = {"content": None, "draft": None, "query_code": None, "origin": Origin(channel="", user_key="")}
    return case.model_copy(update=nothing)


@st.composite
def requests(draw: st.DrawFn) -> Case:
    arrived = draw(DAYS)
    kind = draw(st.sampled_from(ApplicantKind))
    if draw(st.booleans()):
        return request(arrived, kind=kind)
    answered = arrived + timedelta(days=draw(st.integers(0, 900)))
    return request(arrived, answered, draw(st.sampled_from(Outcome)), kind)


def by_key(rows: tuple[Row, ...]) -> dict[str, Row]:
    return {row.key: row for row in rows}


@given(st.lists(requests(), max_size=40), st.integers(2022, 2030))
def test_every_column_adds_up(cases: list[Case], year: int) -> None:
    rows = by_key(table_3(cases, year))
    for kind in ApplicantKind:
        new, over, total, forward = (
            rows[key].counts[kind] for key in ("new", "carried_over", "total", "carried_forward")
        )
        assert new + over == total + forward
        assert total == sum(rows[outcome].counts[kind] for outcome in Outcome)
    assert all(row.total == sum(row.counts.values()) for row in rows.values())


@given(st.lists(requests(), max_size=40), st.integers(2022, 2029))
def test_what_is_carried_forward_is_carried_over(cases: list[Case], year: int) -> None:
    forward, over = (
        by_key(table_3(cases, year))["carried_forward"],
        by_key(table_3(cases, year + 1))["carried_over"],
    )
    assert forward.counts == over.counts


@given(st.lists(requests(), max_size=20))
def test_every_request_is_new_once(cases: list[Case]) -> None:
    assert sum(by_key(table_3(cases, year))["new"].total for year in range(2023, 2028)) == len(cases)


@given(st.lists(requests(), max_size=20), st.integers(2022, 2030))
def test_erasing_changes_nothing(cases: list[Case], year: int) -> None:
    assert table_3(cases, year) == table_3([erased(case) for case in cases], year)


def test_the_form() -> None:
    rows = table_3([], 2026)
    assert len(rows) == 25
    labels = [row.label for row in rows]
    assert labels[:3] == [
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "三、（一）予以公开",
    ]
    assert labels[4] == "三、（三）不予公开 1.属于国家秘密"
    assert labels[-5] == "三、（六）其他处理 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"
    assert labels[-2:] == ["三、（七）总计", "四、结转下年度继续办理"]


@pytest.mark.parametrize(
    ("case", "year", "expected"),
    [
        (request(date(2026, 1, 1)), 2026, {"new", "carried_forward"}),
        (request(date(2025, 12, 31)), 2026, {"carried_over", "carried_forward"}),
        (request(date(2025, 12, 31), date(2026, 1, 4), Outcome.PARTLY), 2026, {"carried_over", "partly_granted", "total"}),
        (request(date(2025, 12, 31), date(2026, 1, 4), Outcome.PARTLY), 2025, {"new", "carried_forward"}),
        (request(date(2025, 1, 1), date(2025, 12, 31), Outcome.GRANTED), 2026, set()),
        (request(date(2027, 1, 1)), 2026, set()),
        (letter(date(2026, 1, 1)), 2026, set()),
    ],
)  # fmt: skip
def test_where_one_request_counts(case: Case, year: int, expected: set[str]) -> None:
    assert {row.key for row in table_3([case], year) if row.total} == expected


def test_letters() -> None:
    monday = date(2026, 3, 2)
    letters = [
        letter(monday, monday + timedelta(days=7), monday, Rating.GOOD),  # the fifth working day
        letter(monday, monday + timedelta(days=8), monday, Rating.VERY_BAD),
        letter(monday, monday),
        letter(monday, None, monday),
        letter(date(2025, 12, 30), monday, date(2026, 3, 1), Rating.GOOD),
        letter(date(2025, 6, 1), date(2025, 6, 2)),
        letter(date(2027, 1, 1)),
        request(monday, monday, Outcome.GRANTED),
    ]
    found = letter_figures(letters, 2026, EVERY_WEEKDAY)
    rated = dict.fromkeys(Rating, 0) | {Rating.GOOD: 2, Rating.VERY_BAD: 1}
    assert found == LetterFigures(4, 4, 3, 1, 1, rated)
    assert letter_figures([erased(one) for one in letters], 2026, EVERY_WEEKDAY) == found

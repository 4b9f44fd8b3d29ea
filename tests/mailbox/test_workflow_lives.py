"""Whole lives of cases: the clock, withdrawal, opinions, and that nothing goes out unreviewed."""

from datetime import date, timedelta

import pytest

from bot.mailbox.cases import Case, Rating, Step
from bot.mailbox.content import DisclosureRequest
from bot.mailbox.deadlines import Consulted, ReceivedBy
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import Actor, Role
from bot.mailbox.stages import (
    ENDED,
    Action,
    Kind,
    Stage,
)
from bot.mailbox.workflow import Rules, StepRefused, possible, take
from tests.mailbox.moves import (
    ADMIN,
    CALENDAR,
    CITIZEN,
    CLERK,
    CO,
    LEGAL,
    OPEN,
    REGISTRAR,
    START,
    THIRD,
    TO_REPLY,
    TODAY,
    A,
    D,
    L,
    S,
    actor,
    does,
    due,
    fresh,
    reached,
    through,
)


def test_the_life_of_a_disclosure_request() -> None:
    case = fresh(confirmed_by_applicant=None)
    assert due(case) is None
    case = does(case, A.CONFIRM, CITIZEN, TODAY + timedelta(1))
    case = does(case, A.REGISTER, on=TODAY + timedelta(2))
    assert (case.confirmed_by_applicant, case.confirmed_by_office) == (date(2026, 3, 3), date(2026, 3, 4))
    assert due(case) == date(2026, 4, 1)
    case = does(case, A.CORRECT, on=TODAY + timedelta(4), answer_by=date(2026, 3, 20))
    assert due(case) is None
    case = does(case, A.ASK_MORE_TIME, CITIZEN, TODAY + timedelta(5))
    case = does(case, A.PROLONG, on=TODAY + timedelta(5), answer_by=date(2026, 3, 27))
    case = does(case, A.SUPPLEMENT, CITIZEN, date(2026, 3, 27), day=date(2026, 3, 26))
    assert due(case) == date(2026, 4, 24)
    assert isinstance(case.content, DisclosureRequest)
    assert case.content.description == "征收补偿方案\n补正（2026-03-26）：解放路以东"
    case = through(case, A.ASSIGN, A.DRAFT, A.FINISH_DRAFT, on=date(2026, 4, 1))
    case = does(case, A.SEND_BACK, LEGAL, date(2026, 4, 2))
    case = does(case, A.DRAFT, CLERK, date(2026, 4, 3), text="改过的稿", outcome=Outcome.PARTLY)
    case = through(case, A.FINISH_DRAFT, A.PASS_REVIEW, A.SIGN, A.REPLY, on=date(2026, 4, 7))
    assert (case.reviewed_by, case.signed_by, case.signed_on) == ("legal", "leader", date(2026, 4, 7))
    assert (case.outcome, case.answered, case.is_open) == (Outcome.PARTLY, date(2026, 4, 7), False)
    case = through(case, A.RATE, A.CLOSE, on=date(2026, 4, 8))
    assert (case.stage, case.rating, case.draft, case.version) == (S.CLOSED, Rating.GOOD, "改过的稿", 17)


def test_the_life_of_a_letter() -> None:
    case = does(fresh(L), A.ACCEPT)
    assert due(case) == date(2026, 3, 9)
    case = through(case, A.ASSIGN, A.RETURN)
    assert (case.stage, case.department) == (S.ACCEPTED, None)
    case = through(case, A.ASSIGN, A.EXTEND, A.TAKE, A.DRAFT, *TO_REPLY)
    assert (due(case), case.outcome, case.answered) == (date(2026, 3, 16), None, TODAY)
    case = does(case, A.RATE, rating=Rating.BAD)
    case = does(case, A.FOLLOW_UP, on=date(2026, 3, 20))
    assert (case.stage, due(case), case.rating, case.answered) == (S.ASSIGNED, date(2026, 4, 13), None, None)
    assert (case.reviewed_by, case.signed_by, case.department) == (None, None, "zhujian")
    case = through(case, A.TAKE, A.DRAFT, *TO_REPLY, A.CLOSE, on=date(2026, 3, 24))
    assert (case.stage, case.answered) == (S.CLOSED, date(2026, 3, 24))


@pytest.mark.parametrize(
    ("said", "rules", "days"), [(None, Rules(), 5), (10, Rules(), 10), (None, Rules(letter_days=3), 3)]
)
def test_a_letter_has_the_districts_term(said: int | None, rules: Rules, days: int) -> None:
    case = take(fresh(L), Step(action=A.ACCEPT, days=said), REGISTRAR, TODAY, CALENDAR, rules)
    assert case.letter_clock is not None
    assert case.letter_clock.days == days


def test_the_terms_that_are_the_default() -> None:
    assert Rules() == Rules(letter_days=5, letter_days_complex=10, follow_up_days=15)


@pytest.mark.parametrize(
    ("way", "confirmed", "start"),
    [
        (ReceivedBy.IN_PERSON, None, TODAY),
        (ReceivedBy.REGISTERED_POST, None, TODAY),
        (ReceivedBy.PLAIN_POST, date(2026, 3, 4), date(2026, 3, 5)),
        (ReceivedBy.PLAIN_POST, date(2026, 3, 6), date(2026, 3, 6)),
        (ReceivedBy.INTERNET, date(2026, 3, 4), date(2026, 3, 5)),
        (ReceivedBy.FAX, date(2026, 3, 4), date(2026, 3, 5)),
        (ReceivedBy.PLAIN_POST, None, None),
        (ReceivedBy.INTERNET, None, None),
        (ReceivedBy.CHAT, None, None),
        (ReceivedBy.FAX, None, None),
    ],
)
def test_the_clock_starts_by_the_way_of_receipt(
    way: ReceivedBy, confirmed: date | None, start: date | None
) -> None:
    """Article 31; registered on 6 March, entered for the 5th."""
    case = fresh(received_by=way, confirmed_by_applicant=confirmed)
    if start is None:
        with pytest.raises(StepRefused, match="还没有确认"):
            does(case, A.REGISTER, on=date(2026, 3, 6))
        return
    registered = does(case, A.REGISTER, on=date(2026, 3, 6), day=date(2026, 3, 5))
    assert registered.clock is not None
    assert registered.clock.start.day == start


@pytest.mark.parametrize("stage", sorted(OPEN))
@pytest.mark.parametrize("who", [CITIZEN, REGISTRAR, ADMIN])
@pytest.mark.parametrize("kind", Kind)
def test_withdrawn_anywhere_while_open(kind: Kind, stage: Stage, who: Actor) -> None:
    if stage not in reached(kind):
        return
    case = does(reached(kind)[stage], A.WITHDRAW, who)
    assert (case.stage, case.answered) == (S.WITHDRAWN, TODAY)
    assert case.outcome is (Outcome.OTHER_3 if kind is D else None)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("stage", sorted(ENDED))
def test_nothing_but_a_note_happens_after_the_end(kind: Kind, stage: Stage) -> None:
    if stage in reached(kind):
        case = reached(kind)[stage]
        assert {possible(case, actor(role, case.department or "zhujian")) for role in Role} <= {(A.NOTE,), ()}


# --- two are asked at once


def consulting() -> Case:
    """A third party is asked on 2 March, a co-author on 4 March."""
    case = does(reached(D)[S.COLLECTING], A.CONSULT)
    return does(case, A.CONSULT, on=date(2026, 3, 4), whom=CO, authority="区财政局")


@pytest.mark.parametrize(("first", "second"), [(THIRD, CO), (CO, THIRD)])
def test_two_opinions_in_either_order(first: Consulted, second: Consulted) -> None:
    case = consulting()
    assert due(case) == date(2026, 4, 23)  # 20 days after 25 March, the last day of the co-author
    one = does(case, A.OPINION, on=date(2026, 3, 9), whom=first)
    assert one.stage is S.CONSULTING
    with pytest.raises(StepRefused, match="没有在等"):
        does(one, A.OPINION, on=date(2026, 3, 9), whom=first)
    both = does(one, A.OPINION, on=date(2026, 3, 11), whom=second)
    assert both.stage is S.COLLECTING
    assert due(both) == date(2026, 4, 9)  # 3 to 11 March do not count, 6 April is a holiday
    assert both.clock is not None
    assert {one.whom: one.answered for one in both.clock.consultations} == {
        first: date(2026, 3, 9),
        second: date(2026, 3, 11),
    }


def test_two_of_one_kind_are_told_apart_by_name() -> None:
    case = does(reached(D)[S.COLLECTING], A.CONSULT, authority="甲公司 0716-1")
    case = does(case, A.CONSULT, on=date(2026, 3, 4), authority="乙公司 0716-2")
    with pytest.raises(StepRefused, match="甲公司.*乙公司"):
        does(case, A.OPINION, on=date(2026, 3, 9))
    with pytest.raises(StepRefused, match="没有在等"):
        does(case, A.OPINION, on=date(2026, 3, 9), authority="丙公司")
    case = does(case, A.OPINION, on=date(2026, 3, 9), authority="乙公司")
    assert case.clock is not None
    assert [one.answered for one in case.clock.consultations] == [None, date(2026, 3, 9)]


def test_silence_of_both_ends_the_stage_when_each_term_is_over() -> None:
    case = consulting()
    on = date(2026, 3, 24)  # the third party's 15 days ended on the 23rd, the co-author's end on the 25th
    case = does(case, A.OPINION, on=on, text=None, whom=THIRD)
    with pytest.raises(StepRefused, match="最迟 2026-03-25"):
        does(case, A.OPINION, on=on, text=None)
    case = does(case, A.OPINION, on=date(2026, 3, 26), text=None)
    assert (case.stage, due(case)) == (S.COLLECTING, date(2026, 4, 23))


def test_the_opinions_term_runs_from_the_day_our_letter_came() -> None:
    case = reached(D)[S.CONSULTING]
    with pytest.raises(StepRefused, match="最迟 2026-03-27"):
        does(case, A.OPINION, on=date(2026, 3, 24), text=None, received=date(2026, 3, 6))
    after = does(case, A.OPINION, on=date(2026, 3, 30), text=None, received=date(2026, 3, 6))
    assert due(after) == date(2026, 4, 27)


# --- nothing goes out unreviewed

BACK: list[tuple[Action, ...]] = [
    (),
    (A.SEND_BACK,),
    (A.PASS_REVIEW, A.SEND_BACK),
    (A.PASS_REVIEW, A.SIGN, A.SEND_BACK),
]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("back", BACK)
@pytest.mark.parametrize("who", [None, ADMIN])
def test_no_reply_without_review_and_signature_after_the_last_change(
    kind: Kind, back: tuple[Action, ...], who: Actor | None
) -> None:
    case = through(fresh(kind), *START[kind], A.DRAFT, A.FINISH_DRAFT)
    for action in back:
        case = does(case, action, who)
    if back:
        assert (case.stage, case.reviewed_by, case.signed_by, case.signed_on) == (S.DRAFTING, None, None, None)
        case = through(case, A.DRAFT, A.FINISH_DRAFT)
    left = [A.PASS_REVIEW, A.SIGN, A.REPLY]
    for expected in left:
        for action in set(left) - {expected}:
            with pytest.raises(StepRefused):
                does(case, action, ADMIN)
        case = does(case, expected, who)
    assert case.stage is S.REPLIED
    assert case.reviewed_by
    assert case.signed_by


@pytest.mark.parametrize("stage", [S.COLLECTING, S.DRAFTING])
def test_a_new_draft_takes_review_and_signature_back_wherever_they_came_from(stage: Stage) -> None:
    approved = {"reviewed_by": "legal", "signed_by": "leader", "signed_on": TODAY}
    case = does(reached(D)[stage].model_copy(update=approved), A.DRAFT, text="又改了")
    assert (case.draft, case.reviewed_by, case.signed_by, case.signed_on) == ("又改了", None, None, None)

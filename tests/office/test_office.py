"""Cases opened, steps taken, and who is told where."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.mailbox.cases import Origin, Rating
from bot.mailbox.deadlines import ReceivedBy
from bot.mailbox.letters.names import LetterName
from bot.mailbox.messages import MailMessage
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.people import Role
from bot.mailbox.workflow import StepRefused
from bot.office.office import CODE_ALPHABET, CODE_LENGTH
from tests.mailbox.moves import (
    CITIZEN,
    CLERK,
    CO,
    LATE,
    LEADER,
    REGISTRAR,
    THIRD,
    TODAY,
    A,
    D,
    L,
    S,
    fresh,
    reached,
    step,
)
from tests.office.world import (  # noqa: F401
    ADDRESSES,
    CITIZENS,
    IDENTITY,
    NAMES,
    OTHERS,
    STAFF,
    TOLD,
    World,
    a_bare_world,
    a_world,
    an_empty_database,
    at,
    everything_in,
    recipient,
)

# --- opening


def test_a_submission_repeated_is_one_case(world: World) -> None:
    stored, new = world.open(fresh())
    assert (new, stored.case.number) == (True, CaseNumber(D, 2026, 1))
    first = world.sent()
    again, new = world.open(fresh())
    assert (new, again.case) == (False, stored.case)
    assert world.sent() == []
    assert len(first) == 3  # the citizen's receipt; the registrar's card by chat and by mail
    other, new = world.open(fresh(), key="tg:2")
    assert (new, other.case.number.sequence) == (True, 2)
    letter, _ = world.open(fresh(L), key="tg:3")
    assert letter.case.number.ref == "L2026-0001"


def test_a_new_case_is_as_it_was_submitted(world: World) -> None:
    stored, _ = world.open(fresh(), suggested_department="zhujian", confirmed=False)
    case = stored.case
    assert (case.stage, case.arrived, case.confirmed_by_applicant, case.version) == (S.SUBMITTED, TODAY, None, 0)
    assert (case.suggested_department, case.department, case.content) == ("zhujian", None, fresh().content)
    assert len(case.query_code or "") == CODE_LENGTH
    assert set(case.query_code or "") <= set(CODE_ALPHABET)
    with world.store.reading() as t:
        (event,) = t.cases.events(stored)
    assert (event.action, event.before, event.after, event.at) == (A.SUBMIT, None, S.SUBMITTED, world.now)


def test_the_year_is_the_one_in_china(world: World) -> None:
    world.now = datetime(2026, 12, 31, 17, tzinfo=UTC)
    stored, _ = world.open(fresh())
    assert (stored.case.number.year, stored.case.arrived) == (2027, date(2027, 1, 1))


def test_paper_may_be_entered_later_but_not_before_it_came(world: World) -> None:
    stored, _ = world.open(fresh(), arrived=TODAY - timedelta(3))
    assert (stored.case.arrived, stored.case.confirmed_by_applicant) == (TODAY - timedelta(3), TODAY - timedelta(3))
    with pytest.raises(StepRefused, match="还没有到"):
        world.open(fresh(), key="tg:2", arrived=TODAY + timedelta(1))


def test_the_receipt_may_be_the_reply_of_the_chat_itself(world: World) -> None:
    stored, _ = world.open(fresh(), direct=True)
    assert world.documents(stored) == [NAMES.RECEIPT]
    assert {recipient(one) for one in world.sent()} == {"tg:11", "wang@office.example"}


# --- who is told


@pytest.mark.parametrize(
    ("kind", "stage", "action", "who", "fields", "letter", "staff"),
    TOLD,
    ids=[f"{one[0]}-{one[1]}-{one[2]}-{one[4].get('rating', '')}" for one in TOLD],
)
def test_who_is_told_of_each_step(
    world: World,
    kind: Any,
    stage: Any,
    action: Any,
    who: Any,
    fields: Any,
    letter: LetterName | None,
    staff: set[str],
) -> None:
    before = reached(kind)[stage]
    if action is A.CONFIRM:
        before = before.model_copy(update={"confirmed_by_applicant": None})
    if action is A.ABANDON:
        world.now = at(LATE)
    stored = world.put(before)
    after = world.office.act(before.number, step(action, kind, **fields), who, before.version)
    told = world.sent()
    to_citizen = [one for one in told if recipient(one) == CITIZENS]
    assert world.documents(stored) == ([letter] if letter else [])
    assert len(to_citizen) == (1 if letter else 0)
    for_staff = [one for one in told if one not in to_citizen]
    assert {ADDRESSES[recipient(one)] for one in for_staff} == staff
    assert {recipient(one) for one in for_staff} == {a for a, group in ADDRESSES.items() if group in staff}
    for one in for_staff:
        assert str(before.number) in everything_in(one)
        assert not isinstance(one, MailMessage) or (one.role, one.version) == (
            STAFF[ADDRESSES[one.to]].role,
            after.version,
        )
    with world.store.reading() as t:
        last = t.cases.events(stored)[-1]
        kept = t.cases.get(before.number)
    assert kept is not None
    assert kept.case == after
    assert (last.action, last.before, last.after) == (action, stage, after.stage)
    assert last.due == world.office.due(after).day


@pytest.mark.parametrize(
    ("whom", "letter"), [(THIRD, NAMES.CONSULTATION_THIRD_PARTY), (CO, NAMES.CONSULTATION_CO_AUTHOR)]
)
@pytest.mark.parametrize("email", ["firm@firm.example", None])
def test_a_party_is_asked_without_learning_who_applied(
    world: World, whom: Any, letter: LetterName, email: str | None
) -> None:
    case = reached(D)[S.COLLECTING]
    stored = world.put(case.model_copy(update={"query_code": "ABCD2345"}))
    world.office.act(case.number, step(A.CONSULT, whom=whom, email=email), REGISTRAR)
    assert world.documents(stored) == [letter]
    messages = world.sent()
    assert [recipient(one) for one in messages] == ([email] if email else [])
    with world.store.reading() as t:
        said = [one.text for one in t.papers.documents(stored)] + [everything_in(one) for one in messages]
    assert not [text for text in said for secret in ("李明", "13812345678", IDENTITY, "ABCD2345") if secret in text]
    assert [one.kind for one in world.tasks()] == ([] if email else ["print_and_post"])


REACHED_BY: list[tuple[str, str, str | None, bool, set[str], bool]] = [
    # channel, key in it, e-mail given, notices by mail too, told where, printed
    ("telegram", "tg:1", None, False, {"tg:1"}, False),
    ("telegram", "tg:1", "li@home.example", False, {"tg:1"}, False),
    ("telegram", "tg:1", "li@home.example", True, {"tg:1", "li@home.example"}, False),
    ("telegram", "tg:1", None, True, {"tg:1"}, False),
    ("web", "web:abc", "li@home.example", True, {"web:abc", "li@home.example"}, False),
    ("terminal", "terminal:local", None, False, {"terminal:local"}, False),
    ("mail", "li@home.example", "li@home.example", False, {"li@home.example"}, False),
    ("mail", "li@home.example", None, False, {"li@home.example"}, False),
    ("window", "", "li@home.example", False, {"li@home.example"}, False),
    ("window", "", None, False, set(), True),
]


@pytest.mark.parametrize(("channel", "key", "email", "too", "where", "printed"), REACHED_BY)
def test_a_citizen_is_told_where_the_request_came_from(
    world: World, channel: str, key: str, email: str | None, too: bool, where: set[str], printed: bool
) -> None:
    case = fresh(origin=Origin(channel=channel, user_key=key), query_code="ABCD2345")
    assert case.content is not None
    who = case.content.applicant.model_copy(update={"email": email})
    content = case.content.model_copy(update={"applicant": who, "mail_too": too})
    stored = world.put(case.model_copy(update={"content": content}))
    world.office.act(case.number, step(A.REGISTER), REGISTRAR)
    told = world.sent()
    assert {recipient(one) for one in told} == where
    assert len(told) == len(where)
    for one in told:
        assert "登记告知书" in everything_in(one)
        if isinstance(one, MailMessage):
            assert one.documents == (1,)
            assert one.subject.startswith("[沙依申〔2026〕0001号]")
            assert "ABCD2345" in one.text
            assert one.role is None
    assert world.documents(stored) == [NAMES.REGISTERED]
    assert [(one.kind, one.role) for one in world.tasks()] == (
        [("print_and_post", Role.REGISTRAR)] if printed else []
    )


def test_a_request_by_mail_is_asked_to_be_confirmed(world: World) -> None:
    case = fresh(origin=Origin(channel="mail", user_key="li@home.example"), received_by=ReceivedBy.INTERNET)
    world.open(case, confirmed=False)
    (mail,) = [one for one in world.sent() if recipient(one) == "li@home.example"]
    assert isinstance(mail, MailMessage)
    assert "写“确认”两个字" in mail.text
    assert mail.documents == ()


def test_staff_never_read_the_query_code(world: World) -> None:
    stored, _ = world.open(fresh())
    code = stored.case.query_code or "?"
    told = world.sent()
    assert {recipient(one) for one in told if code in everything_in(one)} == {CITIZENS}


# --- tasks


@pytest.mark.parametrize(
    ("kind", "rating", "made"), [(D, Rating.BAD, True), (L, Rating.VERY_BAD, True), (L, Rating.FAIR, False)]
)
def test_a_bad_rating_makes_a_task_due_in_15_working_days(
    world: World, kind: Any, rating: Rating, made: bool
) -> None:
    case = reached(kind)[S.REPLIED]
    world.put(case)
    world.office.act(case.number, step(A.RATE, rating=rating), CITIZEN)
    found = [(one.kind, one.role, one.due) for one in world.tasks()]
    assert found == ([("follow_up", Role.REGISTRAR, date(2026, 3, 23))] if made else [])


@pytest.mark.parametrize(
    ("stage", "action", "who"), [(S.DRAFTING, A.FINISH_DRAFT, CLERK), (S.REGISTERED, A.ASSIGN, REGISTRAR)]
)
def test_nobody_in_the_role_is_a_task_for_the_admin(bare: World, stage: Any, action: Any, who: Any) -> None:
    bare.hire(OTHERS)
    case = reached(D)[stage]
    stored = bare.put(case)
    bare.office.act(case.number, step(action), who)
    assert bare.sent() == []
    (task,) = bare.tasks()
    assert (task.kind, task.role, task.case_id) == ("nobody", Role.ADMIN, stored.id)


# --- refusals


def test_refusals_of_the_office(world: World) -> None:
    case = reached(D)[S.REGISTERED]
    world.put(case)
    before = world.rows()
    tries: list[tuple[CaseNumber, Any, Any, int | None, str]] = [
        (CaseNumber(D, 2026, 9), step(A.ASSIGN), REGISTRAR, None, "没有 沙依申〔2026〕0009号 这件"),
        (case.number, step(A.ASSIGN), REGISTRAR, case.version - 1, "刚刚被别人办理过"),
        (
            case.number,
            step(A.ASSIGN, department="nosuch"),
            REGISTRAR,
            None,
            "没有“nosuch”这个部门.*区住建局（zhujian）",
        ),
        (case.number, step(A.ASSIGN), CITIZEN, None, "由政务公开办办理"),
        (case.number, step(A.SIGN), LEADER, None, "不能签发"),
    ]
    for number, asked, who, version, said in tries:
        with pytest.raises(StepRefused, match=said):
            world.office.act(number, asked, who, version)
    assert world.rows() == before

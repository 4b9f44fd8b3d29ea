"""Cases and sensible steps on them, for the tests of the workflow."""

from collections import deque
from datetime import date, timedelta
from functools import cache
from typing import Any

from bot.mailbox.calendar import national_calendar
from bot.mailbox.cases import Case, Origin, Rating, Step
from bot.mailbox.content import DisclosureRequest, Letter, LetterKind, Medium, Way
from bot.mailbox.deadlines import Consulted, ReceivedBy
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import Actor, Applicant, ApplicantKind, Role
from bot.mailbox.stages import ANSWERED, TABLE, Action, Kind, Stage
from bot.mailbox.workflow import take

A, S, R = Action, Stage, Role
D, L = Kind.DISCLOSURE, Kind.LETTER
THIRD, CO = Consulted.THIRD_PARTY, Consulted.CO_AUTHOR
CALENDAR = national_calendar()
TODAY = date(2026, 3, 2)  # a Monday with no holiday near it
OPEN = frozenset(Stage) - ANSWERED


def actor(role: Role, department: str | None = "zhujian") -> Actor:
    return Actor(role=role, id=role.value, channel="t", department=department if role is R.DEPARTMENT else None)


CITIZEN, REGISTRAR, CLERK, LEGAL, LEADER, ADMIN = map(
    actor, (R.CITIZEN, R.REGISTRAR, R.DEPARTMENT, R.LEGAL, R.LEADER, R.ADMIN)
)
OTHER_CLERK = actor(R.DEPARTMENT, "chengguan")
FIELDS: dict[Action, dict[str, Any]] = {
    A.DECLINE: {"text": "不属于受理范围"},
    A.REDIRECT: {"authority": "市信访局", "text": "属于信访"},
    A.CORRECT: {"text": "请写明片区", "answer_by": TODAY + timedelta(14)},
    A.ASK_MORE_TIME: {"text": "在外地"},
    A.PROLONG: {"answer_by": TODAY + timedelta(28)},
    A.SUPPLEMENT: {"text": "解放路以东"},
    A.ASSIGN: {"department": "zhujian"},
    A.RETURN: {"text": "不是我们管"},
    A.CONSULT: {"whom": THIRD, "authority": "某公司 0716-1234567"},
    A.OPINION: {"text": "不同意公开"},
    A.DRAFT: {"text": "经审查，予以公开。"},
    A.SEND_BACK: {"text": "补条款"},
    A.EXTEND: {"days": 5, "approver": "王主任", "text": "材料多"},
    A.TRANSFER: {"authority": "市资规局", "text": "由其制作"},
    A.RATE: {"rating": Rating.GOOD},
    A.FOLLOW_UP: {"text": "重新核实"},
    A.NOTE: {"text": "电话联系过"},
}


def fresh(kind: Kind = D, **changes: Any) -> Case:
    who = Applicant(name="李明", identity="420102199003078515", phone="13812345678")
    content = (
        DisclosureRequest(applicant=who, description="征收补偿方案", medium=Medium.PAPER, way=Way.POST)
        if kind is D
        else Letter(applicant=who, letter_kind=LetterKind.HELP, subject="路灯", text="不亮")
    )
    known: dict[str, Any] = {
        "number": CaseNumber(kind, 2026, 1),
        "stage": S.SUBMITTED,
        "applicant_kind": ApplicantKind.NATURAL_PERSON,
        "origin": Origin(channel="telegram", user_key="tg:1"),
        "received_by": ReceivedBy.CHAT,
        "arrived": TODAY,
        "confirmed_by_applicant": TODAY,
        "content": content,
    }
    return Case(**{**known, **changes})


def step(action: Action, kind: Kind = D, **changes: Any) -> Step:
    outcome = {"outcome": Outcome.GRANTED} if action is A.DRAFT and kind is D else {}
    return Step(action=action, **{**FIELDS.get(action, {}), **outcome, **changes})


def does(case: Case, action: Action, who: Actor | None = None, on: date = TODAY, **changes: Any) -> Case:
    """The case after a sensible step, by the first who may take it."""
    return take(case, step(action, case.kind, **changes), who or _who(case, action), on, CALENDAR)


def _who(case: Case, action: Action) -> Actor:
    rank = list(Role)
    row = next(r for r in TABLE if r.action is action and case.kind in r.kinds and case.stage in r.froms)
    return actor(min(row.roles, key=rank.index), case.department)


def through(case: Case, *actions: Action, on: date = TODAY) -> Case:
    for action in actions:
        case = does(case, action, on=on)
    return case


TO_SIGN_OFF = (A.FINISH_DRAFT, A.PASS_REVIEW)
TO_REPLY = (*TO_SIGN_OFF, A.SIGN, A.REPLY)
START = {D: (A.REGISTER, A.ASSIGN), L: (A.ACCEPT, A.ASSIGN, A.TAKE)}
LATE = TODAY + timedelta(60)


@cache
def reached(kind: Kind) -> dict[Stage, Case]:
    """A case at every stage that can be reached, by the shortest way of real steps."""
    found, queue = {S.SUBMITTED: fresh(kind)}, deque([fresh(kind)])
    while queue:
        case = queue.popleft()
        for row in TABLE:
            if kind not in row.kinds or case.stage not in row.froms or row.to in (None, *found):
                continue
            on = LATE if row.action is A.ABANDON else TODAY
            after = does(case, row.action, actor(min(row.roles), case.department), on)
            if row.action is A.TAKE:
                after = does(after, A.DRAFT)
            found[after.stage] = after
            queue.append(after)
    return found


def due(case: Case) -> date | None:
    deadline = case.deadline(CALENDAR)
    return deadline.due if deadline else None


def finished(case: Case, on: date) -> Case:
    """Staff alone bring an open case to its reply (or, uncorrected, to its end); never by withdrawing it."""
    following = {
        S.REGISTERED: A.ASSIGN,
        S.CORRECTED: A.ASSIGN,
        S.ACCEPTED: A.ASSIGN,
        S.ASSIGNED: A.TAKE,
        S.COLLECTING: A.DRAFT,
        S.LEGAL_REVIEW: A.PASS_REVIEW,
        S.SIGN_OFF: A.SIGN,
        S.APPROVED: A.REPLY,
    }
    for _ in range(30):
        if not case.is_open:
            return case
        if case.stage is S.SUBMITTED:
            if case.confirmed_by_applicant is None:
                case = does(case, A.CONFIRM, REGISTRAR, on)
            case = does(case, A.REGISTER if case.kind is D else A.ACCEPT, REGISTRAR, on)
        elif case.stage is S.NEEDS_CORRECTION:
            assert case.clock is not None
            assert case.clock.correction is not None
            on = max(on, case.clock.correction.answer_by + timedelta(1))
            case = does(case, A.ABANDON, REGISTRAR, on)
        elif case.stage is S.CONSULTING:
            on += timedelta(40)
            assert case.clock is not None
            asked = zip(case.clock.consultations, case.parties, strict=True)
            party = next(name for one, name in asked if one.answered is None)
            case = does(case, A.OPINION, REGISTRAR, on, text=None, authority=party)
        elif case.stage is S.DRAFTING:
            ready = case.draft and "【" not in case.draft and (case.outcome or case.kind is L)
            case = does(case, A.FINISH_DRAFT if ready else A.DRAFT, REGISTRAR, on)
        else:
            case = does(case, following[case.stage], on=on)
    raise AssertionError(f"stuck at {case.stage}")

"""The state machine: every row of the table, every refusal, no dead end."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bot.errors import UserError
from bot.mailbox.cases import Case, Step
from bot.mailbox.deadlines import DeadlineError
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import ROLE_NAMES, STAFF_ROLES, Actor, Role
from bot.mailbox.stages import (
    ACTION_NAMES,
    STAGE_NAMES,
    TABLE,
    Action,
    Kind,
    Row,
    Stage,
    may,
    rows,
)
from bot.mailbox.workflow import NotYours, StepRefused, possible
from tests.mailbox.moves import (
    ADMIN,
    CALENDAR,
    CITIZEN,
    CLERK,
    CO,
    FIELDS,
    LATE,
    LEADER,
    OPEN,
    OTHER_CLERK,
    REGISTRAR,
    TODAY,
    A,
    D,
    L,
    R,
    S,
    actor,
    does,
    finished,
    fresh,
    reached,
    through,
)

# --- the table itself


def test_the_kinds_have_their_own_stages() -> None:
    only_letters = {S.ACCEPTED, S.ASSIGNED, S.REDIRECTED, S.DECLINED}
    only_disclosure = {S.REGISTERED, S.NEEDS_CORRECTION, S.CORRECTED, S.COLLECTING, S.CONSULTING, S.TRANSFERRED}
    assert set(Stage) - set(reached(D)) == only_letters
    assert set(Stage) - set(reached(L)) == only_disclosure


def test_everything_has_a_name_and_every_needed_field_exists() -> None:
    assert set(STAGE_NAMES) == set(Stage)
    assert set(ACTION_NAMES) == set(Action)
    assert set(ROLE_NAMES) == set(Role)
    assert len(set(STAGE_NAMES.values())) == len(Stage)
    assert len(set(ACTION_NAMES.values())) == len(Action)
    assert {row.action for row in TABLE} == set(Action) - {A.SUBMIT}
    assert all(field in Step.model_fields for row in TABLE for field in row.needs)
    assert all(row.roles and row.kinds for row in TABLE)


def test_no_two_rows_lead_the_same_role_to_different_places() -> None:
    seen: dict[tuple[Action, Kind, Stage, Role], Row] = {}
    for row in TABLE:
        for key in (
            (row.action, kind, stage, role) for kind in row.kinds for stage in row.froms for role in row.roles
        ):
            assert key not in seen
            seen[key] = row


ROLES = {
    A.CONFIRM: {R.CITIZEN, R.REGISTRAR},
    A.REGISTER: {R.REGISTRAR},
    A.ACCEPT: {R.REGISTRAR},
    A.DECLINE: {R.REGISTRAR},
    A.REDIRECT: {R.REGISTRAR},
    A.CORRECT: {R.REGISTRAR},
    A.ASK_MORE_TIME: {R.CITIZEN},
    A.PROLONG: {R.REGISTRAR},
    A.SUPPLEMENT: {R.CITIZEN, R.REGISTRAR},
    A.ABANDON: {R.REGISTRAR},
    A.ASSIGN: {R.REGISTRAR},
    A.TAKE: {R.DEPARTMENT},
    A.RETURN: {R.DEPARTMENT},
    A.CONSULT: {R.REGISTRAR},
    A.OPINION: {R.REGISTRAR},
    A.DRAFT: {R.DEPARTMENT, R.REGISTRAR},
    A.FINISH_DRAFT: {R.DEPARTMENT, R.REGISTRAR},
    A.PASS_REVIEW: {R.LEGAL},
    A.SEND_BACK: {R.LEGAL, R.LEADER, R.REGISTRAR},
    A.SIGN: {R.LEADER},
    A.REPLY: {R.REGISTRAR},
    A.EXTEND: {R.REGISTRAR},
    A.TRANSFER: {R.REGISTRAR},
    A.WITHDRAW: {R.CITIZEN, R.REGISTRAR},
    A.RATE: {R.CITIZEN},
    A.FOLLOW_UP: {R.REGISTRAR},
    A.CLOSE: {R.REGISTRAR, R.SYSTEM},
    A.NOTE: set(Role),
    A.REDATE: {R.SYSTEM},
}


@pytest.mark.parametrize("action", [action for action in Action if action is not A.SUBMIT])
def test_each_step_belongs_to_its_roles(action: Action) -> None:
    found = [row for row in TABLE if row.action is action]
    assert set().union(*(row.roles for row in found)) == ROLES[action]
    only_citizen = ROLES[action] <= {R.CITIZEN, R.SYSTEM}
    assert all(may(R.ADMIN, row) is not only_citizen for row in found)


WAYS = {
    D: """
        submitted     register      registered       registered    correct       needs_correction
        submitted     transfer      transferred      registered    assign        collecting
        registered    transfer      transferred      collecting    correct       needs_correction
        needs_correction supplement corrected        needs_correction abandon    closed
        corrected     assign        collecting       corrected     transfer      transferred
        collecting    assign        collecting       collecting    return        registered
        collecting    transfer      transferred      collecting    consult       consulting
        consulting    consult       consulting       consulting    opinion       collecting
        drafting      consult       consulting       collecting    draft         drafting
        drafting      draft         drafting         drafting      finish_draft  legal_review
        legal_review  pass_review   sign_off         legal_review  send_back     drafting
        sign_off      sign          approved         sign_off      send_back     drafting
        approved      reply         replied          approved      send_back     drafting
        replied       rate          rated            replied       close         closed
        rated         close         closed
    """,
    L: """
        submitted     accept        accepted         submitted     decline       declined
        submitted     redirect      redirected       accepted      decline       declined
        accepted      redirect      redirected       accepted      assign        assigned
        assigned      assign        assigned         assigned      return        accepted
        assigned      take          drafting         drafting      draft         drafting
        drafting      finish_draft  legal_review     legal_review  pass_review   sign_off
        legal_review  send_back     drafting         sign_off      sign          approved
        sign_off      send_back     drafting         approved      reply         replied
        approved      send_back     drafting         replied       rate          rated
        replied       close         closed           rated         follow_up     assigned
        rated         close         closed
    """,
}


@pytest.mark.parametrize("kind", Kind)
def test_the_ways_between_the_stages_are_these(kind: Kind) -> None:
    words = iter(WAYS[kind].split())
    here = set(reached(kind))
    found = {
        (stage.value, row.action.value, row.to.value)
        for row in TABLE
        if kind in row.kinds and row.to is not None and row.action is not A.WITHDRAW
        for stage in row.froms & here
    }
    assert found == set(zip(words, words, words, strict=True))


@pytest.mark.parametrize("kind", Kind)
def test_where_the_steps_that_change_no_stage_are_possible(kind: Kind) -> None:
    here = set(reached(kind))
    found = {row.action: set(row.froms & here) for row in TABLE if kind in row.kinds and row.to is None}
    started = (OPEN & here) - {S.SUBMITTED, S.APPROVED, S.NEEDS_CORRECTION}
    waiting = {A.ASK_MORE_TIME: {S.NEEDS_CORRECTION}, A.PROLONG: {S.NEEDS_CORRECTION}} if kind is D else {}
    always = {A.NOTE: here, A.REDATE: OPEN & here}
    assert found == {A.CONFIRM: {S.SUBMITTED}, A.EXTEND: started, **waiting, **always}


EACH = [
    pytest.param(row, kind, stage, role, id=f"{kind}-{stage}-{row.action}-{role}")
    for row in TABLE
    for kind in sorted(row.kinds)
    for stage in sorted(row.froms & set(reached(kind)))
    for role in sorted(row.roles | ({R.ADMIN} if may(R.ADMIN, row) else set()))
]


@pytest.mark.parametrize(("row", "kind", "stage", "role"), EACH)
def test_every_row_does_what_it_says(row: Row, kind: Kind, stage: Stage, role: Role) -> None:
    before = reached(kind)[stage]
    if row.action is A.CONFIRM:
        before = before.model_copy(update={"confirmed_by_applicant": None})
    who = actor(role, before.department)
    assert row.action in possible(before, who)
    on = LATE if row.action is A.ABANDON else TODAY
    after = does(before, row.action, who, on)
    assert after.stage is (row.to or stage)
    assert after.version == before.version + 1
    for field in row.needs:
        for nothing in (None, *(("", " \n") if type(FIELDS[row.action][field]) is str else ())):
            with pytest.raises(StepRefused, match=f"请.*才能{ACTION_NAMES[row.action]}"):
                does(before, row.action, who, on, **{field: nothing})


@pytest.mark.parametrize(
    ("kind", "stage", "role"),
    [(kind, stage, role) for kind in Kind for stage in sorted(reached(kind)) for role in Role],
)
def test_every_other_step_is_refused(kind: Kind, stage: Stage, role: Role) -> None:
    case = reached(kind)[stage]
    who = actor(role, case.department or "zhujian")
    allowed = {row.action for row in rows(kind, stage, role)}
    for action in set(Action) - allowed:
        with pytest.raises(StepRefused) as caught:
            does(case, action, who, LATE)
        here = any(r.action is action and kind in r.kinds and stage in r.froms for r in TABLE)
        assert isinstance(caught.value, NotYours) is here
        assert ACTION_NAMES[action] in caught.value.message


# --- refusals, in words

Make = Callable[[], Case]
REFUSED: list[tuple[str, Make, Action, Actor, date, dict[str, Any], str]] = [
    ("wrong stage says what is possible", lambda: fresh(), A.SIGN, LEADER, TODAY, {}, "现在是“已提交”，不能签发"),
    ("and what instead", lambda: fresh(), A.SIGN, REGISTRAR, TODAY, {}, "现在可以：申请人确认、登记、转办、撤回"),
    ("wrong role", lambda: fresh(), A.REGISTER, CITIZEN, TODAY, {}, "这一步由政务公开办办理，您不能登记"),
    ("admin is no citizen", lambda: reached(D)[S.REPLIED], A.RATE, ADMIN, TODAY, {}, "由申请人办理"),
    ("other department", lambda: reached(D)[S.COLLECTING], A.DRAFT, OTHER_CLERK, TODAY, {}, "不是由您的部门承办"),
    ("other department's note", lambda: reached(D)[S.COLLECTING], A.NOTE, OTHER_CLERK, TODAY, {}, "不是由您的部门"),
    ("backdating", lambda: reached(D)[S.COLLECTING], A.DRAFT, CLERK, TODAY + timedelta(1), {"day": TODAY}, "只能记今天"),
    ("future", lambda: fresh(), A.REGISTER, REGISTRAR, TODAY, {"day": TODAY + timedelta(1)}, "应在收到日"),
    ("before arrival", lambda: fresh(), A.REGISTER, REGISTRAR, TODAY, {"day": TODAY - timedelta(1)}, "应在收到日"),
    ("today before arrival", lambda: fresh(), A.REGISTER, REGISTRAR, TODAY - timedelta(1), {}, "应在收到日"),
    ("confirmed twice", lambda: fresh(), A.CONFIRM, CITIZEN, TODAY, {}, "已经确认过"),
    ("not confirmed", lambda: fresh(confirmed_by_applicant=None), A.REGISTER, REGISTRAR, TODAY, {}, "第三十一条"),
    ("letter not confirmed", lambda: fresh(L, confirmed_by_applicant=None), A.ACCEPT, REGISTRAR, TODAY, {}, "先与来信人确认"),
    ("letter term", lambda: fresh(L), A.ACCEPT, REGISTRAR, TODAY, {"days": 11}, "1到10个工作日"),
    ("negative letter term", lambda: fresh(L), A.ACCEPT, REGISTRAR, TODAY, {"days": -1}, "1到10个工作日"),
    ("no time to correct", lambda: reached(D)[S.REGISTERED], A.CORRECT, REGISTRAR, TODAY, {"answer_by": TODAY}, "晚于告知的那天"),
    ("prolonged to before", lambda: reached(D)[S.NEEDS_CORRECTION], A.PROLONG, REGISTRAR, TODAY, {"answer_by": TODAY + timedelta(14)}, "晚于原来的 2026-03-16"),
    ("prolonged to a day gone", lambda: reached(D)[S.NEEDS_CORRECTION], A.PROLONG, REGISTRAR, TODAY + timedelta(20), {"answer_by": TODAY + timedelta(20)}, "也要晚于今天"),
    ("not abandoned yet", lambda: reached(D)[S.NEEDS_CORRECTION], A.ABANDON, REGISTRAR, TODAY + timedelta(14), {}, "还没有过"),
    ("supplement before the notice", lambda: does(does(fresh(), A.REGISTER), A.CORRECT, on=TODAY + timedelta(2)), A.SUPPLEMENT, CITIZEN, TODAY + timedelta(3), {"day": TODAY}, "早于"),
    ("nobody is asked that", lambda: reached(D)[S.CONSULTING], A.OPINION, REGISTRAR, TODAY, {"whom": CO}, "没有在等这方"),
    ("silence is not over", lambda: reached(D)[S.CONSULTING], A.OPINION, REGISTRAR, TODAY + timedelta(21), {"text": None}, "最迟 2026-03-23 答复，还没有过"),
    ("silence dated back", lambda: reached(D)[S.CONSULTING], A.OPINION, REGISTRAR, LATE, {"text": None, "day": TODAY + timedelta(1)}, "最迟 2026-03-23 答复，还没有过"),
    ("opinion before the letter", lambda: reached(D)[S.CONSULTING], A.OPINION, REGISTRAR, TODAY, {"received": TODAY - timedelta(1)}, "早于"),
    ("a letter has no outcome", lambda: reached(L)[S.DRAFTING], A.DRAFT, CLERK, TODAY, {"outcome": Outcome.GRANTED}, "没有答复结果"),
    ("a letter has no draft yet", lambda: reached(L)[S.DRAFTING].model_copy(update={"draft": None}), A.FINISH_DRAFT, CLERK, TODAY, {}, "还没有答复稿"),
    ("a gap in the draft", lambda: does(reached(D)[S.COLLECTING], A.DRAFT, text="依据【条款】"), A.FINISH_DRAFT, CLERK, TODAY, {}, "没有填"),
    ("no outcome", lambda: does(reached(D)[S.COLLECTING], A.DRAFT, outcome=None), A.FINISH_DRAFT, CLERK, TODAY, {}, "还没有写明答复结果"),
    ("not reviewed", lambda: reached(D)[S.SIGN_OFF].model_copy(update={"reviewed_by": None}), A.SIGN, LEADER, TODAY, {}, "还没有经过法制审核"),
    ("not signed", lambda: reached(D)[S.APPROVED].model_copy(update={"signed_by": None}), A.REPLY, REGISTRAR, TODAY, {}, "领导签发"),
    ("letter extended too far", lambda: reached(L)[S.DRAFTING], A.EXTEND, REGISTRAR, TODAY, {"days": 6}, "不能超过10个工作日，现在是5个"),
    ("letter extended by less than nothing", lambda: reached(L)[S.DRAFTING], A.EXTEND, REGISTRAR, TODAY, {"days": -1}, "不能超过10个"),
    ("letter extended too late", lambda: reached(L)[S.DRAFTING], A.EXTEND, REGISTRAR, TODAY + timedelta(8), {}, "已经过了"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("_", "make", "action", "who", "on", "fields", "said"), REFUSED, ids=[r[0] for r in REFUSED]
)
def test_refusals(
    _: str, make: Make, action: Action, who: Actor, on: date, fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(UserError, match=said):
        does(make(), action, who, on, **fields)


BY_LAW: list[tuple[Make, Action, date, dict[str, Any], str]] = [
    (lambda: through(reached(D)[S.CORRECTED], A.ASSIGN), A.CORRECT, TODAY, {}, "只能一次性告知"),
    (lambda: reached(D)[S.REGISTERED], A.CORRECT, date(2026, 3, 12), {"answer_by": LATE}, "7个工作日"),
    (lambda: reached(D)[S.COLLECTING], A.EXTEND, TODAY, {"days": 21}, "1至20"),
    (lambda: reached(D)[S.COLLECTING], A.EXTEND, TODAY, {"days": -1}, "1至20"),
    (lambda: does(reached(D)[S.COLLECTING], A.EXTEND), A.EXTEND, TODAY, {}, "只能延长一次"),
    (lambda: reached(D)[S.COLLECTING], A.EXTEND, date(2026, 3, 31), {}, "期限已经过了"),
]


@pytest.mark.parametrize(("make", "action", "on", "fields", "said"), BY_LAW)
def test_what_the_law_refuses(make: Make, action: Action, on: date, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(DeadlineError, match=said):
        does(make(), action, REGISTRAR, on, **fields)


def test_the_last_day_of_each_term_is_still_in_time() -> None:
    registered, collecting = reached(D)[S.REGISTERED], reached(D)[S.COLLECTING]
    assert does(registered, A.CORRECT, on=date(2026, 3, 11), answer_by=LATE).stage is S.NEEDS_CORRECTION
    assert does(collecting, A.EXTEND, on=date(2026, 3, 30), days=20).clock is not None
    assert does(reached(D)[S.NEEDS_CORRECTION], A.ABANDON, on=TODAY + timedelta(15)).outcome is Outcome.OTHER_1
    assert does(reached(D)[S.NEEDS_CORRECTION], A.SUPPLEMENT, on=LATE).stage is S.CORRECTED
    assert does(reached(L)[S.DRAFTING], A.EXTEND, on=date(2026, 3, 9)).deadline(CALENDAR).due == date(2026, 3, 16)  # type: ignore[union-attr]


# --- no dead end


@pytest.mark.parametrize("kind", Kind)
def test_from_every_open_stage_the_table_leads_to_a_reply(kind: Kind) -> None:
    leads: dict[Stage, set[Stage]] = {stage: set() for stage in reached(kind)}
    for row in TABLE:
        if (
            kind in row.kinds
            and row.to is not None
            and row.roles & set(STAFF_ROLES)
            and row.action is not A.WITHDRAW
        ):
            for stage in row.froms & set(leads):
                leads[stage].add(row.to)
    good = {S.REPLIED}
    for _ in Stage:
        good |= {stage for stage, others in leads.items() if others & good}
    assert OPEN & set(leads) <= good


@pytest.mark.parametrize("kind", Kind)
def test_every_open_stage_is_really_led_to_its_end(kind: Kind) -> None:
    for stage in OPEN & set(reached(kind)):
        end = finished(reached(kind)[stage], TODAY)
        assert end.stage is (S.CLOSED if stage is S.NEEDS_CORRECTION else S.REPLIED)

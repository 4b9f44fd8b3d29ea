"""Stages of a case, and the one table of who may take which step from where to where."""

from dataclasses import dataclass
from enum import StrEnum

from bot.mailbox.people import Role


class Kind(StrEnum):
    """The two kinds of case."""

    DISCLOSURE = "disclosure"
    LETTER = "letter"


class Stage(StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"
    REGISTERED = "registered"
    NEEDS_CORRECTION = "needs_correction"
    CORRECTED = "corrected"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    COLLECTING = "collecting"
    CONSULTING = "consulting"
    DRAFTING = "drafting"
    LEGAL_REVIEW = "legal_review"
    SIGN_OFF = "sign_off"
    APPROVED = "approved"
    REPLIED = "replied"
    RATED = "rated"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"
    REDIRECTED = "redirected"
    DECLINED = "declined"


STAGE_NAMES = {
    Stage.SUBMITTED: "已提交",
    Stage.REGISTERED: "已登记",
    Stage.NEEDS_CORRECTION: "待补正",
    Stage.CORRECTED: "已补正",
    Stage.ACCEPTED: "已受理",
    Stage.ASSIGNED: "已转部门",
    Stage.COLLECTING: "收集材料",
    Stage.CONSULTING: "征求意见",
    Stage.DRAFTING: "起草答复",
    Stage.LEGAL_REVIEW: "法制审核",
    Stage.SIGN_OFF: "待签发",
    Stage.APPROVED: "已签发",
    Stage.REPLIED: "已答复",
    Stage.RATED: "已评价",
    Stage.CLOSED: "已办结",
    Stage.WITHDRAWN: "已撤回",
    Stage.TRANSFERRED: "已转办",
    Stage.REDIRECTED: "已转其他渠道",
    Stage.DECLINED: "不予受理",
}
ENDED = frozenset({Stage.CLOSED, Stage.WITHDRAWN, Stage.TRANSFERRED, Stage.REDIRECTED, Stage.DECLINED})
"""Nothing happens to the case any more."""
ANSWERED = ENDED | {Stage.REPLIED, Stage.RATED}
"""No deadline runs any more."""

_HOLDERS = {
    Stage.ASSIGNED: Role.DEPARTMENT,
    Stage.COLLECTING: Role.DEPARTMENT,
    Stage.DRAFTING: Role.DEPARTMENT,
    Stage.LEGAL_REVIEW: Role.LEGAL,
    Stage.SIGN_OFF: Role.LEADER,
}


def holder(stage: Stage) -> Role:
    """Whose turn it is among the staff; what is nobody else's is the registrar's."""
    return _HOLDERS.get(stage, Role.REGISTRAR)


class Action(StrEnum):
    """A step on a case. The names are those of ``wenban case …`` where there is a command."""

    SUBMIT = "submit"
    CONFIRM = "confirm"
    REGISTER = "register"
    ACCEPT = "accept"
    DECLINE = "decline"
    REDIRECT = "redirect"
    CORRECT = "correct"
    ASK_MORE_TIME = "ask_more_time"
    PROLONG = "prolong"
    SUPPLEMENT = "supplement"
    ABANDON = "abandon"
    ASSIGN = "assign"
    TAKE = "take"
    RETURN = "return"
    CONSULT = "consult"
    OPINION = "opinion"
    DRAFT = "draft"
    FINISH_DRAFT = "finish_draft"
    PASS_REVIEW = "pass_review"  # noqa: S105 (no password)
    SEND_BACK = "send_back"
    SIGN = "sign"
    REPLY = "reply"
    EXTEND = "extend"
    TRANSFER = "transfer"
    WITHDRAW = "withdraw"
    RATE = "rate"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"
    NOTE = "note"
    REDATE = "redate"


ACTION_NAMES = {
    Action.SUBMIT: "提交",
    Action.CONFIRM: "申请人确认",
    Action.REGISTER: "登记",
    Action.ACCEPT: "受理",
    Action.DECLINE: "不予受理",
    Action.REDIRECT: "转其他渠道",
    Action.CORRECT: "告知补正",
    Action.ASK_MORE_TIME: "申请延长补正期限",
    Action.PROLONG: "延长补正期限",
    Action.SUPPLEMENT: "补正",
    Action.ABANDON: "逾期不补正",
    Action.ASSIGN: "转部门",
    Action.TAKE: "接办",
    Action.RETURN: "退回",
    Action.CONSULT: "征求意见",
    Action.OPINION: "收到意见",
    Action.DRAFT: "起草",
    Action.FINISH_DRAFT: "送审",
    Action.PASS_REVIEW: "审核通过",
    Action.SEND_BACK: "退回修改",
    Action.SIGN: "签发",
    Action.REPLY: "答复",
    Action.EXTEND: "延期",
    Action.TRANSFER: "转办",
    Action.WITHDRAW: "撤回",
    Action.RATE: "评价",
    Action.FOLLOW_UP: "回访重办",
    Action.CLOSE: "办结",
    Action.NOTE: "记事",
    Action.REDATE: "重算期限",
}


@dataclass(frozen=True)
class Row:
    """``action`` takes a case of ``kinds`` from any stage in ``froms`` to ``to`` (None: it stays).

    ``needs`` are the fields of the ``Step`` that must be filled in.
    """

    action: Action
    kinds: frozenset[Kind]
    froms: frozenset[Stage]
    to: Stage | None
    roles: frozenset[Role]
    needs: tuple[str, ...] = ()


_S, _A, _R = Stage, Action, Role
_D, _L = frozenset({Kind.DISCLOSURE}), frozenset({Kind.LETTER})
_BOTH = _D | _L
_OPEN = frozenset(Stage) - ANSWERED
_BEFORE_APPROVAL = _OPEN - {_S.SUBMITTED, _S.APPROVED}


def _row(
    action: Action,
    kinds: frozenset[Kind],
    froms: frozenset[Stage] | set[Stage],
    to: Stage | None,
    roles: set[Role],
    *needs: str,
) -> Row:
    return Row(action, kinds, frozenset(froms), to, frozenset(roles), needs)


TABLE: tuple[Row, ...] = (
    # taking in
    _row(_A.CONFIRM, _BOTH, {_S.SUBMITTED}, None, {_R.CITIZEN, _R.REGISTRAR}),
    _row(_A.REGISTER, _D, {_S.SUBMITTED}, _S.REGISTERED, {_R.REGISTRAR}),
    _row(_A.ACCEPT, _L, {_S.SUBMITTED}, _S.ACCEPTED, {_R.REGISTRAR}),
    _row(_A.DECLINE, _L, {_S.SUBMITTED, _S.ACCEPTED}, _S.DECLINED, {_R.REGISTRAR}, "text"),
    _row(_A.REDIRECT, _L, {_S.SUBMITTED, _S.ACCEPTED}, _S.REDIRECTED, {_R.REGISTRAR}, "authority", "text"),
    # correcting (article 30)
    _row(_A.CORRECT, _D, {_S.REGISTERED, _S.COLLECTING}, _S.NEEDS_CORRECTION, {_R.REGISTRAR}, "text", "answer_by"),
    _row(_A.ASK_MORE_TIME, _D, {_S.NEEDS_CORRECTION}, None, {_R.CITIZEN}, "text"),
    _row(_A.PROLONG, _D, {_S.NEEDS_CORRECTION}, None, {_R.REGISTRAR}, "answer_by"),
    _row(_A.SUPPLEMENT, _D, {_S.NEEDS_CORRECTION}, _S.CORRECTED, {_R.CITIZEN, _R.REGISTRAR}, "text"),
    _row(_A.ABANDON, _D, {_S.NEEDS_CORRECTION}, _S.CLOSED, {_R.REGISTRAR}),
    # collecting
    _row(_A.ASSIGN, _D, {_S.REGISTERED, _S.CORRECTED, _S.COLLECTING}, _S.COLLECTING, {_R.REGISTRAR}, "department"),
    _row(_A.ASSIGN, _L, {_S.ACCEPTED, _S.ASSIGNED}, _S.ASSIGNED, {_R.REGISTRAR}, "department"),
    _row(_A.TAKE, _L, {_S.ASSIGNED}, _S.DRAFTING, {_R.DEPARTMENT}),
    _row(_A.RETURN, _L, {_S.ASSIGNED}, _S.ACCEPTED, {_R.DEPARTMENT}, "text"),
    _row(_A.RETURN, _D, {_S.COLLECTING}, _S.REGISTERED, {_R.DEPARTMENT}, "text"),
    # asking a third party or a co-author (articles 32, 34); ``to`` of an opinion: the last one ends the stage
    _row(
        _A.CONSULT,
        _D,
        {_S.COLLECTING, _S.CONSULTING, _S.DRAFTING},
        _S.CONSULTING,
        {_R.REGISTRAR},
        "whom",
        "authority",
    ),
    _row(_A.OPINION, _D, {_S.CONSULTING}, _S.COLLECTING, {_R.REGISTRAR}),
    # drafting, review, signature
    _row(_A.DRAFT, _D, {_S.COLLECTING, _S.DRAFTING}, _S.DRAFTING, {_R.DEPARTMENT, _R.REGISTRAR}, "text"),
    _row(_A.DRAFT, _L, {_S.DRAFTING}, _S.DRAFTING, {_R.DEPARTMENT, _R.REGISTRAR}, "text"),
    _row(_A.FINISH_DRAFT, _BOTH, {_S.DRAFTING}, _S.LEGAL_REVIEW, {_R.DEPARTMENT, _R.REGISTRAR}),
    _row(_A.PASS_REVIEW, _BOTH, {_S.LEGAL_REVIEW}, _S.SIGN_OFF, {_R.LEGAL}),
    _row(_A.SEND_BACK, _BOTH, {_S.LEGAL_REVIEW}, _S.DRAFTING, {_R.LEGAL}, "text"),
    _row(_A.SEND_BACK, _BOTH, {_S.SIGN_OFF}, _S.DRAFTING, {_R.LEADER}, "text"),
    _row(_A.SEND_BACK, _BOTH, {_S.APPROVED}, _S.DRAFTING, {_R.REGISTRAR}, "text"),
    _row(_A.SIGN, _BOTH, {_S.SIGN_OFF}, _S.APPROVED, {_R.LEADER}),
    _row(_A.REPLY, _BOTH, {_S.APPROVED}, _S.REPLIED, {_R.REGISTRAR}),
    # aside
    _row(_A.EXTEND, _D, _BEFORE_APPROVAL - {_S.NEEDS_CORRECTION}, None, {_R.REGISTRAR}, "days", "approver", "text"),
    _row(_A.EXTEND, _L, _BEFORE_APPROVAL, None, {_R.REGISTRAR}, "days", "approver", "text"),
    _row(
        _A.TRANSFER,
        _D,
        {_S.SUBMITTED, _S.REGISTERED, _S.CORRECTED, _S.COLLECTING},
        _S.TRANSFERRED,
        {_R.REGISTRAR},
        "authority",
        "text",
    ),
    _row(_A.WITHDRAW, _BOTH, _OPEN, _S.WITHDRAWN, {_R.CITIZEN, _R.REGISTRAR}),
    _row(_A.RATE, _BOTH, {_S.REPLIED}, _S.RATED, {_R.CITIZEN}, "rating"),
    _row(_A.FOLLOW_UP, _L, {_S.RATED}, _S.ASSIGNED, {_R.REGISTRAR}, "text"),
    _row(_A.CLOSE, _BOTH, {_S.REPLIED, _S.RATED}, _S.CLOSED, {_R.REGISTRAR, _R.SYSTEM}),
    _row(_A.NOTE, _BOTH, frozenset(Stage), None, set(_R), "text"),
    _row(_A.REDATE, _BOTH, _OPEN, None, {_R.SYSTEM}),
)


def rows(kind: Kind, stage: Stage, role: Role) -> tuple[Row, ...]:
    """The steps that ``role`` may take from ``stage``; an admin may take every step of the staff."""
    return tuple(row for row in TABLE if kind in row.kinds and stage in row.froms and may(role, row))


def may(role: Role, row: Row) -> bool:
    """Whether ``role`` may take the step: its own, or, for an admin, any that only staff take."""
    return role in row.roles or (role is Role.ADMIN and bool(row.roles - {Role.CITIZEN, Role.SYSTEM}))

"""A case as the commands show it: masked, with what is left of its term and who is next."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from bot.mailbox.outcomes import OUTCOMES
from bot.mailbox.people import ROLE_NAMES, Actor, Applicant, Role
from bot.mailbox.stages import ACTION_NAMES, STAGE_NAMES, TABLE, Action, Stage, holder
from bot.mailbox.workflow import possible
from bot.office.covering import covered

if TYPE_CHECKING:
    from rich.console import Console

    from bot.mailbox.cases import Case
    from bot.office.desk import Desk

PIPE_WIDTH = 160
SOON = 5
"""Working days left from which on a case is yellow."""
_BACK = {Stage.LEGAL_REVIEW: "review --back", Stage.SIGN_OFF: "sign --back", Stage.APPROVED: "reply --back"}
_COMMANDS = {
    Action.ACCEPT: "register",
    Action.FINISH_DRAFT: "draft --finish",
    Action.PASS_REVIEW: "review --pass",
    Action.FOLLOW_UP: "follow-up",
}
_CITIZENS = frozenset({Stage.NEEDS_CORRECTION, Stage.REPLIED})
"""Stages at which it is the citizen's turn."""


def console() -> "Console":
    """Where tables are printed: as wide as the terminal, or wide enough for a file or another program."""
    from rich.console import Console

    found = Console(highlight=False, markup=False)
    if not found.is_terminal:
        found.width = PIPE_WIDTH
    return found


def as_dict(case: "Case", desk: "Desk", today: date) -> dict[str, object]:
    """One case for ``--json``; identity and contact masked."""
    from bot.office.card import masked_applicant, subject

    deadline = case.deadline(desk.calendar) if case.is_open else None
    left = case.days_left(desk.calendar, today)
    return {
        "number": str(case.number),
        "ref": case.number.ref,
        "kind": case.kind,
        "stage": case.stage,
        "stage_name": STAGE_NAMES[case.stage],
        "subject": covered(subject(case), _applicant(case)),
        "department": case.department,
        "due": deadline.due.isoformat() if deadline else None,
        "provisional": deadline.provisional if deadline else False,
        "days_left": left,
        "overdue": left is not None and left < 0,
        "outcome": case.outcome,
        "applicant": masked_applicant(case.content.applicant) if case.content else None,
    }


def steps_of(case: "Case", actor: Actor) -> list[tuple[Action, str]]:
    """What ``actor`` may do now, each with the command that does it."""
    commands = [(action, command_of(action, case.stage)) for action in possible(case, actor)]
    return [(action, command) for action, command in commands if command]


def command_of(action: Action, stage: Stage) -> str | None:
    """The subcommand of ``wenban case`` for a step; None when there is none."""
    if action is Action.SEND_BACK:
        return _BACK.get(stage)
    if action in {Action.ASK_MORE_TIME, Action.RATE, Action.REDATE, Action.SUBMIT}:
        return None
    return _COMMANDS.get(action, action.value)


def sentence(case: "Case", desk: "Desk", today: date, actions: Iterable[Action]) -> str:
    """What was done, where the case stands, who is next and by when."""
    from bot.mailbox.explanation import full_date
    from bot.office.card import when

    done = "、".join(ACTION_NAMES[action] for action in actions)
    parts = [f"{case.number}：{done}，已经记下。现在是“{STAGE_NAMES[case.stage]}”。"]
    if case.outcome is not None and not case.is_open:
        parts.append(f"结果：{OUTCOMES[case.outcome].name}。")
    following = _next(case, desk)
    if following:
        parts.append(f"下一步：{following}。")
    deadline = case.deadline(desk.calendar) if case.is_open else None
    if deadline is not None:
        mark = "（暂定）" if deadline.provisional else ""
        parts.append(f"期限：{full_date(deadline.due)}{mark}，{when(case, desk, today)}。")
    return "".join(parts)


def _next(case: "Case", desk: "Desk") -> str:
    """Whose turn it is and what may be done."""
    role = Role.CITIZEN if case.stage in _CITIZENS else holder(case.stage)
    rows = [r for r in TABLE if case.kind in r.kinds and case.stage in r.froms and r.to is not None]
    actions = dict.fromkeys(row.action for row in rows if role in row.roles and row.action is not Action.WITHDRAW)
    if not actions:
        return ""
    who = desk.department_name(case.department) if role is Role.DEPARTMENT else None
    return f"{who or ROLE_NAMES[role]}（{'、'.join(ACTION_NAMES[action] for action in actions)}）"


def _applicant(case: "Case") -> Applicant | None:
    return case.content.applicant if case.content else None

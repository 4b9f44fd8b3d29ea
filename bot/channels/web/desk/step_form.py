"""The form of a step: which fields it shows, as the table of stages needs them, and the step they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError

from bot.channels.web.desk import wording
from bot.mailbox import identity
from bot.mailbox.cases import BAD_RATINGS, Case, Step
from bot.mailbox.deadlines import Consulted
from bot.mailbox.outcomes import OUTCOMES, Outcome
from bot.mailbox.people import Actor
from bot.mailbox.stages import ACTION_NAMES, Action, Kind, Stage, rows
from bot.mailbox.workflow import StepRefused, possible
from bot.office.desk import Desk
from bot.office.staff_step import default_answer_by
from bot.office.staff_wording import SURE, WHOM

Answers = Mapping[str, str]
_OF_THE_EDITOR = frozenset({Action.DRAFT, Action.FINISH_DRAFT})
"""They share the editor of the reply."""
_MORE: dict[Action, tuple[str, ...]] = {
    Action.CONFIRM: ("day",),
    Action.REGISTER: ("day",),
    Action.ACCEPT: ("days", "day"),
    Action.SUPPLEMENT: ("day",),
    Action.CONSULT: ("email", "text", "day"),
    Action.OPINION: ("authority", "text", "received", "day"),
    Action.WITHDRAW: ("text",),
}
"""Fields that may stay empty, besides those that the table needs."""
_INPUTS = {
    "text": "area",
    "answer_by": "date",
    "day": "date",
    "received": "date",
    "department": "choice",
    "whom": "choice",
    "authority": "line",
    "email": "email",
    "days": "number",
    "approver": "line",
}
_FIRST = {
    Stage.SUBMITTED: (Action.REGISTER, Action.ACCEPT),
    Stage.REGISTERED: (Action.ASSIGN,),
    Stage.CORRECTED: (Action.ASSIGN,),
    Stage.ACCEPTED: (Action.ASSIGN,),
    Stage.ASSIGNED: (Action.TAKE,),
    Stage.CONSULTING: (Action.OPINION,),
    Stage.LEGAL_REVIEW: (Action.PASS_REVIEW,),
    Stage.SIGN_OFF: (Action.SIGN,),
    Stage.APPROVED: (Action.REPLY,),
    Stage.REPLIED: (Action.CLOSE,),
    Stage.RATED: (Action.CLOSE,),
}
"""The step that a stage is there for: its form stands open."""


@dataclass(frozen=True)
class Field:
    """One field. ``kind``: area, line, date, number, email or choice (of ``choices``: value, label)."""

    name: str
    kind: str
    label: str
    needed: bool
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class StepForm:
    """A step that this person may take now. ``sure``: what has to be ticked, for what cannot be taken back."""

    action: Action
    name: str
    fields: tuple[Field, ...]
    first: bool
    sure: str | None


def step_forms(case: Case, actor: Actor, desk: Desk, today: date, said: Answers | None = None) -> list[StepForm]:
    """The forms of every step besides the reply's own editor, that of the present stage first.

    ``said``: what was entered into the form of the action it names, to be mended.
    """
    actions = [action for action in possible(case, actor) if action not in _without_form(case)]
    usual = (Action.FOLLOW_UP,) if case.rating in BAD_RATINGS else _FIRST.get(case.stage, ())
    first = next((action for action in usual if action in actions), None)
    forms = [_form(case, action, actor, desk, today, action is first, said or {}) for action in actions]
    return sorted(forms, key=lambda form: not form.first)


def asked_action(answers: Answers) -> Action:
    """Which step was asked for. Raises StepRefused."""
    try:
        return Action(answers.get("action", ""))
    except ValueError as error:
        raise StepRefused(wording.UNKNOWN_STEP) from error


def step_of(action: Action, answers: Answers) -> Step:
    """The step that was filled in. Raises StepRefused, UserError."""
    if action in SURE and answers.get("sure") != "yes":
        raise StepRefused(wording.NOT_SURE.format(action=ACTION_NAMES[action]))
    given = {name: text for name in _INPUTS if (text := _plain(answers.get(name, "")))}
    email = given.get("email")
    try:
        return Step(
            action=action,
            text=given.get("text"),
            day=_date(given.get("day")),
            answer_by=_date(given.get("answer_by")),
            received=_date(given.get("received")),
            department=given.get("department"),
            whom=_whom(given.get("whom")),
            authority=given.get("authority"),
            email=identity.email(email) if email else None,
            days=_days(given.get("days")),
            approver=given.get("approver"),
            outcome=_outcome(answers.get("outcome", "")),
        )
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise StepRefused(wording.TOO_LONG.format(field=wording.LABELS.get(name, name))) from error


def outcome_choices() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Every outcome, by its group in the annual report."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for outcome, row in OUTCOMES.items():
        groups.setdefault(row.group, []).append((outcome.value, row.label))
    return tuple((group, tuple(choices)) for group, choices in groups.items())


def _without_form(case: Case) -> frozenset[Action]:
    """Steps with an editor of their own, and what was done already."""
    done = {Action.CONFIRM} if case.confirmed_by_applicant else set()
    return _OF_THE_EDITOR | done


def _form(
    case: Case, action: Action, actor: Actor, desk: Desk, today: date, first: bool, said: Answers
) -> StepForm:
    needs = next(row.needs for row in rows(case.kind, case.stage, actor.role) if row.action is action)
    names = dict.fromkeys((*needs, *_MORE.get(action, ())))
    if action is Action.ACCEPT and case.kind is not Kind.LETTER:
        names.pop("days")
    mine = said if said.get("action") == action else {}
    fields = (_field(name, case, action, desk, today, name in needs, mine) for name in names)
    return StepForm(action, ACTION_NAMES[action], tuple(fields), first or bool(mine), _sure(action))


def _sure(action: Action) -> str | None:
    return SURE[action][0].replace("真的要", "我确定要").replace("吗？", "。") if action in SURE else None


def _field(name: str, case: Case, action: Action, desk: Desk, today: date, needed: bool, said: Answers) -> Field:
    kind = _INPUTS[name]
    choices = _choices(name, case, action, desk)
    if choices:
        kind = "choice"
    value = said.get(name) if name in said else _default(name, case, action, desk, today)
    return Field(name, kind, wording.label(action, name), needed, value or "", choices)


def _choices(name: str, case: Case, action: Action, desk: Desk) -> tuple[tuple[str, str], ...]:
    if name == "department":
        return tuple(desk.departments.items())
    if name == "whom":
        return tuple((one.value, WHOM[one.value]) for one in Consulted)
    if name == "authority" and action is Action.OPINION:
        asked = zip(case.parties, case.clock.consultations if case.clock else (), strict=False)
        return tuple((party, party) for party, one in asked if one.answered is None)
    return ()


def _default(name: str, case: Case, action: Action, desk: Desk, today: date) -> str:
    if name == "department":
        return case.department or case.suggested_department or ""
    if name == "answer_by" and action is Action.CORRECT:
        return default_answer_by(today, desk.calendar).isoformat()
    if name == "authority" and action is Action.OPINION:
        return next((value for value, _ in _choices(name, case, action, desk)), "")
    return ""


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise StepRefused(wording.WRONG_DATE.format(said=text)) from error


def _days(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise StepRefused(wording.WRONG_DAYS.format(said=text))
    return int(text)


def _whom(text: str | None) -> Consulted | None:
    try:
        return Consulted(text) if text else None
    except ValueError as error:
        raise StepRefused(wording.UNKNOWN_CHOICE) from error


def _outcome(text: str) -> Outcome | None:
    try:
        return Outcome(text) if text else None
    except ValueError as error:
        raise StepRefused(wording.UNKNOWN_CHOICE) from error

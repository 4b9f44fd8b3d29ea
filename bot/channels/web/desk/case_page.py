"""A case as staff see it: how it stands, what may be done now and by whom, and each step as one POST."""

from collections.abc import Callable
from http import HTTPStatus

from starlette.responses import Response

from bot.channels.web.desk import wording
from bot.channels.web.desk.case_facts import case_facts
from bot.channels.web.desk.door import HOME, Missing, Visit, see
from bot.channels.web.desk.reply_editor import Editor, editor, read_editor, with_template
from bot.channels.web.desk.step_form import asked_action, step_forms, step_of
from bot.channels.web.desk.timeline import timeline
from bot.errors import UserError
from bot.mailbox.cases import Case, Step
from bot.mailbox.numbers import CaseNumber, case_number
from bot.mailbox.people import Role
from bot.mailbox.stages import ACTION_NAMES, Action
from bot.mailbox.workflow import StepRefused, sees
from bot.store.cases import Stored

_SAID = {"enclosed": wording.ENCLOSED, "taken_back": wording.TAKEN_BACK}
"""What was done besides a step, by its name in the address."""
CONTACTS = {"name": "姓名", "contact_person": "联系人", "phone": "电话", "email": "电子邮箱", "address": "地址"}


def number_of(visit: Visit) -> CaseNumber:
    """The number in the address. Raises Missing."""
    try:
        return case_number(visit.part("ref"))
    except UserError as error:
        raise Missing(wording.NOT_FOUND) from error


def look(visit: Visit) -> Stored:
    """The case of the address, if this person may see it. Raises Missing, also for another department's."""
    number = number_of(visit)
    with visit.office.store.reading() as t:
        stored = t.cases.get(number)
    if stored is None:
        raise Missing(wording.NOT_FOUND)
    if not sees(stored.case, visit.actor):
        visit.note(f"refused: {visit.person.id} ({visit.person.role}) show {number.ref}")
        raise Missing(wording.NOT_FOUND)
    return stored


def case_page(visit: Visit) -> Response:
    """The case as it stands."""
    return show(visit, look(visit), said_done=done(visit.asked("done")))


def take_step(visit: Visit) -> Response:
    """Take the step of the form that was sent, if the case is as it was seen."""
    stored = look(visit)
    return _acted(visit, lambda: _step(visit, stored))


def write_reply(visit: Visit) -> Response:
    """Save the reply, send it to review, or begin it with a template: as the button says."""
    stored = look(visit)
    if visit.text("do") == "template":
        return _with_template(visit, stored)
    return _acted(visit, lambda: _write(visit, stored))


def show_contact(visit: Visit) -> Response:
    """Name and contacts in the open, for who has to telephone; written down first."""
    visit.only(Role.REGISTRAR)
    stored = look(visit)
    visit.note(f"contact of {stored.case.number.ref} shown to {visit.person.id}")
    applicant = stored.case.content.applicant if stored.case.content else None
    contact = {label: value for name, label in CONTACTS.items() if (value := getattr(applicant, name, None))}
    return show(visit, stored, contact=contact)


def show(
    visit: Visit,
    stored: Stored,
    status: int = HTTPStatus.OK,
    *,
    said_done: str = "",
    error: str = "",
    writing: Editor | None = None,
    contact: dict[str, str] | None = None,
) -> Response:
    """The page, with what was just done, or refused and entered."""
    case, actor, desk, today = stored.case, visit.actor, visit.office.desk, visit.today
    facts = case_facts(visit.office, stored, visit.actor)
    said = visit.answers() if error else None
    return visit.page(
        "case",
        status,
        case=case,
        facts=facts,
        picture=timeline(case, facts.events, case.deadline(desk.calendar), today),
        forms=step_forms(case, actor, desk, today, said),
        writing=writing or editor(case, actor),
        done=said_done,
        error=error,
        error_at=said.get("action", "") if said else "",
        contact=contact,
        may_contact=actor.role in {Role.REGISTRAR, Role.ADMIN},
    )


def version_seen(visit: Visit) -> int:
    """Which version of the case stood on the page that was sent. Raises StepRefused."""
    said = visit.text("version")
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise StepRefused(wording.UNKNOWN_STEP)
    return int(said)


def _acted(visit: Visit, act: Callable[[], tuple[Case, str]]) -> Response:
    """Do it and show the case anew; what is refused is shown beside what was entered."""
    try:
        after, what = act()
    except UserError as error:
        fresh = look(visit)
        stale = fresh.case.version != _version_or_none(visit)
        status = HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY
        said = wording.STALE if stale else error.message
        return show(visit, fresh, status, error=said, writing=read_editor(visit, fresh.case))
    if not sees(after, visit.actor):
        return see(f"{HOME}?done={what}")
    return see(f"/desk/cases/{after.number.ref}?done={what}")


def _version_or_none(visit: Visit) -> int | None:
    try:
        return version_seen(visit)
    except StepRefused:
        return None


def _step(visit: Visit, stored: Stored) -> tuple[Case, str]:
    answers = visit.answers()
    action = asked_action(answers)
    step = step_of(action, answers)
    return visit.office.act(stored.case.number, step, visit.actor, version_seen(visit)), action.value


def _write(visit: Visit, stored: Stored) -> tuple[Case, str]:
    """Save what was written, if it was changed; then on to review, if that is asked: all or nothing."""
    written, case, finish = read_editor(visit, stored.case), stored.case, visit.text("do") == "finish"
    seen, office = version_seen(visit), visit.office
    if written is None:  # the table says who may write, and when
        return office.act(case.number, Step(action=Action.DRAFT), visit.actor, seen), Action.DRAFT.value
    steps = [written.step()] if not finish or written.differs_from(case) else []
    if finish:
        steps.append(Step(action=Action.FINISH_DRAFT))
    with office.store.transaction() as t:
        now = office.find(t, case.number)
        if now.case.version != seen:
            raise StepRefused(wording.STALE)
        for step in steps:
            now = office.step(t, now, step, visit.actor)
    return now.case, (Action.FINISH_DRAFT if finish else Action.DRAFT).value


def _with_template(visit: Visit, stored: Stored) -> Response:
    try:
        written = with_template(visit, stored.case)
    except UserError as error:
        writing = read_editor(visit, stored.case)
        return show(visit, stored, HTTPStatus.UNPROCESSABLE_ENTITY, error=error.message, writing=writing)
    return show(visit, stored, writing=written)


def done(said: str) -> str:
    """The sentence for what the address says was done; nothing for what it cannot say."""
    if said in _SAID:
        return _SAID[said]
    return wording.DONE.format(action=ACTION_NAMES[Action(said)]) if said in set(Action) else ""

"""Staff at work in a chat: buttons under a case's card, and prompts that are answered by replying to them.

Nothing is remembered in between: a button and a prompt name case, version and step themselves.
"""

import logging
from collections.abc import Callable

from bot.conversation.compose import say
from bot.conversation.messages import Ending, Incoming, Reply
from bot.errors import UserError
from bot.mailbox.calendar import day_of
from bot.mailbox.cases import BAD_RATINGS, Case, Event, Step
from bot.mailbox.deadlines import Consulted
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import STAFF_ROLES, Role, Staff
from bot.mailbox.stages import ACTION_NAMES, ANSWERED, Action, Kind, Stage, holder
from bot.mailbox.workflow import NotYours, StepRefused, possible, sees
from bot.office import staff_pages, staff_wording
from bot.office.office import Office
from bot.office.staff_step import PREFIX, Asked, asked, asked_in, is_prompt, step_of, step_without_words
from bot.store.cases import Stored
from bot.store.errors import Changed
from bot.store.store import Transaction

CHANNEL, COMMANDS = "telegram", frozenset({"/desk", "/cases"})
WAITS_FOR = {
    role: frozenset(stage for stage in Stage if stage not in ANSWERED and holder(stage) is role)
    for role in STAFF_ROLES
} | {Role.ADMIN: frozenset(Stage)}
"""Whose turn it is at which stage; an admin may see to every open case."""
_log = logging.getLogger(__name__)


def for_staff(incoming: Incoming) -> bool:
    """Whether this means anything to a member of staff that it does not mean to a citizen."""
    if incoming.action is not None:
        return incoming.action.startswith(PREFIX)
    return _command(incoming) in COMMANDS or is_prompt(incoming.reply_to)


def only_for_staff(incoming: Incoming) -> bool:
    """Whether a citizen has no business sending it: worth a line in the log."""
    return for_staff(incoming) and _command(incoming) != "/cases"


def staff_member(t: Transaction, user_key: str) -> Staff | None:
    """The open staff account of this person; None for everybody else."""
    channel, _, number = user_key.partition(":")
    return t.people.on_telegram(int(number)) if channel == "tg" and number.isdecimal() else None


class StaffChat:
    """One member of staff, within one transaction."""

    def __init__(self, office: Office, t: Transaction, person: Staff) -> None:
        self._office = office
        self._t = t
        self._person = person
        self._actor = person.acting(CHANNEL)
        self._today = day_of(office.clock())

    def answer(self, incoming: Incoming) -> Reply:
        """What ``for_staff`` is about. Raises UserErrors; nothing has changed then."""
        if incoming.action is None and _command(incoming) in COMMANDS:
            return staff_pages.waiting(self._waiting(), self._office.desk, self._today)
        one = self._asked(incoming)
        if one is None:
            return say(Ending.DECLINED, staff_wording.STALE)
        stored = self._office.find(self._t, one.number)
        self._see(stored.case)
        if one.action is None:
            return self._card(stored).model_copy(update={"replaces": True})
        if stored.case.version != one.version:
            raise Changed(self._overtaken(stored, one))
        self._may(stored, one.action)
        if incoming.action is None:
            return self._written(stored, one, incoming)
        page = _PAGES.get(one.action, StaffChat._pressed)(self, stored, one)
        return page.model_copy(update={"replaces": not page.asks})

    def refused(self, incoming: Incoming, error: UserError) -> Reply:
        """Why nothing was done, and the case as it is now where this person may see it."""
        one = self._asked(incoming)
        ref = one.number.ref if one else "?"
        action = (one.action or "show") if one else "?"
        _log.warning("refused: %s on %s by %s (%s)", action, ref, self._person.id, type(error).__name__)
        stored = self._t.cases.get(one.number) if one else None
        if stored is None or not sees(stored.case, self._actor):
            return say(Ending.DECLINED, error.message)
        page = self._card(stored, error.message)
        return page.model_copy(update={"replaces": incoming.action is not None})

    def _asked(self, incoming: Incoming) -> Asked | None:
        if incoming.action is not None:
            return asked(incoming.action.removeprefix(PREFIX))
        return asked_in(incoming.reply_to, self._t.cases.keyed)

    def _pressed(self, stored: Stored, one: Asked) -> Reply:
        """A step by its button: written ones are asked for, the others taken."""
        if one.action in staff_wording.HOW:
            last, desk = self._last(stored), self._office.desk
            return staff_pages.prompt(stored.case, last, one, desk, self._today, self._t.cases.keyed)
        if one.action in staff_wording.SURE and one.argument != "yes":
            return staff_pages.sure(stored.case, self._card(stored), one)
        return self._take(stored, step_without_words(one))

    def _assign(self, stored: Stored, one: Asked) -> Reply:
        if not one.argument:
            return staff_pages.departments(stored.case, one, self._office.desk)
        department = staff_pages.department_meant(one.argument, self._office.desk)
        return self._take(stored, step_without_words(one, department))

    def _draft(self, stored: Stored, one: Asked) -> Reply:
        if stored.case.kind is Kind.DISCLOSURE and one.argument not in set(Outcome):
            return staff_pages.outcomes(stored.case, one)
        return self._pressed(stored, one)

    def _consult(self, stored: Stored, one: Asked) -> Reply:
        if one.argument not in set(Consulted):
            return staff_pages.whom(stored.case, one)
        return self._pressed(stored, one)

    def _opinion(self, stored: Stored, one: Asked) -> Reply:
        clock = stored.case.clock
        open_ones = {known.whom for known in clock.consultations if known.answered is None} if clock else set()
        return self._consult(stored, one) if len(open_ones) > 1 else self._pressed(stored, one)

    def _written(self, stored: Stored, one: Asked, incoming: Incoming) -> Reply:
        if incoming.attachments:
            raise StepRefused(staff_wording.ONLY_TEXT)
        # A lone surrogate can be kept nowhere.
        text = (incoming.text or "").encode("utf-8", "replace").decode()
        step = step_of(one, incoming.reply_to or "", text, self._today, self._office.desk.calendar)
        return self._take(stored, step)

    def _take(self, stored: Stored, step: Step) -> Reply:
        after = self._office.step(self._t, stored, step, self._actor)
        done = staff_wording.DONE.format(number=after.case.number, action=ACTION_NAMES[step.action])
        # a department that returns a case no longer sees it
        return self._card(after, done) if sees(after.case, self._actor) else say(Ending.STATUS, done)

    def _may(self, stored: Stored, action: Action) -> None:
        """Raises NotYours or StepRefused for a step that is not on this person's card; the table says why."""
        if action not in possible(stored.case, self._actor):
            self._office.step(self._t, stored, Step(action=action), self._actor)

    def _overtaken(self, stored: Stored, one: Asked) -> str:
        """Somebody else was faster, or the same button was pressed twice."""
        last = self._last(stored)
        mine = last is not None and (last.actor.id, last.action) == (self._person.id, one.action)
        return staff_wording.DONE_BEFORE if mine else staff_wording.CHANGED.format(number=stored.case.number)

    def _waiting(self) -> list[Stored]:
        """What this person has to do next, the most urgent first; bad ratings come last."""
        role, cases = self._person.role, self._t.cases
        of_department = self._person.department if role is Role.DEPARTMENT else None
        open_ones = cases.find(open_only=True, department=of_department)
        mine = [one for one in open_ones if sees(one.case, self._actor) and one.case.stage in WAITS_FOR[role]]
        if role not in {Role.REGISTRAR, Role.ADMIN}:
            return mine
        return mine + [one for one in cases.find(stage=Stage.RATED) if one.case.rating in BAD_RATINGS]

    def _see(self, case: Case) -> None:
        if not sees(case, self._actor):
            raise NotYours(staff_wording.NOT_YOUR_CASE)

    def _card(self, stored: Stored, *lead: str) -> Reply:
        last, names = self._last(stored), self._t.papers.enclosed_names(stored)
        case, desk = stored.case, self._office.desk
        return staff_pages.card(case, last, self._actor, desk, self._today, *lead, enclosed=names)

    def _last(self, stored: Stored) -> Event | None:
        return next(reversed(self._t.cases.events(stored)), None)


_PAGES: dict[Action, Callable[[StaffChat, Stored, Asked], Reply]] = {
    Action.ASSIGN: StaffChat._assign,
    Action.DRAFT: StaffChat._draft,
    Action.CONSULT: StaffChat._consult,
    Action.OPINION: StaffChat._opinion,
}


def _command(incoming: Incoming) -> str:
    words = (incoming.text or "").split(maxsplit=1)
    return words[0].lower() if words else ""

"""The engine of the forms: a button or an answer in, the next question, the summary or a case out."""

import re
from collections.abc import Callable
from datetime import date, datetime

from bot.conversation.attachments import Attachments, joined
from bot.conversation.compose import say
from bot.conversation.intake import pages, wording
from bot.conversation.intake.fields import FormField
from bot.conversation.intake.form import Form, Standing
from bot.conversation.mailbox_routes import likely_department
from bot.conversation.messages import Ending
from bot.conversation.session import Session
from bot.conversation.turn import Count, SubmitCase, Turn
from bot.conversation.understand import Route, both_ways, route, understand
from bot.errors import UserError
from bot.mailbox.calendar import day_of
from bot.mailbox.stages import Kind
from index.snapshot import Snapshot

_OTHER_ROUTE = {Kind.DISCLOSURE: Route.LETTER, Kind.LETTER: Route.DISCLOSURE}
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]")


def begin(session: Session, kind: Kind, snapshot: Snapshot, now: datetime) -> Turn:
    """A new form, unless another one is unfinished; the last question is what it is about at first."""
    if session.form is not None:
        return Turn(session, pages.one_at_a_time(session.form, kind))
    said = UNSEEN.sub("", session.question or "").strip() or None
    form = Form(kind=kind, started_at=now, suggestion=said, attachments=session.attachments)
    begun = session.model_copy(update={"attachments": (), "documents": ()})
    return _show(begun, form.asking_next(day_of(now)), snapshot, day_of(now))


def pressed(session: Session, action: str, snapshot: Snapshot, now: datetime) -> Turn:
    """A button of the forms."""
    _, verb, key, number = (*action.split(":"), "", "", "")[:4]
    if verb == "new" and key in pages.KINDS:
        return begin(session, pages.KINDS[key], snapshot, now)
    if verb == "found":
        return _found(session)
    form = session.form
    if form is None:
        return Turn(session, say(Ending.DECLINED, wording.NO_FORM))
    if verb == "drop":
        return _dropped(session.filling(None), key, snapshot, now)
    today = day_of(now)
    if verb == "go":
        return _resumed(session, form, snapshot, today)
    if verb in _ASIDE:
        return _ASIDE[verb](session, form, snapshot, today)
    if verb in {"a", "skip", "same"}:
        return _chosen(session, form, (verb, key, number), snapshot, today)
    moved = _moved(form, verb, key, today)
    return _show(session, moved, snapshot, today) if moved else _not_now(session, form, snapshot, today)


def _moved(form: Form, verb: str, key: str, today: date) -> Form | None:
    """The form after a button that only moves within it; None when the button does not fit."""
    if verb == "back":
        return form.before(today)
    if verb == "edit" and form.field(key):
        return form.asking(key)
    if verb in {"switch", "insist"} and form.at_main:
        return form.switched(today) if verb == "switch" else form.insisting(today)
    return None


def _resumed(session: Session, form: Form, snapshot: Snapshot, today: date) -> Turn:
    """Where the form was left, with the photo that was sent just before."""
    form, lead = with_attachments(form, session.unnamed_attachments)
    session = session.model_copy(update={"attachments": ()})
    return _show(session, _as_left(form, today), snapshot, today, *lead)


def _not_now(session: Session, form: Form, snapshot: Snapshot, today: date) -> Turn:
    return _show(session, _as_left(form, today), snapshot, today, wording.NOT_NOW)


def _as_left(form: Form, today: date) -> Form:
    return form.asking(form.asked) if form.field(form.asked) else form.asking_next(today)


def _chosen(session: Session, form: Form, parts: tuple[str, str, str], snapshot: Snapshot, today: date) -> Turn:
    """A choice, "skip" or "what I wrote before" for the field named in the button, also for an earlier one."""
    verb, key, number = parts
    field = form.field(key)
    value: str | None = None
    if field is not None and verb == "a":
        value = next((str(c) for at, c in enumerate(field.choices) if str(at) == number), None)
    elif field is not None and verb == "skip":
        value = "" if field.optional else None
    elif field is not None:
        value = pages.suggestion(form, field)
    if field is None or value is None or not field.holds(value, today):
        return _not_now(session, form, snapshot, today)
    return _answered(session, form, field, value, snapshot, today)


def _answered(
    session: Session, form: Form, field: FormField, value: str, snapshot: Snapshot, today: date, *lead: str
) -> Turn:
    form = form.answered(field.key, value)
    if not form.is_main(field):
        return _show(session, form.asking_next(today), snapshot, today, *lead)
    if not form.insisted and fits_other(form, snapshot):
        return Turn(session.filling(form.asking(field.key)), pages.better_as(form, *lead))
    return _show(session, form.asking_next(today), snapshot, today, *lead, *_department_hint(form, snapshot))


def fits_other(form: Form, snapshot: Snapshot) -> bool:
    """Whether what it is about clearly belongs to the other form (article 39, paragraph 1, or the reverse)."""
    meaning = understand(form.main)
    hits = snapshot.index.find(meaning.words, 1)
    where, _ = route(meaning, hits[0] if hits else None)
    return where is _OTHER_ROUTE[form.kind] and not both_ways(meaning)


def _department_hint(form: Form, snapshot: Snapshot) -> tuple[str, ...]:
    department = likely_department(form.main, snapshot) if form.kind is Kind.LETTER else None
    return (wording.DEPARTMENT.format(department=department.name),) if department else ()


def _show(session: Session, form: Form, snapshot: Snapshot, today: date, *lead: str) -> Turn:
    if form.asked is None:
        lead = tuple(dict.fromkeys((*lead, *_department_hint(form, snapshot))))
    return Turn(session.filling(form), pages.page(form, today, *lead))


def _listed(session: Session, form: Form, _: Snapshot, __: date) -> Turn:
    return Turn(session.filling(form.asking(form.asked)), pages.choose_field(form))


def _saved(session: Session, form: Form, _: Snapshot, __: date) -> Turn:
    kept = session.filling(form.standing_as(Standing.SAVED))
    reply = say(Ending.SAVED, wording.SAVED)
    return Turn(kept, reply.model_copy(update={"buttons": ((pages.RESUME, pages.GIVE_UP),)}))


def _stopping(session: Session, form: Form, _: Snapshot, __: date) -> Turn:
    return Turn(session.filling(form.asking(form.asked)), pages.sure_to_cancel())


def _sent(session: Session, form: Form, snapshot: Snapshot, today: date) -> Turn:
    """The case, but only from the summary: what is sent has been seen."""
    if form.asked is not None or form.missing(today) is not None:
        return _not_now(session, form, snapshot, today)
    department = likely_department(form.main, snapshot)
    effect = SubmitCase(form.content(), form.attachments, department.id if department else None)
    said = wording.NOT_CONNECTED.format(hotline=snapshot.catalog.district.hotline)
    return Turn(session.filling(None), say(pages.ROUTED[form.kind], said), (effect,))


_ASIDE: dict[str, Callable[[Session, Form, Snapshot, date], Turn]] = {
    "list": _listed,
    "save": _saved,
    "stop": _stopping,
    "send": _sent,
}


def _dropped(session: Session, key: str, snapshot: Snapshot, now: datetime) -> Turn:
    if key in pages.KINDS:
        return begin(session, pages.KINDS[key], snapshot, now)
    return Turn(session, say(Ending.CANCELLED, wording.DROPPED))


def _found(session: Session) -> Turn:
    """The published document was what the person wanted; counted once for each time it was shown."""
    counts = (Count("documents_solved"),) if session.documents else ()
    shown = session.model_copy(update={"documents": ()})
    return Turn(shown, say(Ending.ANSWERED, wording.GLAD), counts)


def written(session: Session, form: Form, text: str, snapshot: Snapshot, now: datetime, *lead: str) -> Turn | str:
    """``text`` as the answer to the open question; or the sentence that says why it is none."""
    today = day_of(now)
    field = form.field(form.asked)
    if field is None:
        return wording.SUMMARY
    try:
        value = field.checked(UNSEEN.sub("", text), today)
    except UserError as error:
        return error.message
    return _answered(session, form, field, value, snapshot, today, *lead)


def refused(session: Session, form: Form, sentence: str, now: datetime) -> Turn:
    """The question again, after the sentence that says how to mend the answer."""
    lead = () if form.field(form.asked) is None else (sentence,)
    reply = pages.page(form, day_of(now), *lead)
    return Turn(session, reply.model_copy(update={"ending": Ending.REFUSED_INPUT}))


def with_attachments(form: Form, attachments: Attachments) -> tuple[Form, tuple[str, ...]]:
    """The form with what came, as far as it may hold more, and what to say about it."""
    kept, said = joined(form.attachments, attachments)
    return form.model_copy(update={"attachments": kept}), said


def received(session: Session, attachments: Attachments, now: datetime) -> Turn:
    """Attachments without a word: they go to the open form, or wait for the words that say what they are."""
    form = session.form
    if form is not None and form.standing is Standing.OPEN:
        form, lead = with_attachments(form, attachments)
        return Turn(session.filling(form), pages.page(form, day_of(now), *lead))
    kept, said = joined(session.unnamed_attachments, attachments)
    session = session.model_copy(update={"attachments": kept, "question": None})
    row = (
        (pages.start_button(Kind.LETTER), pages.start_button(Kind.DISCLOSURE)) if form is None else (pages.RESUME,)
    )
    reply = say(Ending.ASKED, *said, wording.WHAT_IS_IT)
    return Turn(session, reply.model_copy(update={"buttons": (row,)}))


def afterwards(turn: Turn, now: datetime) -> Turn:
    """``turn`` about something else, and after it the form that is open or waits."""
    session, form = turn.session, turn.session.form
    if form is None or form.standing is Standing.SAVED:
        return turn
    if turn.for_office:
        # the office says its own words, so the reminder waits for the next reply
        return Turn(session.filling(form.standing_as(Standing.INTERRUPTED)), turn.reply, turn.effects)
    if form.standing is Standing.OPEN:
        return Turn(session, pages.with_question(turn.reply, form, day_of(now)), turn.effects)
    saved = session.filling(form.standing_as(Standing.SAVED))
    return Turn(saved, pages.with_reminder(turn.reply, form), turn.effects)

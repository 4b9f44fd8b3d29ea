"""The way into the mailbox: by a message that belongs there, or by a button."""

from datetime import datetime

from bot.conversation import mailbox_routes
from bot.conversation.intake import talk
from bot.conversation.session import Session
from bot.conversation.turn import Count, Turn
from bot.mailbox.stages import Kind
from catalog.models import PublicDocument
from index.documents import find_documents
from index.snapshot import Snapshot


def routed(session: Session, kind: Kind, text: str, snapshot: Snapshot) -> Turn:
    """A message that belongs to the mailbox: what it is, and the button that begins the form."""
    session = session.model_copy(update={"question": text})
    if kind is Kind.LETTER:
        return Turn(session, mailbox_routes.letter(text, snapshot))
    return _published(session, _documents(text, snapshot))


def both_ways(session: Session, likelier: Kind, text: str) -> Turn:
    """A message that fits both: the person chooses."""
    return Turn(session.model_copy(update={"question": text}), mailbox_routes.both(likelier))


def chosen(session: Session, kind: Kind, snapshot: Snapshot, now: datetime) -> Turn:
    """The button of a form: published documents first, if the last question finds any that were not shown."""
    if kind is Kind.DISCLOSURE and session.form is None and session.question:
        documents = _documents(session.question, snapshot)
        if documents and _ids(documents) != session.documents:
            return _published(session, documents)
    return talk.begin(session, kind, snapshot, now)


def _documents(text: str, snapshot: Snapshot) -> list[PublicDocument]:
    return find_documents(text, snapshot.catalog, snapshot.index.analyser)


def _ids(documents: list[PublicDocument]) -> tuple[str, ...]:
    return tuple(document.id for document in documents)


def _published(session: Session, documents: list[PublicDocument]) -> Turn:
    """What is published already, counted once as shown; else what an application needs."""
    ids = _ids(documents)
    counts = (Count("documents_shown"),) if ids and ids != session.documents else ()
    return Turn(session.model_copy(update={"documents": ids}), mailbox_routes.disclosure(documents), counts)

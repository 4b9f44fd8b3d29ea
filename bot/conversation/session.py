"""One person's conversation state: typed, immutable, stored as JSON."""

from datetime import datetime, timedelta

from bot.conversation.intake.form import Form, Standing
from bot.conversation.messages import Attachment, Facet
from bot.frozen import Frozen
from bot.mailbox.stages import Action

EXPIRES_AFTER = timedelta(hours=12)
REMEMBERED = 5


class PendingStep(Frozen):
    """A step on an own case that still wants its text; ``ref`` as in ``CaseNumber.ref``."""

    ref: str
    action: Action
    attachments: tuple[Attachment, ...] = ()


class Session(Frozen):
    """What the conversation remembers between two messages.

    ``history`` are the ids of the items talked about, newest last; the last one is the item in context.
    ``question`` is the last free question, kept so that "不是我要的" can offer the next candidates and a form can
    begin with it, and ``attachments`` what came with it. ``documents`` are the ids of the published documents on
    offer instead of a request.
    """

    history: tuple[str, ...] = ()
    facet: Facet | None = None
    question: str | None = None
    attachments: tuple[Attachment, ...] = ()
    offered: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    form: Form | None = None
    step: PendingStep | None = None
    updated_at: datetime | None = None

    @property
    def item_id(self) -> str | None:
        """The item in context."""
        return self.history[-1] if self.history else None

    @property
    def unnamed_attachments(self) -> tuple[Attachment, ...]:
        """What came without a word since the last question: it belongs to the words that follow."""
        return self.attachments if self.question is None else ()

    def fresh(self, now: datetime) -> "Session":
        """This session; when it is older than ``EXPIRES_AFTER``, one with nothing but its unfinished form."""
        if self.updated_at is None or now - self.updated_at <= EXPIRES_AFTER:
            return self
        return Session(form=self.form.standing_as(Standing.INTERRUPTED) if self.form else None)

    def about(self, item_id: str, facet: Facet) -> "Session":
        """With ``item_id`` in context."""
        kept = tuple(known for known in self.history if known != item_id)
        return self.model_copy(update={"history": (*kept, item_id)[-REMEMBERED:], "facet": facet})

    def filling(self, form: Form | None) -> "Session":
        """With ``form`` as the form at hand."""
        return self.model_copy(update={"form": form})

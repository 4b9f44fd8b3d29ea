"""One person's conversation state: typed, immutable, stored as JSON."""

from datetime import datetime, timedelta

from bot.conversation.messages import Facet, Frozen

EXPIRES_AFTER = timedelta(hours=12)
REMEMBERED = 5


class Session(Frozen):
    """What the conversation remembers between two messages.

    ``history`` are the ids of the items talked about, newest last; the last one is the item in context.
    ``question`` is the last free question, kept so that "不是我要的" can offer the next candidates.
    """

    history: tuple[str, ...] = ()
    facet: Facet | None = None
    question: str | None = None
    offered: tuple[str, ...] = ()
    updated_at: datetime | None = None

    @property
    def item_id(self) -> str | None:
        """The item in context."""
        return self.history[-1] if self.history else None

    def fresh(self, now: datetime) -> "Session":
        """This session, or an empty one when it is older than ``EXPIRES_AFTER``."""
        expired = self.updated_at is not None and now - self.updated_at > EXPIRES_AFTER
        return Session() if expired else self

    def about(self, item_id: str, facet: Facet) -> "Session":
        """With ``item_id`` in context."""
        kept = tuple(known for known in self.history if known != item_id)
        return self.model_copy(update={"history": (*kept, item_id)[-REMEMBERED:], "facet": facet})

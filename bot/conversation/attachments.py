"""Photos and files that a person sends along: how many one case may hold."""

from bot.conversation.intake import wording
from bot.conversation.messages import Attachment

MOST_ATTACHMENTS = 10
"""Per case."""

Attachments = tuple[Attachment, ...]


def joined(before: Attachments, more: Attachments) -> tuple[Attachments, tuple[str, ...]]:
    """All that are kept of ``before`` and ``more``, and what to say about it."""
    if not more:
        return before, ()
    together = (*before, *more)
    said = (wording.RECEIVED.format(all=len(together[:MOST_ATTACHMENTS])),)
    if len(together) > MOST_ATTACHMENTS:
        said = (*said, wording.TOO_MANY.format(limit=MOST_ATTACHMENTS))
    return together[:MOST_ATTACHMENTS], said

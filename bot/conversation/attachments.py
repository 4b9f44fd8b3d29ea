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
    kept = together[:MOST_ATTACHMENTS]
    said = wording.RECEIVED.format(all=len(kept))
    if len(kept) == len(together):
        return kept, (said,)
    return kept, (said, wording.TOO_MANY.format(limit=MOST_ATTACHMENTS))

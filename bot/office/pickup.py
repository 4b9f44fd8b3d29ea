"""Messages for a channel that is not always there: taken when the person next looks (the terminal)."""

from collections.abc import Iterator

from bot.conversation.messages import Reply
from bot.mailbox.messages import ChatMessage
from bot.office.office import Office


def waiting_replies(office: Office, user_key: str) -> Iterator[Reply]:
    """What waits for ``user_key``, the oldest first; each counts as sent when the next one is asked for."""
    channel = user_key.partition(":")[0]
    while True:
        with office.store.transaction() as t:
            taken = t.outbox.take(channel, office.clock(), most=1, user_key=user_key)
        if not taken:
            return
        message = taken[0].message
        if isinstance(message, ChatMessage):
            yield message.reply
        with office.store.transaction() as t:
            t.outbox.sent(taken[0], office.clock())

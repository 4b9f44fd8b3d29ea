"""Messages for a channel that is not always there: taken when the person next looks (the terminal)."""

from collections.abc import Iterator

from bot.conversation.messages import Reply
from bot.mailbox.messages import ChatMessage
from bot.office.office import Office
from bot.store.outbox import Leaving
from bot.store.papers import Attached


def waiting_replies(office: Office, user_key: str) -> Iterator[tuple[Reply, list[Attached]]]:
    """What waits for ``user_key`` and the files that go along, the oldest first.

    Each counts as sent when the next one is asked for.
    """
    channel = user_key.partition(":")[0]
    while True:
        with office.store.transaction() as t:
            taken = t.outbox.take(channel, office.clock(), most=1, user_key=user_key)
        if not taken:
            return
        message = taken[0].message
        if isinstance(message, ChatMessage):
            yield message.reply, files_of(office, taken[0])
        with office.store.transaction() as t:
            t.outbox.sent(taken[0], office.clock())


def files_of(office: Office, leaving: Leaving) -> list[Attached]:
    """The files that go along with a message."""
    wanted = leaving.message.files
    if not wanted or leaving.case_id is None:
        return []
    with office.store.reading() as t:
        stored = t.cases.by_id(leaving.case_id)
        return [file for file in t.papers.enclosed(stored) if file.id in wanted] if stored else []

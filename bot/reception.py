"""Where every channel hands in a message and gets a reply: one person at a time, nothing half saved."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import datetime

from bot.conversation import compose, wording
from bot.conversation.messages import Ending, Incoming, Reply
from bot.conversation.respond import respond
from bot.store.store import Store, UpdateKey
from bot.turns import Turns
from index.snapshot import Snapshot

_log = logging.getLogger(__name__)


class Reception:
    """Runs the pure core between loading and saving a person's session."""

    def __init__(self, snapshot: Callable[[], Snapshot], store: Store, clock: Callable[[], datetime]) -> None:
        self._snapshot = snapshot
        self._store = store
        self._clock = clock
        self._turns = Turns()

    async def answer(self, channel: str, user_key: str, incoming: Incoming, key: UpdateKey | None = None) -> Reply:
        """The reply to one message. The same ``key`` again gives the reply stored for it.

        Never raises: what breaks is logged under a reference number and the reply is an apology with that number.
        """
        async with self._turns.of(user_key):
            try:
                return await asyncio.to_thread(self._answer, channel, user_key, incoming, key)
            except Exception:
                reference = secrets.token_hex(4)
                _log.exception("no answer, reference %s", reference)
                return compose.say(Ending.FAILED, wording.apology(reference))

    def _answer(self, channel: str, user_key: str, incoming: Incoming, key: UpdateKey | None) -> Reply:
        stored = self._store.stored_reply(key) if key is not None else None
        if stored is not None:
            return stored
        now = self._clock()
        turn = respond(self._store.session(user_key), incoming, self._snapshot(), now)
        self._store.save_turn(channel, user_key, turn.session, turn.reply, now, key)
        return turn.reply

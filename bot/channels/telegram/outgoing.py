"""What the office sends to people's chats, from the outbox to Telegram until it works."""

import asyncio
import logging
from datetime import timedelta
from itertools import groupby

from telegram import Bot
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.channels.telegram.sending import TRIES, deliver, send_file
from bot.channels.telegram.translate import Delivery
from bot.conversation.messages import Incoming
from bot.mailbox.messages import ChatMessage
from bot.mailbox.people import Role
from bot.office.delivery import GIVE_UP_AFTER, UNDELIVERABLE_TASK, pause_after, undeliverable
from bot.office.office import Office
from bot.office.pickup import files_of
from bot.office.staff_chat import staff_member
from bot.office.staff_wording import UNREACHABLE
from bot.store.outbox import Leaving
from bot.store.people import Task

CHANNEL = "tg"
LOOK_EVERY = 0.5
"""Seconds between two looks at an empty outbox."""
PAUSE_AFTER_FAULT = 5.0
_log = logging.getLogger(__name__)


class Outgoing:
    """Delivers the outbox's chat messages; one that a kill interrupts is sent once more at most."""

    def __init__(self, bot: Bot, office: Office, tries: int = TRIES) -> None:
        self._bot = bot
        self._office = office
        self._tries = tries

    async def run(self) -> None:
        """Deliver until cancelled; a fault is logged and the next round comes later."""
        while True:
            try:
                pause = 0.0 if await self.once() else LOOK_EVERY
            except Exception:
                _log.exception("the outbox could not be worked on")
                pause = PAUSE_AFTER_FAULT
            await asyncio.sleep(pause)

    async def once(self) -> int:
        """One round; returns how many messages were tried. People side by side, each one's in order."""
        taken = await asyncio.to_thread(self._take)
        by_person = groupby(sorted(taken, key=_person), key=_person)
        await asyncio.gather(*(self._deliver_all(list(theirs)) for _, theirs in by_person))
        return len(taken)

    def _take(self) -> list[Leaving]:
        with self._office.store.reading() as t:
            if not t.outbox.waiting(CHANNEL):
                return []
        with self._office.store.transaction() as t:
            return t.outbox.take(CHANNEL, self._office.clock())

    async def _deliver_all(self, theirs: list[Leaving]) -> None:
        """One after the other; after one that did not work the rest waits, so that the order stays."""
        for leaving in theirs:
            try:
                if not await self._deliver(leaving):
                    return
            except Exception:
                _log.exception("message %s is tried again later", leaving.message_id)
                return

    async def _deliver(self, leaving: Leaving) -> bool:
        """Send it and note what became of it; False when it has to be tried again."""
        message = leaving.message
        assert isinstance(message, ChatMessage)  # noqa: S101 (the channel "tg" holds nothing else)
        number, why = message.user_key.partition(":")[2].partition("@")[0], "blocked"
        try:
            target = Delivery(Incoming(), message.user_key, int(number))
            arrived = await deliver(self._bot, target, message.reply, self._tries)
            for file in await asyncio.to_thread(files_of, self._office, leaving) if arrived else ():
                await send_file(self._bot, target.chat_id, file.name, file.content, self._tries)
        except (BadRequest, ValueError) as error:
            # no such chat: asking again does not mend it
            arrived, why = False, str(error)
        except TelegramError as error:
            await asyncio.to_thread(self._later, leaving, error)
            return False
        await asyncio.to_thread(self._sent if arrived else self._failed, leaving, why)
        return True

    def _sent(self, leaving: Leaving, _: str) -> None:
        with self._office.store.transaction() as t:
            t.outbox.sent(leaving, self._office.clock())

    def _later(self, leaving: Leaving, error: TelegramError) -> None:
        now, pause = self._office.clock(), pause_after(leaving.attempts)
        if now - leaving.created_at > GIVE_UP_AFTER:
            self._failed(leaving, error.message)
            return
        if isinstance(error, RetryAfter):
            pause = max(pause, timedelta(seconds=_seconds(error)))
        _log.warning("message %s not delivered, next try in %s: %s", leaving.message_id, pause, error.message)
        with self._office.store.transaction() as t:
            t.outbox.later(leaving, now + pause, error.message)

    def _failed(self, leaving: Leaving, why: str) -> None:
        """Given up: a person has to reach the citizen another way."""
        _log.warning("message %s given up: %s", leaving.message_id, why)
        now = self._office.clock()
        with self._office.store.transaction() as t:
            t.outbox.failed(leaving, why)
            message = leaving.message
            if message.kind == "chat" and staff_member(t, message.user_key):
                # told in their chat, staff who cannot be reached there would be told again and again
                key = f"{UNDELIVERABLE_TASK}:{leaving.id}"
                t.people.add_task(Task(key, Role.REGISTRAR, UNDELIVERABLE_TASK, leaving.case_id), now)
            else:
                undeliverable(self._office, t, leaving, UNREACHABLE, now)


def _person(leaving: Leaving) -> str:
    return leaving.message.user_key if leaving.message.kind == "chat" else ""


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)

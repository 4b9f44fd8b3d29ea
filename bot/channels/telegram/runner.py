"""The durable loop: kept -> answered -> delivered. What is not done is taken up again, also after a kill."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

from telegram import Bot, Update
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.channels.telegram.files import Files
from bot.channels.telegram.sending import deliver
from bot.channels.telegram.translate import Delivery, chat_key, delivery
from bot.conversation.compose import say
from bot.conversation.messages import Ending, Paragraph, Reply
from bot.reception import Reception
from bot.store.conversations import Pending, State, UpdateKey
from bot.store.store import Store
from bot.turns import Turns

CHANNEL = "telegram"
_log = logging.getLogger(__name__)


class Runner:
    """Takes updates in and sees each through to its delivered answer."""

    def __init__(self, bot: Bot, reception: Reception, store: Store, clock: Callable[[], datetime]) -> None:
        self._bot = bot
        self._reception = reception
        self._store = store
        self._clock = clock
        self._files = Files(bot, store, clock)
        self._turns = Turns()
        self._running: dict[UpdateKey, asyncio.Task[None]] = {}

    async def accept(self, updates: Iterable[Update]) -> None:
        """Keep updates; they are safe when this returns, and only then may they be acknowledged."""
        for update in updates:
            pending = Pending(UpdateKey(CHANNEL, update.update_id), chat_key(update), update.to_json())
            now = self._clock()
            if await asyncio.to_thread(self._receive, pending, now):
                self._start(pending)

    async def resume(self) -> None:
        """Take up everything that is not done and not running: after a start, and after failed deliveries."""
        for pending in await asyncio.to_thread(self._pending):
            if pending.key not in self._running:
                self._start(pending)

    async def drain(self, seconds: float) -> None:
        """Wait for running answers; what is not done by then stays in the store."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=seconds)
        for task in list(self._running.values()):
            task.cancel()

    def _receive(self, pending: Pending, now: datetime) -> bool:
        with self._store.transaction() as t:
            return t.conversations.receive(pending.key, pending.chat, pending.payload, now)

    def _pending(self) -> list[Pending]:
        with self._store.reading() as t:
            return t.conversations.pending(CHANNEL)

    def _finish(self, key: UpdateKey, state: State) -> None:
        with self._store.transaction() as t:
            t.conversations.finish(key, state)

    def _start(self, pending: Pending) -> None:
        task = asyncio.create_task(self._see_through(pending))
        self._running[pending.key] = task
        task.add_done_callback(lambda _: self._running.pop(pending.key, None))

    async def _see_through(self, pending: Pending) -> None:
        async with self._turns.of(pending.chat):
            try:
                state = await self._answer(pending)
            except TelegramError as error:
                _log.warning("update %s not delivered, kept for later: %s", pending.key.update_id, error)
                return
            except Exception:
                _log.exception("update %s given up", pending.key.update_id)
                state = State.FAILED
            await asyncio.to_thread(self._finish, pending.key, state)

    async def _answer(self, pending: Pending) -> State:
        update = Update.de_json(json.loads(pending.payload), self._bot)
        target = delivery(update, self._bot.username)
        if target is None:
            return State.DONE
        reply, _ = await asyncio.gather(self._reply(target, pending.key), self._show_life(target))
        return State.DONE if await deliver(self._bot, target, reply) else State.FAILED

    async def _reply(self, target: Delivery, key: UpdateKey) -> Reply:
        """The reply; what could not be taken is said first, and the text that came with it is answered too."""
        incoming, refusal = target.incoming, target.instead
        if target.file is not None and not await asyncio.to_thread(self._is_answered, key):
            kept = await self._files.keep(target.file, target.user_key, key.update_id)
            if isinstance(kept, str):
                refusal = kept
            else:
                incoming = incoming.model_copy(update={"attachments": (kept,)})
        if refusal is not None and not incoming.text:
            return say(Ending.REFUSED_INPUT, refusal)
        reply = await self._reception.answer(CHANNEL, target.user_key, incoming, key)
        if refusal is None:
            return reply
        return reply.model_copy(update={"blocks": (Paragraph(text=refusal), *reply.blocks)})

    def _is_answered(self, key: UpdateKey) -> bool:
        with self._store.reading() as t:
            return t.conversations.stored_reply(key) is not None

    async def _show_life(self, target: Delivery) -> None:
        """Stop the button's spinner, or show that we are writing; a failure does not matter."""
        with suppress(TelegramError):
            if target.callback_id is not None:
                await self._bot.answer_callback_query(target.callback_id)
            else:
                await self._bot.send_chat_action(target.chat_id, ChatAction.TYPING)

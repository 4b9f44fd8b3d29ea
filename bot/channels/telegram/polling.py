"""Fetching updates. The offset advances only after the updates are kept, so a kill loses none."""

import asyncio
import logging
import time
from collections.abc import Callable

from telegram import Bot, Update
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.runner import Runner

WAIT = 25
"""Seconds that Telegram holds a getUpdates open."""
SILENT_AFTER = 90.0
_KINDS = [Update.MESSAGE, Update.CALLBACK_QUERY]
_log = logging.getLogger(__name__)


class Polling:
    """A getUpdates loop under a watchdog that notices when it has silently stopped."""

    def __init__(self, bot: Bot, runner: Runner, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._bot = bot
        self._runner = runner
        self._monotonic = monotonic
        self._offset = 0
        self._pause = 0.0
        self._last_success = monotonic()

    @property
    def healthy(self) -> bool:
        """Whether getUpdates came back within the last ``SILENT_AFTER`` seconds."""
        return self._monotonic() - self._last_success < SILENT_AFTER

    async def run(self, check_every: float = 5.0) -> None:
        """Poll until cancelled; a loop that has gone silent is replaced by a new one."""
        loop = asyncio.create_task(self._loop())
        try:
            while True:
                done, _ = await asyncio.wait([loop], timeout=check_every)
                if done:
                    loop.result()
                if not self.healthy:
                    _log.error("getUpdates has been silent for %.0f s, polling anew", SILENT_AFTER)
                    loop.cancel()
                    self._last_success = self._monotonic()
                    loop = asyncio.create_task(self._loop())
        finally:
            loop.cancel()

    async def _loop(self) -> None:
        while True:
            try:
                await self.once()
                self._pause = 0.0
            except InvalidToken:
                raise
            except TelegramError as error:
                self._pause = min(max(self._pause * 2, 0.2), 30.0)
                _log.warning("getUpdates failed (%s), next try in %.1f s", error, self._pause)
                await asyncio.sleep(self._pause)

    async def once(self) -> None:
        """One getUpdates: fetch, keep, and only then move the offset."""
        updates = await self._bot.get_updates(
            offset=self._offset, timeout=WAIT, allowed_updates=_KINDS, read_timeout=WAIT + 10
        )
        self._last_success = self._monotonic()
        await self._runner.accept(updates)
        if updates:
            self._offset = updates[-1].update_id + 1

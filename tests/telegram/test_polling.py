"""A getUpdates loop that has silently stopped is noticed and replaced; offsets move only after keeping."""

import asyncio
from typing import Any

import pytest
from telegram import Update
from telegram.error import NetworkError

from bot.channels.telegram.polling import SILENT_AFTER, Polling


class Clock:
    """Seconds that only tests move."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class StuckBot:
    """A bot whose first getUpdates never comes back."""

    def __init__(self) -> None:
        self.calls = 0

    async def get_updates(self, **_: Any) -> list[Update]:
        self.calls += 1
        if self.calls == 1:
            await asyncio.Event().wait()
        await asyncio.sleep(0.01)
        return []


class Kept:
    """A runner that keeps updates, or cannot."""

    def __init__(self, broken: bool = False) -> None:
        self.broken = broken
        self.updates: list[Update] = []

    async def accept(self, updates: list[Update]) -> None:
        if self.broken:
            raise NetworkError("disk full")
        self.updates += updates


async def test_a_silent_loop_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    bot, clock = StuckBot(), Clock()
    polling = Polling(bot, Kept(), clock)  # type: ignore[arg-type]
    running = asyncio.create_task(polling.run(check_every=0.02))
    await asyncio.sleep(0.1)
    assert (bot.calls, polling.healthy) == (1, True)
    clock.now = SILENT_AFTER + 1
    assert not polling.healthy
    await asyncio.sleep(0.2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert bot.calls > 1
    assert "silent" in caplog.text


class TwoUpdates:
    """Hands out two updates and remembers the offsets asked for."""

    def __init__(self) -> None:
        self.offsets: list[int] = []

    async def get_updates(self, *, offset: int, **_: Any) -> list[Update]:
        self.offsets.append(offset)
        return [Update(number) for number in (7, 8) if number >= offset]


@pytest.mark.parametrize(("broken", "next_offset"), [(False, 9), (True, 0)])
async def test_the_offset_moves_only_after_keeping(broken: bool, next_offset: int) -> None:
    bot, runner = TwoUpdates(), Kept(broken)
    polling = Polling(bot, runner)  # type: ignore[arg-type]
    for _ in range(2):
        try:
            await polling.once()
        except NetworkError:
            assert broken
    assert bot.offsets == [0, next_offset]

"""Several processes at once: no gap, no number twice, no message twice, one winner."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext
from typing import Any

import pytest

from bot.conversation.messages import Ending, Paragraph, Reply
from bot.mailbox.messages import ChatMessage
from bot.store.cases import Due
from bot.store.store import Store
from tests.conftest import NOW
from tests.mailbox.moves import fresh
from tests.store import workers
from tests.store.conftest import KEY, Place

SIX, CASES = 6, 30


@contextmanager
def running(context: ForkServerContext, target: Callable[..., None], *args: tuple[Any, ...]) -> Iterator[list[Any]]:
    """The processes, one for each ``args``; all have ended afterwards."""
    started = [context.Process(target=target, args=one) for one in args]
    for one in started:
        one.start()
    yield started
    for one in started:
        one.join(60)
        assert one.exitcode is not None


def test_numbers_have_no_gap_whatever_many_processes_do(
    place: Place, processes: ForkServerContext, opened: Callable[..., Store]
) -> None:
    """Six processes, thirty cases each; between them rolled back ones, and each dies by a kill in one more."""
    start = processes.Barrier(SIX)
    work = [(place, KEY, me, CASES, start) for me in range(SIX)]
    with running(processes, workers.open_cases, *work) as started:
        pass
    assert [one.exitcode for one in started] == [-9] * SIX
    store = opened(place)
    with store.transaction() as t:
        found = sorted(one.case.number.sequence for one in t.cases.find())
        assert found == list(range(1, SIX * CASES + 1))
        assert t.cases.next_number(fresh().kind, NOW.year).sequence == SIX * CASES + 1


def test_a_message_is_taken_by_one_process(
    place: Place, processes: ForkServerContext, opened: Callable[..., Store]
) -> None:
    message = ChatMessage(user_key="tg:1", reply=Reply(ending=Ending.STATUS, blocks=(Paragraph(text="好"),)))
    with opened(place).transaction() as t:
        for number in range(40):
            t.outbox.add(f"m{number}@x", message, None, NOW)
    start, taken = processes.Barrier(2), processes.SimpleQueue()
    with running(processes, workers.take_messages, *[(place, KEY, start, taken)] * 2):
        ids = [taken.get() for _ in range(2)]
    assert sorted(one for some in ids for one in some) == list(range(1, 41))


def test_of_many_who_saw_the_same_one_saves(
    place: Place, processes: ForkServerContext, opened: Callable[..., Store]
) -> None:
    with opened(place).transaction() as t:
        t.cases.add(fresh(), "tg:1", Due(), NOW)
    start, told = processes.Barrier(3), processes.SimpleQueue()
    with running(processes, workers.change_case, *[(place, KEY, start, told)] * 3):
        said = sorted(told.get() for _ in range(3))
    assert said == ["Changed", "Changed", "saved"]


@pytest.mark.parametrize("round_", range(2))
def test_many_open_a_new_database_at_once(
    blank: Place, processes: ForkServerContext, opened: Callable[..., Store], round_: int
) -> None:
    start, told = processes.Barrier(4), processes.SimpleQueue()
    with running(processes, workers.open_fresh, *[(blank, KEY, me, start, told) for me in range(4)]):
        assert [told.get() for _ in range(4)] == ["ok"] * 4
    with opened(blank).reading() as t:
        assert len(t.conversations.pending("tg")) == 4

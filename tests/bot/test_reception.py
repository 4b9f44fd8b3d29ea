"""One turn for one message, in order, and an apology for what breaks."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channels.terminal import plain
from bot.conversation.messages import Ending, Incoming
from bot.conversation.session import Session
from bot.reception import Reception
from bot.store.database import open_database
from bot.store.store import Store, UpdateKey
from index.snapshot import Snapshot
from tests.conftest import NOW

ID_CARD, FEE = Incoming(text="补身份证"), Incoming(text="多少钱")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(open_database(tmp_path / "wenban.db"))
    yield opened
    opened.close()


async def test_the_same_update_twice_is_one_turn(town: Snapshot, store: Store) -> None:
    reception, key = Reception(lambda: town, store, lambda: NOW), UpdateKey("tg", 1)
    store.receive(key, "c", "p", NOW)
    first, second = [await reception.answer("tg", "u", ID_CARD, key) for _ in range(2)]
    assert first == second
    assert store.ending_counts() == {"answered": 1}


async def test_what_breaks_is_an_apology_with_its_reference(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Snapshot:
        raise RuntimeError("secret detail")

    reply = await Reception(broken, store, lambda: NOW).answer("tg", "u", ID_CARD)
    assert reply.ending is Ending.FAILED
    assert "secret" not in plain(reply)
    assert plain(reply).rpartition("编号：")[2] in caplog.text
    assert store.session("u") == Session()


async def test_one_person_is_answered_in_order(town: Snapshot, store: Store) -> None:
    reception = Reception(lambda: town, store, lambda: NOW)
    replies = await asyncio.gather(
        *(reception.answer("tg", "u", one) for one in (ID_CARD, FEE, Incoming(text="/cancel"), FEE))
    )
    assert [reply.ending for reply in replies] == ["answered", "answered", "cancelled", "clarified"]
    assert "40 元" in plain(replies[1])


async def test_two_people_are_answered_side_by_side(town: Snapshot, store: Store) -> None:
    both = threading.Barrier(2, timeout=10)

    def meet() -> Snapshot:
        both.wait()
        return town

    reception = Reception(meet, store, lambda: NOW)
    replies = await asyncio.gather(*(reception.answer("tg", user, ID_CARD) for user in ("a", "b")))
    assert {reply.ending for reply in replies} == {Ending.ANSWERED}

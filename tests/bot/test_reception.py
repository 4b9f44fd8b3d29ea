"""One turn for one message, in order, and an apology for what breaks."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channels.terminal import plain
from bot.conversation.messages import Ending, Incoming
from bot.conversation.session import Session
from bot.office.desk import desk_of
from bot.office.office import Office
from bot.reception import Reception
from bot.settings import Settings
from bot.store.conversations import UpdateKey
from bot.store.opening import open_store
from bot.store.store import Store
from index.snapshot import Snapshot
from tests.conftest import NOW

ID_CARD, FEE = Incoming(text="补身份证"), Incoming(text="多少钱")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(Settings(home=tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def office(store: Store, town: Snapshot) -> Office:
    return Office(store, desk_of(Settings(), town.catalog), lambda: NOW)


async def test_the_same_update_twice_is_one_turn(town: Snapshot, office: Office) -> None:
    reception, key = Reception(lambda: town, office, lambda: NOW), UpdateKey("tg", 1)
    with office.store.transaction() as t:
        t.conversations.receive(key, "c", "p", NOW)
    first, second = [await reception.answer("tg", "u", ID_CARD, key) for _ in range(2)]
    assert first == second
    with office.store.reading() as t:
        assert t.conversations.counts() == {"answered": 1}


async def test_what_breaks_is_an_apology_with_its_reference(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Snapshot:
        raise RuntimeError("secret detail")

    reply = await Reception(broken, office, lambda: NOW).answer("tg", "u", ID_CARD)
    assert reply.ending is Ending.FAILED
    assert "secret" not in plain(reply)
    assert plain(reply).rpartition("编号：")[2] in caplog.text
    with office.store.reading() as t:
        assert t.conversations.session("u") == Session()


async def test_one_person_is_answered_in_order(town: Snapshot, office: Office) -> None:
    reception = Reception(lambda: town, office, lambda: NOW)
    replies = await asyncio.gather(
        *(reception.answer("tg", "u", one) for one in (ID_CARD, FEE, Incoming(text="/cancel"), FEE))
    )
    assert [reply.ending for reply in replies] == ["answered", "answered", "cancelled", "clarified"]
    assert "40 元" in plain(replies[1])


async def test_two_people_are_answered_side_by_side(town: Snapshot, office: Office) -> None:
    both = threading.Barrier(2, timeout=10)

    def meet() -> Snapshot:
        both.wait()
        return town

    reception = Reception(meet, office, lambda: NOW)
    replies = await asyncio.gather(*(reception.answer("tg", user, ID_CARD) for user in ("a", "b")))
    assert {reply.ending for reply in replies} == {Ending.ANSWERED}


LETTER = (
    ">f:new:l",
    "投诉",
    "塔桥路路灯坏了半个月了，晚上黑漆漆的没人管",
    "路灯不亮",
    "塔桥路",
    "李四",
    "13800138000",
    "跳过",
    "不公开",
)


def test_a_case_is_opened_with_the_turn_that_sends_it_and_once(town: Snapshot, office: Office) -> None:
    reception, key = Reception(lambda: town, office, lambda: NOW), UpdateKey("tg", 1)
    for words in LETTER:
        said = Incoming(action=words[1:]) if words.startswith(">") else Incoming(text=words)
        reception.answer_now("tg", "u", said)
    with office.store.transaction() as t:
        t.conversations.receive(key, "c", "p", NOW)
    first, second = (reception.answer_now("tg", "u", Incoming(action="f:send"), key) for _ in range(2))
    assert first == second
    assert "沙区信〔2026〕0001号" in plain(first)
    with office.store.reading() as t:
        assert len(t.cases.find()) == 1
        assert t.conversations.session("u").form is None


def test_a_refused_step_keeps_what_was_written_before(town: Snapshot, office: Office) -> None:
    reception = Reception(lambda: town, office, lambda: NOW)
    for words in (*LETTER, ">f:send"):
        said = Incoming(action=words[1:]) if words.startswith(">") else Incoming(text=words)
        reception.answer_now("tg", "u", said)
    reception.answer_now("tg", "u", Incoming(action="f:new:l"))
    with office.store.reading() as t:
        before = t.conversations.session("u").form
    refused = reception.answer_now("tg", "u", Incoming(action="c:L2026-0001:rate:5"))
    assert "不能评价" in plain(refused)
    with office.store.reading() as t:
        assert t.conversations.session("u").form == before
        assert before is not None

"""Updates received once and answered in order; sessions; counts of endings."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.conversation.messages import Ending, Paragraph, Reply
from bot.conversation.session import Session
from bot.store.conversations import State, UpdateKey
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.store.vault import Vault
from tests.conftest import NOW
from tests.store.conftest import KEY, rolled_back

FIRST = UpdateKey("tg", 7)
REPLY = Reply(ending=Ending.ANSWERED, blocks=(Paragraph(text="好"),))
BIG = 2**40


def test_an_update_is_received_once_and_forgotten_when_done(store: Store) -> None:
    with store.transaction() as t:
        assert t.conversations.receive(FIRST, "c", "first", NOW)
        assert not t.conversations.receive(FIRST, "c", "second", NOW)
        assert t.conversations.receive(UpdateKey("web", 7), "c", "x", NOW)
        assert [(one.key, one.chat, one.payload) for one in t.conversations.pending("tg")] == [
            (FIRST, "c", "first")
        ]
        assert t.conversations.stored_reply(FIRST) is None
    with store.transaction() as t:
        t.conversations.save_turn("tg", "u", Session(history=("passport",)), REPLY, NOW, FIRST)
    with store.transaction() as t:
        assert t.conversations.stored_reply(FIRST) == REPLY
        assert t.conversations.session("u").item_id == "passport"
        assert t.conversations.session("v") == Session()
        assert len(t.conversations.pending("tg")) == 1
        t.conversations.finish(FIRST)
        assert t.conversations.pending("tg") == []
        assert t.conversations.stored_reply(FIRST) is None
        assert not t.conversations.receive(FIRST, "c", "again", NOW)
        assert t.conversations.counts() == {"answered": 1}


def test_pending_updates_come_in_their_order(store: Store) -> None:
    with store.transaction() as t:
        for number in (BIG, 3, 20, 100):
            t.conversations.receive(UpdateKey("tg", number), "c", str(number), NOW)
        assert [one.key.update_id for one in t.conversations.pending("tg")] == [3, 20, 100, BIG]


def test_a_turn_is_saved_whole_or_not_at_all(store: Store) -> None:
    with store.transaction() as t:
        t.conversations.receive(FIRST, "c", "p", NOW)
    with rolled_back(store) as t:
        t.conversations.save_turn("tg", "u", Session(history=("passport",)), REPLY, NOW, FIRST)
    with store.reading() as t:
        assert t.conversations.session("u") == Session()
        assert t.conversations.stored_reply(FIRST) is None
        assert t.conversations.counts() == {}


@pytest.mark.parametrize("data", ['{"old": 1}', "no json", "[]"])
def test_a_session_of_an_older_shape_is_empty(store: Store, engine: sa.Engine, data: str) -> None:
    with engine.begin() as connection:
        sealed = {"u": "u", "s": Vault([KEY]).seal(data), "at": NOW}
        connection.execute(
            sa.text("INSERT INTO sessions (user_key, sealed, updated_at) VALUES (:u, :s, :at)"), sealed
        )
    with store.reading() as t:
        assert t.conversations.session("u") == Session()


def test_a_damaged_session_is_said(store: Store, engine: sa.Engine) -> None:
    with store.transaction() as t:
        t.conversations.save_turn("tg", "u", Session(), REPLY, NOW, None)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE sessions SET sealed = :x"), {"x": b"damaged"})
    with pytest.raises(StoreError, match="数据密钥不对"), store.reading() as t:
        t.conversations.session("u")


def test_the_old_is_forgotten_and_the_unfinished_kept(store: Store) -> None:
    with store.transaction() as t:
        for number, age in enumerate((40, 20, 40)):
            key, then = UpdateKey("tg", number), NOW - timedelta(days=age)
            t.conversations.receive(key, "c", "p", then)
            t.conversations.save_turn("tg", f"u{number}", Session(history=("x",)), REPLY, then, None)
            if number < 2:
                t.conversations.finish(key, State.FAILED)
        assert t.conversations.forget_before(NOW - timedelta(days=30)) == 3
        assert [t.conversations.session(f"u{number}").history for number in range(3)] == [(), ("x",), ()]
        assert [one.key.update_id for one in t.conversations.pending("tg")] == [2]


def test_endings_are_counted_by_the_day_in_china(store: Store, engine: sa.Engine) -> None:
    evening = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)  # half past midnight of the 25th in Shashi
    with store.transaction() as t:
        t.conversations.save_turn("tg", "u", Session(), REPLY, evening, None)
        t.conversations.save_turn("tg", "u", Session(), REPLY, evening, None)
        t.conversations.count("tg", "documents_shown", date(2026, 11, 25))
        assert t.conversations.counts() == {"answered": 2, "documents_shown": 1}
    with engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT ending, day, channel, count FROM endings ORDER BY ending").all()
    assert [(row[0], str(row[1]), *row[2:]) for row in rows] == [
        ("answered", "2026-11-25", "tg", 2),
        ("documents_shown", "2026-11-25", "tg", 1),
    ]

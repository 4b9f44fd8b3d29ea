"""The store on a real SQLite file."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import bot.store
from bot.conversation.messages import Ending, Facet, Paragraph, Reply
from bot.conversation.session import Session
from bot.store.conversations import Conversations, State, UpdateKey
from bot.store.database import HEAD, open_database
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.store.tables import metadata
from bot.store.vault import Vault, new_master_key
from tests.conftest import NOW

T = TypeVar("T")
KEY = UpdateKey("tg", 7)
REPLY = Reply(ending=Ending.ANSWERED, blocks=(Paragraph(text="好"),))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    opened = open_database(tmp_path / "wenban.db")
    yield opened
    opened.dispose()


@pytest.fixture
def store(engine: sa.Engine) -> Store:
    return Store(engine, Vault([new_master_key()]))


def talks(store: Store, work: Callable[[Conversations], T]) -> T:
    """``work`` in a transaction of its own."""
    with store.transaction() as t:
        return work(t.conversations)


def test_an_update_is_received_once(store: Store) -> None:
    assert talks(store, lambda c: c.receive(KEY, "c", "first", NOW))
    assert not talks(store, lambda c: c.receive(KEY, "c", "second", NOW))
    assert talks(store, lambda c: c.receive(UpdateKey("web", 7), "c", "x", NOW))
    assert [pending.payload for pending in talks(store, lambda c: c.pending("tg"))] == ["first"]
    session = Session().about("passport", Facet.FEE)
    talks(store, lambda c: c.save_turn("tg", "u", session, REPLY, NOW, KEY))
    assert talks(store, lambda c: c.stored_reply(KEY)) == REPLY
    assert talks(store, lambda c: c.session("u")).item_id == "passport"
    assert len(talks(store, lambda c: c.pending("tg"))) == 1
    talks(store, lambda c: c.finish(KEY))
    assert talks(store, lambda c: c.pending("tg")) == []
    assert talks(store, lambda c: c.stored_reply(KEY)) is None
    assert not talks(store, lambda c: c.receive(KEY, "c", "again", NOW))
    assert talks(store, lambda c: c.counts()) == {"answered": 1}


def test_a_turn_is_saved_whole_or_not_at_all(engine: sa.Engine, store: Store) -> None:
    talks(store, lambda c: c.receive(KEY, "c", "p", NOW))
    with engine.begin() as connection:
        connection.execute(
            sa.text("CREATE TRIGGER no BEFORE UPDATE ON updates BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    with pytest.raises(StoreError):
        talks(store, lambda c: c.save_turn("tg", "u", Session(history=("passport",)), REPLY, NOW, KEY))
    assert talks(store, lambda c: c.session("u")) == Session()
    assert talks(store, lambda c: c.counts()) == {}


@pytest.mark.parametrize("data", ['{"old": 1}', "no json", "[]"])
def test_a_session_of_an_older_shape_is_empty(engine: sa.Engine, data: str) -> None:
    vault = Vault([new_master_key()])
    with engine.begin() as connection:
        row = {"user_key": "u", "sealed": vault.seal(data), "updated_at": NOW}
        connection.execute(metadata.tables["sessions"].insert().values(row))
    assert talks(Store(engine, vault), lambda c: c.session("u")) == Session()


def test_what_people_say_is_sealed(engine: sa.Engine, store: Store) -> None:
    talks(store, lambda c: c.receive(KEY, "c", "身份证号", NOW))
    talks(store, lambda c: c.save_turn("tg", "u", Session(question="身份证号"), REPLY, NOW, KEY))
    with engine.begin() as connection:
        for name in ("updates", "sessions"):
            rows = connection.execute(metadata.tables[name].select()).all()
            assert "身份证号" not in b"".join(value for value in rows[0] if isinstance(value, bytes)).decode()


def test_another_key_opens_nothing(engine: sa.Engine, store: Store) -> None:
    talks(store, lambda c: c.save_turn("tg", "u", Session(), REPLY, NOW, None))
    with pytest.raises(StoreError, match="WENBAN_KEY"):
        talks(Store(engine, Vault([new_master_key()])), lambda c: c.session("u"))


def test_the_old_is_forgotten_and_the_unfinished_kept(store: Store) -> None:
    for number, age in enumerate((40, 20, 40)):
        key, then, session = UpdateKey("tg", number), NOW - timedelta(days=age), Session(history=("x",))
        talks(store, lambda c, k=key, at=then: c.receive(k, "c", "p", at))
        talks(store, lambda c, n=number, s=session, at=then: c.save_turn("tg", f"u{n}", s, REPLY, at, None))
        if number < 2:
            talks(store, lambda c, k=key: c.finish(k, State.FAILED))
    assert talks(store, lambda c: c.forget_before(NOW - timedelta(days=30))) == 3
    histories = [talks(store, lambda c, n=number: c.session(f"u{n}")).history for number in range(3)]
    assert histories == [(), ("x",), ()]
    assert [pending.key.update_id for pending in talks(store, lambda c: c.pending("tg"))] == [2]


def test_tables_and_migrations_agree(engine: sa.Engine) -> None:
    script = ScriptDirectory(str(Path(bot.store.__file__).parent / "migrations"))
    assert script.get_current_head() == HEAD
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@pytest.mark.parametrize("kind", ["below a file", "folder", "no database", "newer"])
def test_what_cannot_be_opened_is_said(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.db"
    if kind == "below a file":
        path.write_text("x")
        path = path / "x.db"
    elif kind == "folder":
        path.mkdir()
    elif kind == "no database":
        path.write_bytes(b"no database at all" * 100)
    else:
        made = open_database(path)
        with made.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        made.dispose()
    with pytest.raises(StoreError, match="WENBAN_HOME"):
        open_database(path)

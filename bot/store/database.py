"""Opening the database, brought to the newest migration: SQLite in WAL mode, or PostgreSQL by its address."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store.errors import StoreError

HEAD = "0003"
"""Newest revision under migrations/versions; a test compares the two."""
_BUSY_MS = 30_000
_PRAGMAS = (
    f"busy_timeout={_BUSY_MS}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",  # or the key of an erased case would stay in a free place of the file
)
_MIGRATION_LOCK = 0x77656E62


def open_database(where: Path | str) -> Engine:
    """Open (create, migrate) the SQLite file, or the database at the address, ``where``. Raises StoreError."""
    try:
        engine = _sqlite(where) if isinstance(where, Path) else _server(where)
        try:
            _bring_up_to_date(engine)
        except BaseException:
            engine.dispose()
            raise
    except (SQLAlchemyError, OSError, ImportError) as error:
        raise StoreError(_cannot_open(where)) from error
    return engine


def _bring_up_to_date(engine: Engine) -> None:
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        if _revision(connection) != HEAD:
            _migrate(connection)


def _cannot_open(where: Path | str) -> str:
    if isinstance(where, Path):
        return f"数据库 {where} 打不开。请检查文件夹能不能写入，或用 WENBAN_HOME 换一个。"
    return "WENBAN_DATABASE 写的数据库连不上。请检查地址、密码和网络，并确认装了 wenban[postgresql]。"


def _sqlite(path: Path) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(f"sqlite:///{path}")
    sa.event.listen(engine, "connect", _on_connect)
    sa.event.listen(engine, "begin", _on_begin)
    return engine


def _server(address: str) -> Engine:
    url = sa.make_url(address)
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    return sa.create_engine(url, pool_pre_ping=True)


def _on_connect(connection: object, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # transactions are begun in _on_begin
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    # A deferred transaction that first reads and then writes fails at once when another wrote in between.
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _revision(connection: Connection) -> str | None:
    """The revision of the database; read plainly so that a current one does not import Alembic."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        said = "数据库是更新的版本写的。请升级 wenban，或用 WENBAN_HOME 换一个文件夹。"
        raise StoreError(said) from error

"""Opening the database: SQLite in WAL mode, brought to the newest migration."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store.errors import StoreError

HEAD = "0001"
"""Newest revision under migrations/versions; a test compares the two."""
_BUSY_MS = 10_000


def open_database(path: Path) -> Engine:
    """Open (create, migrate) the SQLite file at ``path``. Raises StoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(f"sqlite:///{path}")
        sa.event.listen(engine, "connect", _on_connect)
        with engine.begin() as connection:
            if _revision(connection) != HEAD:
                _migrate(connection)
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(f"数据库 {path} 打不开。请检查文件夹能不能写入，或用 WENBAN_HOME 换一个。") from error
    return engine


def _on_connect(connection: object, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={_BUSY_MS}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


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

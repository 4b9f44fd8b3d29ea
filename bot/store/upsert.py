"""INSERT … ON CONFLICT, which SQLite and PostgreSQL write alike but SQLAlchemy keeps per dialect."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def insert(connection: Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that knows ``on_conflict_…``."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_once(connection: Connection, table: sa.Table, values: dict[str, Any]) -> bool:
    """Insert a row unless its key is there; whether it was inserted."""
    # not rowcount: PostgreSQL's driver does not tell it for a table whose key the database counts up
    statement = insert(connection, table).values(values).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key)).first() is not None


def upsert(connection: Connection, table: sa.Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Insert the row, or set ``values`` in the one with this ``key``."""
    statement = insert(connection, table).values({**key, **values})
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def count_up(connection: Connection, table: sa.Table, key: dict[str, Any], column: str) -> int:
    """Add one to ``column`` of the row with this ``key`` (from zero); returns the new count."""
    statement = insert(connection, table).values({**key, column: 1})
    more = {column: table.c[column] + 1}
    result = connection.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=more).returning(table.c[column])
    )
    return int(result.scalar_one())

"""The store: transactions that are kept whole or not at all, on SQLite or PostgreSQL."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.store.accounts import Accounts
from bot.store.cases import Cases
from bot.store.conversations import Conversations
from bot.store.errors import StoreError
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from bot.store.papers import Papers
from bot.store.people import People
from bot.store.tables import attachments, inbox, outbox, sessions, staff_logins, updates
from bot.store.tables import secrets as secrets_table
from bot.store.upsert import insert_once
from bot.store.vault import Vault

_PEPPER = "pepper"
_UNDER_MASTER_KEY: tuple[tuple[sa.Column[Any], sa.ColumnElement[bool]], ...] = (
    (secrets_table.c.sealed, sa.true()),
    (sessions.c.sealed, sa.true()),
    (updates.c.payload_sealed, sa.true()),
    (updates.c.reply_sealed, sa.true()),
    (inbox.c.sealed, sa.true()),
    (attachments.c.name_sealed, attachments.c.case_id.is_(None)),
    (attachments.c.sealed, attachments.c.case_id.is_(None)),
    (outbox.c.sealed, outbox.c.case_id.is_(None)),
    (outbox.c.error_sealed, outbox.c.case_id.is_(None)),
    (staff_logins.c.totp_sealed, sa.true()),
)
"""What belongs to no case and is sealed by the master key itself."""


class Transaction:
    """What one transaction can work on."""

    def __init__(self, connection: Connection, vault: Vault, pepper: bytes) -> None:
        self.conversations = Conversations(connection, vault)
        self.cases = Cases(connection, vault, pepper)
        self.papers = Papers(connection, vault, pepper)
        self.outbox = Outbox(connection, vault, pepper)
        self.inbox = Inbox(connection, vault)
        self.people = People(connection)
        self.accounts = Accounts(connection, vault, pepper)


class Store:
    """Blocking; call it from a thread. Raises StoreError only, besides what the work itself raises."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def close(self) -> None:
        """Release all connections."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that may write; rolled back when the work raises."""
        pepper = self._pepper
        with self._begun(self._engine) as connection:
            yield Transaction(connection, self._vault, pepper)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that only reads, beside others that write."""
        pepper = self._pepper
        with self._begun(self._engine.execution_options(reads=True)) as connection:
            yield Transaction(connection, self._vault, pepper)

    def rotate(self) -> int:
        """Seal everything under the newest master key; returns how many cases there are."""
        pepper = self._pepper
        with self._begun(self._engine) as connection:
            for column, condition in _UNDER_MASTER_KEY:
                _renew(connection, self._vault, column, condition)
            return Cases(connection, self._vault, pepper).renew_keys()

    @cached_property
    def _pepper(self) -> bytes:
        """The secret of the digests, made once for each database."""
        with self._begun(self._engine) as connection:
            fresh = self._vault.seal(secrets.token_bytes(32))
            insert_once(connection, secrets_table, {"name": _PEPPER, "sealed": fresh})
            query = sa.select(secrets_table.c.sealed).where(secrets_table.c.name == _PEPPER)
            return self._vault.open(connection.execute(query).scalar_one())

    @contextmanager
    def _begun(self, engine: Engine) -> Iterator[Connection]:
        try:
            with engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreError("数据库读写失败。请检查磁盘空间和权限。") from error


def _renew(connection: Connection, vault: Vault, column: sa.Column[Any], condition: sa.ColumnElement[bool]) -> None:
    key = list(column.table.primary_key)
    query = sa.select(*key, column).where(column.is_not(None), condition)
    for *row, sealed in connection.execute(query).all():
        same = sa.and_(*(one == value for one, value in zip(key, row, strict=True)))
        connection.execute(sa.update(column.table).where(same).values({column: vault.renew(sealed)}))

"""Sessions and incoming updates in one database, so that a turn is saved whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.conversation.messages import Reply
from bot.conversation.session import Session
from bot.store.errors import StoreError
from bot.store.tables import endings, sessions, updates


class State(StrEnum):
    """Where an update stands."""

    RECEIVED = "received"
    ANSWERED = "answered"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class UpdateKey:
    """Which update of which channel; unique for ever."""

    channel: str
    update_id: int


@dataclass(frozen=True, slots=True)
class Pending:
    """An update that still needs an answer or its delivery."""

    key: UpdateKey
    chat: str
    payload: str


class Store:
    """Blocking; call it from a thread. Raises StoreError only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        """Release all connections."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreError("数据库读写失败。请检查磁盘空间和权限。") from error

    def receive(self, key: UpdateKey, chat: str, payload: str, now: datetime) -> bool:
        """Keep an update before it is acknowledged; False when it was kept before."""
        row = {"chat": chat, "payload": payload, "state": State.RECEIVED, "received_at": now}
        values = {"channel": key.channel, "update_id": key.update_id, **row}
        with self._transaction() as connection:
            return connection.execute(insert(updates).values(values).on_conflict_do_nothing()).rowcount == 1

    def pending(self, channel: str) -> list[Pending]:
        """Updates that are not done, in the order they came."""
        waiting = updates.c.state.in_((State.RECEIVED, State.ANSWERED))
        query = sa.select(updates).where(updates.c.channel == channel, waiting).order_by(updates.c.update_id)
        with self._transaction() as connection:
            rows = connection.execute(query).mappings().all()
        return [Pending(UpdateKey(channel, row["update_id"]), row["chat"], row["payload"]) for row in rows]

    def stored_reply(self, key: UpdateKey) -> Reply | None:
        """The reply already worked out for this update, if any."""
        query = sa.select(updates.c.reply).where(*_is(key))
        with self._transaction() as connection:
            text = connection.execute(query).scalar()
        return Reply.model_validate_json(text) if text else None

    def session(self, user_key: str) -> Session:
        """The person's session; an empty one when there is none, or one of an older shape."""
        query = sa.select(sessions.c.data).where(sessions.c.user_key == user_key)
        with self._transaction() as connection:
            text = connection.execute(query).scalar()
        try:
            return Session.model_validate_json(text) if text else Session()
        except ValidationError:
            return Session()

    def save_turn(
        self, channel: str, user_key: str, session: Session, reply: Reply, now: datetime, key: UpdateKey | None
    ) -> None:
        """Session, count of the ending, and the reply of the update: one transaction."""
        data = {"data": session.model_dump_json(), "updated_at": now}
        with self._transaction() as connection:
            _upsert(connection, sessions, {"user_key": user_key}, data)
            _count(connection, {"day": now.date(), "channel": channel, "ending": reply.ending})
            if key is not None:
                answered = {"reply": reply.model_dump_json(), "state": State.ANSWERED}
                connection.execute(sa.update(updates).where(*_is(key)).values(answered))

    def finish(self, key: UpdateKey, state: State = State.DONE) -> None:
        """Mark an update as delivered or given up, and forget what was said (personal data)."""
        with self._transaction() as connection:
            values = {"state": state, "payload": None, "reply": None}
            connection.execute(sa.update(updates).where(*_is(key)).values(values))

    def forget_before(self, moment: datetime) -> int:
        """Delete sessions and finished updates older than ``moment``; returns how many rows."""
        finished = updates.c.state.in_((State.DONE, State.FAILED))
        with self._transaction() as connection:
            old = connection.execute(sa.delete(sessions).where(sessions.c.updated_at < moment)).rowcount
            return (
                old
                + connection.execute(sa.delete(updates).where(finished, updates.c.received_at < moment)).rowcount
            )

    def ending_counts(self) -> dict[str, int]:
        """How often conversations ended in which way."""
        query = sa.select(endings.c.ending, sa.func.sum(endings.c.count)).group_by(endings.c.ending)
        with self._transaction() as connection:
            return {ending: int(count) for ending, count in connection.execute(query)}


def _is(key: UpdateKey) -> tuple[sa.ColumnElement[bool], ...]:
    return updates.c.channel == key.channel, updates.c.update_id == key.update_id


def _upsert(connection: Connection, table: sa.Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    statement = insert(table).values({**key, **values})
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def _count(connection: Connection, key: dict[str, Any]) -> None:
    statement = insert(endings).values({**key, "count": 1})
    more = {"count": endings.c.count + 1}
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=more))

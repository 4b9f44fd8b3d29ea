"""Sessions, incoming updates and the count of endings."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.engine import Connection

from bot.conversation.messages import Reply
from bot.conversation.session import Session
from bot.mailbox.calendar import day_of
from bot.store.tables import endings, sessions, updates
from bot.store.upsert import count_up, insert_once, upsert
from bot.store.vault import Vault


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


class Conversations:
    """What is kept of conversations, within one transaction."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def receive(self, key: UpdateKey, chat: str, payload: str, now: datetime) -> bool:
        """Keep an update before it is acknowledged; False when it was kept before."""
        values = {
            "channel": key.channel,
            "update_id": key.update_id,
            "chat": chat,
            "payload_sealed": self._vault.seal(payload),
            "state": State.RECEIVED,
            "received_at": now,
        }
        return insert_once(self._connection, updates, values)

    def pending(self, channel: str) -> list[Pending]:
        """Updates that are not done, in the order they came."""
        waiting = updates.c.state.in_((State.RECEIVED, State.ANSWERED))
        query = sa.select(updates).where(updates.c.channel == channel, waiting).order_by(updates.c.update_id)
        rows = self._connection.execute(query).mappings().all()
        return [
            Pending(UpdateKey(channel, row["update_id"]), row["chat"], self._vault.text(row["payload_sealed"]))
            for row in rows
        ]

    def stored_reply(self, key: UpdateKey) -> Reply | None:
        """The reply already worked out for this update, if any."""
        sealed = self._connection.execute(sa.select(updates.c.reply_sealed).where(*_is(key))).scalar()
        return Reply.model_validate_json(self._vault.open(sealed)) if sealed else None

    def session(self, user_key: str) -> Session:
        """The person's session; an empty one when there is none, or one of an older shape."""
        query = sa.select(sessions.c.sealed).where(sessions.c.user_key == user_key)
        sealed = self._connection.execute(query).scalar()
        try:
            return Session.model_validate_json(self._vault.open(sealed)) if sealed else Session()
        except ValidationError:
            return Session()

    def save_turn(
        self, channel: str, user_key: str, session: Session, reply: Reply, now: datetime, key: UpdateKey | None
    ) -> None:
        """Session, count of the ending, and the reply of the update."""
        values = {"sealed": self._vault.seal(session.model_dump_json()), "updated_at": now}
        upsert(self._connection, sessions, {"user_key": user_key}, values)
        self.count(channel, reply.ending, day_of(now))
        if key is not None:
            answered = {"reply_sealed": self._vault.seal(reply.model_dump_json()), "state": State.ANSWERED}
            self._connection.execute(sa.update(updates).where(*_is(key)).values(answered))

    def finish(self, key: UpdateKey, state: State = State.DONE) -> None:
        """Mark an update as delivered or given up, and forget what was said (personal data)."""
        values = {"state": state, "payload_sealed": None, "reply_sealed": None}
        self._connection.execute(sa.update(updates).where(*_is(key)).values(values))

    def forget_before(self, moment: datetime) -> int:
        """Delete sessions and finished updates older than ``moment``; returns how many rows."""
        finished = updates.c.state.in_((State.DONE, State.FAILED))
        old = self._connection.execute(sa.delete(sessions).where(sessions.c.updated_at < moment)).rowcount
        done = sa.delete(updates).where(finished, updates.c.received_at < moment)
        return old + self._connection.execute(done).rowcount

    def count(self, channel: str, name: str, day: date) -> None:
        """Count one more ``name`` (an ending, or documents_shown …) on ``day``."""
        count_up(self._connection, endings, {"day": day, "channel": channel, "ending": name}, "count")

    def counts(self) -> dict[str, int]:
        """How often conversations ended in which way."""
        query = sa.select(endings.c.ending, sa.func.sum(endings.c.count)).group_by(endings.c.ending)
        return {ending: int(count) for ending, count in self._connection.execute(query)}


def _is(key: UpdateKey) -> tuple[sa.ColumnElement[bool], ...]:
    return updates.c.channel == key.channel, updates.c.update_id == key.update_id

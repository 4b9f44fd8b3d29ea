"""Messages on their way out, written in the same transaction as what they tell of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection, RowMapping

from bot.mailbox.messages import Message
from bot.store.cases import Stored
from bot.store.tables import cases, outbox
from bot.store.upsert import insert_once
from bot.store.vault import Seal, Vault, digest

LEASE = timedelta(minutes=2)
"""How long a message belongs to the process that took it; after that (a kill) it is taken again."""
_MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)


class OutState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Leaving:
    """A message taken to be sent. ``message_id`` never changes, so a receiver can recognise a repeat."""

    id: int
    message_id: str
    case_id: int | None
    message: Message
    attempts: int
    created_at: datetime
    seal: Seal
    error: str | None = None
    """What went wrong the last time; sealed too, for servers repeat the address in it."""


class Outbox:
    """All of one transaction's work on outgoing messages."""

    def __init__(self, connection: Connection, vault: Vault, pepper: bytes) -> None:
        self._connection = connection
        self._vault = vault
        self._pepper = pepper

    def add(self, message_id: str, message: Message, case: Stored | None, now: datetime) -> bool:
        """Keep a message to be sent; False when one with this id is kept already."""
        # an erased case has no key; were this row still its own, a change of the master key would miss it
        case_id, seal = (case.id, case.seal) if case and case.seal else (None, self._vault)
        address = message.to if message.kind == "mail" else message.user_key
        values = {
            "message_id": message_id,
            "case_id": case_id,
            "channel": message.channel,
            "recipient": digest(self._pepper, address),
            "sealed": seal.seal(message.model_dump_json()),
            "state": OutState.WAITING,
            "attempts": 0,
            "next_at": now,
            "created_at": now,
        }
        return insert_once(self._connection, outbox, values)

    def take(self, channel: str, now: datetime, most: int = 20, user_key: str | None = None) -> list[Leaving]:
        """Waiting messages whose time has come, the oldest first; they are this process's for ``LEASE``."""
        ready = [outbox.c.channel == channel, outbox.c.state == OutState.WAITING, outbox.c.next_at <= now]
        if user_key is not None:
            ready.append(outbox.c.recipient == digest(self._pepper, user_key))
        query = (
            sa.select(outbox, cases.c.key_sealed)
            .outerjoin(cases, cases.c.id == outbox.c.case_id)
            .where(*ready)
            .order_by(outbox.c.id)
            .limit(most)
            .with_for_update(skip_locked=True, of=outbox)
        )
        rows = self._connection.execute(query).mappings().all()
        ids = [row["id"] for row in rows]
        self._connection.execute(sa.update(outbox).where(outbox.c.id.in_(ids)).values(next_at=now + LEASE))
        return [self._leaving(row) for row in rows]

    def sent(self, leaving: Leaving, now: datetime) -> None:
        """It was delivered."""
        self._set(leaving, state=OutState.SENT, sent_at=now, attempts=leaving.attempts + 1, error_sealed=None)

    def later(self, leaving: Leaving, at: datetime, error: str) -> None:
        """It did not work; try again at ``at``."""
        self._set(leaving, next_at=at, attempts=leaving.attempts + 1, error_sealed=leaving.seal.seal(error))

    def failed(self, leaving: Leaving, error: str) -> None:
        """It will never work."""
        self._set(
            leaving, state=OutState.FAILED, attempts=leaving.attempts + 1, error_sealed=leaving.seal.seal(error)
        )

    def case_of(self, message_id: str) -> int | None:
        """The case that a message we sent belongs to."""
        query = sa.select(outbox.c.case_id).where(outbox.c.message_id == message_id)
        found: int | None = self._connection.execute(query).scalar()
        return found

    def by_message_id(self, message_id: str) -> Leaving | None:
        """A message we sent."""
        query = (
            sa.select(outbox, cases.c.key_sealed)
            .outerjoin(cases, cases.c.id == outbox.c.case_id)
            .where(outbox.c.message_id == message_id)
        )
        row = self._connection.execute(query).mappings().first()
        return self._leaving(row) if row else None

    def waiting(self, channel: str | None = None) -> int:
        """How many messages are not sent yet."""
        query = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.state == OutState.WAITING)
        if channel is not None:
            query = query.where(outbox.c.channel == channel)
        return int(self._connection.execute(query).scalar_one())

    def _leaving(self, row: RowMapping) -> Leaving:
        seal = self._vault.of(row["key_sealed"]) if row["key_sealed"] else self._vault
        message = _MESSAGE.validate_json(seal.open(row["sealed"]))
        error = seal.text(row["error_sealed"]) if row["error_sealed"] else None
        return Leaving(
            row["id"], row["message_id"], row["case_id"], message, row["attempts"], row["created_at"], seal, error
        )

    def _set(self, leaving: Leaving, **values: object) -> None:
        self._connection.execute(sa.update(outbox).where(outbox.c.id == leaving.id).values(values))

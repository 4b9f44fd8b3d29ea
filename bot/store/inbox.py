"""Mail that came in: kept raw before the server is told so, handled once."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from bot.store.tables import inbox
from bot.store.upsert import insert_once
from bot.store.vault import Vault


class InState(StrEnum):
    """Where a mail stands: not looked at, done with, or held for a person."""

    NEW = "new"
    DONE = "done"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail as kept; ``guesses`` are the numbers of cases that it may belong to."""

    id: int
    message_id: str
    raw: bytes
    state: InState
    verdict: str | None
    guesses: tuple[str, ...]
    received_at: datetime


class Inbox:
    """All of one transaction's work on incoming mail."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def keep(self, message_id: str, raw: bytes, now: datetime) -> bool:
        """Keep a mail; False when one with this Message-ID is kept already."""
        values = {
            "message_id": message_id,
            "sealed": self._vault.seal(raw),
            "state": InState.NEW,
            "received_at": now,
        }
        return insert_once(self._connection, inbox, values)

    def take(self) -> Arrived | None:
        """The oldest mail not looked at; locked for this transaction on PostgreSQL."""
        query = sa.select(inbox).where(inbox.c.state == InState.NEW).order_by(inbox.c.id).limit(1)
        row = self._connection.execute(query.with_for_update(skip_locked=True)).mappings().first()
        return self._arrived(row) if row else None

    def get(self, mail_id: int) -> Arrived | None:
        """One mail that is still kept."""
        query = sa.select(inbox).where(inbox.c.id == mail_id, inbox.c.sealed.is_not(None))
        row = self._connection.execute(query).mappings().first()
        return self._arrived(row) if row else None

    def held(self) -> list[Arrived]:
        """Mails that wait for a person, the oldest first."""
        query = sa.select(inbox).where(inbox.c.state == InState.HELD).order_by(inbox.c.id)
        return [self._arrived(row) for row in self._connection.execute(query).mappings()]

    def settle(self, mail: Arrived, verdict: str, now: datetime, case_id: int | None = None) -> None:
        """The mail is done with."""
        self._set(mail, state=InState.DONE, verdict=verdict, case_id=case_id, handled_at=now)

    def hold(self, mail: Arrived, verdict: str, guesses: tuple[str, ...]) -> None:
        """Keep the mail for a person, with the best guesses."""
        self._set(mail, state=InState.HELD, verdict=verdict, guesses=json.dumps(guesses))

    def _arrived(self, row: RowMapping) -> Arrived:
        return Arrived(
            row["id"],
            row["message_id"],
            self._vault.open(row["sealed"]),
            InState(row["state"]),
            row["verdict"],
            tuple(json.loads(row["guesses"] or "[]")),
            row["received_at"],
        )

    def _set(self, mail: Arrived, **values: object) -> None:
        self._connection.execute(sa.update(inbox).where(inbox.c.id == mail.id).values(values))

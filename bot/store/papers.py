"""A case's papers: documents we drew up, files that citizens attached, files that go out with the reply."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.mailbox.letters.document import Document
from bot.store.cases import Stored
from bot.store.tables import attachments, documents
from bot.store.upsert import insert_once
from bot.store.vault import Vault, digest

OFFICE = "office"
"""The owner of what the office itself adds."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a citizen or a mail brought, or that goes out with the reply."""

    id: str
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """A file without its content; ``size`` in bytes."""

    id: str
    name: str
    content_type: str
    size: int


class Papers:
    """All of one transaction's work on documents and attachments."""

    def __init__(self, connection: Connection, vault: Vault, pepper: bytes) -> None:
        self._connection = connection
        self._vault = vault
        self._pepper = pepper

    def add_document(self, case: Stored, document: Document, now: datetime) -> int:
        """Keep a document; returns its sequence in the case."""
        assert case.seal is not None  # noqa: S101 (an erased case cannot be saved, so nothing is drawn up for it)
        last = sa.select(sa.func.coalesce(sa.func.max(documents.c.seq), 0)).where(documents.c.case_id == case.id)
        seq = int(self._connection.execute(last).scalar_one()) + 1
        values = {
            "case_id": case.id,
            "seq": seq,
            "name": document.name,
            "sealed": case.seal.seal(document.model_dump_json()),
            "created_at": now,
        }
        self._connection.execute(sa.insert(documents).values(values))
        return seq

    def documents(self, case: Stored) -> list[Document]:
        """The case's documents in order; none once it is erased."""
        query = sa.select(documents.c.sealed).where(documents.c.case_id == case.id).order_by(documents.c.seq)
        if case.seal is None:
            return []
        sealed = self._connection.execute(query).scalars()
        return [Document.model_validate_json(case.seal.open(one)) for one in sealed]

    def upload(self, file: Attached, user_key: str, now: datetime) -> None:
        """Keep a file that a person sent before there is a case; the same id again changes nothing."""
        values = {
            "id": file.id,
            "owner": digest(self._pepper, user_key),
            "outgoing": False,
            "name_sealed": self._vault.seal(file.name),
            "sealed": self._vault.seal(file.content),
            "content_type": file.content_type,
            "size": len(file.content),
            "created_at": now,
        }
        insert_once(self._connection, attachments, values)

    def attach(self, case: Stored, ids: tuple[str, ...], user_key: str) -> None:
        """Move a person's own uploads to the case, sealed with its key."""
        assert case.seal is not None  # noqa: S101 (see add_document)
        mine = attachments.c.owner == digest(self._pepper, user_key)
        query = sa.select(attachments).where(attachments.c.id.in_(ids), mine, attachments.c.case_id.is_(None))
        for row in self._connection.execute(query).mappings().all():
            values = {
                "case_id": case.id,
                "name_sealed": case.seal.seal(self._vault.open(row["name_sealed"])),
                "sealed": case.seal.seal(self._vault.open(row["sealed"])),
            }
            self._connection.execute(sa.update(attachments).where(attachments.c.id == row["id"]).values(values))

    def enclose(self, case: Stored, file: Attached, now: datetime) -> bool:
        """Keep a file that goes out with the reply; False when one with this id is kept already."""
        assert case.seal is not None  # noqa: S101 (see add_document)
        values = {
            "id": file.id,
            "case_id": case.id,
            "owner": OFFICE,
            "outgoing": True,
            "name_sealed": case.seal.seal(file.name),
            "sealed": case.seal.seal(file.content),
            "content_type": file.content_type,
            "size": len(file.content),
            "created_at": now,
        }
        return insert_once(self._connection, attachments, values)

    def remove_enclosed(self, case: Stored) -> int:
        """Take back every file that would go out with the reply; returns how many."""
        ours = sa.and_(attachments.c.case_id == case.id, attachments.c.outgoing)
        return self._connection.execute(sa.delete(attachments).where(ours)).rowcount

    def attached(self, case: Stored) -> list[Attached]:
        """The files that came with the case; none once it is erased."""
        return self._files(case, outgoing=False)

    def enclosed(self, case: Stored) -> list[Attached]:
        """The files that go out with the reply; none once the case is erased."""
        return self._files(case, outgoing=True)

    def listed(self, case: Stored, outgoing: bool) -> list[Listed]:
        """The same files without opening them: those that go out with the reply, or those that came."""
        if case.seal is None:
            return []
        wanted = (attachments.c.id, attachments.c.name_sealed, attachments.c.content_type, attachments.c.size)
        rows = self._connection.execute(_files_of(case, outgoing, *wanted)).mappings()
        seal = case.seal
        return [Listed(r["id"], seal.text(r["name_sealed"]), r["content_type"], r["size"]) for r in rows]

    def enclosed_names(self, case: Stored) -> tuple[str, ...]:
        """The names of what goes out with the reply."""
        return tuple(one.name for one in self.listed(case, outgoing=True))

    def _files(self, case: Stored, outgoing: bool) -> list[Attached]:
        if case.seal is None:
            return []
        rows = self._connection.execute(_files_of(case, outgoing, *attachments.c)).mappings()
        return [
            Attached(
                row["id"],
                case.seal.text(row["name_sealed"]),
                row["content_type"],
                case.seal.open(row["sealed"]),
            )
            for row in rows
        ]

    def forget_uploads(self, before: datetime) -> int:
        """Delete files that never became part of a case; returns how many."""
        stale = sa.delete(attachments).where(attachments.c.case_id.is_(None), attachments.c.created_at < before)
        return self._connection.execute(stale).rowcount


def _files_of(case: Stored, outgoing: bool, *columns: sa.Column[Any]) -> sa.Select[Any]:
    these = sa.and_(attachments.c.case_id == case.id, attachments.c.outgoing == outgoing)
    return sa.select(*columns).where(these).order_by(attachments.c.created_at, attachments.c.id)

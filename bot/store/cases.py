"""Cases and their events: state in the open, personal parts sealed with the case's own key."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy.engine import Connection, RowMapping

from bot.mailbox.cases import Case, Event, Origin, Step
from bot.mailbox.content import Content
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.people import Actor, Role
from bot.mailbox.stages import ANSWERED, Action, Kind, Stage
from bot.store.errors import Changed
from bot.store.tables import attachments, cases, counters, documents, events, grants, inbox, outbox
from bot.store.upsert import count_up, insert_once
from bot.store.vault import Seal, Vault, digest

_PERSONAL = {"content", "draft", "parties", "query_code", "origin"}
APPLICANT = "applicant"
"""Stands for the citizen in the events; who it is lies sealed in the case."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A case with its row number and the seal of its personal parts (None once erased)."""

    id: int
    case: Case
    seal: Seal | None


@dataclass(frozen=True, slots=True)
class Due:
    """When an answer is due; kept beside the case for lists and alarms."""

    day: date | None = None
    provisional: bool = False


class _Personal(BaseModel):
    """The sealed part of a case."""

    model_config = ConfigDict(extra="forbid")

    origin: Origin
    content: Content | None = None
    draft: str | None = None
    parties: tuple[str, ...] = ()
    query_code: str | None = None


class Cases:
    """All of one transaction's work on cases."""

    def __init__(self, connection: Connection, vault: Vault, pepper: bytes) -> None:
        self._connection = connection
        self._vault = vault
        self._pepper = pepper

    def owner(self, user_key: str) -> str:
        """How a person's key in a channel is kept: as a keyed digest."""
        return digest(self._pepper, user_key)

    def keyed(self, text: str) -> str:
        """A keyed digest of ``text``, for tags that nobody can guess."""
        return digest(self._pepper, text)

    def next_number(self, kind: Kind, year: int) -> CaseNumber:
        """The next number of the year; without gaps, because it is taken in the transaction that adds the case."""
        return CaseNumber(kind, year, count_up(self._connection, counters, {"kind": kind, "year": year}, "last"))

    def of_submission(self, submission: str) -> Stored | None:
        """The case that this submission opened already, if any."""
        return self._one(cases.c.submission == submission)

    def add(self, case: Case, submission: str, due: Due, now: datetime) -> Stored:
        """Keep a new case. ``submission`` names what opened it (an update, a mail): unique, so a repeat fails."""
        key = self._vault.new_key()
        values = {
            "kind": case.kind,
            "year": case.number.year,
            "sequence": case.number.sequence,
            "submission": submission,
            "owner": self.owner(case.origin.user_key),
            "key_sealed": key,
            "created_at": now,
            **self._columns(case, self._vault.of(key), due, now),
        }
        result = self._connection.execute(sa.insert(cases).values(values).returning(cases.c.id))
        return Stored(int(result.scalar_one()), case, self._vault.of(key))

    def get(self, number: CaseNumber) -> Stored | None:
        """The case of this number."""
        same = sa.and_(
            cases.c.kind == number.kind, cases.c.year == number.year, cases.c.sequence == number.sequence
        )
        return self._one(same)

    def by_id(self, case_id: int) -> Stored | None:
        """The case with this row number."""
        return self._one(cases.c.id == case_id)

    def save(self, stored: Stored, after: Case, due: Due, now: datetime) -> Stored:
        """Write the case as it is after a step. Raises Changed when someone else was faster."""
        if stored.seal is None:
            raise Changed(f"{stored.case.number} 的个人信息已按规定删除，不能再办理。")
        values = self._columns(after, stored.seal, due, now)
        same = sa.and_(cases.c.id == stored.id, cases.c.version == stored.case.version)
        if self._connection.execute(sa.update(cases).where(same).values(values)).rowcount != 1:
            raise Changed(f"{stored.case.number} 刚刚被别人办理过。请重新打开看看，再决定怎么办。")
        return Stored(stored.id, after, stored.seal)

    def record(self, stored: Stored, event: Event) -> None:
        """Append an event."""
        last = sa.select(sa.func.coalesce(sa.func.max(events.c.seq), 0)).where(events.c.case_id == stored.id)
        step = event.step.model_dump_json(exclude_none=True) if event.step else None
        citizen = event.actor.role is Role.CITIZEN
        values = {
            "case_id": stored.id,
            "seq": int(self._connection.execute(last).scalar_one()) + 1,
            "at": event.at,
            "role": event.actor.role,
            "actor": APPLICANT if citizen else event.actor.id,
            "channel": event.actor.channel,
            "action": event.action,
            "before": event.before,
            "after": event.after,
            "due": event.due,
            "provisional": event.provisional,
            "sealed": stored.seal.seal(step) if stored.seal and step else None,
        }
        self._connection.execute(sa.insert(events).values(values))

    def events(self, stored: Stored) -> list[Event]:
        """What happened, oldest first; without the sealed parts once they are erased."""
        query = sa.select(events).where(events.c.case_id == stored.id).order_by(events.c.seq)
        return [_event(row, stored.seal) for row in self._connection.execute(query).mappings()]

    def find(
        self,
        *,
        open_only: bool = False,
        stage: Stage | None = None,
        department: str | None = None,
        owner: str | None = None,
        kind: Kind | None = None,
    ) -> list[Stored]:
        """Cases that fit, the most urgent first."""
        wanted: list[sa.ColumnElement[bool]] = []
        if open_only:
            wanted.append(cases.c.stage.not_in(sorted(ANSWERED)))
        for column, value in ((cases.c.stage, stage), (cases.c.department, department), (cases.c.kind, kind)):
            if value is not None:
                wanted.append(column == value)
        if owner is not None:
            granted = sa.select(grants.c.case_id).where(grants.c.owner == owner)
            wanted.append(sa.or_(cases.c.owner == owner, cases.c.id.in_(granted)))
        order = (cases.c.due.is_(None), cases.c.due, cases.c.id)
        return self._many(sa.select(cases).where(*wanted).order_by(*order))

    def belongs_to(self, stored: Stored, user_key: str) -> bool:
        """Whether the person opened the case or has shown its query code."""
        owner = self.owner(user_key)
        mine = sa.select(cases.c.id).where(cases.c.id == stored.id, cases.c.owner == owner)
        given = sa.select(grants.c.case_id).where(grants.c.case_id == stored.id, grants.c.owner == owner)
        return self._connection.execute(sa.union_all(mine, given)).first() is not None

    def grant(self, stored: Stored, user_key: str) -> None:
        """Remember that the person has shown the query code."""
        insert_once(self._connection, grants, {"owner": self.owner(user_key), "case_id": stored.id})

    def erase(self, stored: Stored) -> None:
        """Forget the case's key and with it everything personal, in events, documents, mail and attachments too.

        Rows and plain columns stay, so the statistics stay right.
        """
        nothing = {"key_sealed": None, "sealed": None, "owner": None}
        self._connection.execute(sa.update(cases).where(cases.c.id == stored.id).values(nothing))
        for table in (documents, attachments, outbox, grants):
            self._connection.execute(sa.delete(table).where(table.c.case_id == stored.id))
        unread = sa.update(inbox).where(inbox.c.case_id == stored.id).values(sealed=None, guesses=None)
        self._connection.execute(unread)

    def renew_keys(self) -> int:
        """Seal every case's key under the newest master key; returns how many."""
        query = sa.select(cases.c.id, cases.c.key_sealed).where(cases.c.key_sealed.is_not(None))
        rows = self._connection.execute(query).all()
        for case_id, key in rows:
            fresh = {"key_sealed": self._vault.renew(key)}
            self._connection.execute(sa.update(cases).where(cases.c.id == case_id).values(fresh))
        return len(rows)

    def _columns(self, case: Case, seal: Seal, due: Due, now: datetime) -> dict[str, Any]:
        personal = _Personal.model_validate({name: getattr(case, name) for name in _PERSONAL})
        return {
            "stage": case.stage,
            "department": case.department,
            "due": due.day,
            "provisional": due.provisional,
            "state": case.model_dump_json(exclude=_PERSONAL),
            "sealed": seal.seal(personal.model_dump_json()),
            "version": case.version,
            "changed_at": now,
        }

    def _one(self, condition: sa.ColumnElement[bool]) -> Stored | None:
        return next(iter(self._many(sa.select(cases).where(condition))), None)

    def _many(self, query: sa.Select[Any]) -> list[Stored]:
        return [self._stored(row) for row in self._connection.execute(query).mappings()]

    def _stored(self, row: RowMapping) -> Stored:
        seal = self._vault.of(row["key_sealed"]) if row["key_sealed"] else None
        bare = Case.model_validate_json(row["state"])
        if seal is None:
            return Stored(row["id"], bare, None)
        personal = _Personal.model_validate_json(seal.open(row["sealed"]))
        return Stored(row["id"], bare.model_copy(update=dict(personal)), seal)


def _event(row: RowMapping, seal: Seal | None) -> Event:
    sealed = row["sealed"]
    return Event(
        at=row["at"],
        actor=Actor(role=Role(row["role"]), id=row["actor"], channel=row["channel"]),
        action=Action(row["action"]),
        before=Stage(row["before"]) if row["before"] else None,
        after=Stage(row["after"]),
        due=row["due"],
        provisional=row["provisional"],
        step=Step.model_validate_json(seal.open(sealed)) if seal and sealed else None,
    )

"""Staff accounts, their tasks, and how often someone guessed wrong."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from bot.mailbox.people import Role, Staff
from bot.store.tables import cases, guesses, staff, tasks
from bot.store.upsert import insert_once, upsert

GUESSES_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a role has to see to. ``key`` is unique, so the same cause makes one task only."""

    key: str
    role: Role
    kind: str
    case_id: int | None = None
    due: date | None = None
    id: int | None = None


class People:
    """All of one transaction's work on staff and tasks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, person: Staff) -> None:
        """Add a staff account, or change the one with this id."""
        values = person.model_dump(exclude={"id"}) | {"active": True}
        upsert(self._connection, staff, {"id": person.id}, values)

    def remove(self, staff_id: str) -> bool:
        """Close an account; its name stays in the events. False when there is none."""
        values = {"active": False, "email": None, "telegram_id": None}
        gone = sa.update(staff).where(staff.c.id == staff_id, staff.c.active).values(values)
        return self._connection.execute(gone).rowcount == 1

    def all(self) -> list[Staff]:
        """Every open account."""
        query = sa.select(staff).where(staff.c.active).order_by(staff.c.id)
        return [_person(row) for row in self._connection.execute(query).mappings()]

    def get(self, staff_id: str) -> Staff | None:
        """The open account with this id."""
        return self._one(staff.c.id == staff_id)

    def on_telegram(self, telegram_id: int) -> Staff | None:
        """The open account of this Telegram user."""
        return self._one(staff.c.telegram_id == telegram_id)

    def with_email(self, email: str) -> Staff | None:
        """The open account with this mail address."""
        return self._one(sa.func.lower(staff.c.email) == email.lower())

    def in_role(self, role: Role, department: str | None = None) -> list[Staff]:
        """Everyone in a role; for a department, only its own people."""
        people = [person for person in self.all() if person.role is role]
        if role is Role.DEPARTMENT:
            return [person for person in people if person.department == department]
        return people

    def add_task(self, task: Task, now: datetime) -> bool:
        """Keep a task; False when its cause made one before."""
        values = {
            "key": task.key,
            "case_id": task.case_id,
            "role": task.role,
            "kind": task.kind,
            "due": task.due,
            "created_at": now,
        }
        return insert_once(self._connection, tasks, values)

    def open_tasks(self) -> list[tuple[Task, RowMapping | None]]:
        """Tasks not done, with the kind, year and sequence of their case."""
        query = (
            sa.select(tasks, cases.c.kind.label("case_kind"), cases.c.year, cases.c.sequence)
            .outerjoin(cases, cases.c.id == tasks.c.case_id)
            .where(tasks.c.done_at.is_(None))
            .order_by(tasks.c.id)
        )
        return [(_task(row), row if row["case_id"] else None) for row in self._connection.execute(query).mappings()]

    def finish_task(self, task: str | int, by: str, now: datetime) -> bool:
        """Mark the task with this key or id as done; False when there is no such open task."""
        same = tasks.c.key == task if isinstance(task, str) else tasks.c.id == task
        done = sa.update(tasks).where(same, tasks.c.done_at.is_(None))
        return self._connection.execute(done.values(done_at=now, done_by=by)).rowcount == 1

    def finish_tasks_of(self, case_id: int, kind: str, by: str, now: datetime) -> int:
        """Mark all tasks of this kind about a case as done; returns how many."""
        done = sa.update(tasks).where(tasks.c.case_id == case_id, tasks.c.kind == kind, tasks.c.done_at.is_(None))
        return self._connection.execute(done.values(done_at=now, done_by=by)).rowcount

    def guessed(self, subject: str, now: datetime) -> None:
        """Note a wrong guess by, or about, ``subject``; those of days ago are forgotten."""
        self._connection.execute(sa.delete(guesses).where(guesses.c.at < now - GUESSES_KEPT))
        self._connection.execute(sa.insert(guesses).values(subject=subject, at=now))

    def guesses_since(self, subject: str, since: datetime) -> int:
        """How many wrong guesses there were since then."""
        query = (
            sa.select(sa.func.count())
            .select_from(guesses)
            .where(guesses.c.subject == subject, guesses.c.at >= since)
        )
        return int(self._connection.execute(query).scalar_one())

    def _one(self, condition: sa.ColumnElement[bool]) -> Staff | None:
        row = self._connection.execute(sa.select(staff).where(staff.c.active, condition)).mappings().first()
        return _person(row) if row else None


def _person(row: RowMapping) -> Staff:
    return Staff.model_validate({name: row[name] for name in Staff.model_fields})


def _task(row: RowMapping) -> Task:
    return Task(row["key"], Role(row["role"]), row["kind"], row["case_id"], row["due"], row["id"])

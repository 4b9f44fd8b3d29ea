"""An office to look at from outside, and the table of who is told of each step."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.mailbox.calendar import national_calendar
from bot.mailbox.cases import Case, Event, Rating
from bot.mailbox.letters.facts import District
from bot.mailbox.letters.names import LetterName
from bot.mailbox.messages import ChatMessage, Message
from bot.mailbox.people import SYSTEM, Role, Staff
from bot.mailbox.workflow import Rules
from bot.office.desk import Desk
from bot.office.office import Office, Submission
from bot.store.cases import Stored
from bot.store.database import open_database
from bot.store.people import Task
from bot.store.store import Store
from bot.store.vault import Vault, new_master_key
from tests.mailbox.moves import (
    CITIZEN,
    CLERK,
    LEADER,
    LEGAL,
    REGISTRAR,
    TODAY,
    A,
    D,
    L,
    S,
)

NAMES = LetterName
IDENTITY = "420102199003078515"
STAFF = {
    "registrar": Staff(id="wang", name="王敏", role=Role.REGISTRAR, telegram_id=11, email="wang@office.example"),
    "department": Staff(id="li", name="李强", role=Role.DEPARTMENT, department="zhujian", telegram_id=21),
    "legal": Staff(id="fa", name="法小明", role=Role.LEGAL, email="fa@office.example"),
    "leader": Staff(id="qu", name="区长", role=Role.LEADER, telegram_id=41),
}
OTHERS = Staff(id="cheng", name="程管", role=Role.DEPARTMENT, department="chengguan", telegram_id=99)
ADDRESSES = {
    address: group
    for group, one in STAFF.items()
    for address in (f"tg:{one.telegram_id}", one.email)
    if address and "None" not in address
}
CHANNELS = ("tg", "mail", "terminal", "web")


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


class World:
    """An office whose clock stands still, and what leaves it."""

    def __init__(self, store: Store, desk: Desk, database: sa.Engine) -> None:
        self.store, self.database = store, database
        self.now = at(TODAY)
        self.office = Office(store, desk, lambda: self.now)

    def hire(self, *people: Staff) -> None:
        with self.store.transaction() as t:
            for person in people:
                t.people.add(person)

    def put(self, case: Case) -> Stored:
        """A case as if it had come here by its steps."""
        with self.store.transaction() as t:
            stored = t.cases.add(case, "tg:1", self.office.due(case), self.now)
            due = self.office.due(case)
            actor = CITIZEN.model_copy(update={"channel": "telegram"})
            known: dict[str, Any] = {"at": self.now, "actor": actor, "action": A.SUBMIT, "before": None}
            t.cases.record(stored, Event(**known, after=case.stage, due=due.day, provisional=due.provisional))
        return stored

    def open(self, case: Case, key: str = "tg:1", direct: bool = False, **rest: Any) -> tuple[Stored, bool]:
        assert case.content is not None
        with self.store.transaction() as t:
            submission = Submission(key, case.content, case.origin, case.received_by, **rest)
            return self.office.open(t, submission, direct)

    def sent(self) -> list[Message]:
        """What went into the outbox since the last look."""
        with self.store.transaction() as t:
            leaving = [one for channel in CHANNELS for one in t.outbox.take(channel, self.now, most=100)]
            for one in leaving:
                t.outbox.sent(one, self.now)
        return [one.message for one in leaving]

    def documents(self, stored: Stored) -> list[LetterName]:
        with self.store.reading() as t:
            return [one.name for one in t.papers.documents(stored)]

    def tasks(self) -> list[Task]:
        with self.store.reading() as t:
            return [task for task, _ in t.people.open_tasks()]

    def rows(self) -> dict[str, list[Any]]:
        """Everything that stands in the database."""
        with self.database.connect() as connection:
            names = sa.inspect(connection).get_table_names()
            return {name: list(connection.exec_driver_sql(f"SELECT * FROM {name}")) for name in names}


def recipient(message: Message) -> str:
    return message.user_key if isinstance(message, ChatMessage) else message.to


def everything_in(message: Message) -> str:
    return message.model_dump_json()


def own_letters(world: World, folder: Path, **templates: str) -> World:
    folder.mkdir(exist_ok=True)
    for name, text in templates.items():
        (folder / f"{name}.txt").write_text(text)
    world.office.desk = replace(world.office.desk, own_letters=folder)
    return world


CITIZENS = "tg:1"
TOLD: list[tuple[Any, ...]] = [
    # kind, stage, action, actor, fields of the step, the citizen's document, staff who get the card
    (D, S.SUBMITTED, A.CONFIRM, CITIZEN, {}, None, {"registrar"}),
    (D, S.SUBMITTED, A.REGISTER, REGISTRAR, {}, NAMES.REGISTERED, set()),
    (D, S.REGISTERED, A.CORRECT, REGISTRAR, {}, NAMES.CORRECTION, set()),
    (D, S.NEEDS_CORRECTION, A.ASK_MORE_TIME, CITIZEN, {}, None, {"registrar"}),
    (D, S.NEEDS_CORRECTION, A.PROLONG, REGISTRAR, {}, NAMES.CORRECTION, set()),
    (D, S.NEEDS_CORRECTION, A.SUPPLEMENT, CITIZEN, {}, NAMES.SUPPLEMENT_RECEIVED, {"registrar"}),
    (D, S.NEEDS_CORRECTION, A.ABANDON, REGISTRAR, {}, NAMES.ABANDONED, set()),
    (D, S.REGISTERED, A.ASSIGN, REGISTRAR, {}, None, {"department"}),
    (D, S.COLLECTING, A.RETURN, CLERK, {}, None, {"registrar"}),
    (D, S.CONSULTING, A.OPINION, REGISTRAR, {}, None, {"department"}),
    (D, S.COLLECTING, A.DRAFT, CLERK, {}, None, set()),
    (D, S.DRAFTING, A.FINISH_DRAFT, CLERK, {}, None, {"legal"}),
    (D, S.LEGAL_REVIEW, A.PASS_REVIEW, LEGAL, {}, None, {"leader"}),
    (D, S.LEGAL_REVIEW, A.SEND_BACK, LEGAL, {}, None, {"department"}),
    (D, S.SIGN_OFF, A.SEND_BACK, LEADER, {}, None, {"department"}),
    (D, S.SIGN_OFF, A.SIGN, LEADER, {}, None, {"registrar"}),
    (D, S.APPROVED, A.REPLY, REGISTRAR, {}, NAMES.REPLY_GRANTED, set()),
    (D, S.COLLECTING, A.EXTEND, REGISTRAR, {}, NAMES.EXTENSION, set()),
    (D, S.COLLECTING, A.TRANSFER, REGISTRAR, {}, NAMES.TRANSFER, set()),
    (D, S.COLLECTING, A.WITHDRAW, CITIZEN, {}, NAMES.WITHDRAWN, {"registrar"}),
    (D, S.REPLIED, A.RATE, CITIZEN, {}, NAMES.RATING_THANKS, set()),
    (D, S.REPLIED, A.RATE, CITIZEN, {"rating": Rating.BAD}, NAMES.RATING_THANKS, {"registrar"}),
    (D, S.REPLIED, A.CLOSE, SYSTEM, {}, None, set()),
    (D, S.COLLECTING, A.NOTE, CLERK, {}, None, set()),
    (L, S.SUBMITTED, A.ACCEPT, REGISTRAR, {}, NAMES.LETTER_ACCEPTED, set()),
    (L, S.SUBMITTED, A.DECLINE, REGISTRAR, {}, NAMES.LETTER_DECLINED, set()),
    (L, S.ACCEPTED, A.REDIRECT, REGISTRAR, {}, NAMES.LETTER_REDIRECTED, set()),
    (L, S.ACCEPTED, A.ASSIGN, REGISTRAR, {}, NAMES.LETTER_ASSIGNED, {"department"}),
    (L, S.ASSIGNED, A.TAKE, CLERK, {}, None, set()),
    (L, S.ASSIGNED, A.RETURN, CLERK, {}, None, {"registrar"}),
    (L, S.DRAFTING, A.FINISH_DRAFT, CLERK, {}, None, {"legal"}),
    (L, S.APPROVED, A.REPLY, REGISTRAR, {}, NAMES.LETTER_REPLY, set()),
    (L, S.DRAFTING, A.EXTEND, REGISTRAR, {}, NAMES.LETTER_EXTENSION, set()),
    (L, S.DRAFTING, A.WITHDRAW, CITIZEN, {}, NAMES.WITHDRAWN, {"registrar"}),
    (L, S.RATED, A.FOLLOW_UP, REGISTRAR, {}, None, {"department"}),
    (L, S.REPLIED, A.RATE, CITIZEN, {"rating": Rating.VERY_BAD}, NAMES.RATING_THANKS, {"registrar"}),
]

# Imported by the tests that use them, under names that hide no parameter; the folder's conftest has another office.


@pytest.fixture(scope="session", name="empty_database")
def an_empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("office") / "wenban.db"
    open_database(path).dispose()
    return path


@pytest.fixture(name="bare")
def a_bare_world(tmp_path: Path, empty_database: Path) -> Iterator[World]:
    """An office in which nobody works."""
    desk = Desk(
        district=District("试验区人民政府", "试验区人民政府办公室", "12345", "试验市人民政府"),
        departments={"zhujian": "区住建局", "chengguan": "区城管局"},
        rules=Rules(),
        calendar=national_calendar(),
        own_letters=None,
        mail_from="mailbox@test.example",
    )
    engine = open_database(Path(shutil.copy(empty_database, tmp_path / "wenban.db")))
    yield World(Store(engine, Vault([new_master_key()])), desk, engine)
    engine.dispose()


@pytest.fixture(name="world")
def a_world(bare: World) -> World:
    bare.hire(*STAFF.values(), OTHERS)
    return bare

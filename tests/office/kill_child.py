"""The work that is killed: run in a process of its own, which kills itself (SIGKILL) at its N-th point.

A point is every moment after a statement, before and after a commit, and around a hand-over to the wire.
"""

import os
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from bot.channels.mail.maildir import MaildirSender, MaildirSource
from bot.conversation.messages import Incoming
from bot.mailbox.calendar import national_calendar
from bot.mailbox.cases import Step
from bot.mailbox.letters.facts import District
from bot.mailbox.numbers import case_number
from bot.mailbox.workflow import Rules
from bot.office import chores, delivery, mail_in
from bot.office.desk import Desk
from bot.office.office import Office
from bot.reception import Reception
from bot.settings import Settings
from bot.store.conversations import UpdateKey
from bot.store.opening import open_store
from index.snapshot import Snapshot, ensure_snapshot

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Points:
    """Counts the points and kills the process at the chosen one (0: never)."""

    def __init__(self, fatal: int) -> None:
        self._fatal = fatal
        self.passed = 0

    def __call__(self, *_: object, **__: object) -> None:
        self.passed += 1
        if self.passed == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)


class Wire:
    """A sender with a point before and after each hand-over."""

    def __init__(self, inner: MaildirSender, point: Points) -> None:
        self._inner = inner
        self._point = point

    def send(self, message: bytes, sender: str, recipients: Sequence[str]) -> None:
        self._point()
        self._inner.send(message, sender, recipients)
        self._point()


class Tap:
    """A source with a point before and after each mail is kept."""

    def __init__(self, inner: MaildirSource, point: Points) -> None:
        self._inner = inner
        self._point = point

    def fetch(self, keep: Callable[[bytes], None]) -> int:
        def kept(raw: bytes) -> None:
            self._point()
            keep(raw)
            self._point()

        return self._inner.fetch(kept)

    def wait(self, seconds: float) -> bool:
        return self._inner.wait(seconds)

    def close(self) -> None:
        self._inner.close()


def office_in(home: Path, now: datetime = NOW) -> Office:
    """The office of the home folder, at ``now``."""
    district = District(name="试验区人民政府", office="试验区人民政府办公室", hotline="12345")
    departments = {"gongan": "区公安分局"}
    desk = Desk(district, departments, Rules(), national_calendar(), None, "mailbox@localhost")
    return Office(open_store(Settings(home=home)), desk, lambda: now)


@cache
def snapshot_beside(folder: Path) -> Snapshot:
    """The snapshot of the catalogue in ``folder``; opened once, forks inherit it."""
    return ensure_snapshot(folder / "catalog", folder / "index")


def press(office: Office, home: Path, action: str, update_id: int) -> None:
    """A citizen presses a button on Telegram: kept, answered, delivered."""
    key = UpdateKey("telegram", update_id)
    with office.store.transaction() as t:
        t.conversations.receive(key, "1", action, office.clock())
    snapshot = snapshot_beside(home.parent)
    Reception(lambda: snapshot, office, office.clock).answer_now("telegram", "tg:1", Incoming(action=action), key)
    with office.store.transaction() as t:
        t.conversations.finish(key)


def work(kind: str, argument: str, home: str, now: str, fatal: int) -> None:
    """Do the work of one scenario, dying at point ``fatal``."""
    office = office_in(Path(home), datetime.fromisoformat(now))
    point = Points(fatal)
    engine = office.store._engine
    # after each statement, just before each commit, just after it
    for name in ("after_cursor_execute", "commit"):
        sa.event.listen(engine, name, point)
    sa.event.listen(engine.pool, "checkin", point)
    try:
        _do(office, Path(home), kind, argument, point)
    finally:
        office.store.close()


def _do(office: Office, home: Path, kind: str, argument: str, point: Points) -> None:
    if kind == "press":
        press(office, home, argument, 7)
    elif kind == "step":
        ref, staff_id, version, step = argument.split("|", 3)
        with office.store.reading() as t:
            person = t.people.get(staff_id)
        assert person is not None
        office.act(case_number(ref), Step.model_validate_json(step), person.acting("telegram"), int(version))
    elif kind == "send":
        delivery.send_mail(office, Wire(MaildirSender(home / "out"), point))
    elif kind == "receive":
        mail_in.fetch(office, Tap(MaildirSource(home / "in"), point))
        mail_in.handle_all(office)
    elif kind == "chores":
        chores.run(office)

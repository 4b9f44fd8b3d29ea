"""What other processes do to the database while the tests watch."""

import os
import signal
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from typing import Any

from bot.mailbox.numbers import CaseNumber
from bot.mailbox.stages import Kind
from bot.store.cases import Due
from bot.store.conversations import UpdateKey
from bot.store.database import open_database
from bot.store.store import Store
from bot.store.vault import Vault
from tests.conftest import NOW
from tests.mailbox.moves import fresh


def _open(place: Any, key: str) -> Store:
    return Store(open_database(place), Vault([key]))


def open_cases(place: Any, key: str, me: int, how_many: int, start: Barrier) -> None:
    """Opens cases; after each, begins one that is rolled back; dies by a kill in the middle of the last."""
    store = _open(place, key)
    start.wait(30)
    for number in range(how_many):
        _add_case(store, f"{me}:{number}")
        try:
            _add_case(store, f"{me}:{number}", fails=number % 3 == 0)
        except ZeroDivisionError:
            continue
        except Exception as error:
            assert type(error).__name__ == "StoreError"  # noqa: PT017 (the same submission twice)
    with store.transaction() as t:
        t.cases.next_number(Kind.DISCLOSURE, NOW.year)
        os.kill(os.getpid(), signal.SIGKILL)


def _add_case(store: Store, submission: str, fails: bool = False) -> CaseNumber:
    with store.transaction() as t:
        number = t.cases.next_number(Kind.DISCLOSURE, NOW.year)
        if fails:
            raise ZeroDivisionError
        t.cases.add(fresh(number=number), submission, Due(), NOW)
        return number


def take_messages(place: Any, key: str, start: Barrier, taken: "SimpleQueue[list[int]]") -> None:
    """Takes messages from the outbox, a few at a time, until there are none."""
    store = _open(place, key)
    start.wait(30)
    ids: list[int] = []
    for _ in range(30):
        with store.transaction() as t:
            ids += [one.id for one in t.outbox.take("tg", NOW, most=2)]
    taken.put(ids)


def open_fresh(place: Any, key: str, me: int, start: Barrier, told: "SimpleQueue[str]") -> None:
    """Opens a database that several open for the first time at once, and keeps an update."""
    start.wait(30)
    try:
        with _open(place, key).transaction() as t:
            t.conversations.receive(UpdateKey("tg", me), "c", "p", NOW)
        told.put("ok")
    except Exception as error:
        told.put(repr(error))


def change_case(place: Any, key: str, start: Barrier, told: "SimpleQueue[str]") -> None:
    """Reads a case, waits for the others to have read it too (where they can), and saves it."""
    store = _open(place, key)
    with store.reading() as t:
        stored = t.cases.get(fresh().number)
    assert stored is not None
    start.wait(30)
    try:
        with store.transaction() as t:
            t.cases.save(stored, stored.case.model_copy(update={"version": stored.case.version + 1}), Due(), NOW)
        told.put("saved")
    except Exception as error:
        told.put(type(error).__name__)

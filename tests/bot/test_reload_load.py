"""Reloads under a constant load of questions: faulty ones among them, and kill -9 of whoever reloads.

WENBAN_LONG=1 makes it 200 reloads.
"""

import logging
import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.catalogue_watch import Current
from bot.channels.terminal import plain
from bot.conversation.messages import Ending, Incoming
from bot.office.desk import desk_of
from bot.office.office import Office
from bot.reception import Reception
from bot.settings import Settings
from bot.store.opening import open_store
from index.shelf import Shelf
from index.snapshot import Snapshot
from tests.bot.reloading import FAULTS, QUESTIONS, Reloader, versions, write_version
from tests.conftest import NOW

RELOADS, KILLS = (200, 80) if os.environ.get("WENBAN_LONG") else (45, 40)
THREADS = 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_version(tmp_path / "catalog", 0)
    return tmp_path / "catalog"


@pytest.fixture
def reloader(folder: Path, tmp_path: Path) -> Iterator[Reloader]:
    one = Reloader(folder, tmp_path / "index")
    yield one
    one.close()


class Load:
    """Threads that ask without a pause; ``answered`` counts endings, ``faulty`` holds what must not be."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._stop = threading.Event()
        self._more = threading.Condition()
        self._threads = [threading.Thread(target=self._ask, args=(f"u{number}",)) for number in range(THREADS)]
        self.answered: Counter[int] = Counter()
        self.faulty: list[str] = []

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, version: int) -> None:
        """Until somebody was answered from this version."""
        with self._more:
            assert self._more.wait_for(lambda: version in self.answered or self.faulty, timeout=60)

    def _ask(self, user: str) -> None:
        chance = random.Random(user)
        while not self._stop.is_set():
            question = chance.choice(QUESTIONS)
            reply = self._reception.answer_now("test", user, Incoming(text=question))
            spoken = versions(plain(reply))
            if reply.ending is Ending.ANSWERED and len(spoken) == 1:
                self.answered[spoken.pop()] += 1
            else:
                self.faulty.append(f"{question}: {reply.ending} {spoken} {plain(reply)}")
            with self._more:
                self._more.notify_all()
            self._stop.wait(0.005)  # leave something of two cores to the reloads


@pytest.mark.timeout(900)
def test_no_answer_fails_and_none_is_mixed(folder: Path, tmp_path: Path, reloader: Reloader) -> None:
    shelf, chance = Shelf(tmp_path / "index"), random.Random(20261124)
    current = Current(shelf, shelf.open(folder, "system", NOW))
    store = open_store(Settings(home=tmp_path))
    office = Office(store, desk_of(Settings(), current().catalog), lambda: NOW)
    known, kills, refused, number = {current().catalog.fingerprint: 0}, 0, 0, 0
    finished = {0}
    current.start(lambda _: None)
    with Load(Reception(current, office, lambda: NOW)) as load:
        load.wait_for(0)
        while number < RELOADS or kills < KILLS:
            assert load.faulty == []
            number += 1
            faulty = number % 3 == 0
            write_version(folder, number, chance.choice(FAULTS) if faulty else "")
            before = shelf.history()
            killed = kills < KILLS and number % 10 != 1
            code = reloader.reload(f"r{number}", chance if killed else None)
            kills += code == -9
            refused += code == 1
            assert code in ({1, -9} if faulty else {0, -9})
            # As a bot that starts now: a good snapshot, and a history that agrees with it.
            served = shelf.current()
            known.setdefault(served.catalog.fingerprint, number)
            assert not (faulty and known[served.catalog.fingerprint] == number)
            assert shelf.history()[0].fingerprint == served.catalog.fingerprint
            assert shelf.history() in (before, (shelf.history()[0], *before))
            if code == 0:
                assert shelf.history()[0].who == f"r{number}"
                current.look()
                load.wait_for(number)
                finished.add(number)
            assert number < 3 * RELOADS, kills
    assert load.faulty == []
    # every whole reload was seen by the questions beside it, and nothing but what was served at some time
    assert finished <= set(load.answered) <= set(known.values())
    assert refused > 0
    store.close()
    logging.getLogger(__name__).warning(
        "%s reloads, %s killed, %s refused, %s answers", number, kills, refused, sum(load.answered.values())
    )


def test_an_answer_begun_before_a_reload_ends_on_the_old_snapshot(folder: Path, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "index")
    current = Current(shelf, shelf.open(folder, "system", NOW))
    begun: Snapshot = current()
    for version in range(1, 13):
        write_version(folder, version)
        shelf.reload(folder, "me", NOW)
    current.look()
    assert begun.index.find("护照", 1)[0].item.guide.summary == "版本0号的简介。"
    assert current().index.find("护照", 1)[0].item.guide.summary == "版本12号的简介。"

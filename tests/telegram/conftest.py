"""The bot as a real process against the double."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.mailbox.people import Role, Staff
from bot.office.desk import desk_of
from bot.office.office import Office
from bot.settings import Settings
from bot.store.opening import open_store
from bot.store.store import Store
from catalog.load import SHIPPED
from index.snapshot import Snapshot, ensure_snapshot
from tests.conftest import NOW
from tests.telegram.double import TOKEN, BotApi


@pytest.fixture
def api() -> Iterator[BotApi]:
    """A fresh double."""
    with BotApi() as double:
        yield double


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Bot:
    """Starts, kills and stops ``wenban telegram``."""

    def __init__(self, api: BotApi, home: Path, webhook: bool) -> None:
        self.port = free_port()
        self._webhook = webhook
        self.log = home / "stderr.log"
        self._environment = os.environ | {
            "WENBAN_HOME": str(home),
            "WENBAN_CATALOG": str(SHIPPED),
            "WENBAN_TELEGRAM_TOKEN": TOKEN,
            "WENBAN_TELEGRAM_API": api.url,
            "WENBAN_WEBHOOK_URL": f"http://127.0.0.1:{self.port}",
            "WENBAN_WEBHOOK_PORT": str(self.port),
            "WENBAN_WEBHOOK_SECRET": "s3cret",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process."""
        command = [sys.executable, "-m", "bot", "telegram", *(["--webhook"] if self._webhook else [])]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self._environment, stderr=log)

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One index for the module's processes, built before any of them waits for it."""
    folder = tmp_path_factory.mktemp("telegram-home")
    ensure_snapshot(SHIPPED, folder / "index")
    return folder


@pytest.fixture(params=["polling", "webhook"])
def bot(request: pytest.FixtureRequest, api: BotApi, home: Path) -> Iterator[Bot]:
    """The running bot, once by polling and once by webhook."""
    forget(home)
    running = Bot(api, home, request.param == "webhook")
    running.start()
    yield running
    running.kill()


def forget(home: Path) -> None:
    """An empty database, without the log that a killed process has left."""
    for file in home.glob("wenban.db*"):
        file.unlink()


CITIZEN, REGISTRAR, DEPARTMENT, LEGAL, LEADER, OTHERS, STRANGER = 1, 11, 12, 13, 14, 15, 99
"""Chats, each with one person."""
STAFF = (
    Staff(id="wang", name="王登记", role=Role.REGISTRAR, telegram_id=REGISTRAR),
    Staff(id="zhou", name="周住建", role=Role.DEPARTMENT, department="zhujian", telegram_id=DEPARTMENT),
    Staff(id="fang", name="方法制", role=Role.LEGAL, telegram_id=LEGAL),
    Staff(id="ling", name="凌领导", role=Role.LEADER, telegram_id=LEADER),
    Staff(id="wen", name="文民政", role=Role.DEPARTMENT, department="minzheng", telegram_id=OTHERS),
)


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """The bot's own store, fresh, with the staff in it."""
    forget(home)
    opened = open_store(Settings(home=home))
    with opened.transaction() as t:
        for person in STAFF:
            t.people.add(person)
    yield opened
    opened.close()


@pytest.fixture
def running(api: BotApi, home: Path, store: Store) -> Iterator[Bot]:
    """The bot by polling, with staff."""
    bot = Bot(api, home, webhook=False)
    bot.start()
    yield bot
    bot.kill()


@pytest.fixture
def office(store: Store, shipped: Snapshot) -> Office:
    """The office in this process, at a fixed hour."""
    return Office(store, desk_of(Settings(), shipped.catalog), lambda: NOW)

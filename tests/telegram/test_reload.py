"""/reload in Telegram: the staff's journey, and citizens who ask all the while, through kills."""

import itertools
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.mailbox.people import Role, Staff
from bot.settings import Settings
from bot.store.opening import open_store
from index.shelf import Shelf
from tests.bot.reloading import FAULTS, QUESTIONS, Reloader, versions, write_version
from tests.telegram.conftest import CITIZEN, DEPARTMENT, REGISTRAR, STAFF, Bot
from tests.telegram.double import BotApi

ROUNDS = 60 if os.environ.get("WENBAN_LONG") else 12
CITIZENS = range(21, 25)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A home with staff and version 0 of a catalogue of its own."""
    store = open_store(Settings(home=tmp_path))
    with store.transaction() as t:
        for person in (*STAFF, Staff(id="root", name="根", role=Role.ADMIN, telegram_id=10)):
            t.people.add(person)
    store.close()
    write_version(tmp_path / "catalog", 0)
    return tmp_path


@pytest.fixture
def bot(api: BotApi, house: Path) -> Iterator[Bot]:
    one = Bot(api, house, webhook=False)
    one._environment["WENBAN_CATALOG"] = str(house / "catalog")
    one.start()
    yield one
    one.kill()


def version(api: BotApi) -> set[int]:
    return versions(api.ask(QUESTIONS[1], CITIZEN).text)


def test_the_journey_of_a_reload(api: BotApi, bot: Bot, house: Path) -> None:
    assert version(api) == {0}
    write_version(house / "catalog", 1)
    unknown = api.ask("/nonsense", CITIZEN).text
    assert api.ask("/reload", CITIZEN).text == api.ask("/reload", DEPARTMENT).text == unknown
    assert "改动 3" in api.ask("/reload", REGISTRAR).text
    assert "没有动" in api.tap("取消", REGISTRAR).text
    assert version(api) == {0}
    shown = api.ask("/reload", REGISTRAR)
    write_version(house / "catalog", 2)
    assert "刚刚又变了" in api.tap("确认", REGISTRAR).text
    assert version(api) == {0}
    done = api.tap("确认", REGISTRAR)
    assert "已经换成新的目录" in done.text
    assert done.message_id == shown.message_id
    assert done.buttons == []
    assert version(api) == {2}
    write_version(house / "catalog", 3, FAULTS[0])
    assert "没有换" in api.ask("/reload", REGISTRAR).text
    bot.kill()
    bot.start()
    assert version(api) == {2}
    api.ask("/rollback", REGISTRAR)
    assert "已经退回" in api.tap("确认", REGISTRAR).text
    assert version(api) == {0}
    history = Shelf(house / "index").history()
    assert [(one.who, one.how.value) for one in history] == [
        ("王登记（wang，Telegram）", "rollback"),
        ("王登记（wang，Telegram）", "reload"),
        ("system", "reload"),
    ]


def test_a_reload_at_the_terminal_reaches_the_running_bot(api: BotApi, bot: Bot, house: Path) -> None:
    assert version(api) == {0}
    write_version(house / "catalog", 1)
    command = [sys.executable, "-m", "bot", "catalog", "reload"]
    done = subprocess.run(command, env=bot._environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "改动 3" in done.stdout) == (0, True), done.stderr
    api.wait(lambda _: version(api) == {1})


@pytest.mark.timeout(600)
def test_citizens_are_answered_through_reloads_and_kills(api: BotApi, bot: Bot, house: Path) -> None:
    assert version(api) == {0}
    shelf, chance = Shelf(house / "index"), random.Random(7)
    reloader = Reloader(house / "catalog", house / "index")
    asked = 0
    for number in range(1, ROUNDS + 1):
        for chat, question in zip(CITIZENS, itertools.cycle(QUESTIONS), strict=False):
            api.say(question, chat)
            asked += 1
        faulty = number % 3 == 0
        write_version(house / "catalog", number, FAULTS[number % len(FAULTS)] if faulty else "")
        reloader.reload(f"r{number}", chance if number % 2 else None)
        shelf.current()
        if number % 6 == 0:
            bot.kill()
            bot.start()
    reloader.close()
    api.wait(lambda a: sum(one.chat in CITIZENS for one in a.sent) >= asked, 60)
    answers = [versions(one.text) for one in api.sent if one.chat in CITIZENS]
    assert {len(spoken) for spoken in answers} == {1}
    assert {number % 3 for spoken in answers for number in spoken if number} <= {1, 2}
    last = int(shelf.current().index.find("护照", 1)[0].item.guide.steps_online[0].removeprefix("版本")[:-3])
    api.wait(lambda _: version(api) == {last})

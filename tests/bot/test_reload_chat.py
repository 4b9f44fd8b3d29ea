"""/reload and /rollback by staff: what is shown, what a button does, and that nobody else learns anything."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.catalogue_watch import Current
from bot.channels.terminal import plain
from bot.conversation.messages import Incoming, Reply
from bot.mailbox.people import Role, Staff
from bot.office.desk import desk_of
from bot.office.office import Office
from bot.office.reload_chat import ReloadChat
from bot.reception import Reception
from bot.settings import Settings
from bot.store.opening import open_store
from index.shelf import Shelf
from tests.bot.reloading import FAULTS, write_version
from tests.conftest import NOW

CITIZEN, ADMIN, REGISTRAR, DEPARTMENT, LEGAL, LEADER = 1, 10, 11, 12, 13, 14
ROLES = {ADMIN: Role.ADMIN, REGISTRAR: Role.REGISTRAR, DEPARTMENT: Role.DEPARTMENT, LEGAL: Role.LEGAL,
         LEADER: Role.LEADER}  # fmt: skip


class Chat:
    """A bot that serves version 0 of a catalogue, and its staff."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "catalog"
        write_version(self.folder, 0)
        self.shelf = Shelf(home / "index")
        self.current = Current(self.shelf, self.shelf.open(self.folder, "system", NOW))
        self.store = open_store(Settings(home=home))
        with self.store.transaction() as t:
            for chat, role in ROLES.items():
                department = "gongan" if role is Role.DEPARTMENT else None
                t.people.add(Staff(id=role, name="王丽", role=role, telegram_id=chat, department=department))
        office = Office(self.store, desk_of(Settings(), self.current().catalog), lambda: NOW)
        reloads = ReloadChat(self.shelf, self.folder, home / "questions.tsv", lambda: NOW, self.current.look)
        self.reception = Reception(self.current, office, lambda: NOW, reloads)
        self.last: Reply | None = None

    def say(self, text: str, chat: int = ADMIN, user_key: str = "") -> str:
        return self._answer(chat, Incoming(text=text), user_key)

    def press(self, label: str, chat: int = ADMIN) -> str:
        """The button of the last reply with this label."""
        assert self.last is not None
        (action,) = [one.action for row in self.last.buttons for one in row if one.label == label]
        return self._answer(chat, Incoming(action=action))

    def data(self, action: str, chat: int = ADMIN) -> str:
        return self._answer(chat, Incoming(action=action))

    def _answer(self, chat: int, incoming: Incoming, user_key: str = "") -> str:
        self.last = self.reception.answer_now("telegram", user_key or f"tg:{chat}", incoming)
        return plain(self.last)

    @property
    def version(self) -> str:
        """As a citizen reads it."""
        return self.say("办护照要带什么", CITIZEN).partition("版本")[2].partition("号")[0]


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    one = Chat(tmp_path)
    yield one
    one.store.close()


def test_a_reload_is_shown_first_and_done_by_a_button(chat: Chat) -> None:
    write_version(chat.folder, 1)
    shown = chat.say("/reload")
    assert "事项新增 0、删去 0、改动 3" in shown
    assert "答案都不变" in shown
    assert chat.version == "0"
    chat.say("/reload@wenban_bot", REGISTRAR)
    assert "目录没有动" in chat.press("取消", REGISTRAR)
    assert chat.version == "0"
    chat.say("/RELOAD")
    done = chat.press("确认")
    assert "已经换成新的目录" in done
    assert chat.last is not None
    assert chat.last.replaces
    assert chat.version == "1"
    entry = chat.shelf.history()[0]
    assert (entry.who, entry.at) == ("王丽（admin，Telegram）", NOW)


def test_nothing_new_has_no_button(chat: Chat) -> None:
    assert "目录没有变化" in chat.say("/reload")
    assert chat.last is not None
    assert chat.last.buttons == ()


def test_the_same_button_twice_is_one_reload(chat: Chat) -> None:
    write_version(chat.folder, 1)
    chat.say("/reload")
    button = chat.last
    for _ in range(2):
        chat.last = button
        assert "已经换成新的目录" in chat.press("确认")
    assert len(chat.shelf.history()) == 2


def test_a_faulty_catalogue_is_explained(chat: Chat) -> None:
    for fault in FAULTS:
        write_version(chat.folder, 1, fault)
        shown = chat.say("/reload")
        assert "没有换" in shown
        assert "items/gongan.yaml" in shown
        assert chat.last is not None
        assert chat.last.buttons == ()
    assert chat.version == "0"


def test_what_changed_since_it_was_shown_is_shown_anew(chat: Chat) -> None:
    write_version(chat.folder, 1)
    chat.say("/reload")
    write_version(chat.folder, 2)
    assert "刚刚又变了" in chat.press("确认")
    assert chat.version == "0"
    chat.say("/reload")
    shown = chat.last
    chat.press("确认")
    assert chat.version == "2"
    write_version(chat.folder, 3)
    chat.say("/reload")
    chat.shelf.rollback("somebody", NOW)
    assert "刚刚又变了" in chat.press("确认")
    assert len(chat.shelf.history()) == 3
    chat.last = shown
    assert "刚刚又变了" in chat.press("确认")


def test_a_button_whose_catalogue_became_faulty(chat: Chat) -> None:
    write_version(chat.folder, 1)
    chat.say("/reload")
    write_version(chat.folder, 1, FAULTS[0])
    assert "没有换" in chat.press("确认")
    assert chat.version == "0"


def test_rollback_is_shown_first_and_done_by_a_button(chat: Chat) -> None:
    assert "没有更早的目录" in chat.say("/rollback")
    for version in (1, 2):
        write_version(chat.folder, version)
        chat.say("/reload")
        chat.press("确认")
    assert "改动 3" in chat.say("/rollback", REGISTRAR)
    assert chat.version == "2"
    chat.say("/rollback", REGISTRAR)
    assert "已经退回" in chat.press("确认", REGISTRAR)
    assert chat.version == "1"
    assert [one.how for one in chat.shelf.history()][:2] == ["rollback", "reload"]


def test_questions_that_break_are_named(chat: Chat, tmp_path: Path) -> None:
    rows = "question\texpect\tkind\n驾驶证到期怎么换\t机动车驾驶证换证\tplain\n转人工\t@human\troute\n"
    (tmp_path / "questions.tsv").write_text(rows)
    write_version(chat.folder, 1)
    path = chat.folder / "items" / "gongan.yaml"
    path.write_text(path.read_text().partition("  - id: driving")[0])
    shown = chat.say("/reload")
    assert "－ 机动车驾驶证换证" in shown
    assert "问了 2 个问题，1 个会换答案" in shown
    assert "驾驶证到期怎么换：机动车驾驶证换证 → " in shown
    assert "原来答对，现在答错" in shown


@pytest.mark.parametrize("who", [CITIZEN, DEPARTMENT, LEGAL, LEADER])
def test_for_everybody_else_there_is_no_such_command(chat: Chat, who: int) -> None:
    write_version(chat.folder, 1)
    for command in ("/reload", "/rollback", "/Reload@wenban_bot", "/reload now"):
        assert chat.say(command, who) == chat.say("/nonsense", who)
        assert chat.say(command, user_key=f"terminal:{ADMIN}") == chat.say("/nonsense", who)
    chat.say("/reload")
    assert chat.last is not None
    actions = [button.action for button in chat.last.buttons[0]]
    unknown = chat.data("x:unknown", who)
    assert [chat.data(action, who) for action in actions] == [unknown, unknown]
    assert chat.version == "0"


def test_odd_buttons_change_nothing(chat: Chat) -> None:
    write_version(chat.folder, 1)
    for action in ("k:", "k:reload", "k:rollback:", "k:reload:::", "k:x:1:2", "k:reload:zz:zz", "k:no:1"):
        assert "编号" not in chat.data(action)
    assert chat.version == "0"

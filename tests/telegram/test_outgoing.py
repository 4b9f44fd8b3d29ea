"""The office's messages: delivered once, later, or given up as a task for a person."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from telegram.ext import ExtBot

from bot.channels.telegram.outgoing import Outgoing
from bot.conversation.messages import Ending, Paragraph, Reply
from bot.mailbox.cases import Origin
from bot.mailbox.content import Letter, LetterKind
from bot.mailbox.deadlines import ReceivedBy
from bot.mailbox.messages import ChatMessage
from bot.mailbox.people import Applicant
from bot.mailbox.stages import Action
from bot.office.delivery import GIVE_UP_AFTER
from bot.office.office import Office, Submission
from bot.store.cases import Stored
from bot.store.outbox import LEASE
from bot.store.store import Store
from tests.conftest import NOW
from tests.telegram.conftest import CITIZEN, LEGAL, REGISTRAR
from tests.telegram.double import TOKEN, BotApi
from tests.telegram.double_values import Failure

BUSY = Failure(502, "Bad Gateway")


class Clock:
    """Moved by the tests."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


class Post:
    """An outbox with its deliverer."""

    def __init__(self, bot: ExtBot[None], office: Office) -> None:
        self.clock = Clock()
        self.office = Office(office.store, office.desk, self.clock)
        self.store: Store = office.store
        self.outgoing = Outgoing(bot, self.office, tries=1)

    def put(self, text: str, chat: int | str = CITIZEN, case: Stored | None = None) -> None:
        reply = Reply(ending=Ending.STATUS, blocks=(Paragraph(text=text),))
        with self.store.transaction() as t:
            t.outbox.add(f"{text}@{chat}", ChatMessage(user_key=f"tg:{chat}", reply=reply), case, self.clock())

    async def later(self, pause: timedelta) -> int:
        """What a round tries after ``pause``."""
        self.clock.now += pause
        return await self.outgoing.once()

    def waiting(self) -> int:
        with self.store.reading() as t:
            return t.outbox.waiting("tg")

    def tasks(self) -> list[str]:
        with self.store.reading() as t:
            return [task.kind for task, _ in t.people.open_tasks()]


@pytest.fixture
async def post(api: BotApi, office: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it python-telegram-bot warns of a change to come
    async with ExtBot(TOKEN, base_url=f"{api.url}/bot") as bot:
        yield Post(bot, office)


async def test_everybody_gets_theirs_in_order_and_once(api: BotApi, post: Post) -> None:
    for number in range(3):
        for chat in (CITIZEN, REGISTRAR):
            post.put(f"第{number}条", chat)
    assert await post.outgoing.once() == 6
    assert await post.later(LEASE) == 0
    for chat in (CITIZEN, REGISTRAR):
        assert [sent.text for sent in api.to(chat)] == ["第0条", "第1条", "第2条"]


async def test_what_fails_comes_later_with_growing_pauses_and_in_order(api: BotApi, post: Post) -> None:
    post.put("一")
    post.put("二")
    api.fail("sendMessage", BUSY, BUSY)
    assert await post.outgoing.once() == 2
    assert api.sent == []
    assert await post.later(timedelta(seconds=29)) == 0
    assert await post.later(timedelta(seconds=1)) == 1
    assert await post.later(timedelta(seconds=59)) == 0
    while post.waiting():
        await post.later(timedelta(seconds=61))
    assert [sent.text for sent in api.sent] == ["一", "二"]


async def test_telegram_says_when_to_come_back(api: BotApi, post: Post) -> None:
    post.put("一")
    api.fail("sendMessage", Failure(429, "Too Many Requests", retry_after=90))
    await post.outgoing.once()
    assert await post.later(timedelta(seconds=89)) == 0
    assert await post.later(timedelta(seconds=1)) == 1
    assert [sent.text for sent in api.sent] == ["一"]


def case_of(post: Post) -> Stored:
    letter = Letter(applicant=Applicant(name="李明"), letter_kind=LetterKind.HELP, subject="路灯", text="不亮")
    with post.store.transaction() as t:
        origin = Origin(channel="telegram", user_key=f"tg:{CITIZEN}")
        return post.office.open(t, Submission("k", letter, origin, ReceivedBy.CHAT), direct=True)[0]


@pytest.mark.parametrize("why", ["blocked", "no such chat", "too old"])
async def test_a_citizen_who_cannot_be_reached_is_a_task(api: BotApi, post: Post, why: str) -> None:
    case = case_of(post)
    await post.outgoing.once()
    post.put("答复", case=case)
    if why == "blocked":
        api.blocked.add(CITIZEN)
    elif why == "no such chat":
        api.fail(
            "sendMessage", Failure(400, "Bad Request: chat not found"), Failure(400, "Bad Request: chat not found")
        )
    else:
        api.fail("sendMessage", BUSY)
        post.clock.now += GIVE_UP_AFTER + timedelta(seconds=1)
    before = len(api.to(REGISTRAR))
    await post.outgoing.once()
    assert post.tasks() == ["undeliverable"]
    await post.outgoing.once()
    assert len(api.to(REGISTRAR)) == before + 1
    assert post.waiting() == 0
    assert api.to(CITIZEN) == []


async def test_staff_who_cannot_be_reached_are_a_task_without_end_of_messages(api: BotApi, post: Post) -> None:
    case = case_of(post)
    api.blocked |= {REGISTRAR, LEGAL}
    post.put("请审核", LEGAL, case)
    while post.waiting():
        await post.outgoing.once()
    assert post.tasks() == ["undeliverable", "undeliverable"]
    with post.store.reading() as t:
        assert [event.action for event in t.cases.events(case)] == [Action.SUBMIT]


async def test_a_kill_repeats_one_message_at_most(api: BotApi, post: Post) -> None:
    post.put("一")
    with post.store.transaction() as t:
        assert len(t.outbox.take("tg", post.clock())) == 1
    assert await post.later(LEASE - timedelta(seconds=1)) == 0
    assert await post.later(timedelta(seconds=1)) == 1
    assert [sent.text for sent in api.sent] == ["一"]


async def test_a_message_for_a_group_goes_to_the_person(api: BotApi, post: Post) -> None:
    post.put("一", f"{CITIZEN}@-100")
    await post.outgoing.once()
    assert [(sent.chat, sent.text) for sent in api.sent] == [(CITIZEN, "一")]

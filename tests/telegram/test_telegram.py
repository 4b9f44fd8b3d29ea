"""A Telegram conversation over real HTTP, by polling and by webhook, and what may go wrong on the way."""

import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.telegram.conftest import Bot
from tests.telegram.double import TOKEN, BotApi, Failure

QUESTION = "身份证掉了人在外地咋补"
ITEM = "居民身份证补领"


def test_a_whole_conversation(api: BotApi, bot: Bot) -> None:
    assert "问办" in api.ask("/start").text
    answer = api.ask(QUESTION)
    assert answer.text.startswith(ITEM)
    assert "网上" in answer.text
    facet = api.tap("多少钱")
    assert facet.message_id == answer.message_id
    assert "40 元" in facet.text
    assert "户口簿" in api.ask("那要带什么").text
    assert "按什么找" in api.ask("/browse").text
    assert "选一个部门" in api.tap("按部门").text
    listing = api.tap("区公安分局")
    assert "第 1/" in listing.text
    assert "第 2/" in api.tap("下一页").text
    assert "重新开始" in api.ask("/cancel").text
    assert "哪件事" in api.ask("要钱吗").text
    assert {command["command"] for command in api.commands} >= {
        "start",
        "help",
        "browse",
        "search",
        "cases",
        "cancel",
    }
    assert any(method == "sendChatAction" for method, _ in api.calls)
    assert any(method == "answerCallbackQuery" for method, _ in api.calls)
    assert bot.stop() == 0
    assert TOKEN not in bot.log.read_text()


@pytest.mark.parametrize(
    "failures",
    [
        (Failure(429, "Too Many Requests: retry after 1", retry_after=1),),
        (Failure(502, "Bad Gateway"), Failure(502, "Bad Gateway")),
        (Failure(0),),
        (Failure(400, "Bad Request: can't parse entities"),),
    ],
    ids=["429", "502", "connection lost", "bad html"],
)
def test_a_failed_send_is_made_good(api: BotApi, bot: Bot, failures: tuple[Failure, ...]) -> None:
    api.fail("sendMessage", *failures)
    assert ITEM in api.ask(QUESTION).text
    assert len(api.sent) == 1


def test_an_update_delivered_twice_is_answered_once(api: BotApi, bot: Bot) -> None:
    update = api.say(QUESTION)
    api.wait(lambda a: len(a.sent) == 1)
    api.redeliver(update)
    api.ask("/help")
    assert [ITEM in sent.text for sent in api.sent] == [True, False]


def test_getupdates_may_fail(api: BotApi, home: Path) -> None:
    (home / "wenban.db").unlink(missing_ok=True)
    bot = Bot(api, home, webhook=False)
    api.fail("getUpdates", Failure(502), Failure(409, "Conflict"), Failure(0))
    bot.start()
    try:
        assert ITEM in api.ask(QUESTION).text
        assert bot.stop() == 0
    finally:
        bot.kill()


def test_chats_run_side_by_side_and_each_in_order(api: BotApi, bot: Bot) -> None:
    for number in range(4):
        for chat in range(1, 16):
            api.say("/help" if number % 2 else "/start", chat)
    api.wait(lambda a: len(a.sent) == 60)
    for chat in range(1, 16):
        assert ["/browse" in sent.text for sent in api.to(chat)] == [False, True, False, True]


def test_kill_9_loses_no_message(api: BotApi, bot: Bot) -> None:
    random.seed(7)
    asked = 0
    for _ in range(8):
        for _ in range(3):
            asked += 1
            api.say(f"/search 护照 {asked}", chat=asked)
        time.sleep(random.uniform(0.0, 1.2))
        bot.kill()
        bot.start()
    api.wait(lambda a: {sent.chat for sent in a.sent} >= set(range(1, asked + 1)), seconds=40)
    repeats = len(api.sent) - asked
    assert repeats <= 8, "at most the answer that was on the wire is sent again"


def test_context_survives_kill_9(api: BotApi, bot: Bot) -> None:
    assert ITEM in api.ask(QUESTION).text
    bot.kill()
    bot.start()
    assert "40 元" in api.ask("要钱吗").text


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_a_webhook_call_without_the_secret_is_refused(api: BotApi, bot: Bot, secret: str) -> None:
    if not bot._webhook:
        pytest.skip("polling has no webhook")
    api.ask("/help")
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    request = urllib.request.Request(f"http://127.0.0.1:{bot.port}/telegram", b'{"update_id": 1}', headers)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=5)
    caught.value.close()
    assert caught.value.code == 403


@pytest.mark.parametrize(("token", "said"), [("", "@BotFather"), ("1:wrong", "不认这个令牌")])
def test_a_missing_or_wrong_token_is_said(api: BotApi, home: Path, token: str, said: str) -> None:
    bot = Bot(api, home, webhook=False)
    environment = bot._environment | {"WENBAN_TELEGRAM_TOKEN": token}
    command = [sys.executable, "-m", "bot", "telegram"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr

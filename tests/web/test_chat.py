"""The conversation by HTTP: questions, buttons, files, what the office sends, people side by side."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.conversation.compose import say
from bot.conversation.messages import Ending
from bot.mailbox.messages import ChatMessage
from tests.office.mailing import PDF
from tests.web.serving import Person, Running


def test_a_question_is_answered_on_a_page_without_scripts(person: Person) -> None:
    answer = person.submit("/chat", text="身份证掉了怎么补")
    assert answer.url.path == "/"
    assert "居民身份证补领" in answer.text
    assert 'href="/items/juminshenfenzheng-buling"' in answer.text
    assert "身份证掉了怎么补" in answer.text


def test_htmx_gets_only_the_new_part(person: Person) -> None:
    token = person.token()
    part = person.post("/chat", data={"csrf": token, "text": "身份证掉了怎么补"}, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "居民身份证补领" in part.text


def test_a_button_is_pressed_and_its_label_is_shown(person: Person) -> None:
    page = person.ask("护照怎么办")
    action, label = re.findall(r'name="action" value="(i:[^"]+)">([^<]+)<', page)[0]
    answer = person.submit("/chat", action=action).text
    assert f"</span>{label}</p>" in answer
    assert "<h2>" in answer


@pytest.mark.parametrize(
    "action", ["?", "i:" + "x" * 200, "中文", "b:d:\n", "c:D2026-0001:rate:9", "f:send", "i:../x"]
)
def test_a_forged_button_does_no_harm(person: Person, action: str) -> None:
    answer = person.submit("/chat", action=action)
    assert answer.status_code == 200
    assert "系统出了点问题" not in answer.text


def test_nothing_said_is_answered_too(person: Person) -> None:
    assert "没看到文字" in person.submit("/chat", text="").text


def test_suggestions_while_typing(person: Person) -> None:
    assert "普通护照" in person.get("/suggest", params={"text": "护照"}).text
    assert person.get("/suggest", params={"text": "护"}).text.strip() == ""


def test_a_file_goes_along(person: Person, site: Running) -> None:
    answer = person.submit("/chat", text="路灯坏了", files={"file": ("灯.pdf", PDF)})
    assert "（附件 1 个）" in answer.text
    assert "没有收下" not in answer.text


def test_a_file_of_the_wrong_kind_is_refused_and_the_words_are_answered(person: Person) -> None:
    answer = person.submit("/chat", text="身份证掉了怎么补", files={"file": ("virus.exe", b"MZ\x00")})
    assert "有一个文件收不了" in answer.text
    assert "居民身份证补领" in answer.text


def test_what_the_office_sends_arrives(person: Person, site: Running) -> None:
    person.get("/")
    key = _key(person)
    with site.office.store.transaction() as t:
        message = ChatMessage(user_key=key, reply=say(Ending.STATUS, "请您补正。"))
        t.outbox.add("web-news-1", message, None, site.clock())
    news = person.get("/chat/news")
    assert "请您补正。" in news.text
    assert person.get("/chat/news").status_code == 204
    assert "请您补正。" in person.get("/").text


def test_what_the_office_sends_reaches_nobody_else(person: Person, site: Running) -> None:
    with site.person() as other:
        other.get("/")
        person.get("/")
        with site.office.store.transaction() as t:
            message = ChatMessage(user_key=_key(other), reply=say(Ending.STATUS, "只给您。"))
            t.outbox.add("web-news-2", message, None, site.clock())
        assert person.get("/chat/news").status_code == 204
        assert "只给您。" not in person.get("/").text
        assert "只给您。" in other.get("/").text


def test_many_people_at_once_do_not_mix(site: Running) -> None:
    questions = ["身份证掉了怎么补", "护照丢了怎么补", "结婚登记要带什么", "公积金怎么提取"] * 3

    def talk(number: int) -> tuple[str, str]:
        with site.person() as one:
            mark = f"我是第{number}位"
            one.ask(mark)
            return mark, one.ask(questions[number])

    with ThreadPoolExecutor(6) as pool:
        pages = list(pool.map(talk, range(len(questions))))
    for mark, page in pages:
        assert re.findall(r"我是第\d+位", page) == [mark]


def test_clearing_forgets_the_conversation_and_the_person(person: Person, site: Running) -> None:
    person.ask("身份证掉了怎么补")
    before = _key(person)
    assert "已经清除" in person.submit("/forget").text
    assert _key(person) != before
    assert "身份证掉了怎么补</p>" not in person.get("/").text
    with site.office.store.reading() as t:
        assert t.conversations.session(before).question is None


def test_the_portal_gets_a_script_and_a_page(person: Person) -> None:
    script = person.get("/embed.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert f'"{person.base_url}/embed"'.replace("/", "") in script.text.replace("/", "").replace("\\u002f", "")
    token = person.token("/embed")
    answer = person.post("/chat", data={"csrf": token, "text": "你好", "embedded": "1"})
    assert answer.url.path == "/embed"


def _key(person: Person) -> str:
    """The key of the person's session, as it stands (signed, not sealed) in the cookie."""
    import base64
    import json

    payload = person.cookies["wenban"].rsplit(".", 2)[0]
    return f"web:{json.loads(base64.b64decode(payload))['id']}"

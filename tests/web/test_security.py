"""What guards the site: tokens, headers, limits, proxies, escaping, and what the log does not hold."""

import json
import logging
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from bot.channels.web.logs import JsonFormatter
from bot.channels.web.settings import WebSettings
from bot.conversation.messages import Bullets, Ending, Link, Note, Paragraph, Reply, Title
from bot.mailbox.messages import ChatMessage
from index.snapshot import Snapshot
from tests.web.serving import ID, Person, Running, running
from tests.web.test_chat import _key
from tests.web.test_forms import LETTER, REQUEST

POSTS = ["/chat", "/status", "/forms/disclosure", "/forms/disclosure/fields", "/forms/letter/send", "/forms/switch",
         "/forms/drop", "/forget"]  # fmt: skip
EVIL = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "</textarea><script>alert(1)</script>",
    "&lt;b&gt; <b>粗</b>",
    "javascript:alert(1)//",
]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("token", [None, "", "x", "neighbour"])
def test_no_form_is_taken_without_its_token(person: Person, site: Running, path: str, token: str | None) -> None:
    person.get("/")
    if token == "neighbour":
        with site.person() as other:
            token = other.token()
    answer = person.post(path, data={"text": "你好"} if token is None else {"text": "你好", "csrf": token})
    assert answer.status_code == 403
    assert "刷新页面" in answer.text


def test_no_form_is_taken_without_a_session(site: Running, person: Person) -> None:
    with site.person() as other:
        assert other.post("/chat", data={"text": "你好", "csrf": person.token()}).status_code == 403


def test_a_forged_cookie_is_nobody(site: Running, person: Person) -> None:
    person.ask("身份证掉了怎么补")
    payload, *rest = person.cookies["wenban"].split(".")
    with site.person() as other:
        other.cookies.set("wenban", ".".join((payload, *rest[:-1], "A" * len(rest[-1]))))
        assert "身份证掉了怎么补</p>" not in other.get("/").text
    assert "身份证掉了怎么补" in person.get("/").text


@pytest.mark.parametrize(
    "path", ["/", "/items/juminshenfenzheng-buling", "/forms/letter", "/status", "/nope", "/desk/"]
)
def test_headers_of_every_page(person: Person, path: str) -> None:
    headers = person.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert f"frame-ancestors {chr(39)}{'none' if path.startswith('/desk') else 'self'}{chr(39)}" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers or "uvicorn" in headers["server"]


def test_cookie_marks(site: Running) -> None:
    cookie = httpx.get(f"{site.url}/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=2592000" in cookie


def test_behind_https_with_a_portal(tmp_path_factory: pytest.TempPathFactory, shipped: Snapshot) -> None:
    web = WebSettings(url="https://wenban.example", origins="https://portal.example,https://www.portal.example")
    with running(tmp_path_factory.mktemp("web"), shipped, web) as site:
        page = httpx.get(f"{site.url}/embed")
        assert (
            "frame-ancestors 'self' https://portal.example https://www.portal.example"
            in page.headers["content-security-policy"]
        )
        cookie = page.headers["set-cookie"].lower()
        assert {"secure", "samesite=none", "partitioned"} <= {part.strip() for part in cookie.split(";")}
        assert "https://wenban.example/items/" in httpx.get(f"{site.url}/items/juminshenfenzheng-buling").text


@pytest.mark.parametrize(
    "setting", [{"origins": "https://a.example; script-src *"}, {"url": "wenban.example"}, {"per_address": 0}]
)
def test_settings_that_would_break_the_guard(setting: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        WebSettings(**setting)  # type: ignore[arg-type]


def test_too_much_at_once(person: Person) -> None:
    big = b"%PDF-1.7 " + b"x" * (11 * 1024 * 1024)
    answer = person.submit("/chat", text="看附件", files={"file": ("大.pdf", big)})
    assert "最多 10 MB" in answer.text
    token = person.token()
    long = person.post("/chat", data={"csrf": token, "text": "长" * 300_000})
    assert long.status_code in {400, 413}


def test_a_body_without_a_length_is_stopped(person: Person) -> None:
    token = person.token()

    def endless() -> object:
        yield b"csrf=" + token.encode() + b"&text="
        for _ in range(40):
            yield b"x" * 1024 * 1024

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        status = person.post("/chat", content=endless(), headers=kind).status_code  # type: ignore[arg-type]
    except httpx.WriteError:
        status = 413  # the server closed before all was sent
    assert status in {400, 413}


def test_many_fields_and_many_files(person: Person) -> None:
    token = person.token()
    fields = {f"f{number}": "x" for number in range(500)}
    assert person.post("/chat", data={"csrf": token, **fields}).status_code in {400, 200}
    files = [("file", (f"{number}.pdf", b"%PDF-1.7 ")) for number in range(30)]
    assert person.post("/chat", data={"csrf": token}, files=files).status_code == 400


def test_limits_of_a_session_and_of_an_address(tmp_path_factory: pytest.TempPathFactory, shipped: Snapshot) -> None:
    web = WebSettings(per_session=3, per_address=12)
    with (
        running(tmp_path_factory.mktemp("web"), shipped, web) as site,
        site.person() as one,
        site.person() as other,
    ):
        token = one.token()
        said = [one.post("/suggest", data={"csrf": token}).status_code for _ in range(4)]
        assert said == [405, 405, 405, 429]
        assert other.get("/").status_code == 200
        pages = [other.get("/browse") for _ in range(12)]
        assert pages[-1].status_code == 429
        assert "点得太快了" in pages[-1].text
        assert pages[-1].headers["retry-after"] == "60"
        assert other.get("/healthz").status_code == 200


def test_addresses_told_by_a_proxy_count_only_when_it_is_trusted(
    tmp_path_factory: pytest.TempPathFactory, shipped: Snapshot
) -> None:
    def visits(web: WebSettings) -> list[int]:
        with running(tmp_path_factory.mktemp("web"), shipped, web) as site, site.person() as one:
            return [
                one.get("/status", headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code
                for number in range(6)
            ]

    assert visits(WebSettings(per_address=3)) == [200] * 3 + [429] * 3
    assert visits(WebSettings(per_address=3, proxies="127.0.0.1")) == [200] * 6


@pytest.mark.parametrize("evil", EVIL)
def test_what_people_write_comes_out_as_text(person: Person, evil: str) -> None:
    pages = [
        person.ask(evil),
        person.get("/search", params={"q": evil}).text,
        person.get("/search", params={"q": "护照", "department": evil}).text,
        person.get("/documents", params={"q": evil}).text,
        person.submit("/status", "/status", number=evil, code=evil).text,
        person.submit("/forms/letter", "/forms/letter", **dict.fromkeys(LETTER, evil)).text,
        person.submit("/forms/letter", "/forms/letter", **{**LETTER, "text": f"{evil}路灯坏了半个月请派人修"}).text,
    ]
    person.submit("/forms/drop")
    words = {"description": f"{evil}2025年的施工合同", "purpose": evil, "address": f"湖北省荆州市{evil}"}
    pages.append(person.submit("/forms/disclosure", "/forms/disclosure", **{**REQUEST, **words}).text)
    pages.append(person.submit("/forms/disclosure/send").text)
    pages.append(person.get("/status").text)
    for page in pages:
        assert markup(page) == []
        assert "49{" not in page


class Suspicious(HTMLParser):
    """Collects every element and attribute that no template of ours has."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag in {"img", "b", "iframe", "object", "base"} or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [name for name in names if name.startswith("on") or name == "style"]
        self.found += [
            name for name in ("href", "src", "action") if (names.get(name) or "").startswith("javascript:")
        ]


def markup(page: str) -> list[str]:
    """What in ``page`` would be markup that somebody wrote."""
    parser = Suspicious()
    parser.feed(page)
    return parser.found


def test_markup_would_be_seen() -> None:
    page = "<p onclick=x><img src=x><script>1</script><script src=/a></script><a href='javascript:1'>"
    assert markup(page) == ["onclick", "img", "script", "href"]


def test_what_the_office_sends_comes_out_as_text(person: Person, site: Running) -> None:
    evil = EVIL[1]
    blocks = (Title(text=evil), Paragraph(text=evil), Bullets(label=evil, items=(evil,)), Note(text=evil),
              Link(label=evil, url="https://example.com/?\"onclick=x"))  # fmt: skip
    person.get("/")
    with site.office.store.transaction() as t:
        message = ChatMessage(user_key=_key(person), reply=Reply(ending=Ending.STATUS, blocks=blocks))
        t.outbox.add("evil-1", message, None, site.clock())
    page = person.get("/").text
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert markup(page) == []


def test_a_link_that_is_no_address_is_not_one(person: Person, site: Running) -> None:
    person.get("/")
    link = Link(label="点我", url="javascript:alert(1)")
    with site.office.store.transaction() as t:
        message = ChatMessage(user_key=_key(person), reply=Reply(ending=Ending.STATUS, blocks=(link,)))
        t.outbox.add("evil-2", message, None, site.clock())
    assert "javascript:" not in person.get("/").text


def test_the_log_holds_nothing_personal(
    person: Person, site: Running, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    person.submit("/forms/disclosure", "/forms/disclosure", **REQUEST)
    person.submit("/forms/disclosure/send")
    person.get("/search", params={"q": "李明的身份证"})
    person.ask("我叫李明，13812345678")
    shown = JsonFormatter()
    lines = [shown.format(record) for record in caplog.records if record.name.startswith("bot.")]
    assert len(lines) >= 6
    told = "\n".join(lines)
    for personal in ("李明", ID, "13812345678", "127.0.0.1", person.cookies["wenban"][:20], _key(person)[4:]):
        assert personal not in told
    assert {"at", "level", "message", "request", "page", "status", "ms"} <= set(json.loads(lines[0])) | {"request"}


def test_an_error_in_the_log_has_no_words_and_no_token() -> None:
    try:
        raise ValueError("李明 13812345678")
    except ValueError:
        record = logging.getLogger("bot.x").makeRecord(
            "bot.x", logging.ERROR, __file__, 1, "no page TOKEN", (), __import__("sys").exc_info()
        )
    line = JsonFormatter("TOKEN").format(record)
    assert "ValueError" in line
    assert "test_security.py" in line
    assert "李明" not in line
    assert "TOKEN" not in line


def test_what_breaks_shows_a_number_that_is_in_the_log(
    tmp_path_factory: pytest.TempPathFactory, shipped: Snapshot, caplog: pytest.LogCaptureFixture
) -> None:
    with running(tmp_path_factory.mktemp("web"), shipped) as site, site.person() as one:
        token = one.token("/status")
        site.office.store.close()
        (site.home / "wenban.db").rename(site.home / "away.db")
        (site.home / "wenban.db").mkdir()
        page = one.get("/status")
        assert page.status_code == 500
        assert page.headers["x-request-id"] in page.text
        assert "没有办成" in page.text
        assert "Traceback" not in page.text
        part = one.post("/status", data={"csrf": token}, headers={"HX-Request": "true"})
        assert "<html" not in part.text
        assert one.get("/readyz").status_code == 503
        assert one.get("/healthz").status_code == 200
    assert any(record.message == "no page" for record in caplog.records)


def test_the_secret_is_kept_and_can_be_given(tmp_path: Path, shipped: Snapshot) -> None:
    with running(tmp_path, shipped) as site, site.person() as one:
        one.get("/")
        cookie, before = one.cookies["wenban"], _key(one)
    assert (tmp_path / "web.key").stat().st_mode & 0o077 == 0
    with running(tmp_path, shipped) as site, site.person() as one:
        one.cookies.set("wenban", cookie)
        one.get("/")
        assert _key(one) == before
    with running(tmp_path, shipped, WebSettings(secret=SecretStr("another"))) as site, site.person() as one:
        one.get("/", headers={"Cookie": f"wenban={cookie}"})
        assert _key(one) != before

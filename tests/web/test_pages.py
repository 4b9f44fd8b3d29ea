"""Guides, lists, search, documents, the look of the page, figures: by HTTP."""

import re

import pytest

from bot.channels.web.settings import WebSettings
from bot.channels.web.view import local_path
from index.snapshot import Snapshot, ensure_snapshot
from tests.bot.conftest import TOWN
from tests.conftest import write_catalog
from tests.web.serving import Person, Running, running

ALL = ["/", "/embed", "/browse", "/browse/audiences/people", "/browse/audiences/companies", "/search", "/documents",
       "/status", "/forms", "/forms/disclosure", "/forms/letter", "/items/juminshenfenzheng-buling"]  # fmt: skip


@pytest.mark.parametrize("path", ALL)
def test_every_page_opens(person: Person, path: str) -> None:
    page = person.get(path)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert '<html lang="zh-CN"' in page.text


def test_every_link_on_the_pages_leads_somewhere(person: Person) -> None:
    addresses = {link for path in ALL for link in re.findall(r'href="(/[^"#]*)"', person.get(path).text)}
    assert len(addresses) > 100
    broken = [one for one in addresses if person.get(one.replace("&amp;", "&")).status_code != 200]
    assert broken == []


def test_every_item_has_a_guide_page(person: Person, site: Running) -> None:
    for item in site.snapshot.catalog.items:
        page = person.get(f"/items/{item.id}")
        assert page.status_code == 200
        assert f"<h1>{item.name}</h1>" in page.text


def test_a_guide_has_a_code_for_phones(person: Person) -> None:
    page = person.get("/items/juminshenfenzheng-buling").text
    assert "<svg" in page[page.index('class="qr"') :]
    assert f"{str(person.base_url).rstrip('/')}/items/juminshenfenzheng-buling" in page


def test_what_is_withdrawn_is_not_listed_and_its_guide_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("town")
    town: Snapshot = ensure_snapshot(write_catalog(folder / "catalog", TOWN), folder / "index")
    with running(folder / "home", town) as site, site.person() as one:
        assert "烟花爆竹" not in one.get("/browse/departments/gongan").text
        guide = one.get("/items/firework-permit").text
        assert "已经取消" in guide
        assert "接着问这件事" not in guide
        assert "暂停办理" in one.get("/browse/departments/gongan").text


@pytest.mark.parametrize(
    "path",
    ["/items/none", "/events/none", "/browse/departments/none", "/browse/audiences/x", "/browse/x/y", "/nope"],
)
def test_what_is_not_there(person: Person, path: str) -> None:
    page = person.get(path)
    assert page.status_code == 404
    assert "没有这个页面" in page.text
    assert "编号" in page.text
    assert page.headers["x-request-id"] in page.text


def test_search(person: Person) -> None:
    page = person.get("/search", params={"q": "护照"}).text
    assert "普通护照首次申领" in page
    only = person.get("/search", params={"q": "护照", "department": "区教育局"}).text
    assert "普通护照首次申领" not in only
    assert "name:护照" in person.get("/search", params={"q": "name:护照"}).text


@pytest.mark.parametrize("words", ["((", "name:", '"', "a AND", "*", "\x00", "x" * 5000, "护照 " * 400])
def test_odd_searches_are_answered(person: Person, words: str) -> None:
    assert person.get("/search", params={"q": words}).status_code == 200


@pytest.mark.parametrize(
    ("number", "shown"), [("2", 2), ("0", 1), ("-1", 1), ("x", 1), ("99999", None), ("9" * 40, 1)]
)
def test_pages_of_a_list(person: Person, number: str, shown: int | None) -> None:
    page = person.get("/browse/audiences/people", params={"page": number}).text
    at, of = map(int, re.findall(r"第 (\d+) / (\d+) 页", page)[0])
    assert at == (of if shown is None else shown)


def test_documents_are_found(person: Person) -> None:
    assert "找到 0 份" in person.get("/documents", params={"q": "外星人登陆预案"}).text
    assert "征收补偿方案" in person.get("/documents", params={"q": "房屋征收补偿方案"}).text


def test_the_look_is_remembered(person: Person) -> None:
    person.get("/view", params={"set": "large", "back": "/browse"})
    page = person.get("/view", params={"set": "dark", "back": "/browse"})
    assert page.url.path == "/browse"
    assert re.search(r"<html[^>]* data-large", page.text)
    assert re.search(r"<html[^>]* data-dark", page.text)
    person.get("/view", params={"set": "large"})
    assert not re.search(r"<html[^>]* data-large", person.get("/").text)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/browse?page=2", "/browse?page=2"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nX: y", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_sent_elsewhere(address: str, path: str) -> None:
    assert local_path(address) == path


def test_the_first_page_is_light(person: Person) -> None:
    page = person.get("/")
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
    assert len(files) == 4
    taken = len(page.content)
    for address in files:
        with person.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as file:
            taken += sum(len(chunk) for chunk in file.iter_raw())
            assert "immutable" in file.headers["cache-control"]
    assert taken <= 60_000


def test_nothing_comes_from_elsewhere(person: Person) -> None:
    for path in ALL:
        page = person.get(path).text
        assert re.findall(r'<(?:script|link|img|iframe|form)[^>]+(?:src|href|action)="(?:https?:)?//', page) == []
        assert re.findall(r"<script(?![^>]*src)", page) == []
        assert re.findall(r"\sstyle=|\son\w+=", page) == []


def test_health_and_figures(person: Person) -> None:
    assert person.get("/healthz").text == "ok"
    assert person.get("/readyz").text == "ok"
    person.ask("身份证掉了怎么补")
    figures = person.get("/metrics").text
    assert 'wenban_requests_total{method="POST",page="chat.talk",status="303"}' in figures
    assert 'wenban_answers_total{ending="answered"}' in figures
    assert "wenban_catalog_items 320.0" in figures


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_figures_are_for_this_machine_only(person: Person, header: str) -> None:
    assert person.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


def test_figures_can_be_opened(tmp_path_factory: pytest.TempPathFactory, shipped: Snapshot) -> None:
    with running(tmp_path_factory.mktemp("web"), shipped, WebSettings(metrics=True)) as site, site.person() as one:
        assert one.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 200

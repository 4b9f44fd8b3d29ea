"""The citizens' pages in a real browser: the journey, keyboard only, no scripts, a phone, axe, a portal."""

import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.web.settings import WebSettings
from index.snapshot import Snapshot
from tests.web.serving import ID, Running, running
from tests.web.test_pages import ALL

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 850}
AXE = (Path(__file__).parent / "axe-4.14.1.min.js").read_text(encoding="utf-8")
PAGES = [*ALL, "/browse/audiences/people", "/events/sheng-haizi", "/search?q=护照", "/documents?q=征收", "/nope"]


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory, shipped: Snapshot) -> Iterator[tuple[Running, str]]:
    """As the others' site, and a portal that may show it in a frame."""
    portal = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{portal.server_port}"
    web = WebSettings(origins=address, per_address=100_000, per_session=10_000)
    with running(tmp_path_factory.mktemp("web"), shipped, web) as site:
        Portal.page = (
            f"<!doctype html><title>门户</title><body><h1>门户</h1><script src='{site.url}/embed.js'></script>"
        )
        yield site, address
    portal.shutdown()
    portal.server_close()


class Portal(http.server.BaseHTTPRequestHandler):
    """The page of a portal that embeds us."""

    page = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(doors: tuple[Running, str]) -> Running:
    return doors[0]


@pytest.fixture
def portal(doors: tuple[Running, str]) -> str:
    return doors[1]


@pytest.fixture
def tab(chromium: Any, site: Running, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A fresh browser's page; what the console complains about fails the test."""
    options = {"viewport": PHONE, "locale": "zh-CN", **getattr(request, "param", {})}
    context = chromium.new_context(base_url=site.url, **options)
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [said for said in complaints if "Failed to load resource" not in said] == []


def fill_request(page: Any) -> None:
    page.goto("/forms/disclosure")
    page.fill("#f-name", "李明")
    page.fill("#f-identity", ID)
    page.fill("#f-phone", "13812345678")
    page.fill("#f-description", "2025年塔桥路改造工程的施工合同")


def serious(page: Any, *rules: str) -> list[str]:
    """What axe finds serious or critical, by ``rules`` or by all: rule and element."""
    # evaluate needs no script element, so the page's own policy stays as it is
    page.evaluate(AXE)
    found = page.evaluate(
        "rules => axe.run(document, {resultTypes: ['violations'], ...(rules.length ? {runOnly: rules} : {})})",
        rules,
    )["violations"]
    return [
        f"{one['id']}: {node['html'][:100]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


def test_the_journey(tab: Any, pictures: Path) -> None:
    tab.goto("/")
    tab.screenshot(path=pictures / "1-home.png")
    tab.locator("#text").press_sequentially("身份证掉了")
    tab.locator("#suggestions a").first.wait_for()
    tab.fill("#text", "身份证掉了人在外地咋补")
    tab.get_by_role("button", name="发送").click()
    tab.get_by_role("log").get_by_role("heading", name="居民身份证补领").wait_for()
    assert tab.locator("#text").input_value() == ""
    assert tab.locator("#start").count() == 0
    tab.screenshot(path=pictures / "2-answer.png")
    tab.get_by_role("log").get_by_role("button", name="要带什么").click()
    tab.locator(".reply").nth(1).wait_for()
    tab.get_by_role("link", name="看完整指南").first.click()
    tab.get_by_role("heading", level=1, name="居民身份证补领").wait_for()
    tab.screenshot(path=pictures / "3-guide.png")

    tab.get_by_role("link", name="申请写信").click()
    tab.get_by_role("link", name="开始填申请").click()
    fill_request(tab)
    tab.get_by_label("纸面").check()
    tab.get_by_label("邮寄").check()
    tab.fill("#f-address", "湖北省荆州市沙市区某路12号3楼")
    tab.screenshot(path=pictures / "4-form.png", full_page=True)
    tab.get_by_role("button", name="下一步").click()
    tab.get_by_role("heading", level=1, name="请看一遍").wait_for()
    assert ID not in tab.content()
    tab.screenshot(path=pictures / "5-summary.png", full_page=True)
    tab.get_by_role("button", name="提交", exact=True).click()
    tab.get_by_role("heading", level=1, name="交上去了").wait_for()
    tab.screenshot(path=pictures / "6-receipt.png")
    number, code = tab.locator(".receipt strong").all_inner_texts()
    assert re.fullmatch(r"沙依申〔2026〕\d{4}号", number)
    assert serious(tab) == []

    tab.context.clear_cookies()
    tab.goto("/status")
    tab.fill("#number", number)
    tab.fill("#code", code)
    tab.get_by_role("button", name="查进度").click()
    tab.get_by_role("heading", name=number).wait_for()
    assert "已提交" in tab.inner_text("main")
    assert serious(tab) == []
    tab.screenshot(path=pictures / "7-status.png")


@pytest.mark.parametrize("tab", [{"viewport": DESKTOP}], indirect=True)
def test_keyboard_only(tab: Any) -> None:
    def focused() -> str:
        return str(tab.evaluate("(document.activeElement.id || document.activeElement.innerText).trim()"))

    def tab_to(name: str, most: int = 60) -> None:
        for _ in range(most):
            if focused() == name:
                return
            tab.keyboard.press("Tab")
        raise AssertionError(f"{name} cannot be reached, stopped at {focused()}")

    tab.goto("/")
    tab.keyboard.press("Tab")
    assert focused() == "跳到正文"
    box = tab.locator(".skip").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    tab.keyboard.press("Enter")
    tab_to("text", 3)
    tab.keyboard.type("护照怎么办")
    tab.keyboard.press("Enter")
    tab.get_by_role("log").get_by_role("button").first.wait_for()
    # from the box back to the newest buttons
    tab.keyboard.press("Shift+Tab")
    for _ in range(20):
        if tab.evaluate("!!document.activeElement.closest('#log')"):
            break
        tab.keyboard.press("Shift+Tab")
    outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    tab.keyboard.press("Enter")
    tab.locator(".reply").nth(1).wait_for()

    tab.goto("/forms/letter")
    tab_to("f-letter_kind", 20)
    tab.keyboard.press("ArrowRight")
    tab_to("f-text")
    tab.keyboard.type("塔桥路12号门口的路灯坏了半个月，请派人来修。")
    tab_to("f-subject")
    tab.keyboard.type("路灯不亮")
    tab_to("f-name")
    tab.keyboard.type("李明")
    tab_to("f-phone")
    tab.keyboard.type("13812345678")
    tab_to("f-public")
    tab.keyboard.press("Space")
    tab_to("下一步：看一遍")
    tab.keyboard.press("Enter")
    tab.get_by_role("heading", level=1, name="请看一遍").wait_for()
    tab_to("提交", 30)
    tab.keyboard.press("Enter")
    tab.get_by_role("heading", level=1, name="交上去了").wait_for()


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts(tab: Any) -> None:
    tab.goto("/")
    tab.fill("#text", "身份证掉了怎么补")
    tab.get_by_role("button", name="发送").click()
    tab.get_by_role("heading", name="居民身份证补领").wait_for()
    tab.get_by_role("button", name="多少钱").click()
    assert tab.locator(".reply").count() == 2
    tab.get_by_role("button", name="大字").click()
    assert tab.locator("html[data-large]").count() == 1
    fill_request(tab)
    tab.get_by_label("纸面").check()
    tab.get_by_role("button", name="下一步").click()
    assert "怎么交给您" in tab.inner_text("main")
    tab.get_by_label("当面").check()
    tab.get_by_role("button", name="下一步").click()
    tab.get_by_role("button", name="提交", exact=True).click()
    assert "交上去了" in tab.inner_text("h1")
    assert tab.get_by_role("button", name="打印").count() == 0


def test_a_file_that_is_too_large_is_told_at_once(tab: Any, tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"x" * 11 * 1024 * 1024)
    tab.goto("/forms/letter")
    tab.set_input_files("#file", tmp_path / "x.pdf")
    assert "一个最多 10 MB" in tab.inner_text("#notice")


@pytest.mark.parametrize("tab", [{"color_scheme": "dark"}], indirect=True)
def test_dark_is_turned_off_where_the_system_is_dark(tab: Any) -> None:
    tab.goto("/")
    button = tab.get_by_role("button", name="深色")
    assert button.get_attribute("aria-pressed") == "true"
    dark = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    button.press("Space")
    assert button.get_attribute("aria-pressed") == "false"
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    tab.reload()
    assert tab.get_by_role("button", name="深色").get_attribute("aria-pressed") == "false"


def test_what_is_typed_survives_a_change_of_the_form_and_of_the_look(tab: Any) -> None:
    fill_request(tab)
    tab.get_by_label("商业企业").check()
    tab.get_by_text("统一社会信用代码").first.wait_for()
    assert tab.input_value("#f-description") == "2025年塔桥路改造工程的施工合同"
    tab.get_by_role("button", name="大字").click()
    assert tab.input_value("#f-description") == "2025年塔桥路改造工程的施工合同"
    tab.goto("/")
    assert tab.locator("html[data-large]").count() == 1


@pytest.mark.parametrize("look", ["", "large"])
def test_a_phone_scrolls_in_one_direction_only(tab: Any, look: str) -> None:
    tab.goto(f"/view?set={look}")
    wide = []
    for path in PAGES:
        tab.goto(path)
        if tab.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wide.append(path)
    assert wide == []


def test_what_is_pressed_is_large_enough(tab: Any) -> None:
    small = "e => [e.innerText || e.id, e.getBoundingClientRect()]"
    for path in PAGES:
        tab.goto(path)
        shown = "button, .button, .menu a, .view a, .tiles a, .links > li > a, input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea, .choice"
        boxes = tab.eval_on_selector_all(shown, f"all => all.filter(e => e.offsetParent).map({small})")
        assert [name for name, box in boxes if box["height"] < 43.9 or box["width"] < 43.9] == []


@pytest.mark.parametrize("looks", [(), ("dark",), ("contrast",), ("contrast", "dark")])
def test_axe_finds_nothing_serious(tab: Any, looks: tuple[str, ...]) -> None:
    for look in looks:
        tab.goto(f"/view?set={look}")
    # another look changes colours only
    rules = ("color-contrast",) if looks else ()
    found = {}
    for path in PAGES[::3] if looks else PAGES:
        tab.goto(path)
        found[path] = serious(tab, *rules)
    tab.goto("/forms/letter")
    tab.get_by_role("button", name="下一步").click()
    tab.locator("#errors").wait_for()
    found["errors"] = serious(tab, *rules)
    tab.goto("/")
    tab.fill("#text", "护照怎么办")
    tab.keyboard.press("Enter")
    tab.locator(".reply").wait_for()
    tab.wait_for_timeout(250)  # until it has come in: axe would see it half transparent
    found["answer"] = serious(tab, *rules)
    assert {path: what for path, what in found.items() if what} == {}


def test_axe_would_find_something(tab: Any) -> None:
    tab.set_content("<html><body><img src='/x.png'><p style='color:#ccc'>pale words</p><input></body></html>")
    assert {one.split(":")[0] for one in serious(tab)} >= {"image-alt", "color-contrast", "label"}


def test_the_portal_shows_the_conversation(tab: Any, portal: str, pictures: Path) -> None:
    tab.goto(portal)
    tab.get_by_role("button", name="问办").click()
    frame = tab.frame_locator("iframe")
    frame.get_by_label("您要办的事").fill("身份证掉了怎么补")
    frame.get_by_role("button", name="发送").click()
    frame.get_by_role("heading", name="居民身份证补领").wait_for()
    tab.screenshot(path=pictures / "8-portal.png")


def test_another_site_cannot_show_it(chromium: Any, portal: str) -> None:
    page = chromium.new_page()
    # by another name the portal is another site
    page.goto(portal.replace("127.0.0.1", "localhost"))
    page.get_by_role("button", name="问办").click()
    page.wait_for_timeout(300)
    assert "您要办什么事" not in "".join(frame.content() for frame in page.frames)
    page.close()

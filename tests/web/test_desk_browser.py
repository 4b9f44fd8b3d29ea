"""The desk in a real browser: the clerks' journey, keyboard only, no scripts, a telephone, axe."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.office import chores
from index.snapshot import Snapshot
from tests.web.desk_room import LETTER, PASSWORD, REQUEST, Room
from tests.web.serving import running
from tests.web.test_browser import DESKTOP, PHONE, serious
from tests.web.test_desk_pages import keep

MOST_TABS = 80


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, shipped: Snapshot) -> Iterator[Room]:
    """A desk with something on every page."""
    with running(tmp_path_factory.mktemp("desk"), shipped) as site:
        one = Room(site)
        one.wang.step(one.open(LETTER), "accept")
        drafted = one.drafting()
        one.wang.step(drafted, "consult", whom="third_party", authority="某公司 0716-8123456")
        one.wang.step(drafted, "opinion", text="同意公开", authority="某公司 0716-8123456")
        one.li.reply(drafted, "save", "经审查，予以公开。", "granted")
        one.clock.move(days=37)
        chores.run(one.office)
        keep(one, 1, "你好", "上次的事怎么样了？")
        yield one
        one.close()


@pytest.fixture
def opened(chromium: Any, room: Room) -> Iterator[Any]:
    """Opens a browser for somebody (None: nobody signed in); what the console complains about fails the test."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_(staff_id: str | None, **options: Any) -> Any:
        context = chromium.new_context(
            base_url=room.site.url, **{"viewport": DESKTOP, "locale": "zh-CN", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/desk/")
        if staff_id is not None:
            page.fill("#staff_id", staff_id)
            page.fill("#password", PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.get_by_role("heading", level=1, name="办件").wait_for()
        return page

    yield open_
    for one in contexts:
        one.close()
    assert [said for said in complaints if "Failed to load resource" not in said] == []


def step(page: Any, ref: str, name: str, sure: bool = False, **fields: str) -> None:
    """Take a step as a person does: unfold it, fill it in, press it."""
    page.goto(f"/desk/cases/{ref}")
    part = page.locator("details.step").filter(has=page.locator("summary", has_text=re.compile(rf"^\s*{name}\s*$")))
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    for field, value in fields.items():
        entry = part.locator(f"[name={field}]")
        entry.select_option(value) if entry.evaluate("e => e.tagName") == "SELECT" else entry.fill(value)
    if sure:
        part.get_by_role("checkbox").check()
    part.get_by_role("button", name=name, exact=True).click()
    page.get_by_role("status").get_by_text(f"{name}：办好了").wait_for()


def test_the_clerks_journey(opened: Any, room: Room, pictures: Path) -> None:
    ref = room.open(REQUEST.model_copy(update={"description": "2025年塔桥路改造工程的施工合同"}))
    wang = opened("wang")
    wang.screenshot(path=pictures / "desk-1-queue.png")
    wang.get_by_role("row", name="2025年塔桥路改造工程").get_by_role("link").click()
    wang.get_by_role("heading", level=1, name=str(room.case(ref).number)).wait_for()
    step(wang, ref, "登记")
    step(wang, ref, "转部门", department="zhujian")

    li = opened("li")
    li.get_by_role("row", name="2025年塔桥路改造工程").get_by_role("link").click()
    li.get_by_role("heading", name="写答复").click()
    li.get_by_label("答复结果").select_option(label="予以公开")
    li.get_by_role("button", name="套用模板").click()
    text = li.get_by_label("答复全文")
    assert "【" in text.input_value()
    text.fill("经审查，您申请的合同予以公开，随信附上。")
    li.get_by_role("button", name="保存", exact=True).click()
    li.get_by_text("起草：办好了").wait_for()
    li.set_input_files("#file", {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    li.get_by_role("button", name="加上").click()
    li.get_by_role("link", name="合同.pdf").wait_for()
    li.screenshot(path=pictures / "desk-2-drafting.png", full_page=True)
    li.get_by_role("link", name="看发出去的样子").click()
    li.get_by_role("article").get_by_text("随信附上").wait_for()
    li.screenshot(path=pictures / "desk-3-letter.png")
    li.goto(f"/desk/cases/{ref}")
    li.get_by_role("button", name="保存并送审").click()
    li.get_by_text("送审：办好了").wait_for()

    step(opened("fang"), ref, "审核通过")
    step(opened("qu"), ref, "签发", sure=True)
    step(wang, ref, "答复", sure=True)
    assert (room.case(ref).stage, room.case(ref).signed_by) == ("replied", "qu")
    wang.screenshot(path=pictures / "desk-4-replied.png", full_page=True)
    assert serious(wang) == []
    wang.get_by_role("button", name="退出").click()
    wang.get_by_text("您已退出").wait_for()


def test_with_the_keyboard_alone(opened: Any, room: Room) -> None:
    ref = room.open(REQUEST.model_copy(update={"description": "只用键盘的一件"}))
    page = opened(None)

    def tab_to(name: str) -> None:
        """Press Tab until what is focused, and visibly so, is called ``name``."""
        for _ in range(MOST_TABS):
            page.keyboard.press("Tab")
            called = page.evaluate(
                "() => { const e = document.activeElement; const s = getComputedStyle(e);"
                "return [(e.labels && e.labels[0] || e).innerText || '', s.outlineStyle !== 'none'] }"
            )
            if name in called[0]:
                assert called[1], f"{name} has the focus, but nobody sees it"
                return
        raise AssertionError(f"{name} is not reached by Tab")

    page.locator("#staff_id").focus()
    page.keyboard.type("wang")
    tab_to("密码")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="办件").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to(str(room.case(ref).number))
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=str(room.case(ref).number)).wait_for()
    tab_to("登记")
    tab_to("哪天的事")
    page.keyboard.press("Enter")
    page.get_by_text("登记：办好了").wait_for()
    tab_to("记事")
    page.keyboard.press("Enter")
    tab_to("要记的事")
    page.keyboard.type("打过电话")
    tab_to("记事")
    page.keyboard.press("Enter")
    page.get_by_text("记事：办好了").wait_for()
    assert room.case(ref).stage == "registered"


def test_without_scripts(opened: Any, room: Room) -> None:
    ref = room.open(REQUEST.model_copy(update={"description": "没有脚本的一件"}))
    page = opened("wang", java_script_enabled=False)
    page.select_option("#kind", label="申请")
    page.get_by_role("button", name="筛选").click()
    page.fill("#number", ref)
    page.get_by_role("button", name="打开").click()
    step(page, ref, "登记")
    step(page, ref, "转部门", department="gongan")
    assert room.case(ref).department == "gongan"


PAGES = (
    "/desk/",
    "/desk/?scope=open",
    "/desk/board",
    "/desk/tasks",
    "/desk/mail",
    "/desk/mail/1",
    "/desk/figures",
    "/desk/catalogue",
    "/desk/catalogue/lint",
    "/desk/cases/D2026-0001",
    "/desk/cases/D2026-0001/draft",
    "/desk/cases/D2026-0001/documents/1",
    "/desk/cases/L2026-0001",
    "/desk/cases/D2026-9999",
)


@pytest.mark.parametrize("look", [(), ("dark",), ("contrast",), ("contrast", "dark")])
def test_axe_finds_nothing_serious(opened: Any, look: tuple[str, ...]) -> None:
    page = opened(None)
    for choice in look:
        page.goto(f"/view?set={choice}&back=/desk/")
    rules = ("color-contrast",) if look else ()
    found = {"sign-in": serious(page.goto("/desk/") and page, *rules)}
    page.fill("#staff_id", "wang")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", level=1, name="办件").wait_for()
    for path in PAGES:
        page.goto(path)
        page.eval_on_selector_all("details", "all => all.forEach(e => e.open = true)")
        found[path] = serious(page, *rules)
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize("look", ["", "large"])
def test_a_telephone_scrolls_in_one_direction_only(opened: Any, look: str) -> None:
    page = opened("wang", viewport=PHONE)
    page.goto(f"/view?set={look}&back=/desk/")
    wide = []
    for path in PAGES:
        page.goto(path)
        page.eval_on_selector_all("details", "all => all.forEach(e => e.open = true)")
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wide.append(path)
    assert wide == []


def test_what_is_pressed_is_large_enough(opened: Any) -> None:
    page = opened("wang", viewport=PHONE)
    size = "e => [e.innerText || e.id, e.getBoundingClientRect()]"
    pressed = (
        "button, .button, .menu a, .view a, .counter, .cases th a, .links > li > a, .back a, summary, .choice, "
        "input:not([type=hidden], [type=checkbox]), select, textarea"
    )
    for path in PAGES:
        page.goto(path)
        boxes = page.eval_on_selector_all(pressed, f"all => all.filter(e => e.offsetParent).map({size})")
        assert [name for name, box in boxes if box["height"] < 43.9 or box["width"] < 43.9] == [], path

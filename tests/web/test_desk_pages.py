"""The desk's other pages by HTTP: the queue, the board, tasks, held mails, figures, the catalogue."""

import re
import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.channels.web.settings import WebSettings
from bot.mailbox.stages import Stage
from bot.office import chores, mail_in
from index.shelf import Shelf
from index.snapshot import Snapshot
from tests.web.desk_room import EMAIL, IDENTITY, LETTER, PHONE, REQUEST, Room
from tests.web.serving import Running, running


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, shipped: Snapshot) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("desk"), shipped) as one:
        yield one


@pytest.fixture
def room(site: Running) -> Iterator[Room]:
    one = Room(site)
    yield one
    one.close()


def counted(text: str) -> dict[str, int]:
    """The counters on the queue's page."""
    found = re.findall(r'class="counter (\w+)[^>]*>(?:<strong>(\d+)</strong>)?', text)
    return {scope: int(count) for scope, count in found if count}


def test_the_queue_counts_filters_and_shows_the_most_urgent_first(room: Room) -> None:
    plain = REQUEST.model_copy(update={"description": "教育经费决算"})
    submitted, letter = room.open(plain), room.open(LETTER)
    drafted, closed = room.drafting(), room.open()
    room.wang.step(letter, "accept")
    room.wang.step(closed, "withdraw", sure="yes")
    assert counted(room.wang.get("/desk/").text) == {"mine": 2, "overdue": 0, "soon": 0, "no_term": 1, "open": 3}
    assert counted(room.li.get("/desk/").text) == {"mine": 1, "overdue": 0, "soon": 0, "no_term": 0, "open": 1}
    assert counted(room.fang.get("/desk/").text)["mine"] == 0
    assert "现在没有等您办的办件" in room.fang.get("/desk/").words
    shown = [
        ("scope=open", [letter, drafted, submitted]),
        ("scope=mine", [letter, submitted]),
        ("scope=no_term", [submitted]),
        ("scope=open&kind=letter", [letter]),
        ("scope=open&department=zhujian", [drafted]),
        ("scope=open&stage=drafting", [drafted]),
        ("stage=withdrawn", [closed]),
        ("scope=all&kind=disclosure", [drafted, submitted, closed]),
        ("scope=nonsense&kind=nonsense&stage=nonsense&page=nonsense", [letter, submitted]),
        ("scope=open&page=99", [letter, drafted, submitted]),
    ]
    for asked, refs in shown:
        found = re.findall(r'<th scope="row"><a href="/desk/cases/([^"]+)"', room.wang.get(f"/desk/?{asked}").text)
        assert found == refs, asked


def test_colours_follow_the_term(room: Room) -> None:
    ref = room.drafting()

    def colour() -> str:
        text = room.at_work("wang").get("/desk/?scope=open").text
        return re.findall(r'class="due (\w+)"', text)[0]

    due = room.case(ref).deadline(room.office.desk.calendar)
    assert due is not None
    assert colour() == "fine"
    room.clock.now = room.clock.now.replace(year=due.due.year, month=due.due.month, day=due.due.day)
    room.clock.move(days=-1)
    assert colour() == "soon"
    assert room.at_work("wang").get("/desk/board").words.count("还有 1 个工作日到期") == 1
    room.clock.move(days=1)
    assert colour() == "over"
    assert "今天到期" in room.at_work("wang").get("/desk/board").words
    room.clock.move(days=3)
    assert counted(room.at_work("wang").get("/desk/").text)["overdue"] == 1
    board = room.at_work("li").get("/desk/board")
    assert f"/cases/{ref}" in board.text
    assert "已经超期 1 件" in " ".join(board.words.split())
    assert f"/cases/{ref}" not in room.at_work("zhou").get("/desk/board").text
    case = room.at_work("li").get(f"/desk/cases/{ref}").text
    assert 'class="part late"' in case


def test_more_cases_than_one_page(room: Room) -> None:
    refs = [room.open() for _ in range(51)]
    first, second = (room.wang.get(f"/desk/?scope=open&page={page}").text for page in (1, 2))
    shown = [re.findall(r"/desk/cases/(D[^\"]+)", text) for text in (first, second)]
    assert [len(shown[0]), len(shown[1])] == [50, 1]
    assert sorted(shown[0] + shown[1]) == sorted(refs)
    assert "page=2" in first
    assert "page=1" in second


@pytest.mark.parametrize("said", ["{ref}", "d2026-1", "沙依申〔2026〕0001号", "沙依申2026 1"])
def test_a_case_is_found_by_its_number(room: Room, said: str) -> None:
    ref = room.open()
    assert room.wang.get(f"/desk/find?number={said.format(ref=ref)}").address.endswith(f"/desk/cases/{ref}")
    assert room.wang.get("/desk/find?number=什么").status == 404
    assert room.li.get(f"/desk/find?number={ref}").status == 404


def test_tasks_are_listed_for_the_role_and_finished(room: Room) -> None:
    ref = room.open()
    room.clock.move(days=5)
    chores.run(room.office)
    wang = room.at_work("wang")
    page = wang.get("/desk/tasks")
    assert "还没有双方确认并登记" in page.words
    assert f"/desk/cases/{ref}" in page.text
    assert "wenban case" not in page.words
    task = re.findall(r'action="(/desk/tasks/\d+)"', page.text)[0]
    assert room.at_work("fang").post(task).status == 422
    assert "没有待办" in wang.post(task).words
    assert wang.post(task).status == 422


def test_held_mails_are_read_and_settled(room: Room) -> None:
    ref = room.open()
    for number in range(1, 5):
        keep(room, number, f"第{number}封", f"上次的事怎么样了？{IDENTITY}，{PHONE}")
    wang = room.wang
    listed = wang.get("/desk/mail")
    assert "对不上办件" in listed.words
    assert EMAIL not in listed.text
    mail = wang.get("/desk/mail/1")
    assert PHONE in mail.words
    assert IDENTITY not in mail.text
    assert "held mail 1 opened by wang" in room.access_log()
    assert wang.post("/desk/mail/1", do="attach", number="D2026-0777").status == 422
    assert wang.post("/desk/mail/1", do="attach", number="什么").status == 422
    assert wang.post("/desk/mail/1", do="nonsense").status == 422
    assert "归入 沙依申" in wang.post("/desk/mail/1", do="attach", number=ref).words
    assert "人工归入的来信" in wang.get(f"/desk/cases/{ref}").words
    assert "已立为 沙区信〔2026〕0001号" in wang.post("/desk/mail/2", do="open", kind="letter").words
    assert "已立为 沙依申〔2026〕0002号" in wang.post("/desk/mail/3", do="open", kind="disclosure").words
    assert "没有待处理的来信" in wang.post("/desk/mail/4", do="drop").words
    assert room.case("L2026-0001").stage == Stage.SUBMITTED
    assert wang.post("/desk/mail/4", do="drop").status == 404
    assert "<script>" not in wang.get("/desk/mail?done=attached:<script>").text


@pytest.mark.parametrize("staff_id", ["li", "fang", "qu"])
def test_held_mails_and_the_catalogue_are_for_the_registrar(room: Room, staff_id: str) -> None:
    keep(room, 1, "你好", "在吗，吃了吗")
    person = getattr(room, staff_id)
    for path in ("/desk/mail", "/desk/mail/1", "/desk/catalogue", "/desk/catalogue?look=1", "/desk/catalogue/lint"):
        assert person.get(path).status == 403
        assert f'href="{path}"' not in person.get("/desk/").text
    for path in ("/desk/mail/1", "/desk/catalogue/reload", "/desk/catalogue/rollback"):
        assert person.post(path, do="drop", served="", coming="").status == 403
    with room.office.store.reading() as t:
        assert len(t.inbox.held()) == 1
    assert room.boss.get("/desk/mail/1").status == 200


def test_figures_of_a_year(room: Room) -> None:
    ref = room.open()
    room.wang.step(ref, "withdraw", sure="yes")
    room.open(LETTER)
    page = room.li.get("/desk/figures?year=2026")
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th>.*?<td><strong>(\d+)</strong>', page.text))
    assert rows["一、本年新收政府信息公开申请数量"] == "1"
    assert rows["三、（六）其他处理 3.其他"] == "1"
    assert "每月收到：1 月 0，" in page.text
    assert "11 月 2，" in page.text
    assert "申请的答复结果：其他处理 3.其他 1。" in page.text
    for year in ("2027", "0001", "9999", "nonsense", "-1", "99999"):
        assert room.li.get(f"/desk/figures?year={year}").status == 200


def test_the_catalogue_is_looked_at_reloaded_and_taken_back(
    tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, folder = tmp_path / "home", tmp_path / "mine"
    shutil.copytree(small, folder)
    monkeypatch.setenv("WENBAN_CATALOG", str(folder))
    shelf = Shelf(home / "index")
    from tests.conftest import NOW

    snapshot = shelf.open(folder, "system", NOW)
    with running(home, snapshot, WebSettings(per_address=100_000, per_session=10_000)) as site:
        room = Room(site)
        assert "目录没有变化" in room.wang.get("/desk/catalogue?look=1").words
        items = folder / "items" / "gongan.yaml"
        good = items.read_text(encoding="utf-8")
        items.write_text(good.replace("name: 普通护照首次申领", "name: 普通护照首次签发<b>"), encoding="utf-8")
        page = room.wang.get("/desk/catalogue?look=1")
        assert "普通护照首次签发&lt;b&gt;" in page.text
        form = dict(re.findall(r'name="(served|coming)" value="([0-9a-f]*)"', page.text))
        items.write_text(good.replace("name: 普通护照首次申领", "name: 普通护照换发"), encoding="utf-8")
        page = room.wang.post("/desk/catalogue/reload", **form)
        assert page.status == 409
        assert "目录刚刚又变了" in page.words
        assert shelf.mark() == snapshot.catalog.fingerprint
        form = dict(re.findall(r'name="(served|coming)" value="([0-9a-f]*)"', page.text))
        page = room.wang.post("/desk/catalogue/reload", **form)
        assert "已经启用新的目录" in page.words
        assert shelf.current().catalog.items_by_id["passport"].name == "普通护照换发"
        assert "王登记（wang，网页）" in page.words
        assert (
            "已经退回上一份目录"
            in room.wang.post("/desk/catalogue/rollback", served=form["coming"], coming=form["served"]).words
        )
        assert shelf.mark() == snapshot.catalog.fingerprint
        items.write_text("items: [nonsense", encoding="utf-8")
        page = room.wang.get("/desk/catalogue?look=1")
        assert "错误，不能启用" in page.words
        assert "items/gongan.yaml" in page.words
        page = room.wang.post("/desk/catalogue/reload", served="", coming="")
        assert page.status == 422
        assert shelf.mark() == snapshot.catalog.fingerprint
        assert room.wang.get("/desk/catalogue/lint").status == 200
        room.close()


def test_lint_of_what_is_served(room: Room) -> None:
    page = room.wang.get("/desk/catalogue/lint")
    assert page.status == 200
    files = re.findall(r"<option>([^<]+)</option>", page.text)
    assert files
    one = room.wang.get(f"/desk/catalogue/lint?file={files[0]}")
    assert set(re.findall(r"</span> <strong>([^<]+)</strong>", one.text)) == {files[0]}


def keep(room: Room, number: int, subject: str, text: str) -> None:
    """A mail that fits no case."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"张三 <{EMAIL}>", "mailbox@localhost", subject
    mail["Message-ID"] = f"<{number}@example.com>"
    mail.set_content(text)
    with room.office.store.transaction() as t:
        t.inbox.keep(f"m{number}", mail.as_bytes(), room.clock())
    mail_in.handle_all(room.office)

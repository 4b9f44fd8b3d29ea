"""Cases worked at the desk by HTTP: every step of a whole request and a whole letter, and everything that is refused."""

import io
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from bot.mailbox.cases import Rating
from bot.mailbox.content import DisclosureRequest, Letter, LetterKind, Medium, Way
from bot.mailbox.people import Applicant
from bot.mailbox.stages import Stage
from bot.store.papers import Attached
from index.snapshot import Snapshot
from tests.web.desk_room import EMAIL, IDENTITY, LETTER, PHONE, REQUEST, Person, Room
from tests.web.serving import running

XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"{{7*7}}"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, shipped: Snapshot) -> Iterator[Room]:
    with running(tmp_path_factory.mktemp("desk"), shipped) as site:
        one = Room(site)
        yield one
        one.close()


def test_a_whole_request(room: Room) -> None:
    ref, wang, li, fang, qu = room.open(suggested_department="zhujian"), room.wang, room.li, room.fang, room.qu
    went: list[tuple[Person, str, dict[str, str], str]] = [
        (wang, "register", {}, "registered"),
        (wang, "correct", {"text": "请写明年份", "answer_by": "2026-12-15"}, "needs_correction"),
        (wang, "prolong", {"answer_by": "2026-12-20"}, "needs_correction"),
        (wang, "supplement", {"text": "2025年公布的"}, "corrected"),
        (wang, "assign", {"department": "zhujian"}, "collecting"),
        (li, "return", {"text": "归公安管"}, "registered"),
        (wang, "assign", {"department": "zhujian"}, "collecting"),
        (wang, "consult", {"whom": "third_party", "authority": "某公司", "email": "a@example.com"}, "consulting"),
        (wang, "consult", {"whom": "co_author", "authority": "市住建局"}, "consulting"),
        (wang, "opinion", {"authority": "某公司", "text": "不同意"}, "consulting"),
        (wang, "opinion", {"authority": "市住建局", "text": "同意"}, "collecting"),
        (wang, "extend", {"days": "5", "approver": "钱主任", "text": "材料多"}, "collecting"),
        (wang, "note", {"text": "打过电话"}, "collecting"),
    ]
    for who, action, fields, stage in went:
        page = who.step(ref, action, **fields)
        assert (page.status, room.case(ref).stage) == (200, stage), (action, page.words)
        assert "办好了" in page.words
    page = li.reply(ref, "template", "", "granted")
    assert "【" in page.text
    assert room.case(ref).draft is None, "a template is only a beginning"
    assert li.reply(ref, "save", "经审查，予以公开。【附件】", "granted").status == 200
    assert "还要填：【附件】" in li.get(f"/desk/cases/{ref}").words
    assert li.reply(ref, "finish", "经审查，予以公开。【附件】", "granted").status == 422
    assert li.reply(ref, "finish", "经审查，予以公开。", "granted").status == 200
    assert fang.step(ref, "send_back", text="写明怎么提供").status == 200
    assert "写明怎么提供" in li.get(f"/desk/cases/{ref}").words
    assert li.reply(ref, "finish", "经审查，予以公开，随信附上。", "granted").status == 200
    assert fang.step(ref, "pass_review").status == 200
    assert qu.step(ref, "sign", sure="yes").status == 200
    assert wang.step(ref, "reply", sure="yes").status == 200
    assert wang.step(ref, "close").status == 200
    case = room.case(ref)
    assert (case.stage, case.outcome, case.signed_by, case.reviewed_by) == (Stage.CLOSED, "granted", "qu", "fang")
    words = wang.get(f"/desk/cases/{ref}").words
    assert "予以公开" in words
    assert "这一步不由您办理" not in words


def test_a_whole_letter_with_a_bad_rating(room: Room) -> None:
    ref, wang, li = room.open(LETTER), room.wang, room.li
    for who, action, fields in (
        (wang, "accept", {"days": "7"}),
        (wang, "assign", {"department": "gongan"}),
        (room.zhou, "return", {"text": "归住建管"}),
        (wang, "assign", {"department": "zhujian"}),
        (li, "take", {}),
    ):
        assert who.step(ref, action, **fields).status == 200, action
    assert "【" in li.reply(ref, "template", "").text
    assert li.reply(ref, "finish", "您好：路灯已经修好。").status == 200
    assert room.fang.step(ref, "pass_review").status == 200
    assert room.qu.step(ref, "send_back", text="写明日期").status == 200
    assert li.reply(ref, "finish", "您好：路灯在11月20日修好了。").status == 200
    assert room.fang.step(ref, "pass_review").status == 200
    assert room.qu.step(ref, "sign", sure="yes").status == 200
    assert wang.step(ref, "reply", sure="yes").status == 200
    room.citizen(ref, action="rate", rating=Rating.VERY_BAD)
    assert ref in wang.get("/desk/").text, "a bad rating waits for the registrar"
    assert "得了差评" in wang.get("/desk/tasks").words
    assert wang.step(ref, "follow_up", text="又坏了").status == 200
    assert room.case(ref).stage == Stage.ASSIGNED


@pytest.mark.parametrize(
    ("content", "action", "fields", "stage"),
    [
        (REQUEST, "transfer", {"authority": "市资规局", "text": "由其制作"}, Stage.TRANSFERRED),
        (REQUEST, "withdraw", {"sure": "yes"}, Stage.WITHDRAWN),
        (LETTER, "decline", {"text": "内容不明"}, Stage.DECLINED),
        (LETTER, "redirect", {"authority": "区信访局", "text": "属于信访"}, Stage.REDIRECTED),
    ],
)
def test_ends_aside(room: Room, content: Letter, action: str, fields: dict[str, str], stage: Stage) -> None:
    ref = room.open(content)
    page = room.wang.step(ref, action, **fields)
    assert (page.status, room.case(ref).stage) == (200, stage)
    assert room.wang.get(f"/desk/cases/{ref}").status == 200


def test_an_unconfirmed_case_is_confirmed_then_registered(room: Room) -> None:
    ref = room.open(confirmed=False)
    assert "申请人还没有确认" in room.wang.step(ref, "register").words
    assert room.wang.step(ref, "confirm").status == 200
    assert room.wang.step(ref, "register").status == 200
    assert 'value="confirm"' not in room.wang.get(f"/desk/cases/{room.open()}").text


@pytest.mark.parametrize(
    ("staff_id", "action", "fields"),
    [
        ("li", "assign", {"department": "zhujian"}),
        ("li", "pass_review", {}),
        ("li", "extend", {"days": "5", "approver": "x", "text": "y"}),
        ("fang", "sign", {"sure": "yes"}),
        ("fang", "finish_draft", {}),
        ("qu", "draft", {"text": "x"}),
        ("qu", "withdraw", {"sure": "yes"}),
        ("wang", "sign", {"sure": "yes"}),
        ("wang", "pass_review", {}),
        ("wang", "redate", {}),
        ("wang", "rate", {}),
        ("boss", "rate", {}),
        ("boss", "redate", {}),
        ("wang", "nonsense", {}),
        ("wang", "", {}),
    ],
)
def test_what_is_not_ones_own_is_refused(room: Room, staff_id: str, action: str, fields: dict[str, str]) -> None:
    ref = room.drafting()
    before = room.case(ref)
    page = getattr(room, staff_id).step(ref, action, **fields)
    assert page.status == 422
    assert re.search("您不能|不能|没有这一步", page.words)
    assert room.case(ref) == before


@pytest.mark.parametrize("staff_id", ["fang", "qu"])
def test_the_reply_is_for_who_writes_it(room: Room, staff_id: str) -> None:
    ref = room.drafting()
    before, somebody = room.case(ref), getattr(room, staff_id)
    assert 'name="reply"' not in somebody.get(f"/desk/cases/{ref}").text
    for do in ("save", "finish"):
        assert somebody.reply(ref, do, "我写的", "granted").status == 422
    assert somebody.reply(ref, "template", "", "granted").status == 200
    assert room.case(ref) == before


@pytest.mark.parametrize(
    ("action", "fields", "said"),
    [
        ("correct", {"text": "请写明", "answer_by": "明天"}, "不是一个日期"),
        ("correct", {"text": "", "answer_by": "2026-12-15"}, "请写明内容"),
        ("correct", {"text": "请写明", "answer_by": "2026-11-01"}, "补正期限要晚于"),
        ("extend", {"days": "很多", "approver": "钱主任", "text": "材料多"}, "不是可用的天数"),
        ("extend", {"days": "99", "approver": "钱主任", "text": "材料多"}, "1至20个工作日"),
        ("extend", {"days": "5", "approver": "钱" * 41, "text": "材料多"}, "批准人”写得太长了"),
        ("extend", {"days": "5", "approver": "  ", "text": "材料多"}, "请写明批准人"),
        ("assign", {"department": "nowhere"}, "没有“nowhere”这个部门"),
        ("assign", {}, "请写明承办部门"),
        ("note", {"text": "长" * 20_001}, "写得太长了"),
        ("withdraw", {}, "请先勾选确认"),
    ],
)
def test_what_is_filled_in_wrongly_stands_there_to_be_mended(
    room: Room, action: str, fields: dict[str, str], said: str
) -> None:
    ref = room.open()
    room.wang.step(ref, "register")
    before = room.case(ref)
    page = room.wang.step(ref, action, **fields)
    assert page.status == 422
    assert said in page.words
    assert all(value in page.text for value in fields.values() if value.strip() and value != "nowhere")
    assert room.case(ref) == before


def test_a_page_that_is_out_of_date_does_nothing_and_shows_the_case_as_it_is(room: Room) -> None:
    ref, wang = room.open(), room.wang
    old = wang.version(ref)
    wang.step(ref, "register")
    page = wang.post(f"/desk/cases/{ref}/step", action="transfer", authority="市局", text="我写了很久", version=old)
    assert page.status == 409
    assert "刚刚被别人办理过" in page.words
    assert "我写了很久" in page.text
    assert room.case(ref).stage == Stage.REGISTERED


def test_two_people_write_the_reply_at_once(room: Room) -> None:
    ref = room.drafting()
    seen = room.li.version(ref)
    room.wang.reply(ref, "save", "登记员写的。", "granted")
    sent = {"do": "finish", "reply": "部门写的。", "outcome": "partly_granted", "version": seen}
    page = room.li.post(f"/desk/cases/{ref}/reply", **sent)
    assert page.status == 409
    assert "部门写的。" in page.text
    assert "登记员写的。" in page.text
    case = room.case(ref)
    assert (case.draft, case.outcome, case.stage) == ("登记员写的。", "granted", Stage.DRAFTING)


def test_a_double_click_is_one_step(room: Room) -> None:
    ref = room.open()
    sent = {"action": "note", "text": "一次", "version": room.wang.version(ref)}
    assert [room.wang.post(f"/desk/cases/{ref}/step", **sent).status for _ in range(2)] == [200, 409]


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "٣"])
def test_a_version_that_is_none(room: Room, version: str) -> None:
    ref = room.open()
    page = room.wang.post(f"/desk/cases/{ref}/step", action="register", version=version)
    assert page.status in {409, 422}
    assert room.case(ref).stage == Stage.SUBMITTED


@pytest.mark.parametrize("token", ["", "x", "ü"])
def test_a_forged_form_does_nothing(room: Room, token: str) -> None:
    ref = room.open()
    version = room.wang.version(ref)
    for path in ("step", "reply", "contact", "enclose", "take-back"):
        assert room.wang.post(f"/desk/cases/{ref}/{path}", token, action="register", version=version).status == 403
    for path in ("/desk/tasks/1", "/desk/mail/1", "/desk/catalogue/reload", "/desk/sign-out"):
        assert room.wang.post(path, token).status == 403
    assert room.case(ref).stage == Stage.SUBMITTED


def test_another_departments_case_does_not_exist(room: Room) -> None:
    ref = room.drafting()
    there, nowhere = room.zhou.get(f"/desk/cases/{ref}"), room.zhou.get("/desk/cases/D2026-9999")
    assert there.status == nowhere.status == 404
    assert there.words.replace(ref, "") == nowhere.words.replace("D2026-9999", "")
    for path in ("draft", "draft.docx", "documents/1", "documents/1.docx", "attachments/1", "enclosures/1"):
        assert room.zhou.get(f"/desk/cases/{ref}/{path}").status == 404
    for path in ("step", "reply", "enclose", "take-back"):
        assert room.zhou.post(f"/desk/cases/{ref}/{path}", action="return", text="x", version="3").status == 404
    assert ref not in room.zhou.get("/desk/?scope=all").text
    assert ref not in room.zhou.get("/desk/?scope=open&department=zhujian").text
    assert ref not in room.zhou.get("/desk/board").text
    assert f"refused: zhou (department) show {ref}" in room.access_log()
    unassigned = room.open()
    assert room.li.get(f"/desk/cases/{unassigned}").status == 404


@pytest.mark.parametrize("path", ["", "/step", "/documents/0", "/documents/99", "/attachments/1", "/draft"])
def test_what_is_not_there_is_said(room: Room, path: str) -> None:
    ref = room.open()
    assert room.wang.get(f"/desk/cases/nonsense{path}").status in {404, 405}
    if path and path != "/step":
        page = room.wang.get(f"/desk/cases/{ref}{path}")
        assert page.status == 404
        assert "没有" in page.words


def test_who_applied_is_covered_everywhere(room: Room) -> None:
    ref = room.drafting()
    room.wang.step(ref, "note", text=f"他又来电，号码{PHONE}，身份证{IDENTITY}")
    pages = ["/desk/", "/desk/?scope=all", "/desk/board", f"/desk/cases/{ref}"]
    for staff_id in ("wang", "li", "fang", "qu", "boss"):
        for path in pages:
            text = getattr(room, staff_id).get(path).text
            assert IDENTITY not in text
            assert PHONE not in text
            assert EMAIL not in text
    for at in range(1, 3):
        assert IDENTITY not in room.wang.get(f"/desk/cases/{ref}/documents/{at}").text


def test_the_contact_is_shown_on_a_button_and_written_down(room: Room) -> None:
    ref = room.drafting()
    page = room.wang.post(f"/desk/cases/{ref}/contact")
    assert all(one in page.words for one in ("李明", PHONE, EMAIL))
    assert IDENTITY not in page.text
    assert f"contact of {ref} shown to wang" in room.access_log()
    for staff_id in ("li", "fang", "qu"):
        person = getattr(room, staff_id)
        assert f"{ref}/contact" not in person.get(f"/desk/cases/{ref}").text
        page = person.post(f"/desk/cases/{ref}/contact")
        assert page.status == 403
        assert PHONE not in page.text
        assert f"refused: {staff_id}" in room.access_log()


def test_documents_are_read_and_taken_away(room: Room) -> None:
    ref = room.drafting()
    page = room.li.get(f"/desk/cases/{ref}/documents/1")
    assert "政府信息公开申请收到回执" in page.words
    answer = room.li.client.get(f"/desk/cases/{ref}/documents/1.docx")
    assert "政府信息公开申请收到回执.docx" in unquote(answer.headers["content-disposition"])
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "已经处理。" in room.li.get(f"/desk/cases/{ref}/draft").words
    assert room.li.client.get(f"/desk/cases/{ref}/draft.docx").content[:2] == b"PK"


def test_files_go_out_with_the_reply_and_come_back(room: Room) -> None:
    ref = room.drafting()
    name = "../方案<b>.html"
    files = [
        ("file", (name, b"<script>1</script>", "text/html")),
        ("file", ("b.pdf", b"%PDF-1.7", "application/pdf")),
    ]
    page = room.li.post(f"/desk/cases/{ref}/enclose", files=files)
    assert page.status == 200
    assert "文件加上了" in page.words
    answer = room.li.client.get(f"/desk/cases/{ref}/enclosures/1")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert {room.li.client.get(f"/desk/cases/{ref}/enclosures/{at}").content for at in (1, 2)} == {
        b"<script>1</script>",
        b"%PDF-1.7",
    }
    assert "<b>.html" not in room.li.get(f"/desk/cases/{ref}").text
    assert "都撤下了" in room.li.post(f"/desk/cases/{ref}/take-back").words
    assert room.li.get(f"/desk/cases/{ref}/enclosures/1").status == 404
    assert room.li.post(f"/desk/cases/{ref}/enclose").status == 422
    big = [("file", ("big.bin", bytes(10 * 1024 * 1024 + 1), "application/octet-stream"))]
    assert "文件太大了" in room.li.post(f"/desk/cases/{ref}/enclose", files=big).words
    assert room.fang.post(f"/desk/cases/{ref}/enclose", files=files).status == 422


def test_what_the_citizen_attached_is_downloaded_and_written_down(room: Room) -> None:
    ref = room.drafting()
    with room.office.store.transaction() as t:
        stored = room.office.find(t, room.case(ref).number)
        for at, (name, kind) in enumerate([("照片.jpg", "image/jpeg"), ("来信原件.eml", "message/rfc822")]):
            t.papers.upload(Attached(f"{ref}-{at}", name, kind, name.encode()), "web:x", room.clock())
        t.papers.attach(stored, (f"{ref}-0", f"{ref}-1"), "web:x")
    assert room.li.client.get(f"/desk/cases/{ref}/attachments/1").content == "照片.jpg".encode()
    assert f"file 1 of {ref} opened by li" in room.access_log()
    assert "来信原件" not in room.li.get(f"/desk/cases/{ref}").text
    assert room.li.get(f"/desk/cases/{ref}/attachments/2").status == 404
    assert room.wang.client.get(f"/desk/cases/{ref}/attachments/2").content == "来信原件.eml".encode()


def test_what_anybody_wrote_comes_out_as_text(room: Room) -> None:
    applicant = Applicant(name=XSS[:100], phone=XSS, email=XSS, address=XSS)
    request = DisclosureRequest(
        applicant=applicant, description=XSS, purpose=XSS, medium=Medium.PAPER, way=Way.POST, fax=XSS
    )
    letter = Letter(applicant=applicant, letter_kind=LetterKind.HELP, subject=XSS[:60], text=XSS, place=XSS)
    for content in (request, letter):
        ref = room.open(content)
        room.wang.step(ref, "note", text=XSS)
        if ref.startswith("D"):
            room.wang.step(ref, "register")
            room.wang.step(ref, "assign", department="zhujian")
            room.wang.step(ref, "consult", whom="third_party", authority=XSS, text=XSS)
            room.wang.step(ref, "opinion", authority=XSS, text=XSS)
            room.li.reply(ref, "save", XSS, "granted")
        pages = [
            room.wang.get(f"/desk/cases/{ref}"),
            room.wang.get("/desk/?scope=all"),
            room.wang.post(f"/desk/cases/{ref}/contact"),
            room.wang.get(f"/desk/cases/{ref}/documents/1"),
            room.wang.get(f"/desk/cases/{ref}/draft"),
            room.wang.step(ref, "transfer", authority=XSS, text=XSS, day=XSS),
            room.wang.step(ref, XSS, text=XSS),
            room.wang.get(f"/desk/?scope={XSS}&department={XSS}&page={XSS}&done={XSS}"),
            room.wang.get(f"/desk/find?number={XSS}"),
            room.wang.get(f"/desk/cases/{ref}?done={XSS}"),
            room.person(XSS).sign_in(next=XSS, **{f"kept.{XSS}": XSS}),
        ]
        for page in pages:
            assert "<script>alert" not in page.text
            assert "<img src=x" not in page.text
            assert "49'" not in page.text


@pytest.mark.parametrize(("rating", "name"), [(Rating.GOOD, "办结"), (Rating.BAD, "回访重办")])
def test_the_step_that_a_stage_is_there_for_stands_open(room: Room, rating: Rating, name: str) -> None:
    ref = room.drafting(LETTER)
    room.li.reply(ref, "finish", "已经处理。")
    room.fang.step(ref, "pass_review")
    room.qu.step(ref, "sign", sure="yes")
    room.wang.step(ref, "reply", sure="yes")
    room.citizen(ref, action="rate", rating=rating)
    text = room.wang.get(f"/desk/cases/{ref}").text
    assert re.findall(r'<details class="step" open>\s*<summary>([^<]+)<', text) == [name]


def test_why_a_step_is_closed(room: Room) -> None:
    ref = room.drafting()
    words = room.fang.get(f"/desk/cases/{ref}").words
    assert "现在是“起草答复”" in words
    assert re.search(r"承办部门\s*：\s*起草、送审", words)


def test_an_erased_case_still_opens(room: Room) -> None:
    ref = room.open()
    room.wang.step(ref, "withdraw", sure="yes")
    with room.office.store.transaction() as t:
        t.cases.erase(room.office.find(t, room.case(ref).number))
    page = room.wang.get(f"/desk/cases/{ref}")
    assert page.status == 200
    assert "个人信息已按规定删除" in page.words
    assert room.wang.step(ref, "note", text="x").status == 422
    assert room.wang.get("/desk/?scope=all").status == 200

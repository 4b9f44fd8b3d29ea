"""The two forms as pages: the checks of the conversation, errors beside the fields, summary, receipt."""

import re

import pytest

from bot.mailbox.content import DisclosureRequest, Letter
from bot.mailbox.deadlines import ReceivedBy
from bot.mailbox.numbers import case_number
from bot.mailbox.stages import Kind
from tests.office.mailing import PDF
from tests.web.serving import ID, Person, Running

REQUEST = {
    "kind": "自然人",
    "name": "李明",
    "identity": ID,
    "phone": "13812345678",
    "description": "2025年塔桥路改造工程的施工合同",
    "medium": "纸面",
    "way": "邮寄",
    "address": "湖北省荆州市沙市区某路12号3楼",
    "purpose": "",
}
LETTER = {
    "letter_kind": "投诉",
    "text": "塔桥路12号门口的路灯坏了半个月，请派人来修。",
    "subject": "塔桥路路灯不亮",
    "place": "塔桥路12号",
    "name": "李明",
    "phone": "13812345678",
    "public": "不公开",
}


def errors(page: str) -> dict[str, str]:
    return dict(re.findall(r'<li><a href="#f-(\w+)">[^<]*</a>：([^<]*)</li>', page))


def case_in(site: Running, page: str) -> object:
    number = case_number(re.findall(r"<strong>([^<]+)</strong>", page)[0])
    with site.office.store.reading() as t:
        stored = t.cases.get(number)
        assert stored is not None
        return stored


def test_a_request_from_the_form_to_the_receipt(person: Person, site: Running) -> None:
    summary = person.submit("/forms/disclosure", "/forms/disclosure", **REQUEST)
    assert summary.url.path == "/forms/disclosure/check"
    assert ID not in summary.text
    assert "110***********002X" in summary.text
    receipt = person.submit("/forms/disclosure/send")
    assert receipt.url.path.endswith("/receipt")
    stored = case_in(site, receipt.text)
    case = stored.case  # type: ignore[attr-defined]
    assert isinstance(case.content, DisclosureRequest)
    assert (case.received_by, case.origin.channel) == (ReceivedBy.INTERNET, "web")
    assert case.origin.user_key.startswith("web:")
    assert case.content.applicant.identity == ID
    assert case.content.applicant.address == REQUEST["address"]
    assert case.query_code in receipt.text
    assert case.confirmed_by_applicant is not None


def test_a_letter_with_a_photo(person: Person, site: Running) -> None:
    files = {"file": ("灯.pdf", PDF)}
    summary = person.submit("/forms/letter", "/forms/letter", **LETTER, files=files)
    assert "灯.pdf" in summary.text
    stored = case_in(site, person.submit("/forms/letter/send").text)
    assert isinstance(stored.case.content, Letter)  # type: ignore[attr-defined]
    with site.office.store.reading() as t:
        assert [file.content for file in t.papers.attached(stored)] == [PDF]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "change", "wrong", "said"),
    [
        ("disclosure", {"identity": "110105194912310021"}, "identity", "身份证"),
        ("disclosure", {"identity": ""}, "identity", "请填"),
        ("disclosure", {"name": ""}, "name", "请填"),
        ("disclosure", {"phone": "123"}, "phone", ""),
        ("disclosure", {"description": "书"}, "description", "具体"),
        ("disclosure", {"description": "书" * 2001}, "description", "2001"),
        ("disclosure", {"medium": "石板"}, "medium", "请"),
        ("disclosure", {"way": ""}, "way", "请选"),
        ("disclosure", {"address": "某路"}, "address", "完整"),
        ("disclosure", {"medium": "电子邮件", "email": ""}, "email", "邮箱"),
        ("disclosure", {"email": "x"}, "email", ""),
        ("disclosure", {"kind": "商业企业", "identity": ID}, "identity", ""),
        ("letter", {"text": "短"}, "text", "清楚"),
        ("letter", {"subject": ""}, "subject", "请填"),
        ("letter", {"phone": ""}, "email", "电话和邮箱至少填一个"),
        ("letter", {"public": ""}, "public", "请选"),
        ("letter", {"letter_kind": ""}, "letter_kind", "请选"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    person: Person, kind: str, change: dict[str, str], wrong: str, said: str
) -> None:
    good = REQUEST if kind == "disclosure" else LETTER
    page = person.submit(f"/forms/{kind}", f"/forms/{kind}", **{**good, **change})
    assert page.status_code == 422
    assert wrong in errors(page.text)
    assert said in errors(page.text)[wrong] if said else True
    assert f'id="f-{wrong}-error"' in page.text
    # what was right is still there
    assert "李明" in page.text or "name" in change


def test_fields_that_the_answers_call_for_appear_without_scripts(person: Person) -> None:
    begun = person.get("/forms/disclosure").text
    assert 'name="fax"' not in begun
    page = person.submit("/forms/disclosure", "/forms/disclosure", **{**REQUEST, "way": "传真"})
    assert 'name="fax"' in page.text
    assert set(errors(page.text)) == {"fax"}


def test_htmx_gets_only_the_places_that_change(person: Person) -> None:
    token = person.token("/forms/disclosure")
    rows = re.findall(r'name="row" value="([^"]+)"', person.get("/forms/disclosure").text)
    data = {**REQUEST, "kind": "商业企业", "medium": "", "csrf": token, "row": rows}
    part = person.post("/forms/disclosure/fields", data=data, headers={"HX-Request": "true"}).text
    places = set(re.findall(r'id="slot-(\w+)"', part))
    assert {"name", "identity", "contact_person"} <= places
    assert not places & {"description", "purpose", "medium"}
    assert "单位的全名" in part
    assert "error" not in part


def test_a_second_press_shows_the_same_receipt(person: Person, site: Running) -> None:
    person.submit("/forms/letter", "/forms/letter", **LETTER)
    first = person.submit("/forms/letter/send").url.path
    second = person.submit("/forms/letter/send").url.path
    assert first == second
    assert first.endswith("/receipt")


def test_nothing_is_sent_without_the_summary(person: Person, site: Running) -> None:
    with site.office.store.reading() as t:
        before = len(t.cases.find())
    answer = person.submit("/forms/letter/send")
    assert answer.url.path in {"/forms/letter", "/forms/letter/send"}
    with site.office.store.reading() as t:
        assert len(t.cases.find()) == before


def test_what_was_written_waits_and_the_identity_is_not_shown_again(person: Person) -> None:
    person.submit("/forms/disclosure", "/forms/disclosure", **REQUEST)
    page = person.get("/forms/disclosure").text
    assert REQUEST["description"] in page
    assert ID not in page
    assert "110***********002X" in page
    # left empty, it stays as it was
    again = person.submit("/forms/disclosure", "/forms/disclosure", **{**REQUEST, "identity": "", "name": "李小明"})
    assert again.url.path == "/forms/disclosure/check"
    assert "李小明" in again.text


def test_the_other_form_is_offered_where_it_fits_better(person: Person) -> None:
    words = "塔桥路12号楼下的烧烤店每天半夜油烟扰民，我要投诉，请派人来查处"
    summary = person.submit("/forms/disclosure", "/forms/disclosure", **{**REQUEST, "description": words})
    assert "改成写信给区长" in summary.text
    letter = person.submit("/forms/switch")
    assert letter.url.path == "/forms/letter"
    assert words in letter.text


def test_published_documents_are_shown_first(person: Person) -> None:
    wanted = {**REQUEST, "description": "旧城改造项目国有土地上房屋征收补偿方案"}
    assert "已经公开的文件里有这些" in person.submit("/forms/disclosure", "/forms/disclosure", **wanted).text


def test_one_form_at_a_time(person: Person) -> None:
    person.submit("/forms/letter", "/forms/letter", **{**LETTER, "subject": ""})
    other = person.get("/forms/disclosure").text
    assert "一次只能填一份" in other
    person.submit("/forms/drop")
    assert "一次只能填一份" not in person.get("/forms/disclosure").text


def test_the_conversation_and_the_page_fill_the_same_form(person: Person) -> None:
    person.submit("/chat", action="letter")
    person.submit("/chat", action="f:a:letter_kind:1")
    mine = person.get("/forms/mine")
    assert mine.url.path == "/forms/letter"
    assert re.search(r'value="投诉"[^>]*checked', mine.text)


def test_attachments_can_be_taken_back(person: Person) -> None:
    files = {"file": ("灯.pdf", PDF)}
    person.submit("/forms/letter", "/forms/letter", **LETTER, files=files)
    page = person.get("/forms/letter").text
    known = re.findall(r'name="drop" value="(\w+)"', page)[0]
    assert "灯.pdf" not in person.submit("/forms/letter", "/forms/letter", **LETTER, drop=known).text


@pytest.mark.parametrize("path", ["/forms/treaty", "/forms/treaty/check"])
def test_there_are_no_other_forms(person: Person, path: str) -> None:
    assert person.get(path).status_code == 404


def test_both_kinds_have_a_page(person: Person) -> None:
    for kind in Kind:
        assert person.get(f"/forms/{kind}").status_code == 200

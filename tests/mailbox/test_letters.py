"""Documents: every template for every outcome and both kinds; drafts, gaps, own templates, docx."""

import io
import os
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx as python_docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.mailbox.calendar import national_calendar
from bot.mailbox.cases import Case, LetterClock, Origin, Rating, Step
from bot.mailbox.content import DisclosureRequest, Letter, LetterKind, Medium, Way
from bot.mailbox.deadlines import Clock, Consulted, Correction, ReceivedBy, Start
from bot.mailbox.letters.document import Document
from bot.mailbox.letters.draw_up import document_of_draft, draw_up, gaps, reply_draft
from bot.mailbox.letters.facts import District, Facts
from bot.mailbox.letters.names import NOT_TO_APPLICANT, LetterName, reply_name
from bot.mailbox.letters.rendering import SHIPPED, TemplateError
from bot.mailbox.letters.word import docx
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.outcomes import OUTCOMES, Outcome
from bot.mailbox.people import Applicant, ApplicantKind
from bot.mailbox.stages import Action, Kind, Stage

IDENTITY = "42100219620101123X"
TODAY = date(2026, 11, 25)
DISTRICT = District("沙市区", "沙市区人民政府政务公开办公室", "0716-0000000", "荆州市人民政府")
APPLICANT = Applicant(
    name="张三", identity=IDENTITY, phone="13800000000", email="zhang@example.cn", address="沙市区北京路1号"
)
REQUEST = DisclosureRequest(
    applicant=APPLICANT,
    description=f"2025年“【某】”征收补偿方案，\n我是张三，身份证 {IDENTITY[:6]} {IDENTITY[6:].lower()}，电话13800000000",
    medium=Medium.EMAIL,
    way=Way.MAILBOX,
)
LETTER = Letter(applicant=APPLICANT, letter_kind=LetterKind.HELP, subject="楼道灯坏了", text=f"我是{IDENTITY}")
STEP = Step(
    action=Action.NOTE,
    text=f"因为需要核对材料（{IDENTITY}）。",
    answer_by=date(2026, 12, 10),
    authority="荆州某建筑公司，电话0716-1111111",
    whom=Consulted.THIRD_PARTY,
    days=10,
    approver="李四",
)


def case(kind: Kind = Kind.DISCLOSURE, outcome: Outcome | None = None, **rest: object) -> Case:
    known = {
        "content": REQUEST if kind is Kind.DISCLOSURE else LETTER,
        "clock": Clock(Start(date(2026, 11, 24))) if kind is Kind.DISCLOSURE else None,
        "letter_clock": LetterClock(accepted=date(2026, 11, 24), days=10) if kind is Kind.LETTER else None,
        "query_code": "K7F3A2QX",
        "applicant_kind": ApplicantKind.NATURAL_PERSON,
    }
    return Case(
        number=CaseNumber(kind, 2026, 1),
        stage=Stage.REGISTERED,
        origin=Origin(channel="terminal", user_key="terminal:local"),
        received_by=ReceivedBy.CHAT,
        arrived=date(2026, 11, 23),
        outcome=outcome,
        **{**known, **rest},  # type: ignore[arg-type]
    )


def full(kind: Kind = Kind.DISCLOSURE, outcome: Outcome | None = None, **rest: object) -> Facts:
    one = case(kind, outcome, **rest)
    return Facts(one, DISTRICT, TODAY, one.deadline(national_calendar()), STEP, "区住建局")


def bare(kind: Kind = Kind.DISCLOSURE, outcome: Outcome | None = None) -> Facts:
    nothing = {"content": None, "clock": None, "letter_clock": None, "query_code": None}
    return Facts(case(kind, outcome, **nothing), replace(DISTRICT, review_authority=None), TODAY)


REPLIES = [(outcome, reply_name(outcome)) for outcome in Outcome]
ARTICLES = {
    LetterName.RECEIPT: ["三十", "三十三", "四十二", "四十三"],
    LetterName.REGISTERED: ["三十一", "三十三"],
    LetterName.CORRECTION: ["三十"],
    LetterName.SUPPLEMENT_RECEIVED: ["三十"],
    LetterName.CONSULTATION_THIRD_PARTY: ["三十二"],
    LetterName.CONSULTATION_CO_AUTHOR: ["三十四"],
    LetterName.EXTENSION: ["三十三"],
    LetterName.TRANSFER: ["三十六", "五十一"],
    LetterName.ABANDONED: ["三十", "五十一"],
}


# every template


@pytest.mark.parametrize("facts", [full, bare], ids=["full", "bare"])
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("name", list(LetterName))
def test_every_template_renders_for_every_outcome(name: LetterName, kind: Kind, facts: object) -> None:
    for outcome in (None, *Outcome):
        for rating in (None, Rating.VERY_GOOD, Rating.VERY_BAD):
            given = facts(kind, outcome)  # type: ignore[operator]
            given = replace(given, case=given.case.model_copy(update={"rating": rating}))
            document = draw_up(name, given)
            assert document.title
            assert document.paragraphs
            assert all(line == line.strip() and line for line in document.paragraphs)
            for fault in ("None", "{{", "{%", "Undefined", "}}", "。。", "，，", "“”", "（）"):
                assert fault not in document.text
            compact = document.text.replace(" ", "").upper()
            assert IDENTITY not in compact
            assert "13800000000" not in compact or name not in NOT_TO_APPLICANT
            assert all(line.endswith("答复如下：") for line in document.paragraphs if line.startswith("现依照"))
            assert all(line.count("有不清楚的地方") == line.startswith("有不清楚") for line in document.paragraphs)
            assert document.number in document.text
            assert document.office in document.text


def test_every_file_is_a_letter_or_a_part() -> None:
    files = {path.stem for path in SHIPPED.glob("*.txt") if not path.stem.startswith("_")}
    assert files == {name.value for name in LetterName}


@pytest.mark.parametrize(("name", "articles"), ARTICLES.items())
@pytest.mark.parametrize("facts", [full, bare], ids=["full", "bare"])
def test_notices_quote_their_articles(name: LetterName, articles: list[str], facts: object) -> None:
    text = draw_up(name, facts()).text  # type: ignore[operator]
    assert "《中华人民共和国政府信息公开条例》" in text
    assert [one for one in articles if f"第{one}条" not in text] == []


@pytest.mark.parametrize("name", [*LetterName])
def test_complete_facts_leave_no_gap_in_a_notice(name: LetterName) -> None:
    kind = Kind.LETTER if "letter" in name else Kind.DISCLOSURE
    found = gaps(draw_up(name, full(kind)).text)
    assert bool(found) == (name.startswith("reply") or name is LetterName.LETTER_REPLY)


# single notices


def test_receipt_names_number_code_and_what_comes_next() -> None:
    text = draw_up(LetterName.RECEIPT, full()).text
    for said in ("沙依申〔2026〕0001号", "K7F3A2QX", "2026年12月22日（星期二）", "20个工作日", "7个工作日"):
        assert said in text
    assert text.startswith("政府信息公开申请收到回执\n沙依申〔2026〕0001号\n\n张三：\n")
    assert text.endswith("沙市区人民政府政务公开办公室\n2026年11月25日")


def test_receipt_before_confirmation_says_that_the_term_has_not_begun() -> None:
    text = draw_up(LetterName.RECEIPT, bare()).text
    assert "确认之日是收到申请之日" in text
    assert "查询码" not in text


def test_registration_says_how_the_date_was_reckoned() -> None:
    text = draw_up(LetterName.REGISTERED, full()).text
    assert "第20个工作日为12月22日" in text
    assert "条例第三十一条第（三）项" in text


def test_a_provisional_date_is_said_to_be_provisional() -> None:
    late = full(clock=Clock(Start(date(2026, 12, 22))))
    assert "日期为暂定" in draw_up(LetterName.REGISTERED, late).text
    assert "日期为暂定" not in draw_up(LetterName.REGISTERED, full()).text


def test_after_a_correction_both_dates_are_named() -> None:
    correction = Correction(date(2026, 11, 26), date(2026, 12, 10), date(2026, 12, 1))
    facts = full(outcome=Outcome.GRANTED, clock=Clock(Start(date(2026, 11, 24)), correction))
    assert "2026年11月24日收到您的政府信息公开申请，2026年12月1日收到补正" in reply_draft(facts)
    assert "收到日期为2026年12月1日" in draw_up(LetterName.SUPPLEMENT_RECEIVED, facts).text


@pytest.mark.parametrize("name", sorted(NOT_TO_APPLICANT))
@pytest.mark.parametrize("text", [None, "张三（电话138 0000 0000）要的2025年征收补偿方案"])
def test_a_consultation_does_not_tell_who_applied(name: LetterName, text: str | None) -> None:
    facts = replace(full(), step=STEP.model_copy(update={"text": text}))
    document = draw_up(name, facts)
    assert document.body.startswith("荆州某建筑公司：\n")
    assert "征收补偿方案" in document.text
    for secret in ("张三", "13800000000", "zhang@example.cn", "北京路", "K7F3A2QX"):
        assert secret not in document.text.replace(" ", "")


def test_what_silence_means_differs() -> None:
    third = draw_up(LetterName.CONSULTATION_THIRD_PARTY, full()).text
    author = draw_up(LetterName.CONSULTATION_CO_AUTHOR, full()).text
    assert "由本机关依照条例的规定决定是否公开" in third
    assert "视为同意公开" not in third
    assert "视为同意公开" in author


def test_the_words_of_the_step_reach_the_notice() -> None:
    assert "最迟在2026年12月10日（星期四）补正" in draw_up(LetterName.CORRECTION, full()).text
    extension = draw_up(LetterName.EXTENSION, full()).text
    assert "李四同意，答复期限延长10个工作日" in extension
    assert "因为需要核对材料" in extension
    assert "电话0716-1111111" in draw_up(LetterName.TRANSFER, full()).text
    assert "已经转给区住建局办理" in draw_up(LetterName.LETTER_ASSIGNED, full(Kind.LETTER)).text


def test_an_organisation_is_addressed_as_one() -> None:
    facts = full(applicant_kind=ApplicantKind.COMPANY)
    text = draw_up(LetterName.RECEIPT, facts).text
    assert "贵单位的政府信息公开申请" in text
    assert "您" not in text


def test_only_a_bad_rating_is_answered_with_regret() -> None:
    good, bad = full(rating=Rating.GOOD), full(rating=Rating.BAD)
    assert "抱歉" not in draw_up(LetterName.RATING_THANKS, good).text
    assert "抱歉" in draw_up(LetterName.RATING_THANKS, bad).text
    assert "期限照常计算" in draw_up(LetterName.RATING_THANKS, bad).text


# replies


@pytest.mark.parametrize(("outcome", "name"), REPLIES)
def test_each_outcome_has_its_reply_article_and_remedies(outcome: Outcome, name: LetterName) -> None:
    draft = reply_draft(full(outcome=outcome))
    assert name.value.removeprefix("reply_") in outcome.value
    article = OUTCOMES[outcome].article.partition("（")[0]
    assert article in draft
    for said in ("六十日内", "荆州市人民政府申请行政复议", "人民法院", "第五十一条"):
        assert said in draft
    assert gaps(draft)


def test_each_outcome_has_its_own_wording() -> None:
    drafts = {reply_draft(full(outcome=outcome)) for outcome in Outcome}
    assert len(drafts) == len(Outcome)


# 行政复议法第二十三条第一款第（四）项 with 法释〔2025〕8号第一条: articles 14-16 need a review first, the rest not
FIRST = [Outcome(f"refused_{number}") for number in range(1, 8)]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_review_comes_first_only_where_the_law_says_so(outcome: Outcome) -> None:
    draft = reply_draft(full(outcome=outcome))
    assert ("应当先申请行政复议，不能直接起诉" in draft) == (outcome in {*FIRST, Outcome.PARTLY})
    assert ("六个月内" in draft) == (outcome not in FIRST)
    assert "十五日内" in draft


def test_an_unknown_review_authority_is_a_gap() -> None:
    assert "【行政复议机关名称】" in gaps(reply_draft(bare(outcome=Outcome.REFUSED_1)))


def test_a_letter_is_answered_without_remedies() -> None:
    draft = reply_draft(full(Kind.LETTER))
    assert draft.startswith("张三：\n")
    assert "承办部门：区住建局" in draft
    assert "行政复议" not in draft


def test_a_disclosure_reply_needs_its_outcome() -> None:
    with pytest.raises(UserError, match="先选定"):
        reply_draft(full())
    with pytest.raises(UserError, match="先选定"):
        document_of_draft("答复", full())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("没有", ()),
        ("【甲】和【乙】和【甲】", ("【甲】", "【乙】")),
        ("【】", ("【】",)),
        ("【跨\n行】", ("【跨\n行】",)),
        ("半个【没有完", ()),
        ("【外【内】", ("【内】",)),
    ],
)
def test_gaps(text: str, found: tuple[str, ...]) -> None:
    assert gaps(text) == found


def test_brackets_of_the_citizen_are_no_gaps() -> None:
    assert "申请内容为：“2025年‘〔某〕’征收" in reply_draft(full(outcome=Outcome.GRANTED))
    assert "【某】" not in gaps(reply_draft(full(outcome=Outcome.GRANTED)))


def test_the_signed_reply_is_the_clerk_s_text_dated_by_the_signature() -> None:
    facts = full(outcome=Outcome.REFUSED_4, signed_on=date(2026, 12, 1))
    document = document_of_draft("政府信息公开申请答复书\n\n  张三：\n改过的{{ 答复 }}。\n\n\n第二段。\n", facts)
    assert document.title == "政府信息公开申请答复书"
    assert document.paragraphs == ("张三：", "改过的{{ 答复 }}。", "第二段。")
    assert document.date == date(2026, 12, 1)
    assert document.name is LetterName.REPLY_REFUSED


def test_a_draft_goes_out_as_it_was_drawn_up() -> None:
    facts = full(outcome=Outcome.PARTLY)
    assert document_of_draft(reply_draft(facts), facts).body == reply_draft(facts)


def test_the_identity_number_is_taken_out_of_the_clerk_s_text() -> None:
    document = document_of_draft(f"张三（{IDENTITY}）：", full(outcome=Outcome.GRANTED))
    assert document.body == "张三（×××）："


# own templates


def own(folder: Path, text: str | bytes, name: str = "receipt.txt") -> Path:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_an_own_template_wins_and_others_stay(tmp_path: Path) -> None:
    own(tmp_path, "\ufeff我区回执\n{{ number }}收到。\n{% include '_contact.txt' %}")
    document = draw_up(LetterName.RECEIPT, full(), tmp_path)
    assert (document.title, document.paragraphs[0]) == ("我区回执", "沙依申〔2026〕0001号收到。")
    assert "0716-0000000" in document.body
    assert draw_up(LetterName.CORRECTION, full(), tmp_path) == draw_up(LetterName.CORRECTION, full())


def test_an_own_part_wins_too(tmp_path: Path) -> None:
    own(tmp_path, "请到区政府三楼。", "_contact.txt")
    assert "请到区政府三楼。" in draw_up(LetterName.RECEIPT, full(), tmp_path).body


def test_an_own_template_is_read_again_when_it_changes(tmp_path: Path) -> None:
    own(tmp_path, "题\n一")
    assert draw_up(LetterName.RECEIPT, full(), tmp_path).body == "一"
    own(tmp_path, "题\n二二")
    file = tmp_path / "receipt.txt"
    os.utime(file, (1, 1))
    assert draw_up(LetterName.RECEIPT, full(), tmp_path).body == "二二"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("题\n{% if due %}\n没有结束", ["receipt.txt 第 ", "写法不对"]),
        ("题\n\n{{ nmae }}", ["receipt.txt 第 3 行", "nmae", "可用的名称：district"]),
        ("题\n{{ case.content.applicant.identity }}", ["第 2 行", "case"]),
        ("题\n{{ ''.__class__.__mro__ }}", ["第 2 行", "__class__"]),
        ("题\n{{ 1 / 0 }}", ["第 2 行", "算不出来"]),
        ("题\n{{ due + 1 }}", ["第 2 行", "算不出来"]),
        ("题\n{% include 'receipt.txt' %}", ["算不出来"]),
        ("题\n{% include 'nothing.txt' %}", ["nothing.txt", "不存在"]),
        ("题\n{% include '../../secret.txt' %}", ["不存在"]),
        ("题\n{{ range(9) }}", ["第 2 行", "range"]),
        ("题\n{{ due|nofilter }}", ["第 2 行", "nofilter"]),
        ("回执\n收到".encode("gbk"), ["receipt.txt", "UTF-8"]),
        ("", ["receipt.txt", "没有内容"]),
        ("\n\n只有标题\n", ["receipt.txt", "没有内容"]),
    ],
)
def test_a_faulty_own_template_says_where_and_what_to_do(
    tmp_path: Path, text: str | bytes, said: list[str]
) -> None:
    with pytest.raises(TemplateError) as caught:
        draw_up(LetterName.RECEIPT, full(), own(tmp_path, text))
    assert [one for one in said if one not in caught.value.message] == []


def test_a_fault_in_an_own_part_names_the_part(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"_contact\.txt 第 2 行"):
        draw_up(LetterName.RECEIPT, full(), own(tmp_path, "一\n{{ nothing }}", "_contact.txt"))


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=100))
def test_no_words_of_a_citizen_break_a_document(description: str, name: str) -> None:
    content = REQUEST.model_copy(
        update={
            "description": description,
            "applicant": APPLICANT.model_copy(update={"name": name}),
        }
    )
    for letter in (LetterName.RECEIPT, LetterName.CONSULTATION_THIRD_PARTY, LetterName.REPLY_GRANTED):
        document = draw_up(letter, full(content=content))
        assert document.title == draw_up(letter, full()).title
        assert docx(document)


# docx


def opened(content: bytes) -> python_docx.document.Document:
    return python_docx.Document(io.BytesIO(content))


@pytest.mark.parametrize("name", list(LetterName))
def test_docx_holds_the_document(name: LetterName) -> None:
    document = draw_up(name, full(outcome=Outcome.PARTLY))
    found = [paragraph.text for paragraph in opened(docx(document)).paragraphs]
    assert found == [document.title, document.number, *document.paragraphs, *document.signature]


def test_docx_is_laid_out_by_the_standard() -> None:
    word = opened(docx(draw_up(LetterName.RECEIPT, full())))
    page = word.sections[0]
    assert [round(side.mm) for side in (page.page_width, page.page_height)] == [210, 297]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert margins == tuple(Mm(side).twips * 635 for side in (37, 35, 28, 26))
    style = word.styles["Normal"]
    fonts = style.element.rPr.rFonts
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia")} == {"仿宋_GB2312"}
    assert (style.font.size, style.paragraph_format.line_spacing) == (Pt(16), Pt(28))
    title, _, salutation, first, *_, office, day = word.paragraphs
    assert title.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "方正小标宋简体"
    assert title.runs[0].font.size == Pt(22)
    assert title.alignment == 1
    assert salutation._p.pPr.ind is None
    assert first._p.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert {office.alignment, day.alignment} == {2}
    assert "PAGE" in page.footer._element.xml


def test_docx_names_the_fallback_fonts_and_its_properties() -> None:
    content = docx(draw_up(LetterName.RECEIPT, full()))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        fonts = packed.read("word/fontTable.xml").decode()
    assert '<w:font w:name="方正小标宋简体"><w:altName w:val="宋体"/>' in fonts
    properties = opened(content).core_properties
    assert properties.title == "政府信息公开申请收到回执"
    assert properties.author == DISTRICT.office
    assert properties.created.date() == TODAY


def test_the_same_document_gives_the_same_bytes() -> None:
    document = draw_up(LetterName.RECEIPT, full())
    content = docx(document)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert docx(document) == content
    assert docx(document.model_copy(update={"office": "别的办公室"})) != content


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=300))
def test_no_character_breaks_a_docx(text: str) -> None:
    strange = text + "\x00\x0b\x1f\ud800\ufffe\r\t"
    document = Document(
        name=LetterName.RECEIPT, title=strange, number=strange, body=strange, date=TODAY, office=strange
    )
    assert opened(docx(document)).paragraphs

"""The guided forms through ``respond``: filling in, mending, saving, resuming, redirecting, sending."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.terminal import plain
from bot.conversation.intake.fields import FIELDS
from bot.conversation.intake.form import Form
from bot.conversation.messages import Attachment, Ending, Incoming
from bot.conversation.respond import respond
from bot.conversation.session import EXPIRES_AFTER, Session
from bot.conversation.turn import Count, ListCases, ShowCase, SubmitCase, Turn
from bot.mailbox.calendar import day_of
from bot.mailbox.content import DisclosureRequest, Letter, LetterKind, Medium, Way
from bot.mailbox.people import Applicant, ApplicantKind
from bot.mailbox.stages import Kind
from index.snapshot import Snapshot
from tests.conftest import NOW

E = Ending
ID = "421002195603041237"
CODE = "91110000600037341L"
Step = tuple[str, Ending, str]
WANTED = "2025年塔桥路改造工程的施工合同"
TROUBLE = "塔桥路路灯坏了半个月了，晚上黑漆漆的没人管"


class Talk:
    """One person talking; every session goes through JSON, as in the store."""

    def __init__(self, snapshot: Snapshot, now: datetime = NOW) -> None:
        self.snapshot, self.now, self.session = snapshot, now, Session()

    def take(self, incoming: Incoming) -> Turn:
        turn = respond(self.session, incoming, self.snapshot, self.now)
        self.session = Session.model_validate_json(turn.session.model_dump_json())
        return turn

    def say(self, words: str) -> Turn:
        """Typed, or pressed when it starts with ">"."""
        return self.take(Incoming(action=words[1:]) if words.startswith(">") else Incoming(text=words))

    def all(self, words: Iterable[str]) -> Turn:
        turns = [self.say(one) for one in words]
        return turns[-1]

    def photos(self, count: int, text: str | None = None) -> Turn:
        return self.take(Incoming(text=text, attachments=tuple(photo(number) for number in range(count))))

    @property
    def form(self) -> Form:
        assert self.session.form is not None
        return self.session.form


def photo(number: int) -> Attachment:
    return Attachment(id=f"u{number}", name=f"照片{number}.jpg", content_type="image/jpeg", size=1000)


def actions(turn: Turn) -> list[str]:
    return [button.action for row in turn.reply.buttons for button in row]


def labels(turn: Turn) -> list[str]:
    return [button.label for row in turn.reply.buttons for button in row]


DISCLOSURE = (">f:new:d", "自然人", "张三", ID, "13800138000", WANTED, "纸面", "当面", "跳过", "跳过")
LETTER = (">f:new:l", "投诉", TROUBLE, "路灯不亮", "塔桥路", "李四", "13800138000", "跳过", "不公开")


@pytest.fixture
def talk(shipped: Snapshot) -> Talk:
    return Talk(shipped)


@pytest.mark.parametrize(
    "steps",
    [
        [(">f:new:d", E.ASKED, "什么身份"), ("个人", E.ASKED, "姓名"), ("张三", E.ASKED, "身份证号码"), ("421002195603041236", E.REFUSED_INPUT, "最后一位对不上"),
         (ID, E.ASKED, "电话"), ("8123456", E.REFUSED_INPUT, "写上区号"), ("0716-8123456", E.ASKED, "要什么信息"), ("合同", E.REFUSED_INPUT, "具体一点"),
         (WANTED, E.ASKED, "什么形式"), ("快点", E.REFUSED_INPUT, "纸面、电子邮件、光盘"), ("1", E.ASKED, "怎么交给您"), ("传真", E.ASKED, "传真号码"),
         ("13800138000", E.REFUSED_INPUT, "手机收不了传真"), ("0716-8123456", E.ASKED, "电子邮箱"), ("qq", E.REFUSED_INPUT, "要有 @"), ("a@qq.com", E.ASKED, "发到邮箱"),
         ("不用", E.ASKED, "做什么用"), ("写论文", E.ASKED, "421***********1237")],
        [(">f:new:d", E.ASKED, "身份"), ("公司", E.ASKED, "单位的全名"), ("沙市区某某有限公司", E.ASKED, "统一社会信用代码"), (ID, E.REFUSED_INPUT, "对不上"),
         (CODE, E.ASKED, "联系人"), ("张三", E.ASKED, "电话"), ("不留电话", E.ASKED, "要什么信息"), (WANTED, E.ASKED, "形式"), ("光盘", E.ASKED, "怎么交"),
         ("传真", E.REFUSED_INPUT, "当面、邮寄"), ("快递", E.ASKED, "寄到哪里"), ("1号", E.REFUSED_INPUT, "完整的地址"), ("荆州市沙市区塔桥路12号", E.ASKED, "邮箱"),
         ("没有", E.ASKED, "做什么用"), ("跳过", E.ASKED, "邮寄地址：荆州市沙市区塔桥路12号")],
        [(">f:new:l", E.ASKED, "哪一种"), ("9", E.REFUSED_INPUT, "咨询、投诉、建议、求助"), ("投诉", E.ASKED, "是什么事"), ("路灯坏了", E.REFUSED_INPUT, "再写清楚"),
         (TROUBLE, E.ASKED, "多半由"), ("就用这个标题", E.ASKED, "在哪里发生"), ("跳过", E.ASKED, "姓名"), ("李四", E.ASKED, "电话"), ("没有", E.ASKED, "邮箱"),
         ("没有", E.REFUSED_INPUT, "要有 @"), ("a@qq.com", E.ASKED, "发到邮箱"), ("要", E.ASKED, "公开吗"), ("不想公开", E.ASKED, "标题：塔桥路路灯坏了半个月了")],
        [("开始写信", E.ASKED, "哪一种"), ("上一步", E.ASKED, "哪一种"), ("取消", E.ASKED, "不填了吗"), (">f:go", E.ASKED, "哪一种"), ("不填了", E.ASKED, "会删掉"),
         ("删掉", E.CANCELLED, "已经删掉了"), (">f:back", E.DECLINED, "不在了"), (">f:send", E.DECLINED, "不在了")],
        [(">f:new:l", E.ASKED, "哪一种"), (">f:a:letter_kind:7", E.ASKED, "用不上"), (">f:a:fax:0", E.ASKED, "用不上"), (">f:skip:letter_kind", E.ASKED, "用不上"),
         (">f:same:text", E.ASKED, "用不上"), (">f:edit:identity", E.ASKED, "用不上"), (">f:nothing", E.ASKED, "用不上"), (">f:send", E.ASKED, "用不上"), ("/cancel", E.CANCELLED, "重新开始")],
    ],
    ids=["person", "company", "letter", "leaving", "odd-buttons"],
)  # fmt: skip
def test_a_dialogue(talk: Talk, steps: list[Step]) -> None:
    for words, ending, said in steps:
        turn = talk.say(words)
        assert said in plain(turn.reply), words
        assert turn.reply.ending is ending, (words, plain(turn.reply))
        assert turn.effects == ()
        assert ID not in plain(turn.reply)
        assert all(len(action) <= 64 for action in actions(turn))


def test_a_disclosure_request_is_sent(talk: Talk) -> None:
    summary = talk.all(DISCLOSURE)
    assert labels(summary) == ["提交", "改一项", "先存着", "取消"]
    assert "20 个工作日" in plain(summary.reply)
    sent = talk.say("提交")
    assert sent.reply.ending is E.ROUTED_DISCLOSURE
    assert sent.session.form is None
    (effect,) = sent.effects
    assert isinstance(effect, SubmitCase)
    assert effect.content == DisclosureRequest(
        applicant=Applicant(kind=ApplicantKind.NATURAL_PERSON, name="张三", identity=ID, phone="13800138000"),
        description=WANTED, medium=Medium.PAPER, way=Way.IN_PERSON,
    )  # fmt: skip
    again = talk.say(">f:send")
    assert (again.reply.ending, again.effects) == (E.DECLINED, ())


def test_an_organisation_wants_it_by_mail(talk: Talk) -> None:
    steps = (
        ">f:new:d",
        "科研机构",
        "某某研究所",
        CODE,
        "王五",
        "不留电话",
        WANTED,
        "电子邮件",
        "Li@QQ.com",
        "要",
        "做研究",
    )
    (effect,) = talk.all((*steps, ">f:send")).effects
    assert isinstance(effect, SubmitCase)
    assert effect.content == DisclosureRequest(
        applicant=Applicant(kind=ApplicantKind.RESEARCH, name="某某研究所", identity=CODE, contact_person="王五", email="Li@qq.com"),
        description=WANTED, medium=Medium.EMAIL, way=Way.MAILBOX, purpose="做研究", mail_too=True,
    )  # fmt: skip


def test_a_letter_is_sent_with_the_likely_department(talk: Talk) -> None:
    talk.say("楼下饭店油烟熏死人没人管，求区长解决")
    talk.all((">f:new:l", "求助", "就用刚才写的", "油烟", "塔桥路", "李四", "13800138000", "跳过", "公开"))
    (effect,) = talk.say(">f:send").effects
    assert isinstance(effect, SubmitCase)
    assert effect.content == Letter(
        applicant=Applicant(name="李四", phone="13800138000"), letter_kind=LetterKind.HELP, subject="油烟",
        text="楼下饭店油烟熏死人没人管，求区长解决", place="塔桥路", public=True,
    )  # fmt: skip
    assert effect.suggested_department in talk.snapshot.catalog.departments_by_id


@pytest.mark.parametrize(
    ("edits", "line"),
    [
        ((">f:edit:name", "李四"), "姓名：李四"),
        (("改一项", ">f:edit:phone", "13900139000"), "电话：13900139000"),
        ((">f:edit:purpose", "打官司"), "用途：打官司"),
        ((">f:edit:name", "上一步"), "姓名：张三"),
        ((">f:a:way:1", "荆州市沙市区塔桥路12号"), "邮寄地址：荆州市沙市区塔桥路12号"),
        ((">f:a:medium:2",), "形式：光盘"),
        ((">f:edit:phone", "不留电话", "a@qq.com", "要"), "邮件通知：要"),
    ],
)
def test_one_answer_is_mended_and_the_summary_comes_back(talk: Talk, edits: tuple[str, ...], line: str) -> None:
    talk.all(DISCLOSURE)
    turn = talk.all(edits)
    assert "没错就点“提交”" in plain(turn.reply)
    assert line in plain(turn.reply)


def test_a_changed_answer_asks_again_what_hangs_on_it(talk: Talk) -> None:
    talk.all((*DISCLOSURE[:6], "纸面", "传真", "0716-8123456", "跳过", "跳过"))
    assert "怎么交给您" in plain(talk.say(">f:a:medium:2").reply)
    talk.say("当面")
    assert "fax" not in talk.form.answers
    assert "单位的全名" in plain(talk.say(">f:a:kind:1").reply)
    assert "name" not in talk.form.answers
    assert "identity" not in talk.form.answers


def test_back_goes_through_the_questions(talk: Talk) -> None:
    talk.all(DISCLOSURE[:4])
    assert [talk.say("上一步") and talk.form.asked for _ in range(4)] == ["identity", "name", "kind", "kind"]
    talk.say("自然人")
    assert talk.form.asked == "phone"


def test_sending_wants_the_summary_seen(talk: Talk) -> None:
    talk.all(DISCLOSURE)
    talk.say(">f:edit:name")
    assert talk.say(">f:send").effects == ()
    assert talk.form.asked == "name"


# -- aside from the form


@pytest.mark.parametrize(
    ("words", "ending", "said"),
    [
        ("居民身份证补领要多少钱？", E.ANSWERED, "居民身份证补领"),
        ("/help", E.HELPED, "/cases"),
        ("/search 护照", E.CLARIFIED, "哪一件"),
        (">b:d", E.BROWSED, "选一个部门"),
        (">human", E.HANDOVER, "12345"),
        ("转人工", E.HANDOVER, "12345"),
        ("谢谢", E.SMALL_TALK, "不客气"),
        ("👍", E.REFUSED_INPUT, "没看懂"),
        (">s:take:1", E.DECLINED, "失效"),
    ],
)
def test_something_else_is_answered_and_the_form_goes_on(talk: Talk, words: str, ending: Ending, said: str) -> None:
    talk.all(DISCLOSURE[:3])
    turn = talk.say(words)
    assert turn.reply.ending is ending
    assert said in plain(turn.reply)
    assert "您的身份证号码？" in plain(turn.reply)
    assert {"f:go", "f:stop"} <= set(actions(turn))
    assert "您的电话？" in plain(talk.say(ID).reply)


def test_a_question_at_the_summary_is_answered(talk: Talk) -> None:
    talk.all(DISCLOSURE)
    turn = talk.say("居民身份证补领要多少钱？")
    assert turn.reply.ending is E.ANSWERED
    assert "没错就点“提交”" in plain(turn.reply)
    assert talk.say("再想想").reply.ending is E.REFUSED_INPUT
    assert isinstance(talk.say("提交").effects[0], SubmitCase)


@pytest.mark.parametrize(
    ("words", "effect"),
    [("查进度", ListCases), ("我的办件", ListCases), (">status", ListCases), (">c:D2026-0001", ShowCase)],
)
def test_the_office_speaks_and_the_form_is_offered_with_the_next_reply(
    talk: Talk, words: str, effect: type
) -> None:
    talk.all(DISCLOSURE[:2])
    assert isinstance(talk.say(words).effects[0], effect)
    after = talk.say("你好")
    assert "没填完的信息公开申请" in plain(after.reply)
    assert actions(after)[-2:] == ["f:go", "f:drop"]
    assert "没填完" not in plain(talk.say("你好").reply)
    assert "您的姓名？" in plain(talk.say("继续填写").reply)


def test_a_form_is_saved_and_resumed_days_later(talk: Talk) -> None:
    talk.all(DISCLOSURE[:4])
    assert talk.say("明天再填").reply.ending is E.SAVED
    assert "没填完" not in plain(talk.say("护照丢了怎么补").reply)
    talk.now += timedelta(days=30)
    reminded = talk.say("你好")
    assert "没填完的信息公开申请" in plain(reminded.reply)
    assert talk.session.history == ()
    assert "您的电话？" in plain(talk.say(">f:go").reply)
    assert talk.form.answers["identity"] == ID


@pytest.mark.parametrize(("past", "answered"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_after_a_pause_words_are_no_answer(talk: Talk, past: timedelta, answered: bool) -> None:
    talk.all(DISCLOSURE[:2])
    talk.now += EXPIRES_AFTER + past
    turn = talk.say("张三")
    assert (talk.form.answers.get("name") == "张三") is answered
    assert ("没填完" in plain(turn.reply)) is not answered


def test_an_old_button_reopens_a_saved_form(talk: Talk) -> None:
    talk.all((*DISCLOSURE[:6], "先存着"))
    talk.now += timedelta(days=3)
    assert "怎么交给您" in plain(talk.say(">f:a:medium:0").reply)
    assert talk.say("当面").reply.ending is E.ASKED


def test_one_form_at_a_time(talk: Talk) -> None:
    talk.all(DISCLOSURE[:3])
    asked = talk.say(">letter")
    assert "没填完的信息公开申请" in plain(asked.reply)
    assert actions(asked) == ["f:go", "f:drop:l"]
    assert "哪一种" in plain(talk.say(">f:drop:l").reply)
    assert talk.form.kind is Kind.LETTER
    assert talk.say("放弃").session.form is None


# -- published documents


def test_published_documents_come_first_and_are_counted_once(talk: Talk) -> None:
    shown = talk.say("我要看房屋征收补偿方案")
    assert shown.reply.ending is E.ROUTED_DISCLOSURE
    assert shown.effects == (Count("documents_shown"),)
    assert "已公开，您看是不是这份" in plain(shown.reply)
    assert "2025-03-18" in plain(shown.reply)
    assert labels(shown)[:2] == ["就是这份，谢谢", "不是，我要申请"]
    assert talk.say("我要看房屋征收补偿方案").effects == ()
    assert talk.say(">f:found").effects == (Count("documents_solved"),)
    assert talk.say(">f:found").effects == ()


def test_not_this_document_begins_the_form_with_what_was_written(talk: Talk) -> None:
    talk.say("我要看房屋征收补偿方案")
    talk.all((">f:new:d", *DISCLOSURE[1:4]))
    asked = talk.say("13800138000")
    assert "您刚才写的是：我要看房屋征收补偿方案" in plain(asked.reply)
    talk.say("就用刚才写的")
    assert talk.form.answers["description"] == "我要看房屋征收补偿方案"


def test_the_button_looks_for_documents_too(talk: Talk) -> None:
    talk.session = Session(question="房屋征收补偿方案")
    assert talk.say(">disclosure").effects == (Count("documents_shown"),)
    assert "什么身份" in plain(talk.say(">disclosure").reply)


def test_nothing_published_offers_the_form(talk: Talk) -> None:
    turn = talk.say("写论文要用咱区近五年的人口出生数据，哪里能拿到")
    assert turn.effects == ()
    assert actions(turn) == ["f:new:d", "letter"]


# -- the other form


def test_both_ways_are_offered(talk: Talk) -> None:
    turn = talk.say("要看征收补偿方案，拆迁款一年没到账请督促")
    assert turn.reply.ending is E.ROUTED_DISCLOSURE
    assert actions(turn) == ["disclosure", "letter"]
    talk.say(">letter")
    assert "要看征收补偿方案" in plain(talk.say("投诉").reply)
    assert talk.say(">f:same:text").reply.ending is E.ASKED


def test_a_letter_that_asks_for_information_is_redirected(talk: Talk) -> None:
    talk.all((*LETTER[:2], TROUBLE, "路灯", "跳过", "李四", "13800138000", "跳过"))
    talk.say(">f:edit:text")
    turn = talk.say("我要申请政府信息公开财政预算明细")
    assert turn.reply.ending is E.ROUTED_DISCLOSURE
    assert actions(turn) == ["f:switch", "f:insist"]
    talk.say("改成信息公开申请")
    assert talk.form.kind is Kind.DISCLOSURE
    assert talk.form.answers == {
        "name": "李四",
        "phone": "13800138000",
        "description": "我要申请政府信息公开财政预算明细",
        "email": "",
    }
    assert "身份证" in plain(talk.say("个人").reply)


def test_a_complaint_is_no_disclosure_request(talk: Talk) -> None:
    talk.all(DISCLOSURE[:5])
    turn = talk.say(TROUBLE)
    assert turn.reply.ending is E.ROUTED_LETTER
    assert "第三十九条" in plain(turn.reply)
    assert "哪一种" in plain(talk.say(">f:switch").reply)
    assert talk.form.answers == {"name": "张三", "phone": "13800138000", "text": TROUBLE}


def test_the_person_may_insist(talk: Talk) -> None:
    talk.all(DISCLOSURE[:5])
    talk.say(TROUBLE)
    assert "什么形式" in plain(talk.say("还是申请公开").reply)
    assert talk.form.answers["description"] == TROUBLE
    talk.say(">f:edit:description")
    assert talk.say(TROUBLE + "啊").reply.ending is E.ASKED


def test_a_redirected_text_may_be_written_anew(talk: Talk) -> None:
    talk.all(DISCLOSURE[:5])
    talk.say(TROUBLE)
    assert "什么形式" in plain(talk.say(WANTED).reply)
    assert talk.form.answers["description"] == WANTED


# -- attachments


def test_attachments_stay_with_the_case(talk: Talk) -> None:
    talk.all(LETTER[:2])
    assert "一共 1 个" in plain(talk.photos(1).reply)
    turn = talk.photos(2, TROUBLE)
    assert "一共 3 个" in plain(turn.reply)
    assert talk.form.asked == "subject"
    assert "附件：3 个" in plain(talk.all(LETTER[3:]).reply)
    (effect,) = talk.say("提交").effects
    assert isinstance(effect, SubmitCase)
    assert len(effect.attachments) == 3


def test_no_more_than_ten_attachments(talk: Talk) -> None:
    talk.say(">f:new:l")
    assert "最多" not in plain(talk.photos(10).reply)
    assert "最多 10 个" in plain(talk.photos(1).reply)
    assert len(talk.form.attachments) == 10


@pytest.mark.parametrize("at_once", [True, False])
def test_a_photo_with_the_first_words_goes_into_the_letter(talk: Talk, at_once: bool) -> None:
    if at_once:
        talk.photos(1, TROUBLE)
    else:
        assert "f:new:l" in actions(talk.photos(1))
        talk.say(TROUBLE)
    talk.say(">f:new:l")
    assert [one.id for one in talk.form.attachments] == ["u0"]


def test_a_photo_of_an_earlier_question_stays_behind(talk: Talk) -> None:
    talk.photos(1, "护照丢了怎么补")
    talk.say("护照丢了怎么补")
    talk.say(">f:new:l")
    assert talk.form.attachments == ()


def test_a_photo_while_a_form_waits_goes_into_it_when_resumed(talk: Talk) -> None:
    talk.all((">f:new:l", "先存着"))
    assert actions(talk.photos(1)) == ["f:go"]
    talk.say(">f:go")
    assert len(talk.form.attachments) == 1


# -- anything at all

GOOD = {
    "kind": "自然人", "name": "张三丰", "identity": ID, "contact_person": "李四", "phone": "13800138000", "description": WANTED, "medium": "纸面",
    "way": "邮寄", "address": "荆州市沙市区塔桥路12号", "fax": "0716-8123456", "email": "a@qq.com", "mail_too": "要", "purpose": "写论文",
    "letter_kind": "建议", "text": "建议在便河广场加几个公共厕所", "subject": "公共厕所", "place": "便河广场", "public": "不公开",
}  # fmt: skip
KEYS = sorted({field.key for fields in FIELDS.values() for field in fields})
WORDS = st.sampled_from(["上一步", "取消", "先存着", "继续填写", "放弃", "改一项", "提交", "跳过", "就用刚才写的", "还是写信", "/cases", "/start", "查进度",
                         "\ud800", "D2026-0001 abcd2345", "我要申请政府信息公开", TROUBLE, CODE, "公司", "电子邮件", "传真", "²", "1", "转人工"])  # fmt: skip
ACTIONS = st.one_of(
    st.sampled_from([">f:new:d", ">f:new:l", ">f:", ">f", ">f:drop:x", ">f:a:kind:²", ">f:a", ">c:", ">c:D2026-0001:supplement", ">c:D2026-0001:rate:9",
                     ">letter", ">disclosure", ">f:switch", ">f:insist", ">f:send", ">f:list", ">s:x", ">c:L2026-1:withdraw:yes"]),
    st.builds(">f:{}:{}:{}".format, st.sampled_from(["a", "skip", "same", "edit"]), st.sampled_from(KEYS), st.integers(0, 6)),
)  # fmt: skip
GOOD_ANSWER, PRESS, PHOTO, PAUSE = "good", "press", "photo", "pause"
DOINGS = st.one_of(
    st.just((GOOD_ANSWER, 0)),
    st.just((GOOD_ANSWER, 0)),
    st.tuples(st.just(PRESS), st.integers(0, 12)),
    st.tuples(st.just(PHOTO), st.integers(1, 11)),
    st.just((PAUSE, 0)),
    st.one_of(WORDS, ACTIONS, st.text(max_size=30), st.text(max_size=60).map(">{}".format)).map(
        lambda words: (words, None)
    ),
)


def do(talk: Talk, doing: tuple[str, int | None], last: Turn | None) -> Turn:
    what, number = doing
    if number is None:
        return talk.say(what)
    if what == PHOTO:
        return talk.photos(number)
    if what == PAUSE:
        talk.now += EXPIRES_AFTER * 2
    offered = actions(last) if last else []
    if what == PRESS and offered:
        return talk.say(">" + offered[number % len(offered)])
    form = talk.session.form
    return talk.say(GOOD.get(form.asked or "", "提交") if form else ">f:new:l")


def assert_valid(effect: SubmitCase, now: datetime) -> None:
    content = effect.content
    given = {**content.model_dump(exclude={"applicant"}, mode="json"), **content.applicant.model_dump(mode="json")}
    given["mail_too"] = "要" if given["mail_too"] else "不要"
    given["public"] = "可以公开" if given.get("public") else "不公开"
    if given.get("way") == Way.MAILBOX:
        del given["way"]
    kind = Kind(content.kind)
    answers = {
        field.key: given.get(field.key) or ""
        for field in FIELDS[kind]
        if kind is Kind.DISCLOSURE or field.key != "kind"
    }
    form = Form(kind=kind, started_at=now, answers=answers)
    assert form.missing(day_of(now)) is None
    assert content.applicant.phone or content.applicant.email or content.applicant.address
    assert len(effect.attachments) <= 10


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([(), DISCLOSURE[:1], LETTER[:1], DISCLOSURE, LETTER]), st.lists(DOINGS, max_size=14))
def test_anything_a_person_does(
    shipped: Snapshot, begun: tuple[str, ...], doings: list[tuple[str, int | None]]
) -> None:
    talk, turn = Talk(shipped), None
    for words in begun:
        turn = talk.say(words)
    for doing in doings:
        turn = do(talk, doing, turn)
        assert turn.reply.blocks
        assert plain(turn.reply).strip()
        assert ID not in plain(turn.reply)
        assert sum(not isinstance(effect, Count) for effect in turn.effects) <= 1
        for effect in turn.effects:
            if isinstance(effect, SubmitCase):
                assert turn.session.form is None
                assert_valid(effect, talk.now)
    left = talk.say("/cancel")
    assert (left.session.form, left.session.step, left.reply.ending) == (None, None, E.CANCELLED)

"""The guided forms through ``respond``: filling in, mending, going back, sending."""

from collections.abc import Iterable
from datetime import datetime

import pytest

from bot.channels.terminal import plain
from bot.conversation.intake.form import Form
from bot.conversation.messages import Attachment, Ending, Incoming
from bot.conversation.respond import respond
from bot.conversation.session import Session
from bot.conversation.turn import SubmitCase, Turn
from bot.mailbox.content import DisclosureRequest, Letter, LetterKind, Medium, Way
from bot.mailbox.people import Applicant, ApplicantKind
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


def test_a_long_letter_is_taken_and_a_longer_one_says_its_limit(talk: Talk) -> None:
    assert "一次最多 2000 个字" in plain(talk.say("路" * 2001).reply)
    talk.all(LETTER[:2])
    assert "一次最多 5000 个字" in plain(talk.say("路灯坏了" * 1251).reply)
    talk.say("路灯坏了" * 1250)
    assert len(talk.form.answers["text"]) == 5000
    talk.say(">f:edit:subject")
    assert "最多 60 个字" in plain(talk.say("灯" * 61).reply)


def test_an_email_stays_when_it_becomes_needed(talk: Talk) -> None:
    talk.all((*DISCLOSURE[:8], "a@qq.com", "不要", "跳过"))
    summary = talk.all((">f:edit:phone", "不留电话"))
    assert "电子邮箱：a@qq.com" in plain(summary.reply)


def test_what_is_shown_again_has_no_identity_number(talk: Talk) -> None:
    talk.all(LETTER[:2])
    talk.say(f"我叫李四，身份证{ID}，塔桥路路灯坏了没人管")
    summary = talk.all(("路灯", *LETTER[4:]))
    assert "421***********1237" in plain(summary.reply)
    assert ID not in plain(summary.reply)
    (effect,) = talk.say("提交").effects
    assert isinstance(effect, SubmitCase)
    assert isinstance(effect.content, Letter)
    assert ID in effect.content.text

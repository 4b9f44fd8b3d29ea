"""What happens around a form: other questions, pauses, published documents, the other form, attachments."""

from datetime import timedelta

import pytest

from bot.channels.terminal import plain
from bot.conversation.messages import Ending
from bot.conversation.session import EXPIRES_AFTER, Session
from bot.conversation.turn import Count, ListCases, ShowCase, SubmitCase
from bot.mailbox.stages import Kind
from index.snapshot import Snapshot
from tests.bot.test_intake import DISCLOSURE, ID, LETTER, TROUBLE, WANTED, E, Talk, actions, labels


@pytest.fixture
def talk(shipped: Snapshot) -> Talk:
    return Talk(shipped)


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
    assert "用不上" in plain(talk.say(">f:switch").reply)
    assert talk.form.kind is Kind.LETTER


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

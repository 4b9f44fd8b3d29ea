"""Any sequence of words, buttons, photos and pauses: nothing raises, nothing invalid is sent, nobody is trapped."""

from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.terminal import plain
from bot.conversation.intake.fields import FIELDS
from bot.conversation.intake.form import Form
from bot.conversation.session import EXPIRES_AFTER
from bot.conversation.turn import Count, SubmitCase, Turn
from bot.mailbox.calendar import day_of
from bot.mailbox.content import Way
from bot.mailbox.stages import Kind
from index.snapshot import Snapshot
from tests.bot.test_intake import CODE, DISCLOSURE, ID, LETTER, TROUBLE, WANTED, E, Talk, actions

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

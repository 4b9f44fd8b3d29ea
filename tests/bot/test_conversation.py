"""What a citizen says and what comes back, over a small town; buttons over the shipped catalogue."""

import time
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.terminal import plain
from bot.conversation.messages import Ending, Incoming
from bot.conversation.respond import respond
from bot.conversation.session import EXPIRES_AFTER, Session
from bot.conversation.turn import Turn
from catalog.values import Status
from index.snapshot import Snapshot
from tests.conftest import NOW

E = Ending
Step = tuple[str, Ending, str]


def say(session: Session, words: str, snapshot: Snapshot) -> Turn:
    """``words`` typed, or pressed when they start with ">"."""
    pressed = words.startswith(">")
    return respond(session, Incoming(action=words[1:]) if pressed else Incoming(text=words), snapshot, NOW)


@pytest.mark.parametrize(
    "steps",
    [
        [("身份证丢了怎么补", E.ANSWERED, "居民身份证补领"), ("多少钱", E.ANSWERED, "40 元"), ("那要带什么呢", E.ANSWERED, "户口簿"),
         ("要多久", E.ANSWERED, "20 工作日"), ("在哪里办", E.ANSWERED, "目录里还没写")],
        [("补身份证", E.ANSWERED, "居民身份证补领"), ("办护照", E.ANSWERED, "普通护照首次申领"), ("上一个", E.ANSWERED, "居民身份证补领"),
         ("多少钱", E.ANSWERED, "40 元")],
        [("补身份证", E.ANSWERED, "居民身份证补领"), ("那护照呢", E.ANSWERED, "普通护照首次申领")],
        [("出国本本怎么弄", E.ANSWERED, "普通护照首次申领"), ("收费吗", E.ANSWERED, "不收费")],
        [("身份证补领要多少钱", E.ANSWERED, "40 元"), (">i:id-card-reissue:materials", E.ANSWERED, "户口簿")],
        [("临时身份证", E.ANSWERED, "当场就能办好")],
        [("身份证", E.CLARIFIED, "哪一件"), (">i:temporary-id", E.ANSWERED, "临时居民身份证申领"), ("要多久", E.ANSWERED, "当场")],
        [("身份证", E.CLARIFIED, "哪一件"), (">no", E.DECLINED, "12345")],
        [("身份证", E.CLARIFIED, "哪一件"), ("不是我要的", E.DECLINED, "12345"), (">no", E.DECLINED, "12345")],
        [("/browse", E.BROWSED, "按什么找"), (">b:d", E.BROWSED, "选一个部门"), (">b:d:chengguan", E.BROWSED, "共 9 项（第 1/2 页）"),
         (">b:d:chengguan:1", E.BROWSED, "第 2/2 页"), (">i:city-8", E.ANSWERED, "餐厨废弃物收运")],
        [(">b:e", E.BROWSED, "哪件事"), (">b:e:wallet-lost", E.BROWSED, "1. 居民身份证补领：先补身份证")],
        [(">b:a:c", E.BROWSED, "共 9 项"), (">b:d:gongan", E.BROWSED, "共 4 项"), (">b:d:nobody", E.DECLINED, "失效")],
        [("办护照", E.ANSWERED, "护照"), ("/cancel", E.CANCELLED, "重新开始"), ("多少钱", E.CLARIFIED, "哪件事")],
        [("多少钱", E.CLARIFIED, "哪件事")],
        [("/search 护照", E.ANSWERED, "普通护照首次申领"), ("/search", E.HELPED, "/search 护照"), ("/Help@wenban_bot", E.HELPED, "12345"),
         ("/nothing", E.HELPED, "没有这个命令"), ("/start", E.HELPED, "问办")],
        [("居住证申领", E.ANSWERED, "暂停办理。系统升级，十二月恢复。"), ("烟花爆竹道路运输许可", E.ANSWERED, "已经取消")],
        [("补身份证", E.ANSWERED, "还没核实：窗口电话"), ("办护照", E.ANSWERED, "没有核实日期，以窗口答复为准，可拨 12345")],
        [(">i:gone", E.DECLINED, "不在目录里"), (">x", E.DECLINED, "失效"), (">", E.DECLINED, "失效")],
        [("上午好", E.SMALL_TALK, "您好"), ("多谢了", E.SMALL_TALK, "不客气"), ("拜拜", E.SMALL_TALK, "再见"), ("你会什么呀", E.SMALL_TALK, "问办")],
        [("我的申请审到哪一步了", E.STATUS, "鄂汇办"), ("给我转人工吧", E.HANDOVER, "12345")],
        [("明天会下雨吗", E.DECLINED, "12345"), ("给我讲个笑话", E.DECLINED, "12345"), ("3乘以8等于几", E.DECLINED, "12345")],
        [("我想依申请公开老街改造的花销", E.ROUTED_DISCLOSURE, "20 个工作日"), ("财政预算报告能不能公开给我一份", E.ROUTED_DISCLOSURE, "试验区2026年财政预算报告")],
        [("楼下饭店油烟熏死人没人管，求区长解决", E.ROUTED_LETTER, "区城管局")],
    ],
    ids=lambda steps: steps[0][0],
)  # fmt: skip
def test_a_dialogue(town: Snapshot, steps: list[Step]) -> None:
    session = Session()
    for words, ending, said in steps:
        turn = say(session, words, town)
        assert turn.reply.ending is ending, (words, plain(turn.reply))
        assert said in plain(turn.reply)
        session = turn.session


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "没看到文字"), ("  \n\t　", "没看到文字"), ("👍🏽😀", "没看懂"), ("\x00\x01\x7f", "没看懂"), ("？！。", "没看懂"), ("护" * 2001, "2001")],
    ids=["empty", "spaces", "emoji", "control", "punctuation", "long"],
)  # fmt: skip
def test_refused_input_keeps_the_context(town: Snapshot, text: str, said: str) -> None:
    session = say(Session(), "补身份证", town).session
    turn = say(session, text, town)
    assert turn.reply.ending is Ending.REFUSED_INPUT
    assert said in plain(turn.reply)
    assert "40 元" in plain(say(turn.session, "多少钱", town).reply)


@pytest.mark.parametrize(("past", "known"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_a_session_expires(town: Snapshot, past: timedelta, known: bool) -> None:
    session = say(Session(), "补身份证", town).session
    later = respond(session, Incoming(text="多少钱"), town, NOW + EXPIRES_AFTER + past)
    assert (later.reply.ending is Ending.ANSWERED) is known


@pytest.mark.timeout(60)
def test_filler_without_end_is_answered_at_once(town: Snapshot) -> None:
    before = time.monotonic()
    say(Session(), "多少钱" + "那么" * 21 + "好", town)
    assert time.monotonic() - before < 0.5


def test_every_button_of_the_shipped_catalogue_opens(shipped: Snapshot) -> None:
    waiting, seen = ["b"], {"b"}
    while waiting:
        reply = say(Session(), f">{waiting.pop()}", shipped).reply
        assert reply.ending in {E.BROWSED, E.ANSWERED}
        actions = {button.action for row in reply.buttons for button in row} - seen - {"no"}
        assert all(action.isascii() and len(action) <= 64 for action in actions)
        seen |= actions
        waiting += actions
    offered = {item.id for item in shipped.catalog.items if item.status is not Status.CANCELLED}
    assert {f"i:{one}" for one in offered} <= seen


ODD = st.sampled_from(["\ud800护照", "İ护照", "护照*(", "²", "那护照呢", "不是我要的", "/search (", "上一个"])
ACTIONS = st.sampled_from(
    ["b:d:²", "b:d:gongan:²", "b:d:" + "9" * 60, "b:d:" + "9" * 61, "i:passport:x", "no", "letter"]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(st.text(max_size=40), ODD, ACTIONS.map(">{}".format), st.text(max_size=64).map(">{}".format)),
        max_size=4,
    )
)
def test_nothing_a_person_sends_raises(town: Snapshot, sent: list[str]) -> None:
    session = Session()
    for words in sent:
        turn = say(session, words, town)
        assert plain(turn.reply).strip()
        session = Session.model_validate_json(turn.session.model_dump_json())


def test_back_without_an_earlier_item_searches_nothing(shipped: Snapshot) -> None:
    nothing = respond(Session(), Incoming(text="上一个"), shipped, NOW)
    assert (nothing.reply.ending, nothing.reply.items) == (Ending.CLARIFIED, ())
    asked = respond(Session(), Incoming(text="身份证掉了人在外地咋补"), shipped, NOW)
    back = respond(asked.session, Incoming(text="上一个"), shipped, NOW)
    assert back.reply.items[0].name == "居民身份证补领"
    sister = respond(asked.session, Incoming(text="那换领呢"), shipped, NOW)
    assert "身份证" in sister.reply.items[0].name
    assert "换领" in sister.reply.items[0].name

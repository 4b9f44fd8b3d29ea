"""A citizen's own cases: what is asked by words and buttons, and the steps that come of it."""

import pytest

from bot.channels.terminal import plain
from bot.conversation.case_talk import query_code
from bot.conversation.messages import Attachment, Ending, Incoming
from bot.conversation.respond import respond
from bot.conversation.session import EXPIRES_AFTER, Session
from bot.conversation.turn import Effect, ListCases, ShowCase, TakeStep, Turn
from bot.mailbox.cases import Rating, Step
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.stages import Action, Kind
from index.snapshot import Snapshot
from tests.conftest import NOW

D1 = CaseNumber(Kind.DISCLOSURE, 2026, 1)
L12 = CaseNumber(Kind.LETTER, 2026, 12)
PHOTO = Attachment(id="u1", name="证明.pdf", content_type="application/pdf", size=9)


def say(session: Session, words: str, snapshot: Snapshot) -> Turn:
    incoming = Incoming(action=words[1:]) if words.startswith(">") else Incoming(text=words)
    return respond(session, incoming, snapshot, NOW)


@pytest.mark.parametrize(
    ("words", "effect"),
    [
        ("查进度", ListCases()),
        ("查一下进度？", ListCases()),
        ("我的办件", ListCases()),
        ("/cases", ListCases()),
        (">status", ListCases()),
        ("我上周交的材料审到哪一步了", ListCases()),
        ("沙依申〔2026〕0001号", ShowCase(D1, None)),
        ("沙依申(2026)1号到哪一步了", ShowCase(D1, None)),
        ("d2026-0001", ShowCase(D1, None)),
        ("D2026-0001 ABCD2345", ShowCase(D1, "ABCD2345")),
        ("沙区信〔2026〕0012号，查询码 abcd-2345", ShowCase(L12, "ABCD2345")),
        ("我的Ｌ２０２６－００１２　ab cd 23 45", ShowCase(L12, "ABCD2345")),
        ("D2026-0001 23456789", ShowCase(D1, "23456789")),
        (">c:D2026-0001", ShowCase(D1, None)),
        (">c:D2026-0001:confirm", TakeStep(D1, Step(action=Action.CONFIRM))),
        (">c:L2026-0012:withdraw:yes", TakeStep(L12, Step(action=Action.WITHDRAW))),
        (">c:D2026-0001:rate:5", TakeStep(D1, Step(action=Action.RATE, rating=Rating.VERY_GOOD))),
        (">c:D2026-0001:rate:3", TakeStep(D1, Step(action=Action.RATE, rating=Rating.FAIR))),
        (">c:D2026-0001:rate:1", TakeStep(D1, Step(action=Action.RATE, rating=Rating.VERY_BAD))),
    ],
)  # fmt: skip
def test_the_office_is_asked(town: Snapshot, words: str, effect: Effect) -> None:
    turn = say(Session(), words, town)
    assert turn.effects == (effect,)
    assert turn.reply.ending is (Ending.HANDOVER if isinstance(effect, TakeStep) else Ending.STATUS)
    assert "12345" in plain(turn.reply)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("D2026-0001", None),
        ("D2026-0001 ABCD234", None),
        ("D2026-0001 ABCD23456", None),
        ("D2026-0001 ABCD2340", None),
        ("D2026-2345 ABCD EFGH", "ABCDEFGH"),
        ("查询码ABCD2345，编号沙依申〔2026〕0001号", "ABCD2345"),
    ],
)
def test_a_query_code_beside_a_number(text: str, code: str | None) -> None:
    assert query_code(text) == code


@pytest.mark.parametrize(
    ("action", "said", "buttons"),
    [
        ("c:D2026-0001:withdraw", "真的要撤回", ["c:D2026-0001:withdraw:yes", "c:D2026-0001:keep"]),
        ("c:D2026-0001:rate", "满意吗", [f"c:D2026-0001:rate:{number}" for number in (5, 4, 3, 2, 1)]),
        ("c:D2026-0001:rate:6", "满意吗", [f"c:D2026-0001:rate:{number}" for number in (5, 4, 3, 2, 1)]),
        ("c:D2026-0001:supplement", "要补正的内容", ["c:D2026-0001:keep"]),
        ("c:D2026-0001:moretime", "为什么要晚", ["c:D2026-0001:keep"]),
    ],
)
def test_what_is_asked_first(town: Snapshot, action: str, said: str, buttons: list[str]) -> None:
    turn = say(Session(), f">{action}", town)
    assert turn.reply.ending is Ending.ASKED
    assert turn.effects == ()
    assert said in plain(turn.reply)
    assert str(D1) in plain(turn.reply)
    assert [button.action for row in turn.reply.buttons for button in row] == buttons


@pytest.mark.parametrize("action", ["c:", "c", "c:x", "c:D2026-0001:nothing", "c::rate:5", "s:D2026-0001"])
def test_a_button_that_does_not_fit(town: Snapshot, action: str) -> None:
    turn = say(Session(), f">{action}", town)
    assert (turn.reply.ending, turn.effects) == (Ending.DECLINED, ())


@pytest.mark.parametrize(
    ("verb", "action"), [("supplement", Action.SUPPLEMENT), ("moretime", Action.ASK_MORE_TIME)]
)
def test_a_step_waits_for_its_text(town: Snapshot, verb: str, action: Action) -> None:
    session = say(Session(), f">c:D2026-0001:{verb}", town).session
    photo = respond(session, Incoming(attachments=(PHOTO,)), town, NOW)
    assert "一句说明" in plain(photo.reply)
    assert photo.effects == ()
    done = say(Session.model_validate_json(photo.session.model_dump_json()), "是2025年的合同，路灯坏了没人管", town)
    step = Step(action=action, text="是2025年的合同，路灯坏了没人管")
    assert done.effects == (TakeStep(D1, step, (PHOTO,)),)
    assert done.session.step is None


def test_a_step_is_dropped(town: Snapshot) -> None:
    session = say(Session(), ">c:D2026-0001:supplement", town).session
    for words in ("取消", ">c:D2026-0001:keep", "/cancel"):
        turn = say(session, words, town)
        assert (turn.session.step, turn.effects, turn.reply.ending) == (None, (), Ending.CANCELLED)


def test_something_else_and_the_step_is_asked_again(town: Snapshot) -> None:
    session = say(Session(), ">c:D2026-0001:supplement", town).session
    turn = say(session, ">i:id-card-reissue", town)
    assert turn.reply.ending is Ending.ANSWERED
    assert "要补正的内容" in plain(turn.reply)
    assert isinstance(say(turn.session, "补充一份材料", town).effects[0], TakeStep)


@pytest.mark.parametrize("words", ["/cases", ">c:D2026-0001", ">f:new:l", ">letter"])
def test_a_step_ends_where_something_new_begins(town: Snapshot, words: str) -> None:
    session = say(Session(), ">c:D2026-0001:supplement", town).session
    assert say(session, words, town).session.step is None


def test_a_step_expires_and_its_text_is_a_question(town: Snapshot) -> None:
    session = say(Session(), ">c:D2026-0001:supplement", town).session
    later = respond(session, Incoming(text="补身份证"), town, NOW + EXPIRES_AFTER * 2)
    assert (later.reply.ending, later.effects) == (Ending.ANSWERED, ())


def test_a_form_waits_while_a_step_is_done(town: Snapshot) -> None:
    session = say(say(Session(), ">f:new:l", town).session, ">c:D2026-0001:supplement", town).session
    done = say(session, "投诉", town)
    assert done.effects == (TakeStep(D1, Step(action=Action.SUPPLEMENT, text="投诉")),)
    assert "没填完的给区长的信" in plain(say(done.session, "你好", town).reply)

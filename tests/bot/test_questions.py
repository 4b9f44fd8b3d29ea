"""What turns teach: which are kept, which never; nothing personal; never of staff."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.messages import Attachment, Ending, Incoming, Paragraph, Reply
from bot.conversation.session import Session
from bot.conversation.turn import Turn
from bot.conversation.understand import Route
from bot.learning.explain import explain
from bot.learning.heard import Heard, Signal, heard
from bot.learning.near import Groups
from bot.learning.privacy import LONGEST, MASK, has_personal_data, without_personal_data
from bot.learning.report import near, report, why
from bot.mailbox.people import Role, Staff
from bot.office.desk import desk_of
from bot.office.office import Office
from bot.reception import Reception
from bot.settings import Settings
from bot.store.conversations import UpdateKey
from bot.store.opening import open_store
from bot.store.questions import Counted
from catalog.models import Catalog
from index.snapshot import Snapshot
from tests.conftest import NOW

TODAY = NOW.date()
UNKNOWN = "火星移民要带么子"
"""No item of the town; what it is about must stay a question about items."""
Talk = Callable[..., Reply]


class Room:
    """One reception that people talk to."""

    def __init__(self, home: Path, town: Snapshot) -> None:
        self.store = open_store(Settings(home=home))
        self.now = NOW
        self.office = Office(self.store, desk_of(Settings(home=home), town.catalog), lambda: self.now)
        self.reception = Reception(lambda: town, self.office, lambda: self.now)

    def say(self, *words: str | Incoming, user: str = "tg:1", key: UpdateKey | None = None) -> Reply:
        """Say one after the other; ">action" presses a button. The last reply."""
        for one in words:
            said = one if isinstance(one, Incoming) else _said(one)
            reply = self.reception.answer_now(user.partition(":")[0], user, said, key)
        return reply

    def kept(self) -> list[tuple[str, Signal, str, int]]:
        """All that is kept."""
        with self.store.reading() as t:
            return [(one.question, one.signal, one.item, one.count) for one in t.questions.since(TODAY)]


def _said(words: str) -> Incoming:
    return Incoming(action=words[1:]) if words.startswith(">") else Incoming(text=words)


@pytest.fixture
def room(tmp_path: Path, town: Snapshot) -> Iterator[Room]:
    opened = Room(tmp_path, town)
    yield opened
    opened.store.close()


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ([UNKNOWN], [(UNKNOWN, "declined", "")]),
        ([f"/search {UNKNOWN}"], [(UNKNOWN, "declined", "")]),
        (["补身份证"], []),
        (["你好"], []),
        (["多少钱"], []),
        (["/help"], []),
        ([">i:gone"], []),
        (["补身份证", ">no"], [("补身份证", "not_mine", "id-card-reissue")]),
        (["补身份证", "不是我要的"], [("补身份证", "not_mine", "id-card-reissue")]),
        ([">no"], []),
        # an item beside an answer that was right
        (["补身份证", ">i:id-card-reissue:fee"], []),
    ],
    ids=str,
)
def test_which_turns_teach(room: Room, words: list[str], kept: list[tuple[str, str, str]]) -> None:
    room.say(*words)
    assert [one[:3] for one in room.kept()] == kept


def test_what_was_chosen_is_kept_with_the_question(room: Room) -> None:
    room.say("居民身份证", ">no", ">i:temporary-id", ">i:firework-permit")
    assert {one[:2] for one in room.kept()} == {("居民身份证", Signal.NOT_MINE), ("居民身份证", Signal.CHOSEN)}
    assert [one[2] for one in room.kept() if one[1] is Signal.CHOSEN] == ["temporary-id"]


CLARIFIED = Reply(ending=Ending.CLARIFIED, blocks=(Paragraph(text="哪一件？"),))
OFFERED = Session(question="换证", offered=("a", "b"))


@pytest.mark.parametrize(
    ("before", "said", "reply", "learnt"),
    [
        (Session(), "换证", CLARIFIED, Heard("换证", Signal.CLARIFIED)),
        (OFFERED, ">i:b", CLARIFIED, Heard("换证", Signal.CHOSEN, "b")),
        (OFFERED, ">i:c", CLARIFIED, None),
        (OFFERED, ">i:b:fee", CLARIFIED, None),
        (OFFERED, ">no", CLARIFIED, Heard("换证", Signal.NOT_MINE, "a")),
        (OFFERED, ">b", CLARIFIED, None),
        (OFFERED, "别的话", CLARIFIED, None),
        (Session(), "换证", CLARIFIED.model_copy(update={"ending": Ending.ANSWERED}), None),
    ],
    ids=str,
)
def test_one_turn(before: Session, said: str, reply: Reply, learnt: Heard | None) -> None:
    assert heard(before, _said(said), Turn(OFFERED, reply), lambda _: CLARIFIED) == learnt


def test_the_same_update_twice_is_counted_once(room: Room) -> None:
    key = UpdateKey("tg", 1)
    with room.store.transaction() as t:
        t.conversations.receive(key, "c", "p", NOW)
    for _ in range(2):
        room.say(UNKNOWN, key=key)
    assert [one[3] for one in room.kept()] == [1]


@pytest.mark.parametrize("channel", ["tg", "web", "terminal", "any"])
def test_every_channel_teaches(room: Room, channel: str) -> None:
    room.say(UNKNOWN, user=f"{channel}:7")
    assert len(room.kept()) == 1


def test_staff_teach_nothing(room: Room) -> None:
    with room.store.transaction() as t:
        t.people.add(Staff(id="wang", name="王丽", role=Role.REGISTRAR, telegram_id=77))
    room.say(UNKNOWN, "补身份证", "不是我要的", user="tg:77")
    assert room.kept() == []
    room.say(UNKNOWN, user="tg:78")
    assert len(room.kept()) == 1


LETTER = (
    "投诉",
    "塔桥路路灯坏了半个月了，晚上黑漆漆的没人管",
    "路灯不亮",
    "塔桥路",
    "李四",
    "13800138000",
    "跳过",
    "不公开",
)
REQUEST = (
    "1",
    "1",
    "李明",
    "11010519491231002X",
    "13812345678",
    "解放路片区房屋征收补偿方案",
    "2",
    "a@b.cn",
    "要",
    "跳过",
)


@pytest.mark.parametrize(
    ("begin", "answers"), [(">f:new:l", LETTER), (">f:new:d", REQUEST)], ids=["letter", "request"]
)
@pytest.mark.parametrize("sent", [True, False])
def test_nothing_of_a_form_is_kept(room: Room, begin: str, answers: tuple[str, ...], sent: bool) -> None:
    room.say(begin, *answers)
    if sent:
        room.say(">f:send")
    assert room.kept() == []


def test_nothing_is_kept_while_a_form_waits(room: Room) -> None:
    room.say(">f:new:l", *LETTER[:2])
    room.now = NOW + timedelta(days=2)
    room.say("李四", UNKNOWN, "不是我要的")
    assert room.kept() == []


def test_the_words_of_a_letter_are_not_kept_by_an_older_button(room: Room) -> None:
    room.say("补身份证", "投诉：我家楼下油烟扰民，请区长管一管，没人处理", ">no")
    assert room.kept() == []


@pytest.mark.parametrize(
    "incoming",
    [
        Incoming(text=UNKNOWN, reply_to="请写要补正的内容"),
        Incoming(text=UNKNOWN, attachments=(Attachment(id="x", name="a.jpg", content_type="image/jpeg", size=3),)),
    ],
    ids=["reply", "file"],
)
def test_what_comes_with_a_file_or_answers_a_message_is_not_kept(room: Room, incoming: Incoming) -> None:
    room.say(incoming)
    assert room.kept() == []


def test_old_questions_go_when_new_ones_come(room: Room) -> None:
    room.say(UNKNOWN)
    room.now = NOW + timedelta(days=366)
    room.say("月球搬家怎么弄")
    assert [one[0] for one in room.kept()] == ["月球搬家怎么弄"]


PERSONAL = [
    ("我的电话13800138000，怎么补火星证", "13800138000"),
    ("１３８００１３８０００是我的号", "13800138000"),
    ("138 0013 8000 打不通", "8000"),
    ("138-0013-8000", "0013"),
    ("一三八零零一三八零零零打给我", "零零一三八"),
    ("1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣", "1"),
    ("座机0716-8123456没人接", "8123456"),
    ("身份证号420102199003078514查不到", "199003"),
    ("身份证号42010219900307851X查不到", "51x"),
    ("老号420102900307851", "900307"),
    ("信用代码91421002MA4912345X变更", "ma49"),
    ("护照号E12345678过期", "12345678"),
    ("银行卡6222 0213 0200 1234 567到账没有", "0213"),
    ("邮箱zhang.san@qq.com收不到", "zhang"),
    ("邮箱 张三 @ qq.com 收不到", "qq.com"),
    ("我的微信号abc_12加不上", "abc_12"),
    ("qq123456", "123456"),
    ("鄂D12345怎么过户", "12345"),
    ("鄂AD12345这个新能源车", "12345"),
    ("沙依申〔2026〕0001号办到哪里", "0001"),
    ("我叫张三，身份证掉了", "张三"),
    ("我叫欧阳明秀，火星证掉了", "欧阳"),
    ("我是王小明，火星证掉了", "王小明"),
    ("我是張偉，護照掉了", "张伟"),
    ("本人李强，火星证掉了", "李强"),
    ("姓名：赵钱孙，火星证", "赵钱孙"),
    ("我爸张建国的社保断了", "张建国"),
    ("我爸张建国身份证掉了", "张建国"),
    ("孩子叫李一诺，上户口", "李一诺"),
    ("名字是陈晓，想改名", "陈晓"),
    ("找周医生开证明", "周"),
    ("张老三同志的低保", "张老三"),
    ("想办低保，谢谢！刘大海", "刘大海"),
    ("刘大海", "刘大海"),
    ("my name is john smith", "john"),
    ("住在塔桥路12号3栋2单元501室怎么装天然气", "501"),
    ("住在塔桥路12号3栋2单元501室怎么装天然气", "塔桥路"),
    ("江津东路一百二十号五楼漏水找谁", "一百二十"),
    ("雅都花园5号楼1单元501漏水", "501"),
    ("窑湾村3组的宅基地能不能盖", "窑湾村3"),
    ("我1990年3月5日出生，几岁退休", "1990"),
    ("出生1990-03-05能办么", "1990"),
    ("看https://example.com/u?id=ab这个", "example"),
]


@pytest.mark.parametrize(("said", "secret"), PERSONAL, ids=[said for said, _ in PERSONAL])
def test_nothing_personal_is_kept(room: Room, said: str, secret: str) -> None:
    assert has_personal_data(said)
    kept = without_personal_data(said)
    assert secret not in kept
    assert without_personal_data(kept) == kept
    room.say(said)
    assert all(secret not in one[0] for one in room.kept())


def test_what_is_not_personal_stays(shipped: Snapshot) -> None:
    catalog: Catalog = shipped.catalog
    said = [text for item in catalog.items for text in (item.name, *item.aliases, *item.phrasings)]
    said += [entry.question for item in catalog.items for entry in item.guide.faq]
    masked = [text for text in said if has_personal_data(text)]
    # The catalogue grows; one in a thousand may be taken for a name.
    assert len(masked) <= len(said) / 1000, masked


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet="我叫张三的身份证路号栋0123456789一二三@.-qxX ，。×爸谢年月日村组a", max_size=60),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
)
def test_a_phone_is_masked_wherever_it_stands(around: str, phone: str) -> None:
    for said in (phone + around, around + phone, around[:20] + phone + around[20:]):
        kept = without_personal_data(said)
        assert phone not in kept
        assert len(kept) <= LONGEST
        assert without_personal_data(kept) == kept


def test_a_long_story_is_cut_after_masking() -> None:
    for before in range(90, 125):
        kept = without_personal_data("火" * before + "我的电话13800138000，" + "木星" * 60)
        assert len(kept) <= LONGEST
        assert not any(letter.isdigit() for letter in kept)
        assert (MASK in kept) == (before <= LONGEST - 5)


def counted(question: str, count: int, signal: Signal = Signal.DECLINED, item: str = "") -> Counted:
    return Counted(question, signal, item, TODAY, count)


def test_near_duplicates_are_one_group_and_the_most_asked_is_first(town: Snapshot) -> None:
    kept = [
        counted("火星移民要带么子", 2),
        counted("火星移民要带啥", 3),
        counted("请问火星移民要带什么？", 1),
        counted("月球搬家怎么弄", 4),
        counted("居住证", 1, Signal.CLARIFIED),
        counted("居住证", 9, Signal.CHOSEN, "residence-permit"),
    ]
    found = report(kept, (), town, NOW, 9, everything=True).groups
    assert [(group.question, group.count, len(group.variants)) for group in found[:2]] == [
        ("火星移民要带啥", 6, 2),
        ("月球搬家怎么弄", 4, 0),
    ]
    assert [group.question for group in report(kept[::-1], (), town, NOW, 9, everything=True).groups] == [
        group.question for group in found
    ]
    last = found[-1]
    assert (last.question, last.count, dict(last.chosen)) == ("居住证", 1, {"residence-permit": 9})
    assert last.nearest[0].item.id == "residence-permit"


def test_what_was_dismissed_and_what_is_like_it_is_not_shown(town: Snapshot) -> None:
    kept = [counted("今天天气怎么样", 2), counted("今天的天气怎么样啊", 1), counted("月球搬家怎么弄", 1)]
    found = report(kept, ["今天天气怎么样"], town, NOW, 9)
    assert [group.question for group in found.groups] == ["月球搬家怎么弄"]


@pytest.mark.parametrize(
    ("rows", "solved", "said"),
    [
        ([counted("补身份证", 1)], True, "现在会直接答：居民身份证补领"),
        ([counted("补身份证", 1, Signal.NOT_MINE, "id-card-reissue")], False, "有人说不是要的"),
        ([counted("补身份证", 1, Signal.NOT_MINE, "passport")], True, "现在会直接答"),
        ([counted("今天天气怎么样", 1)], False, "不像政务事项"),
        ([counted("依申请公开怎么申请公开", 1)], False, "转到申请信息公开"),
    ],
)
def test_why_it_is_not_answered(town: Snapshot, rows: list[Counted], solved: bool, said: str) -> None:
    (group,) = report(rows, (), town, NOW, 9, everything=True).groups
    assert said in group.why
    assert report(rows, (), town, NOW, 9).solved == solved


def test_why_nothing_was_found(town: Snapshot) -> None:
    told = replace(explain(UNKNOWN, town, NOW), ending=Ending.DECLINED, route=Route.ITEM, offered=(), event=None)
    assert why(replace(told, candidates=()), ()) == "目录里没有一个事项有这些词"
    near_by = replace(explain("补身份证", town, NOW).candidates[0], coverage=0.2)
    assert why(replace(told, candidates=(near_by,)), ()) == "最接近的也只对上 20%"


def test_the_limit_leaves_out_what_was_asked_least(town: Snapshot) -> None:
    found = report([counted("月球搬家怎么弄", 2), counted(UNKNOWN, 3), counted("补身份证", 1)], (), town, NOW, 1)
    assert ([group.question for group in found.groups], found.more, found.solved) == ([UNKNOWN], 1, 1)


def test_no_chain_joins_what_is_unlike() -> None:
    groups = Groups(lambda text: text)
    for one in ("abcd", "cdef", "efgh", "bcda"):
        groups.add(one)
    assert groups.members == {"abcd": ["abcd", "cdef", "bcda"], "efgh": ["efgh"]}


def test_a_group_is_found_by_a_wording_like_its_own(town: Snapshot) -> None:
    cut = town.index.analyser.tokens
    kept = [counted("火星移民要带么子", 2), counted("火星移民要带啥", 3), counted("月球搬家怎么弄", 4)]
    assert near("火星移民带啥", kept, cut) == ["火星移民要带啥", "火星移民要带么子"]
    assert near("火星移民要带么子", kept, cut) == ["火星移民要带啥", "火星移民要带么子"]
    assert near("养老金", kept, cut) == []

"""Free text about a whole life event: one list of steps; about one item: the item."""

from itertools import islice

import pytest

from bot.channels.terminal import plain
from bot.conversation.event_match import EventMatcher
from bot.conversation.messages import Ending, Incoming
from bot.conversation.respond import respond
from bot.conversation.session import Session
from bot.conversation.turn import Turn
from bot.conversation.understand import understand
from index.snapshot import Snapshot, ensure_snapshot
from tests.bot.conftest import TOWN
from tests.conftest import NOW, write_catalog


def ask(text: str, snapshot: Snapshot, session: Session | None = None) -> Turn:
    return respond(session or Session(), Incoming(text=text), snapshot, NOW)


def press(action: str, snapshot: Snapshot, session: Session | None = None) -> Turn:
    return respond(session or Session(), Incoming(action=action), snapshot, NOW)


def actions(turn: Turn) -> list[str]:
    return [button.action for row in turn.reply.buttons for button in row]


def steps(snapshot: Snapshot, event_id: str) -> list[str]:
    event = next(event for event in snapshot.catalog.life_events if event.id == event_id)
    return [step.item for step in event.steps]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("我要开餐馆", "kai-canguan"), ("开个小面馆要办哪些证", "kai-canguan"), ("开餐馆", "kai-canguan"),
        ("屋里老人走了要办哪些手续", "laoren-qushi"), ("我要生孩子了", "sheng-haizi"), ("生孩子", "sheng-haizi"),
        ("结婚要办哪些手续", "jiehun"), ("我想离婚", "lihun"), ("买新房要办哪些手续", "mai-xinfang"), ("买二手房流程", "mai-ershoufang"),
        ("卖房要跑哪些地方", "mai-fangzi-chushou"), ("我下岗了", "shiye-xiagang"), ("退休要办哪些手续", "tuixiu"),
        ("换工作要办哪些手续", "huan-gongzuo"), ("我要开公司", "kai-gongsi"), ("我要开诊所", "kai-zhensuo"), ("家里人生大病了怎么办", "sheng-dabing"),
        ("退伍回来要办哪些手续", "tuiwu"), ("農村建房要辦哪些手續", "nongcun-jianfang"), ("来沙市打工要办什么手续", "lai-shashi-dagong-luohu"),
    ],
)  # fmt: skip
def test_a_whole_event_is_answered_as_one_list(shipped: Snapshot, text: str, event: str) -> None:
    turn = ask(text, shipped)
    assert turn.reply.ending is Ending.ANSWERED
    assert [item.id for item in turn.reply.items] == steps(shipped, event)
    assert actions(turn)[: len(turn.reply.items)] == [f"i:{item.id}" for item in turn.reply.items]
    assert actions(turn)[-1] == "no"


def test_a_phrasing_that_asks_for_everything_gets_the_list(shipped: Snapshot) -> None:
    asked = [(said, event) for event in shipped.catalog.life_events for said in event.phrasings if "手续" in said]
    routes = {Ending.ROUTED_LETTER, Ending.ROUTED_DISCLOSURE, Ending.STATUS}
    for said, event in asked:
        reply = ask(said, shipped).reply
        assert reply.ending in routes or [item.id for item in reply.items] == steps(shipped, event.id), said


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("食品经营许可证怎么办", "食品经营许可（新办）"), ("生孩子的医药费怎么报销", ""), ("结婚证丢了怎么补", "补领结婚证"), ("结婚登记要带什么", "结婚登记"),
        ("买房公积金怎么提取", "住房公积金提取（购房）"), ("失业登记", "失业登记"), ("健康证怎么办", "从业人员健康证明办理"), ("护照怎么办", ""),
        ("退伍军人优待证怎么办", "退役军人优待证申领"), ("新生儿上户口要什么手续", "出生登记（新生儿落户）"), ("租房补贴怎么申请", "住房保障家庭租赁补贴申领"),
        ("餐馆的健康证怎么办", "从业人员健康证明办理"), ("公司变更法人手续", "公司变更登记"), ("离婚", ""), ("开公司要准备哪些材料", ""),
        ("屋里老人去世几个月了还没去销户，要紧吗", "死亡户口注销登记"),
    ],
)  # fmt: skip
def test_one_item_stays_one_item(shipped: Snapshot, text: str, name: str) -> None:
    reply = ask(text, shipped).reply
    assert "一般按这个顺序办" not in plain(reply)
    assert not name or name in [item.name for item in reply.items][:2]


def test_the_list_says_why_what_is_online_and_what_comes_first(shipped: Snapshot) -> None:
    text = plain(ask("我要开餐馆", shipped).reply)
    assert "1. 个体工商户设立登记：先领营业执照" in text
    assert "（可以网上办）" in text
    assert "先办“个体工商户设立登记”" in text


@pytest.mark.parametrize(("event", "alike"), [("买新房", "mai-ershoufang"), ("开餐馆", "kai-chaoshi")])
def test_an_event_alike_is_one_press_away(shipped: Snapshot, event: str, alike: str) -> None:
    turn = ask(f"我要{event}", shipped)
    assert f"b:e:{alike}" in actions(turn)
    assert [item.id for item in press(f"b:e:{alike}", shipped).reply.items] == steps(shipped, alike)


@pytest.mark.parametrize(("text", "event"), [("离婚", "lihun"), ("我想开个饭店", "kai-canguan")])
def test_less_sure_the_item_is_answered_and_the_event_offered(shipped: Snapshot, text: str, event: str) -> None:
    turn = ask(text, shipped)
    assert "一般按这个顺序办" not in plain(turn.reply)
    assert actions(turn)[-2:] == [f"b:e:{event}", "no"]


def test_after_a_list_a_bare_question_needs_its_step(shipped: Snapshot) -> None:
    before = ask("居民身份证补领", shipped)
    listed = ask("我要开餐馆", shipped, before.session)
    assert ask("多少钱", shipped, listed.session).reply.ending is Ending.CLARIFIED
    opened = press("i:" + listed.reply.items[1].id, shipped, listed.session)
    assert opened.reply.items[0] == listed.reply.items[1]
    assert ask("多少钱", shipped, opened.session).reply.items[0] == listed.reply.items[1]


def test_not_mine_offers_items_outside_the_list(shipped: Snapshot) -> None:
    listed = ask("我要开餐馆", shipped)
    after = press("no", shipped, listed.session)
    assert {item.id for item in after.reply.items}.isdisjoint(item.id for item in listed.reply.items)


def test_a_search_is_never_an_event(shipped: Snapshot) -> None:
    assert "一般按这个顺序办" not in plain(ask("/search 我要开餐馆", shipped).reply)


def test_phrasings_left_out_lead_to_the_event_or_one_of_its_steps(shipped: Snapshot) -> None:
    """Every third phrasing of the catalogue, asked of a matcher that has never seen it."""
    near = wrong = asked = 0
    for event in shipped.catalog.life_events:
        own = {step.item for step in event.steps}
        for said in islice(event.phrasings, 0, None, 3):
            rest = event.model_copy(update={"phrasings": tuple(one for one in event.phrasings if one != said)})
            events = tuple(rest if one.id == event.id else one for one in shipped.catalog.life_events)
            catalog = shipped.catalog.model_construct(life_events=events)
            meaning = understand(said)
            hits = shipped.index.find(meaning.words, 8)
            guess = EventMatcher(catalog, shipped.index.analyser).guess(meaning.text, hits)
            sure = guess is not None and guess.sure
            right = guess is not None and guess.event.id == event.id
            asked += 1
            wrong += sure and not right
            near += (sure and right) or (not sure and hits[0].item.id in own)
    assert wrong <= 0.02 * asked
    assert near >= 0.7 * asked


def test_the_phrasings_of_items_are_hardly_ever_taken_for_an_event(shipped: Snapshot) -> None:
    matcher = EventMatcher(shipped.catalog, shipped.index.analyser)
    sure = asked = 0
    for item in shipped.catalog.items[::3]:
        for said in item.phrasings:
            meaning = understand(said)
            guess = matcher.guess(meaning.text, shipped.index.find(meaning.words, 8))
            asked += 1
            sure += guess is not None and guess.sure
    assert sure <= 0.01 * asked


def test_a_closed_step_is_marked_and_not_the_first(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("closed")
    police = TOWN["items/gongan.yaml"].replace("    popularity: 90\n", "    status: 暂停\n")
    town = ensure_snapshot(write_catalog(folder / "c", {**TOWN, "items/gongan.yaml": police}), folder / "index")
    text = plain(ask("我的钱包丢了，要办哪些手续", town).reply)
    assert "1. 居民身份证补领：先补身份证（暂停办理）" in text
    assert "先办“普通护照首次申领”" in text


def test_a_catalogue_without_events_answers_items(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("plain")
    files = {**TOWN, "life_events.yaml": "life_events: []\n"}
    town = ensure_snapshot(write_catalog(folder / "c", files), folder / "index")
    assert ask("我要补身份证", town).reply.items[0].id == "id-card-reissue"

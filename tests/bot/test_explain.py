"""Why this answer: it agrees with the answer, and says what led to it, for people and for tools."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from bot.conversation.messages import Ending, Incoming
from bot.conversation.respond import respond
from bot.conversation.session import Session
from bot.evaluate import ROUTE_OF_ENDING
from bot.learning.explain import Explanation, explain, plain
from catalog.values import Status
from index.results import Match
from index.snapshot import Snapshot
from tests.conftest import NOW

Run = Callable[..., tuple[int, str, str]]


def disagreement(told: Explanation, question: str, snapshot: Snapshot) -> str | None:
    """In what the explanation differs from the answer."""
    reply = respond(Session(), Incoming(text=question), snapshot, NOW).reply
    if (told.ending, told.offered) != (reply.ending, reply.items):
        return f"{told.ending} instead of {reply.ending}"
    found = [one.item.id for one in told.candidates]
    if told.event is not None and told.event.sure:
        steps = {step.item for step in told.event.event.steps}
        return None if {item.id for item in reply.items} <= steps else f"{reply.items} of {told.event.event.id}"
    if reply.ending is Ending.ANSWERED and found[:1] != [reply.items[0].id]:
        return f"{found[:1]} instead of {reply.items[0].id}"
    if reply.ending in {Ending.CLARIFIED, Ending.DECLINED} and not {item.id for item in reply.items} <= set(found):
        return f"{found} without {reply.items}"
    route = ROUTE_OF_ENDING.get(reply.ending, "none")
    route = {"mailbox": "letter", "none": told.route}.get(route, route)
    return None if told.route == route else f"route {told.route} instead of {route}"


def test_it_agrees_with_the_answer_to_every_question_of_the_guides(shipped: Snapshot) -> None:
    asked = [entry.question for item in shipped.catalog.items for entry in item.guide.faq]
    assert len(asked) > 900
    wrong = [(text, said) for text in asked if (said := disagreement(explain(text, shipped, NOW), text, shipped))]
    assert wrong == []


@pytest.mark.parametrize(
    "question",
    [
        "今天天气怎么样",
        "你好",
        "",
        "？？",
        "/help",
        "多少钱",
        "转人工",
        "我要投诉楼下油烟扰民没人管",
        "依申请公开怎么申请公开",
        "我要退休了",
        "x" * 3000,
    ],
)
def test_it_agrees_where_no_item_is_answered(shipped: Snapshot, question: str) -> None:
    assert disagreement(explain(question, shipped, NOW), question, shipped) is None


def test_the_steps_are_told(town: Snapshot) -> None:
    told = explain("請問補身份證要多少錢", town, NOW)
    assert told.rewritten
    assert "补" in told.text
    assert (told.facet, told.route, told.ending) == ("fee", "item", "answered")
    best = told.candidates[0]
    assert best.item.id == "id-card-reissue"
    assert 0 < best.coverage <= 1 < best.score
    assert {match.field for match in best.matches} & {"名称", "别名", "问法"}
    assert all(match.weight is None or match.weight > 0 for match in best.matches)
    assert told.lead is None or told.lead >= 1


def test_synonyms_and_pinyin_are_told(town: Snapshot) -> None:
    said = json.dumps(explain("出国本本", town, NOW).query, ensure_ascii=False)
    assert "护照" in said
    assert "huzhao" in json.dumps(explain("hu zhao", town, NOW).query)


@pytest.mark.parametrize("question", ['护照 AND "x"', "name:护照", "护照(旧)*?", "NOT 护照"])
def test_what_looks_like_a_query_is_words(town: Snapshot, question: str) -> None:
    told = explain(question, town, NOW)
    assert disagreement(told, question, town) is None
    assert any(one.item.id == "passport" for one in told.candidates)


def test_the_number_of_candidates_is_limited(town: Snapshot) -> None:
    assert len(explain("居民身份证", town, NOW, 2).candidates) == 2


def test_whatever_a_part_tells_becomes_plain(town: Snapshot) -> None:
    item = town.catalog.items_by_id["passport"]
    value = {"a": (Match("名称", ("护照",)), Status.ACTIVE, item), "b": 0.123456, "c": None, "d": frozenset({1})}
    assert plain(value) == {
        "a": [{"field": "名称", "words": ["护照"]}, "在用", "passport"],
        "b": 0.1235,
        "c": None,
        "d": [1],
    }


@pytest.fixture
def run(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("WENBAN_HOME", str(tmp_path / "home"))

    def go(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--catalog", str(small), *words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        assert "\x1b" not in said.out
        return int(ended.value.code or 0), said.out, said.err

    return go


def test_for_people(run: Run) -> None:
    code, out, _ = run("explain", "身份证搞丢了怎么补，要多少钱")
    assert code == 0
    for said in ("居民身份证补领", "问法", "走哪条路", "直接回答", "覆盖"):
        assert said in out
    assert "没找到" in run("explain", "今天天气怎么样")[1]
    assert "寒暄" in run("explain", "你好")[1]
    assert "拼音" in run("explain", "hu zhao")[1]


def test_for_tools(run: Run) -> None:
    told = json.loads(run("explain", "--json", "身份证搞丢了怎么补")[1])
    assert told.keys() >= {
        "question", "text", "words", "facet", "query", "route", "reason", "candidates", "lead", "event", "decision", "ending", "items"
    }  # fmt: skip
    assert told["candidates"][0].keys() >= {"id", "name", "score", "coverage", "matches"}
    assert told["items"][0] == {"id": "id-card-reissue", "name": "居民身份证补领"}
    asked = json.loads(run("ask", "--json", "身份证搞丢了怎么补")[1])
    assert (told["ending"], told["items"]) == (asked["ending"], asked["items"])


@pytest.mark.parametrize("words", ["\udcff", "[bold]护照[/bold]", "护照\n\n怎么办", "😀"])
def test_odd_words(run: Run, words: str) -> None:
    assert run("explain", words)[0] == 0
    json.loads(run("explain", "--json", words)[1])

"""``wenban questions`` as a clerk types it: from a conversation to a phrasing in the catalogue that answers."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from tests.conftest import SMALL

ASKED = "补卡卡哪里弄"
ID = "id-card-reissue"


@dataclass(frozen=True)
class Done:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as JSON."""
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("WENBAN_HOME", str(tmp_path / "home"))
    for name in ("WENBAN_CATALOG", "WENBAN_KEY", "WENBAN_DATABASE", "WENBAN_QUESTION_DAYS"):
        monkeypatch.delenv(name, raising=False)

    def go(*words: str, typed: str = "", named: bool = True) -> Done:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        with pytest.raises(SystemExit) as ended:
            main([*(["--catalog", str(small)] if named else []), *words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        assert "\x1b" not in said.out
        return Done(int(ended.value.code or 0), said.out, said.err)

    return go


def talk(run: Run, *lines: str) -> None:
    """Say these lines in a terminal."""
    run("chat", typed="".join(f"{line}\n" for line in lines))


def test_from_a_question_to_an_answer(run: Run, small: Path) -> None:
    assert run("questions", "report").out == "没有要看的问题。\n"
    talk(run, ASKED, ASKED)
    (group,) = run("questions", "report", "--json").json["groups"]
    assert group["count"] == 2
    assert ASKED in group["question"]
    assert {"variants", "signals", "nearest", "why", "chosen", "refused", "last", "ending"} <= group.keys()
    assert ASKED in run("questions", "report").out
    done = run("questions", "accept", ASKED, "--item", ID, "--yes")
    assert done.code == 0
    assert f"wenban --catalog {small} catalog reload" in done.out
    assert run("catalog", "reload").code == 0
    answered = run("ask", "--json", ASKED).json
    assert (answered["ending"], answered["items"][0]["id"]) == ("answered", ID)
    after = run("questions", "report", "--json").json
    assert (after["groups"], after["solved"]) == ([], 1)
    assert len(run("questions", "report", "--json", "--all").json["groups"]) == 1
    assert "另有 1 组" in run("questions", "report").out


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("\n", 1), ("", 130)])
def test_it_asks_before_it_writes(run: Run, small: Path, answer: str, code: int) -> None:
    done = run("questions", "accept", ASKED, "--item", ID, typed=answer)
    assert done.code == code
    assert f"“居民身份证补领”加一个问法，写在 {small / 'items' / 'gongan.yaml'} 第 6 行" in done.out
    assert ASKED in done.out
    changed = (small / "items" / "gongan.yaml").read_text() != SMALL["items/gongan.yaml"]
    assert changed is (code == 0)


def test_accept_for_tools(run: Run) -> None:
    done = run("questions", "accept", ASKED, "--item", "居民身份证补领", "--yes", "--json")
    assert done.json["line"] == 6
    assert ASKED in done.json["added"]
    again = run("questions", "accept", ASKED, "--item", "passport", "--yes")
    assert (again.code, "已经是“居民身份证补领”的问法" in again.err) == (2, True)


def test_the_shipped_catalogue_is_not_written_unawares(run: Run) -> None:
    done = run("questions", "accept", ASKED, "--item", ID, "--yes", named=False)
    assert (done.code, "请复制一份" in done.err) == (2, True)


def test_dismissed(run: Run) -> None:
    talk(run, "今天天气怎么样", "今天的天气怎么样啊", ASKED)
    assert len(run("questions", "report", "--json").json["groups"]) == 2
    assert "2 种问法" in run("questions", "dismiss", "今天天气怎么样").out
    (left,) = run("questions", "report", "--json").json["groups"]
    assert left["question"] == ASKED
    unknown = run("questions", "dismiss", "养老金几时发")
    assert (unknown.code, "没有记录过" in unknown.err) == (2, True)


def test_since_and_limit(run: Run) -> None:
    talk(run, ASKED, "月球搬家怎么弄")
    assert len(run("questions", "report", "--json", "--since", "2999-01-01").json["groups"]) == 0
    assert len(run("questions", "report", "--json", "--since", "2020-01-01").json["groups"]) == 2
    shown = run("questions", "report", "--limit", "1").out
    assert "还有 1 组" in shown
    wrong = run("questions", "report", "--since", "昨天")
    assert (wrong.code, "不是一个日期" in wrong.err) == (2, True)


def test_what_people_say_of_themselves_is_not_in_the_report(run: Run) -> None:
    talk(run, "我叫王小明，电话13800138000，月球搬家怎么弄")
    out = run("questions", "report").out
    assert "月球搬家" in out
    assert "王小明" not in out
    assert "138" not in out

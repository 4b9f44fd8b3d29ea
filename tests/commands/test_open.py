"""Entering what came on paper."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.mailbox.calendar import day_of
from tests.commands.conftest import IDENTITY, LETTER, REQUEST, Run

TODAY = day_of(datetime.now(UTC))


@pytest.fixture
def enter(run: Run, tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    def go(content: object, *words: object, by: str = "in_person", staff: str = "reg") -> tuple[int, str, str]:
        file = tmp_path / "file.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        done = run("case", "open", file, "--received-by", by, *words, "--as", staff)
        return done.code, done.out, done.err

    return go


def test_the_same_file_opens_no_second_case(enter: Callable[..., tuple[int, str, str]], run: Run) -> None:
    assert enter(REQUEST)[0] == 0
    code, out, err = enter(REQUEST)
    assert (code, "0001号" in out, "没有多出一件" in err) == (0, True, True)
    assert len(run("case", "list", "--as", "reg", "--json").json) == 1
    assert enter({**REQUEST, "purpose": "了解"})[0] == 0
    assert len(run("case", "list", "--as", "reg", "--json").json) == 2


@pytest.mark.parametrize(
    ("by", "registers"), [("in_person", True), ("registered_post", True), ("plain_post", False), ("fax", False)]
)
def test_what_needs_a_confirmation(opened: Callable[..., str], run: Run, by: str, registers: bool) -> None:
    number = opened(REQUEST, "--arrived", TODAY - timedelta(days=2), by=by)
    assert (run("case", "register", number, "--as", "reg").code == 0) is registers
    assert run("case", "show", number, "--as", "reg", "--json").json["arrived"] == str(TODAY - timedelta(days=2))
    log = run("case", "log", number, "--as", "reg", "--json").json
    assert (log[1]["who"], log[1]["text"][:3]) == ("reg", "录入：")


def test_the_clock_starts_on_the_day_it_arrived(opened: Callable[..., str], run: Run) -> None:
    day = TODAY - timedelta(days=3)
    number = opened(REQUEST, "--arrived", day, by="registered_post")
    run("case", "register", number, "--as", "reg")
    explained = run("case", "show", number, "--as", "reg", "--json").json["explanation"]
    assert explained[0].startswith(f"{day.month}月{day.day}日签收邮件")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "不是 JSON"),
        ("[" * 100_000, "不是 JSON"),
        ("[]", "请运行 wenban case open --help"),
        ({**REQUEST, "name": 1}, "内容都加引号"),
        ({**REQUEST, "form": "别的"}, "可以写：申请、来信"),
        ({**REQUEST, "identity": "420102199003078515"}, "identity（身份证号）"),
        ({**REQUEST, "identity": ""}, "少了 identity（身份证号）"),
        ({**REQUEST, "telephone": "1"}, "不认识或用不上的字段：telephone"),
        ({**REQUEST, "way": "飞鸽"}, "way（领取方式）"),
        ({"form": "来信", "name": "王芳"}, "少了 letter_kind"),
    ],
)
def test_a_file_that_is_wrong(
    enter: Callable[..., tuple[int, str, str]], run: Run, content: object, said: str
) -> None:
    code, _, err = enter(content)
    assert said in err
    assert code == 2
    assert IDENTITY not in err
    assert run("case", "list", "--all", "--as", "reg", "--json").json == []


def test_who_and_when(enter: Callable[..., tuple[int, str, str]]) -> None:
    assert enter(LETTER, staff="dep")[0] == 3
    code, _, err = enter(LETTER, "--arrived", TODAY + timedelta(days=1))
    assert (code, "还没有到" in err) == (2, True)
    assert enter(LETTER, by="carrier_pigeon")[0] == 2

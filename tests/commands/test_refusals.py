"""Nobody does another's work, and what is refused has changed nothing and is written down."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.mailbox.calendar import day_of
from tests.commands.conftest import ANSWERED, IDENTITY, LETTER, REQUEST, Run

Opened = Callable[..., str]
Steps = Callable[..., None]
TODAY = day_of(datetime.now(UTC))


def seen(run: Run, number: str) -> tuple[object, object]:
    shown = run("case", "show", number, "--as", "boss", "--json").json
    return shown["stage"], run("case", "log", number, "--as", "boss", "--json").json


@pytest.mark.parametrize(
    ("taken", "step", "said"),
    [
        (0, ("register", "--as", "dep"), "这一步由政务公开办办理"),
        (0, ("register", "--as", "law"), "您不能登记"),
        (1, ("assign", "--department", "gongan", "--as", "head"), "您不能转部门"),
        (2, ("draft", "--text", "x", "--as", "other"), "不是由您的部门承办"),
        (2, ("draft", "--text", "x", "--as", "law"), "您不能起草"),
        (2, ("note", "--text", "x", "--as", "other"), "不是由您的部门承办"),
        (3, ("review", "--pass", "--as", "head"), "这一步由法制办办理"),
        (3, ("review", "--back", "x", "--as", "dep"), "您不能退回修改"),
        (4, ("sign", "--as", "law"), "这一步由领导办理"),
        (4, ("sign", "--as", "reg"), "您不能签发"),
        (5, ("reply", "--as", "head"), "您不能答复"),
    ],
)
def test_another_role(
    run: Run, opened: Opened, steps: Steps, home: Path, taken: int, step: tuple[str, ...], said: str
) -> None:
    number = opened(REQUEST)
    steps(number, *ANSWERED[:taken])
    before = seen(run, number)
    name, *words = step
    done = run("case", name, number, *words)
    assert (done.code, said in done.err) == (3, True)
    assert seen(run, number) == before
    logged = (home / "access.log").read_text().splitlines()[-1]
    assert "refused" in logged
    assert number in logged
    assert IDENTITY not in logged


@pytest.mark.parametrize("words", [("show",), ("log",), ("register",), ("export", "--out", "x.zip"), ("erase",)])
def test_an_unknown_account(run: Run, opened: Opened, home: Path, words: tuple[str, ...]) -> None:
    number = opened(REQUEST)
    name, *rest = words
    forged = run("case", name, number, *rest, "--as", "nobody")
    assert (forged.code, "wenban staff add" in forged.err) == (3, True)
    assert "'nobody'" in (home / "access.log").read_text()
    none = run("case", name, number, *rest)
    assert (none.code, "--as" in none.err) == (2, True)


def test_a_removed_account(run: Run, opened: Opened) -> None:
    number = opened(REQUEST)
    assert run("staff", "remove", "reg").code == 0
    done = run("case", "register", number, "--as", "reg")
    assert (done.code, "已经停用" in done.err) == (3, True)
    assert seen(run, number)[0] == "submitted"


@pytest.mark.parametrize("words", [("show",), ("log",), ("draft", "--template", "--outcome", "granted")])
def test_a_department_sees_only_its_own(run: Run, opened: Opened, steps: Steps, words: tuple[str, ...]) -> None:
    number = opened(REQUEST)
    steps(number, *ANSWERED[:2])
    name, *rest = words
    assert run("case", name, number, *rest, "--as", "dep").code == 0
    done = run("case", name, number, *rest, "--as", "other")
    assert (done.code, done.out) == (3, "")


@pytest.mark.parametrize(
    ("content", "taken", "step", "said"),
    [
        (REQUEST, 0, ("reply", "--as", "reg"), "现在是“已提交”，不能答复"),
        (REQUEST, 0, ("register", "--days", "10", "--as", "reg"), "不用写 --days"),
        (REQUEST, 0, ("confirm", "--as", "reg"), "已经确认过了"),
        (REQUEST, 0, ("register", "--day", "2020-01-01", "--as", "reg"), "日期 2020-01-01 不对"),
        (REQUEST, 0, ("register", "--day", str(TODAY + timedelta(days=9)), "--as", "reg"), "不对"),
        (REQUEST, 1, ("register", "--as", "reg"), "现在是“已登记”，不能登记"),
        (REQUEST, 1, ("correct", "--as", "reg"), "请写明内容或理由"),
        (REQUEST, 1, ("correct", "--text", "x", "--answer-by", str(TODAY), "--as", "reg"), "补正期限要晚于"),
        (
            REQUEST,
            1,
            ("assign", "--department", "无此局", "--as", "reg"),
            "没有“无此局”这个部门。可以写：区公安分局",
        ),
        (REQUEST, 1, ("assign", "--as", "reg"), "请写明承办部门"),
        (REQUEST, 1, ("extend", "--days", "21", "--approver", "钱", "--reason", "多", "--as", "reg"), "1至20个"),
        (REQUEST, 1, ("extend", "--days", "5", "--reason", "多", "--as", "reg"), "批准人"),
        (REQUEST, 1, ("note", "--text", "长" * 20_001, "--as", "reg"), "内容太长了"),
        (REQUEST, 2, ("consult", "--as", "reg"), "请写明征求谁的意见"),
        (REQUEST, 2, ("consult", "--third-party", "甲", "--co-author", "乙", "--as", "reg"), "请写明征求谁的意见"),
        (REQUEST, 2, ("draft", "--as", "dep"), "请写答复"),
        (REQUEST, 2, ("draft", "--outcome", "不知道", "--text", "x", "--as", "dep"), "没有“不知道”这种答复结果"),
        (REQUEST, 2, ("draft", "--text", "x", "--edit", "--as", "dep"), "只能写一个"),
        (REQUEST, 2, ("draft", "--file", "/nothing", "--as", "dep"), "读不出来"),
        (
            REQUEST,
            2,
            ("draft", "--text", "写【这里】", "--outcome", "granted", "--finish", "--as", "dep"),
            "【　】",
        ),
        (REQUEST, 2, ("draft", "--text", "好", "--finish", "--as", "dep"), "还没有写明答复结果"),
        (REQUEST, 3, ("review", "--as", "law"), "--pass（通过），或 --back 理由"),
        (REQUEST, 3, ("review", "--pass", "--back", "x", "--as", "law"), "--pass（通过），或 --back 理由"),
        (LETTER, 0, ("register", "--days", "99", "--as", "reg"), "1到10个工作日"),
        (LETTER, 0, ("correct", "--text", "x", "--as", "reg"), "不能告知补正"),
    ],
)
def test_steps_that_are_not_possible(
    run: Run, opened: Opened, steps: Steps, content: dict[str, str], taken: int, step: tuple[str, ...], said: str
) -> None:
    number = opened(content)
    steps(number, *ANSWERED[:taken])
    before = seen(run, number)
    name, *words = step
    done = run("case", name, number, *words)
    assert said in done.err
    assert done.code == 2
    assert seen(run, number) == before


@pytest.mark.parametrize("name", ["show", "log", "register", "close"])
def test_there_is_no_such_case(run: Run, name: str) -> None:
    done = run("case", name, "D2026-0999", "--as", "reg")
    assert (done.code, "没有 沙依申〔2026〕0999号 这件" in done.err) == (2, True)


@pytest.mark.parametrize("written", ["{ref}", "{lower}", "{short}", "沙依申〔{year}〕0001号", "沙依申({year})1号"])
def test_how_a_number_may_be_written(run: Run, opened: Opened, written: str) -> None:
    ref = opened(REQUEST)
    year = ref[1:5]
    number = written.format(ref=ref, lower=ref.lower(), short=f"d{year}-1", year=year)
    assert run("case", "show", number, "--as", "reg", "--json").json["ref"] == ref


def test_bytes_of_another_encoding_break_nothing(run: Run, opened: Opened) -> None:
    number = opened(REQUEST)
    assert run("case", "note", number, "--text", "看\udcff过", "--as", "reg").code == 0
    assert run("case", "show", "\udcff", "--as", "reg").code == 2
    assert run("case", "show", number, "--as", "\udcff").code == 3
    assert run("staff", "remove", "\udcff").code == 2

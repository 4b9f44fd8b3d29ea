"""Erasure and retention: what is personal is gone, the figures stay."""

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.mailbox.calendar import day_of
from tests.commands.conftest import ANSWERED, LETTER, REQUEST, Run

Opened = Callable[..., str]
Steps = Callable[..., None]
TODAY = day_of(datetime.now(UTC))
CLOSED = (*ANSWERED, ("close", "--as", "reg"))


def figures(run: Run) -> Any:
    return run("case", "stats", "--json").json


def test_figures(run: Run, opened: Opened, steps: Steps) -> None:
    steps(opened(REQUEST), *CLOSED)
    steps(opened({**REQUEST, "purpose": "二"}), ("withdraw", "--as", "reg"))
    opened({**REQUEST, "purpose": "三"})
    steps(opened(LETTER), ("decline", "--reason", "不清楚", "--as", "reg"))
    found = figures(run)
    assert found.keys() == {"year", "table_3", "letters"}
    assert len(found["table_3"]) == 25
    counts = {row["key"]: row["counts"]["自然人"] for row in found["table_3"]}
    assert {key: count for key, count in counts.items() if count} == {
        "new": 3, "granted": 1, "other_3": 1, "total": 2, "carried_forward": 1
    }  # fmt: skip
    assert (found["letters"]["received"], found["letters"]["in_time"], found["letters"]["late"]) == (1, 1, 0)
    assert run("case", "stats", "--year", "2020", "--json").json["table_3"][0]["total"] == 0
    table = run("case", "stats").out
    assert "一、本年新收政府信息公开申请数量" in table
    assert "来信：收到 1 件" in table


def test_erasing_leaves_the_figures(run: Run, opened: Opened, steps: Steps, home: Path, tmp_path: Path) -> None:
    number, letter = opened(REQUEST), opened(LETTER)
    steps(number, *CLOSED)
    steps(letter, ("decline", "--reason", "不清楚", "--as", "reg"))
    before, events = figures(run), len(run("case", "log", number, "--as", "reg", "--json").json)
    asked = run("case", "erase", number, "--as", "reg")
    assert (asked.code, "--yes" in asked.err) == (2, True)
    assert run("case", "show", number, "--as", "reg", "--json").json["applicant"] is not None
    for one in (number, letter):
        assert run("case", "erase", one, "--yes", "--as", "reg").code == 0
    assert figures(run) == before
    shown = run("case", "show", number, "--as", "reg", "--json").json
    assert (shown["applicant"], shown["subject"], shown["content"], shown["documents"]) == (None, "", {}, [])
    log = run("case", "log", number, "--as", "reg", "--json").json
    assert len(log) == events
    assert {one["text"] for one in log} == {None}
    assert run("case", "show", number, "--as", "reg").code == 0
    again = run("case", "erase", number, "--yes", "--as", "reg")
    assert (again.code, "以前已经删除" in again.err) == (2, True)
    noted = run("case", "note", number, "--text", "x", "--as", "reg")
    assert (noted.code, "不能再办理" in noted.err) == (2, True)
    assert run("case", "export", number, "--out", tmp_path / "x.zip", "--as", "reg").code == 0
    assert "李明" not in zipfile.ZipFile(tmp_path / "x.zip").read("case.json").decode()
    assert f"erased: {number} by reg" in (home / "access.log").read_text()


@pytest.mark.parametrize("taken", range(len(CLOSED)))
def test_a_case_that_goes_on_is_not_erased(run: Run, opened: Opened, steps: Steps, taken: int) -> None:
    number = opened(REQUEST)
    steps(number, *CLOSED[:taken])
    done = run("case", "erase", number, "--yes", "--as", "reg")
    assert (done.code, "办结以后才能删除" in done.err) == (2, True)


@pytest.mark.parametrize("staff", ["dep", "law", "head"])
def test_who_may_erase(run: Run, opened: Opened, steps: Steps, staff: str) -> None:
    number = opened(REQUEST)
    steps(number, ("withdraw", "--as", "reg"))
    assert run("case", "erase", number, "--yes", "--as", staff).code == 3


def test_retention(run: Run, opened: Opened, steps: Steps, home: Path) -> None:
    over, running = opened(REQUEST), opened({**REQUEST, "purpose": "二"})
    steps(over, *CLOSED)
    steps(running, *ANSWERED)
    before, tomorrow = figures(run), TODAY + timedelta(days=1)
    assert "一共 0 件" in run("store", "erase-before", TODAY, "--yes").out
    dry = run("store", "erase-before", tomorrow, "--dry-run")
    assert (dry.code, dry.out.count("办结")) == (0, 1)
    assert run("store", "erase-before", tomorrow).code == 2
    assert run("case", "show", over, "--as", "reg", "--json").json["applicant"] is not None
    assert "1 件的个人信息已经删除" in run("store", "erase-before", tomorrow, "--yes").out
    assert run("case", "show", over, "--as", "reg", "--json").json["applicant"] is None
    assert run("case", "show", running, "--as", "reg", "--json").json["applicant"] is not None
    assert figures(run) == before
    assert over in (home / "access.log").read_text()

"""Lists, one case, its log: shapes, filters, and nothing personal in them."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.commands.conftest import ANSWERED, EMAIL, IDENTITY, LETTER, PHONE, REQUEST, Run

Opened = Callable[..., str]
Steps = Callable[..., None]
ROW = {"number", "ref", "kind", "stage", "stage_name", "subject", "department", "due", "provisional", "days_left",
       "overdue", "outcome", "applicant"}  # fmt: skip


@pytest.fixture
def desk(run: Run, opened: Opened, steps: Steps) -> dict[str, str]:
    """A request at the police, one that is overdue, one answered, one withdrawn, and a letter."""
    long_ago = datetime.now(UTC).date() - timedelta(days=60)
    numbers = {
        "overdue": opened(REQUEST, "--arrived", long_ago),
        "answered": opened({**REQUEST, "purpose": "二"}),
        "withdrawn": opened({**REQUEST, "purpose": "三"}),
        "police": opened({**REQUEST, "purpose": "四"}),
        "letter": opened(LETTER),
    }
    steps(numbers["overdue"], ("register", "--as", "reg"))
    steps(numbers["answered"], *ANSWERED)
    steps(numbers["withdrawn"], ("withdraw", "--as", "reg"))
    steps(numbers["police"], ("register", "--as", "reg"), ("assign", "--department", "gongan", "--as", "reg"))
    steps(numbers["letter"], ("register", "--as", "reg"))
    return numbers


@pytest.mark.parametrize(
    ("words", "staff", "expected"),
    [
        ("", "reg", {"overdue", "police", "letter"}),
        ("--open", "law", {"overdue", "police", "letter"}),
        ("--all", "head", {"overdue", "police", "letter", "answered", "withdrawn"}),
        ("--overdue", "reg", {"overdue"}),
        ("--due-within 0", "reg", {"overdue"}),
        ("--due-within 6", "reg", {"overdue", "letter"}),
        ("--kind 来信", "reg", {"letter"}),
        ("--kind disclosure", "reg", {"overdue", "police"}),
        ("--stage 已答复", "boss", {"answered"}),
        ("--stage withdrawn", "reg", {"withdrawn"}),
        ("--department 区公安分局", "reg", {"police"}),
        ("--department zhujian --all", "reg", {"answered"}),
        ("--all", "dep", {"answered"}),
        ("--all", "other", {"police"}),
        ("--department gongan", "other", {"police"}),
    ],
)
def test_filters(run: Run, desk: dict[str, str], words: str, staff: str, expected: set[str]) -> None:
    found = run("case", "list", *words.split(), "--as", staff, "--json").json
    assert {row["ref"] for row in found} == {desk[name] for name in expected}


def test_another_departments_list(run: Run) -> None:
    assert run("case", "list", "--department", "gongan", "--as", "dep").code == 3
    assert run("case", "list", "--department", "无此局", "--as", "reg").code == 2


def test_the_shape_and_order_of_a_list(run: Run, desk: dict[str, str]) -> None:
    first, *_, last = run("case", "list", "--all", "--as", "reg", "--json").json
    assert first.keys() == ROW
    assert first["ref"] == desk["overdue"]
    assert first["overdue"] is True
    assert first["days_left"] < 0
    assert (last["due"], last["days_left"], last["overdue"]) == (None, None, False)
    table = run("case", "list", "--as", "reg").out
    assert "超期" in table
    assert first["number"] in table


def on_a_terminal(*words: str) -> str:
    """What a command prints where colours can be seen."""
    main, sub = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    command = [sys.executable, "-m", "bot", *words]
    with subprocess.Popen(command, env=environment, stdin=sub, stdout=sub, stderr=sub):
        os.close(sub)
        out = b""
        with suppress(OSError):  # the end of a terminal
            while more := os.read(main, 4096):
                out += more
    os.close(main)
    return out.decode()


def test_colours(run: Run, desk: dict[str, str]) -> None:
    lines = on_a_terminal("case", "list", "--as", "reg").splitlines()
    for name, colour in (("overdue", "31m"), ("letter", "33m"), ("police", "32m")):
        (line,) = (one for one in lines if desk[name] in one)
        assert f"\x1b[{colour}20" in line


def test_nothing_personal_in_lists_and_logs(run: Run, desk: dict[str, str], steps: Steps) -> None:
    steps(desk["police"], ("note", "--text", f"打过 {PHONE}，证件 {IDENTITY[:6]} {IDENTITY[6:]}", "--as", "reg"))
    for words in (("list", "--all"), ("list", "--all", "--json"), ("show", desk["police"]), ("log", desk["police"]),
                  ("show", desk["police"], "--json"), ("log", desk["police"], "--json")):  # fmt: skip
        out = run("case", *words, "--as", "reg").out
        assert "李" in out or words[0] == "log"
        for secret in (IDENTITY, IDENTITY[6:], PHONE, EMAIL, "李明"):
            assert secret not in out, words


def test_nobody_steers_the_terminal(run: Run, opened: Opened, steps: Steps) -> None:
    number = opened({**REQUEST, "description": "方案\x1b]0;标题\x07和\u202e附件"})
    steps(number, ("register", "--as", "reg"), ("note", "--text", "看\x1b]0;x\x07过", "--as", "reg"))
    for words in (("list",), ("show", number), ("log", number), ("show", number, "--document", "1")):
        out = run("case", *words, "--as", "reg").out
        assert not {"\x1b", "\x07", "\u202e"} & set(out), words
        assert "方案" in out or words[0] == "log"


def test_contacts_of_others_are_masked_too(run: Run, opened: Opened, steps: Steps) -> None:
    number = opened(REQUEST)
    steps(number, *ANSWERED[:2])
    asked = ("consult", "--third-party", "某某公司 13711112222", "--email", "third@example.com", "--as", "reg")
    steps(number, asked, ("note", "--text", "问过 third@example.com，0716-8123456", "--as", "reg"))
    for words in ((), ("--json",)):
        log = run("case", "log", number, "--as", "reg", *words).out
        assert "某某公司 137****2222" in log
        assert "问过 t***@example.com，0716-8123456" in log


def test_show(run: Run, desk: dict[str, str]) -> None:
    shown = run("case", "show", desk["police"], "--as", "reg", "--json").json
    assert shown.keys() == ROW | {"arrived", "received_by", "content", "draft", "explanation", "documents",
                                  "attachments", "enclosures", "steps", "others"}  # fmt: skip
    assert [one["name"] for one in shown["documents"]] == ["receipt", "registered"]
    assert "assign" in shown["steps"]
    assert shown["others"]["department"] == ["return", "draft"]
    text = run("case", "show", desk["police"], "--as", "reg").out
    for part in (
        "期限怎么算的：",
        "第20个工作日",
        "1. 政府信息公开申请收到回执",
        "您现在可以：",
        "承办部门：退回、起草",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("staff", "expected"),
    [("law", ["review --pass", "review --back", "note"]), ("head", ["note"]), ("dep", ["note"])],
)
def test_what_each_role_may_do(run: Run, opened: Opened, steps: Steps, staff: str, expected: list[str]) -> None:
    number = opened(REQUEST)
    steps(number, *ANSWERED[:3])
    assert run("case", "show", number, "--as", staff, "--json").json["steps"] == expected


def test_documents(run: Run, desk: dict[str, str], tmp_path: Path) -> None:
    number = desk["police"]
    assert "收到回执" in run("case", "show", number, "--document", "1", "--as", "reg").out
    out = tmp_path / "receipt.docx"
    assert run("case", "show", number, "--document", "1", "--docx", out, "--as", "reg").code == 0
    assert out.read_bytes()[:2] == b"PK"
    assert out.stat().st_mode & 0o077 == 0
    again = run("case", "show", number, "--document", "1", "--docx", out, "--as", "reg")
    assert (again.code, "已经有了" in again.err) == (2, True)
    assert run("case", "show", number, "--document", "9", "--as", "reg").code == 2
    assert run("case", "show", number, "--docx", tmp_path / "x", "--as", "reg").code == 2


def test_the_shape_of_a_log(run: Run, desk: dict[str, str]) -> None:
    log = run("case", "log", desk["police"], "--as", "other", "--json").json
    assert log[0].keys() == {"at", "who", "role", "channel", "action", "before", "after", "due", "provisional", "text",
                             "authority", "approver"}  # fmt: skip
    assert log[0]["at"].endswith("+08:00")
    assert (log[-1]["who"], log[-1]["channel"], log[-1]["before"], log[-1]["after"]) == (
        "reg", "terminal", "registered", "collecting"
    )  # fmt: skip
    assert "已登记 → 收集材料  期限 " in run("case", "log", desk["police"], "--as", "other").out

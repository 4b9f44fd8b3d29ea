"""The whole life of a request and of a letter, by commands only."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.mailbox.calendar import day_of
from bot.mailbox.cases import Rating, Step
from bot.mailbox.numbers import case_number
from bot.mailbox.people import Actor, Role
from bot.mailbox.stages import Action
from bot.office.office import Office
from tests.commands.conftest import LETTER, REQUEST, Run

Opened = Callable[..., str]
Steps = Callable[..., None]
TODAY = day_of(datetime.now(UTC))


def stage(run: Run, number: str) -> str:
    return str(run("case", "show", number, "--as", "reg", "--json").json["stage_name"])


def test_a_request_with_everything(run: Run, opened: Opened, steps: Steps) -> None:
    number = opened(REQUEST, "--arrived", TODAY - timedelta(days=1), by="plain_post")
    refused = run("case", "register", number, "--as", "reg")
    assert (refused.code, "还没有确认" in refused.err) == (2, True)
    steps(
        number,
        ("register", "--confirmed", str(TODAY), "--as", "reg"),
        ("correct", "--text", "请写明是哪一年", "--as", "reg"),
        ("prolong", "--answer-by", str(TODAY + timedelta(days=60)), "--as", "reg"),
        ("supplement", "--text", "2025年的方案", "--as", "reg"),
        ("assign", "--department", "gongan", "--as", "reg"),
        ("return", "--reason", "归住建局管", "--as", "other"),
        ("assign", "--department", "区住建局", "--as", "reg"),
        ("consult", "--third-party", "某某公司", "--email", "third@example.com", "--as", "reg"),
        ("consult", "--co-author", "区财政局", "--as", "reg"),
        ("opinion", "--from", "co-author", "--text", "同意公开", "--as", "reg"),
        ("opinion", "--text", "不同意公开", "--received", str(TODAY), "--as", "reg"),
        ("note", "--text", "已电话联系", "--as", "dep"),
        ("draft", "--outcome", "不予公开4", "--text", "涉及第三方。【理由】", "--as", "dep"),
        ("draft", "--text", "涉及第三方，不予公开。", "--finish", "--as", "dep"),
        ("review", "--back", "补上条款", "--as", "law"),
        ("draft", "--text", "涉及第三方，依照第十五条不予公开。", "--finish", "--as", "dep"),
        ("review", "--pass", "--as", "law"),
        ("sign", "--back", "再核实", "--as", "head"),
        ("draft", "--finish", "--as", "dep"),
        ("review", "--pass", "--as", "law"),
        ("extend", "--days", "5", "--approver", "钱进", "--reason", "征求意见", "--as", "reg"),
        ("sign", "--as", "head"),
        ("reply", "--back", "改一个字", "--as", "reg"),
        ("draft", "--finish", "--as", "dep"),
        ("review", "--pass", "--as", "law"),
        ("sign", "--as", "head"),
        ("reply", "--as", "reg"),
        ("close", "--as", "reg"),
    )
    shown = run("case", "show", number, "--as", "reg", "--json").json
    assert (shown["stage_name"], shown["outcome"], shown["due"]) == ("已办结", "refused_4", None)
    log = run("case", "log", number, "--as", "reg", "--json").json
    assert [event["action"] for event in log][:5] == ["submit", "note", "confirm", "register", "correct"]
    assert log[-1]["after"] == "closed"
    assert "不同意公开" in run("case", "log", number, "--as", "reg").out


def test_a_letter_with_everything(
    run: Run, opened: Opened, steps: Steps, office_at: Callable[[datetime], Office]
) -> None:
    number = opened(LETTER)
    assert number.startswith("L")
    written = ("draft", "--text", "已经修好。", "--finish", "--as", "dep")
    approved = (("review", "--pass", "--as", "law"), ("sign", "--as", "head"), ("reply", "--as", "reg"))
    steps(
        number,
        ("register", "--days", "3", "--as", "reg"),
        ("extend", "--days", "2", "--approver", "钱进", "--reason", "要买灯", "--as", "reg"),
        ("assign", "--department", "zhujian", "--as", "reg"),
        ("take", "--as", "dep"),
        written,
        *approved,
    )
    citizen = Actor(role=Role.CITIZEN, id="applicant", channel="paper")
    office_at(datetime.now(UTC)).act(case_number(number), Step(action=Action.RATE, rating=Rating.BAD), citizen)
    steps(
        number,
        ("follow-up", "--text", "灯又坏了", "--as", "reg"),
        ("take", "--as", "dep"),
        written,
        *approved,
        ("close", "--as", "reg"),
    )
    assert stage(run, number) == "已办结"


@pytest.mark.parametrize(
    ("content", "before", "step", "stage_name"),
    [
        (REQUEST, (), ("transfer", "--to", "市住建局", "--reason", "由市级公开"), "已转办"),
        (REQUEST, (), ("withdraw", "--text", "电话要求撤回"), "已撤回"),
        (REQUEST, (("register", "--as", "reg"),), ("transfer", "--to", "市局", "--reason", "由市级公开"), "已转办"),
        (LETTER, (), ("decline", "--reason", "内容不明"), "不予受理"),
        (
            LETTER,
            (("register", "--as", "reg"),),
            ("redirect", "--to", "信访局", "--reason", "信访"),
            "已转其他渠道",
        ),
    ],
)
def test_other_ends(
    run: Run,
    opened: Opened,
    steps: Steps,
    content: dict[str, str],
    before: tuple[tuple[str, ...], ...],
    step: tuple[str, ...],
    stage_name: str,
) -> None:
    number = opened(content)
    steps(number, *before, (*step, "--as", "reg"))
    assert stage(run, number) == stage_name


def test_silence_after_a_correction(
    run: Run, opened: Opened, office_at: Callable[[datetime], Office], steps: Steps
) -> None:
    number = opened(REQUEST)
    steps(number, ("register", "--as", "reg"), ("correct", "--text", "哪一年", "--as", "reg"))
    early = run("case", "abandon", number, "--as", "reg")
    assert (early.code, "还没有过" in early.err) == (2, True)
    later = office_at(datetime.now(UTC) + timedelta(days=90))
    with later.store.reading() as t:
        clerk = t.people.get("reg")
    assert clerk is not None
    assert (
        later.act(case_number(number), Step(action=Action.ABANDON), clerk.acting("terminal")).outcome == "other_1"
    )
    assert stage(run, number) == "已办结"


def test_each_step_says_where_the_case_stands(run: Run, opened: Opened, steps: Steps) -> None:
    number = opened(REQUEST)
    said = run("case", "register", number, "--as", "reg").out
    assert said.startswith("沙依申〔")
    assert "登记，已经记下。现在是“已登记”。下一步：政务公开办（" in said
    assert "个工作日到期" in said
    steps(number, ("assign", "--department", "区住建局", "--as", "reg"))
    said = run("case", "draft", number, "--text", "写【甲】和【乙】", "--as", "dep").out
    assert "下一步：区住建局（" in said
    assert "还有 2 处没有填：【甲】、【乙】" in said
    row = run("case", "draft", number, "--outcome", "予以公开", "--as", "dep", "--json").json
    assert (row["stage"], row["outcome"]) == ("drafting", "granted")


def test_ways_to_write_a_draft(
    run: Run, opened: Opened, steps: Steps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = opened(REQUEST)
    steps(number, ("register", "--as", "reg"), ("assign", "--department", "zhujian", "--as", "reg"))
    template = run("case", "draft", number, "--template", "--outcome", "予以公开", "--as", "dep")
    assert "现依照《中华人民共和国政府信息公开条例》" in template.out
    assert stage(run, number) == "收集材料"
    assert run("case", "draft", number, "--template", "--as", "dep").code == 2
    file = tmp_path / "reply.txt"
    file.write_bytes("\ufeff从文件来。".encode())
    steps(number, ("draft", "--file", str(file), "--outcome", "granted", "--as", "dep"))
    assert run("case", "show", number, "--as", "dep", "--json").json["draft"] == "从文件来。"
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\necho "编辑器里加的。" >> "$1"\n')
    editor.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(editor))
    steps(number, ("draft", "--edit", "--as", "dep"))
    assert run("case", "show", number, "--as", "dep", "--json").json["draft"].split() == [
        "从文件来。",
        "编辑器里加的。",
    ]
    editor.write_text(
        f'#!/bin/sh\n{sys.executable} -m bot case note {number} --text 插进来 --as reg\necho "晚了。" >> "$1"\n'
    )
    late = run("case", "draft", number, "--edit", "--as", "dep")
    assert (late.code, "刚刚被别人办理过" in late.err) == (2, True)
    monkeypatch.setenv("EDITOR", "true")
    unchanged = run("case", "draft", number, "--edit", "--as", "dep")
    assert (unchanged.code, "没有改动" in unchanged.err) == (2, True)


def test_the_account_may_stand_in_the_environment(
    run: Run, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = opened(REQUEST)
    monkeypatch.setenv("WENBAN_STAFF", "reg")
    assert run("case", "register", number).code == 0
    assert run("case", "show", number, "--as", "other").code == 3


def test_files_go_out_with_the_reply_and_are_reviewed_with_it(
    run: Run, opened: Opened, steps: Steps, tmp_path: Path, home: Path
) -> None:
    file = tmp_path / "合同.pdf"
    file.write_bytes(b"%PDF-1.4 contract")
    number = opened(REQUEST)
    steps(number, ("register", "--as", "reg"), ("assign", "--department", "zhujian", "--as", "reg"))
    wrong = run("case", "draft", number, "--attach", tmp_path / "missing.pdf", "--as", "dep")
    assert (wrong.code, "读不出来" in wrong.err) == (2, True)
    written = ("draft", "--outcome", "予以公开", "--text", "见附件。", "--attach", str(file))
    steps(number, (*written, "--finish", "--as", "dep"))
    late = run("case", "draft", number, "--attach", file, "--as", "dep")
    assert (late.code, "送审以前" in late.err) == (2, True)
    assert "合同.pdf" in run("case", "show", number, "--as", "law").out
    steps(number, ("review", "--back", "换一份", "--as", "law"), ("draft", "--detach", "--as", "dep"))
    assert run("case", "show", number, "--as", "law", "--json").json["enclosures"] == []
    steps(
        number,
        ("draft", "--attach", str(file), "--finish", "--as", "dep"),
        ("review", "--pass", "--as", "law"),
        ("sign", "--as", "head"),
        ("reply", "--as", "reg"),
    )
    run("mail", "send")
    sent = b"".join(path.read_bytes() for path in (home / "mail" / "out").rglob("new/*"))
    assert b"application/pdf" in sent

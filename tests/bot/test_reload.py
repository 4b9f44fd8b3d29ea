"""Changing the catalogue at the terminal, and how running processes follow."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.catalogue_watch import Current
from bot.cli import main
from index.build import directory_name
from index.pointer import POINTER_FILE
from index.shelf import Shelf
from index.snapshot import Snapshot
from tests.bot.reloading import QUESTIONS, versions, write_version
from tests.conftest import NOW

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_version(tmp_path / "home" / "catalog", 0)
    return tmp_path / "home" / "catalog"


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("WENBAN_HOME", str(folder.parent))
    monkeypatch.setenv("WENBAN_STAFF", "wang")

    def go(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        assert "编号：" not in said.err
        return int(ended.value.code or 0), said.out, said.err

    return go


def lose(folder: Path, name: str) -> None:
    """Take an item out of the catalogue."""
    path = folder / "items" / "gongan.yaml"
    text = path.read_text()
    path.write_text(text[: text.index(f"  - id: {name}")])


@pytest.mark.parametrize("command", ["stats", "diff", "reload", "rollback", "history"])
def test_every_command_explains_itself_by_an_example(run: Run, command: str) -> None:
    code, out, _ = run("catalog", command, "--help")
    assert (code, "例：wenban" in out) == (0, True)


def test_without_a_reload_commands_answer_from_the_folder(run: Run, folder: Path) -> None:
    for version in (0, 1):
        write_version(folder, version)
        code, out, err = run("ask", QUESTIONS[1])
        assert (code, versions(out), err) == (0, {version}, "")
    assert "还没有启用过目录" in run("catalog", "history")[1]


def test_after_a_reload_a_change_waits_for_the_next(run: Run, folder: Path) -> None:
    assert run("catalog", "reload")[0] == 0
    assert run("search", "护照")[2] == ""
    write_version(folder, 1)
    for command in ("ask", "search"):
        _, out, err = run(command, QUESTIONS[1])
        assert "wenban catalog reload" in err
        assert "版本1号" not in out
    assert versions(run("--catalog", str(folder), "ask", QUESTIONS[1])[1]) == {1}
    code, out, _ = run("catalog", "reload")
    assert (code, "改动 3" in out) == (0, True)
    assert "没有变化" in run("catalog", "reload")[1]
    assert versions(run("ask", QUESTIONS[1])[1]) == {1}
    (folder / "district.yaml").unlink()
    code, out, err = run("ask", QUESTIONS[1])
    assert (code, versions(out), "district.yaml" in err) == (0, {1}, True)


def test_a_faulty_catalogue_is_not_taken(run: Run, folder: Path) -> None:
    run("catalog", "reload")
    write_version(folder, 1, "    colour: red\n")
    for command in ("reload", "diff"):
        code, out, err = run("catalog", command)
        assert code > 0
        assert "items/gongan.yaml" in err
    code, out, _ = run("catalog", "diff", "--json")
    assert (code, json.loads(out)["faults"][0]["file"]) == (1, "items/gongan.yaml")
    assert versions(run("ask", QUESTIONS[1])[1]) == {0}


def test_rollback_and_history(run: Run, folder: Path) -> None:
    for version in range(3):
        write_version(folder, version)
        run("catalog", "reload")
    assert "已经退回" in run("catalog", "rollback", "--steps", "2")[1]
    assert versions(run("ask", QUESTIONS[1])[1]) == {0}
    code, _, err = run("catalog", "rollback")
    assert (code, "没有更早的目录" in err) == (2, True)
    lines = run("catalog", "history")[1].splitlines()
    assert ["退回" in line for line in lines] == [True, False, False, False]
    assert all("wang" in line for line in lines)
    first = json.loads(run("catalog", "history", "--json")[1])[0]
    assert first.keys() == {"at", "who", "how", "fingerprint", "changes"}


def test_diff_shows_entries_answers_and_new_lint(run: Run, folder: Path, tmp_path: Path) -> None:
    assert "还没有启用过" in run("catalog", "diff")[1]
    run("catalog", "reload")
    assert run("catalog", "diff")[1] == "目录没有变化。\n"
    text = (folder / "items" / "gongan.yaml").read_text().replace("visits: 0", "visits: 1", 1)
    (folder / "items" / "gongan.yaml").write_text(text)
    lose(folder, "driving")
    code, out, _ = run("catalog", "diff")
    assert code == 0
    for said in ("－ 机动车驾驶证换证", "～ 居民身份证补领", "到办事现场次数：0 → 1", "新出现 2 条",
                 "驾驶证到期怎么换：机动车驾驶证换证 → ", "全程网办但要到现场 1 次"):  # fmt: skip
        assert said in out
    found = json.loads(run("catalog", "diff", "--json")[1])
    assert found.keys() == {
        "from",
        "to",
        "added",
        "removed",
        "changed",
        "questions",
        "answers",
        "new_lint",
        "faults",
    }
    assert found["changed"][0]["fields"] == [
        {"field": "guide.visits", "label": "到办事现场次数", "before": "0", "after": "1"}
    ]
    asked = tmp_path / "asked.txt"
    asked.write_text("转人工\n\n办护照要带什么\n")
    assert "问了 2 个问题，答案都不变" in run("catalog", "diff", "--questions", str(asked))[1]
    asked.write_text("question\texpect\tkind\n驾驶证到期怎么换\t机动车驾驶证换证\tx\n")
    assert "原来答对，现在答错" in run("catalog", "diff", "--questions", str(asked))[1]
    (folder.parent / "questions.tsv").write_text("转人工\n")
    assert "问了 1 个问题" in run("catalog", "diff")[1]
    assert Shelf(folder.parent / "index").history()[0].changes.added == 3  # nothing was reloaded by looking


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"question\texpect\tkind\n\t\t\n"])
def test_questions_that_cannot_be_read(run: Run, folder: Path, tmp_path: Path, content: bytes | None) -> None:
    run("catalog", "reload")
    write_version(folder, 1)
    if content is not None:
        (tmp_path / "asked").write_bytes(content)
    code, _, err = run("catalog", "diff", "--questions", str(tmp_path / "asked"))
    assert (code, str(tmp_path / "asked") in err) == (2, True)


def test_stats(run: Run, tmp_path: Path) -> None:
    found = json.loads(run("catalog", "stats", "--json")[1])
    assert found.keys() == {
        "items", "online", "online_rate", "complete", "unverified", "stale", "by_department", "by_type", "by_theme"
    }  # fmt: skip
    assert (found["items"], found["online"], found["online_rate"], found["stale"]) == (3, 3, 1.0, 0)
    assert found["by_department"]["区公安分局"]["fully_online"] == 3
    _, out, err = run("catalog", "stats", "--svg", str(tmp_path / "chart.svg"))
    assert "区公安分局" in out
    assert "chart.svg" in err
    drawn = ElementTree.parse(tmp_path / "chart.svg").getroot()
    words = {(node.text or "").strip() for node in drawn.iter() if node.tag.endswith(("text", "title"))}
    assert {"区公安分局", "全程网办", "窗口办"} <= words
    fetched = [node.attrib for node in drawn.iter() if any(name.endswith(("href", "src")) for name in node.attrib)]
    assert fetched == []
    code, _, err = run("catalog", "stats", "--svg", str(tmp_path / "no" / "chart.svg"))
    assert (code, "写不进去" in err) == (2, True)


def test_a_search_starts_without_what_only_reloads_need(run: Run, folder: Path) -> None:
    run("catalog", "reload")
    code = (
        "import sys\nfrom bot.cli import main\n"
        "try: main(['search', '护照'])\n"
        "finally: sys.stderr.write(' '.join(n for n in ('filelock', 'pygal', 'bot.reload_preview') if n in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def text(snapshot: Snapshot) -> str:
    return snapshot.index.find("护照", 1)[0].item.guide.summary or ""


def test_a_running_process_follows_the_pointer(folder: Path, tmp_path: Path) -> None:
    shelf, told, heard = Shelf(tmp_path / "index"), threading.Event(), []
    current = Current(shelf, shelf.open(folder, "system", NOW))
    first = current()
    current.look()
    assert current() is first

    def changed(snapshot: Snapshot) -> None:
        heard.append((text(snapshot), text(current())))
        told.set()

    current.start(changed)
    write_version(folder, 1)
    shelf.reload(folder, "me", NOW)
    assert told.wait(20)
    current.look()
    assert text(current()) == "版本1号的简介。"
    assert heard == [("版本1号的简介。", "版本0号的简介。")]
    current.stop()


def test_what_cannot_be_opened_is_not_followed_and_said_once(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Shelf(tmp_path / "index")
    current = Current(shelf, shelf.open(folder, "system", NOW))
    first = current()
    write_version(folder, 1)
    shelf.reload(folder, "me", NOW)
    pointer = tmp_path / "index" / POINTER_FILE
    held = {path: path.rename(path.with_name(f"held-{path.name}")) for path in (tmp_path / "index").glob("*-v*")}
    for _ in range(3):
        current.look()
    assert current() is first
    assert caplog.text.count("cannot be opened") == 1
    for path, away in held.items():
        away.rename(path)
    current.look()
    assert text(current()) == "版本1号的简介。"
    pointer.unlink()
    current.look()
    assert text(current()) == "版本1号的简介。"
    assert (tmp_path / "index" / directory_name(current().catalog.fingerprint)).is_dir()

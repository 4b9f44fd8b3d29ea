"""The commands as a person types them: output, exit codes, and never a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from tests.conftest import write_catalog

Run = Callable[..., tuple[int, str, str]]
COMMANDS = ["", "ask", "chat", "deadline", "search", "show", "eval", "telegram", "completion", "catalog", "catalog check",
            "catalog lint", "catalog build", "catalog import", "catalog import gdzwfw"]  # fmt: skip


@pytest.fixture
def run(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("WENBAN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("WENBAN_TELEGRAM_TOKEN", raising=False)

    def go(*words: str, catalog: Path = small) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--catalog", str(catalog), *words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        assert "\x1b" not in said.out
        return int(ended.value.code or 0), said.out, said.err

    return go


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_by_an_example(run: Run, command: str) -> None:
    code, out, _ = run(*command.split(), "--help")
    assert code == 0
    assert "例：" in out


def test_json(run: Run, tmp_path: Path) -> None:
    answer = json.loads(run("ask", "--json", "身份证丢了")[1])
    assert answer.keys() == {"ending", "facet", "items", "text"}
    assert answer["items"][0] == {"id": "id-card-reissue", "name": "居民身份证补领"}
    (hit,) = json.loads(run("search", "--json", "护照")[1])["hits"]
    assert hit.keys() == {
        "id", "name", "department", "type", "online", "score", "coverage", "matches", "snippet"
    }  # fmt: skip
    judged = tmp_path / "judged.tsv"
    judged.write_text("question\texpect\tkind\n办护照\t普通护照首次申领\tplain\n")
    figures = json.loads(run("eval", "--json", str(judged))[1])
    assert figures.keys() == {
        "n", "recall_at_1", "recall_at_3", "mrr", "by_kind", "routes", "false_answer_rate", "misses"
    }  # fmt: skip
    assert figures["recall_at_1"] == 1.0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["search", "天上"], 1, "没有找到"),
        (["search", "--json", "天上"], 1, '"hits": []'),
        (["search", "护照", "--department", "公安"], 0, "普通护照首次申领"),
        (["show", "护照"], 2, "没有叫“护照”的事项。相近的有：普通护照首次申领"),
        (["show", "passport"], 0, "普通护照首次申领"),
        (["catalog", "check"], 0, "2 个事项"),
        (["catalog", "build"], 0, "索引可用"),
        (["eval", "/nothing"], 2, "读不出来"),
        (["catalog", "import", "gdzwfw", "/nothing", "--out", "/x"], 2, "找不到文件"),
        (["telegram"], 2, "BotFather"),
        (["completion", "bash"], 0, "_WENBAN_COMPLETE"),
        (["ask", "\udcff护照"], 0, "护照"),
    ],
)
def test_exit_codes(run: Run, words: list[str], code: int, said: str) -> None:
    found, out, err = run(*words)
    assert said in out + err
    assert found == code


def test_what_a_person_can_mend(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("ask", "护照", catalog=tmp_path / "no")[0] == 2
    faulty = write_catalog(tmp_path / "faulty", {"other.yaml": "x: 1\n"})
    code, out, _ = run("catalog", "check", catalog=faulty)
    assert (code, "other.yaml" in out) == (1, True)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WENBAN_HOME", str(tmp_path / "file" / "home"))
    code, _, err = run("ask", "护照")
    assert (code, "WENBAN_HOME" in err) == (2, True)


def test_the_process_itself(small: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "--catalog", str(small), "search", "身份证"]
    environment = os.environ | {"WENBAN_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "居民身份证补领" in done.stdout
    assert "\x1b" not in done.stdout

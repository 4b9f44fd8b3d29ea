"""``wenban catalog export xlsx`` and ``import xlsx`` as a clerk types them."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from bot.cli import main
from catalog.load import load

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("WENBAN_HOME", str(tmp_path / "home"))

    def go(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--catalog", str(small), "catalog", *words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        return int(ended.value.code or 0), said.out, said.err

    return go


@pytest.fixture
def book(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "目录.xlsx"
    code, out, _ = run("export", "xlsx", str(path))
    assert (code, out) == (0, f"已导出 2 个事项到 {path}。怎样填写，看里面的“说明”表。\n")
    return path


def change(book: Path, sheet: str, cell: str, value: object) -> None:
    opened = openpyxl.load_workbook(book)
    opened[sheet][cell].value = value
    opened.save(book)


def test_out_and_back_is_the_same_catalogue(run: Run, book: Path, small: Path, tmp_path: Path) -> None:
    code, out, err = run("import", "xlsx", str(book), "--out", str(tmp_path / "new"))
    assert (code, err) == (0, "")
    assert out == f"已导入 2 个事项到 {tmp_path / 'new'}。\n和现在的目录（{small}）比：没有不同。\n"
    found, present = load(tmp_path / "new"), load(small)
    assert found.model_copy(update={"fingerprint": present.fingerprint}) == present


def test_what_would_differ_is_told(run: Run, book: Path, small: Path, tmp_path: Path) -> None:
    change(book, "事项", "B3", "普通护照申领")
    change(book, "问法", "C2", "身份证不见了")
    change(book, "问法", "E1", "备注")
    change(book, "问法", "E2", "新的")
    code, out, err = run("import", "xlsx", str(book), "--out", str(tmp_path / "new"))
    assert code == 0
    assert f"和现在的目录（{small}）比：改动 2 处。" in out
    assert "  改动事项“普通护照申领”：事项名称：普通护照首次申领 → 普通护照申领\n" in out
    assert err.startswith("目录.xlsx“问法”表:1: 【提醒】E1：不认识 E 列（备注），没有导入")


def test_a_present_catalogue_with_faults_does_not_hinder(run: Run, book: Path, small: Path, tmp_path: Path) -> None:
    (small / "departments.yaml").write_text("departments: 3\n", encoding="utf-8")
    code, out, err = run("import", "xlsx", str(book), "--out", str(tmp_path / "new"))
    assert (code, out) == (0, f"已导入 2 个事项到 {tmp_path / 'new'}。\n")
    assert "读不出来，没有比较" in err


def test_faults_are_listed_and_nothing_is_written(run: Run, book: Path, tmp_path: Path) -> None:
    change(book, "事项", "B3", None)
    change(book, "部门", "B2", "=A2")
    code, out, err = run("import", "xlsx", str(book), "--out", str(tmp_path / "new"))
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "目录有 2 处错误，改好后再试。",
        "  目录.xlsx“部门”表:2: 【错误】B2 部门名称：这一格是公式。请改成算好的值：复制后用“选择性粘贴”里的“数值”",
        "  目录.xlsx“事项”表:3: 【错误】B3 事项名称：缺少这一项。请补上",
    ]
    assert not (tmp_path / "new").exists()


def test_nothing_is_written_over(run: Run, book: Path, small: Path) -> None:
    before = book.read_bytes()
    code, _, err = run("export", "xlsx", str(book))
    assert (code, err) == (2, f"{book} 已经有了，没有覆盖。请换一个文件名。\n")
    assert book.read_bytes() == before
    code, _, err = run("import", "xlsx", str(book), "--out", str(small))
    assert code == 2
    assert "已有内容，没有写入" in err


@pytest.mark.parametrize("words", [("export",), ("export", "xlsx"), ("import", "xlsx")])
def test_commands_explain_themselves_by_an_example(run: Run, words: tuple[str, ...]) -> None:
    code, out, _ = run(*words, "--help")
    assert code == 0
    assert f"例：wenban catalog {' '.join(words)}" in out

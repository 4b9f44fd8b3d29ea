"""The whole file of a case as one zip."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.mailbox.numbers import case_number
from bot.office.office import Office
from bot.store.papers import Attached
from tests.commands.conftest import ANSWERED, IDENTITY, PHONE, REQUEST, Run

Opened = Callable[..., str]
Steps = Callable[..., None]
FILES = (
    Attached("a1", "身份证.jpg", "image/jpeg", b"\xff\xd8photo"),
    Attached("a2", "../../etc/passwd", "text/plain", b"slip"),
    Attached("a3", "C:\\temp\\方案.pdf", "application/pdf", b"%PDF"),
    Attached("a4", "", "image/png", b"\x89PNG"),
)


@pytest.fixture
def case_with_files(opened: Opened, office_at: Callable[[datetime], Office]) -> str:
    """A request to which the citizen attached files, some with bad names."""
    number = opened(REQUEST)
    now = datetime.now(UTC)
    with office_at(now).store.transaction() as t:
        stored = t.cases.get(case_number(number))
        assert stored is not None
        for file in FILES:
            t.papers.upload(file, "someone", now)
            t.papers.attach(stored, (file.id,), "someone")
    return number


def test_everything_is_in_it(run: Run, case_with_files: str, steps: Steps, tmp_path: Path, home: Path) -> None:
    number, out = case_with_files, tmp_path / "卷宗.zip"
    steps(number, *ANSWERED, ("note", "--text", "=HYPERLINK(1)", "--as", "reg"))
    done = run("case", "export", number, "--out", out, "--as", "reg")
    assert (done.code, "附件 4 个" in done.out) == (0, True)
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        content = {name: archive.read(name) for name in archive.namelist()}
    attached = [name for name in content if name.startswith("attachments/")]
    assert attached == ["attachments/01-身份证.jpg", "attachments/02-passwd", "attachments/03-方案.pdf",
                        "attachments/04-附件4.png"]  # fmt: skip
    assert [content[name] for name in attached] == [file.content for file in FILES]
    letters = [name.removeprefix("documents/") for name in content if name.startswith("documents/")]
    assert letters == ["01-receipt.docx", "01-receipt.txt", "02-registered.docx", "02-registered.txt",
                       "03-reply_granted.docx", "03-reply_granted.txt"]  # fmt: skip
    case = json.loads(content["case.json"])
    assert (case["ref"], case["stage"], case["content"]["applicant"]["identity"]) == (number, "replied", IDENTITY)
    events = json.loads(content["events.json"])
    rows = list(csv.DictReader(io.StringIO(content["events.csv"].decode("utf-8-sig"))))
    assert [one["action"] for one in events] == [one["action"] for one in rows]
    assert rows[-1]["text"] == "'=HYPERLINK(1)"
    assert PHONE not in content["events.csv"].decode()
    assert out.stat().st_mode & 0o077 == 0
    assert f"exported: {number} by reg" in (home / "access.log").read_text()


def test_the_same_case_gives_the_same_bytes(run: Run, case_with_files: str, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        assert run("case", "export", case_with_files, "--out", tmp_path / name, "--as", "boss").code == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("staff", ["dep", "law", "head"])
def test_it_is_for_the_registrar_alone(run: Run, case_with_files: str, tmp_path: Path, staff: str) -> None:
    done = run("case", "export", case_with_files, "--out", tmp_path / "x.zip", "--as", staff)
    assert (done.code, "您不能导出卷宗" in done.err) == (3, True)
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.parametrize(("place", "said"), [("there.zip", "已经有了"), ("no/such/folder.zip", "写不进去")])
def test_no_file_is_overwritten(run: Run, opened: Opened, tmp_path: Path, place: str, said: str) -> None:
    (tmp_path / "there.zip").write_bytes(b"mine")
    done = run("case", "export", opened(REQUEST), "--out", tmp_path / place, "--as", "reg")
    assert (done.code, said in done.err) == (2, True)
    assert (tmp_path / "there.zip").read_bytes() == b"mine"

"""The commands as staff type them, on a home of their own with one account for each role."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.office.desk import desk_of
from bot.office.office import Office
from bot.settings import Settings
from bot.store.opening import open_store
from catalog.load import load
from tests.conftest import write_catalog

DEPARTMENTS = """\
departments:
  - {id: gongan, name: 区公安分局}
  - {id: zhujian, name: 区住建局}
"""
IDENTITY, PHONE, EMAIL = "420102199003078514", "13812345678", "liming@example.com"
REQUEST = {
    "form": "申请",
    "kind": "自然人",
    "name": "李明",
    "identity": IDENTITY,
    "phone": PHONE,
    "email": EMAIL,
    "description": f"解放路片区征收补偿方案，本人{IDENTITY}",
    "medium": "纸面",
    "way": "邮寄",
    "address": "湖北省荆州市沙市区某路12号3楼",
}
LETTER = {
    "form": "来信",
    "letter_kind": "投诉",
    "text": "塔桥路12号门口的路灯坏了半个月，请派人修一修。",
    "subject": "塔桥路路灯不亮",
    "name": "王芳",
    "phone": "13987654321",
    "email": "wangfang@example.com",
}
STAFF = (
    ("reg", "王丽", "政务公开办", None),
    ("dep", "李强", "承办部门", "区住建局"),
    ("other", "周平", "承办部门", "gongan"),
    ("law", "赵明", "legal", None),
    ("head", "钱进", "领导", None),
    ("boss", "孙管", "管理员", None),
)


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

    @property
    def said(self) -> str:
        """All of it."""
        return self.out + self.err


Run = Callable[..., Done]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def bare(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; there are no accounts yet."""
    folder = write_catalog(tmp_path / "catalog", {"departments.yaml": DEPARTMENTS})
    monkeypatch.setenv("WENBAN_HOME", str(home))
    monkeypatch.setenv("WENBAN_CATALOG", str(folder))
    for name in ("WENBAN_STAFF", "WENBAN_KEY", "WENBAN_DATABASE", "WENBAN_MAIL_IN", "WENBAN_MAIL_OUT"):
        monkeypatch.delenv(name, raising=False)

    def go(*words: object) -> Done:
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        assert "\x1b" not in said.out
        return Done(int(ended.value.code or 0), said.out, said.err)

    return go


@pytest.fixture
def run(bare: Run) -> Run:
    """Runs a command; every role has an account."""
    for name, person, role, department in STAFF:
        words = ["--department", department] if department else []
        assert bare("staff", "add", name, "--name", person, "--role", role, *words).code == 0
    return bare


@pytest.fixture
def opened(run: Run, tmp_path: Path) -> Callable[..., str]:
    """Enters a request or letter that came in on paper; gives its number."""

    def enter(content: dict[str, str], *words: object, by: str = "in_person") -> str:
        file = tmp_path / "paper.json"
        file.write_text(json.dumps(content))
        done = run("case", "open", file, "--received-by", by, *words, "--as", "reg", "--json")
        assert done.code == 0, done.err
        return str(done.json["ref"])

    return enter


@pytest.fixture
def office_at(run: Run, home: Path, tmp_path: Path) -> Iterator[Callable[[datetime], Office]]:
    """The office of the same home at another moment, for what happened long ago."""
    settings = Settings(home=home)
    store = open_store(settings)
    desk = desk_of(settings, load(tmp_path / "catalog"))
    yield lambda moment: Office(store, desk, lambda: moment.astimezone(UTC))
    store.close()


@pytest.fixture
def steps(run: Run) -> Callable[..., None]:
    """Takes steps, each written as on the command line after ``case``; every one must work."""

    def take(number: str, *lines: tuple[str, ...]) -> None:
        for name, *words in lines:
            done = run("case", name, number, *words)
            assert done.code == 0, (name, done.err)

    return take


ANSWERED = (
    ("register", "--as", "reg"),
    ("assign", "--department", "区住建局", "--as", "reg"),
    ("draft", "--outcome", "予以公开", "--text", "经审查，予以公开。", "--finish", "--as", "dep"),
    ("review", "--pass", "--as", "law"),
    ("sign", "--as", "head"),
    ("reply", "--as", "reg"),
)
"""From a request on the desk to its reply."""

"""A phrasing goes into the YAML at its place and nothing else changes, whatever the file looks like."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import UserError
from bot.learning.accept import DRAFT, accept, propose
from bot.learning.privacy import LONGEST
from catalog.errors import CatalogFaults
from catalog.load import SHIPPED, load
from catalog.yaml_source import MAX_BYTES
from tests.conftest import SMALL, write_catalog

SAID = "出国的本本哪里弄"
HEAD = """\
# 区公安分局的事项，2026 年核对
department: gongan   # 不要改
items:
  # 第一个
  - id: id-card-reissue
    name: "居民身份证补领"
    type: 行政确认
    audiences: [自然人]
    themes: [户籍身份]
    phrasings: ['身份证搞丢了怎么补', ]   # 一行写的
    guide: {online: {available: true}}
"""
TAIL = """\
    type: 行政许可
    audiences: [自然人]
    themes: [出境入境]   # 主题
    guide:
      online: {available: false}
      summary: >-
        第一次办护照，
        带身份证。
  # 最后一行注释
"""
SHAPES = {
    "block": "  - id: passport\n    name: 普通护照首次申领\n    phrasings:\n      - 头一回办护照\n      - 护照几久能拿\n",
    "comments": "  - id: passport\n    name: 普通护照首次申领\n    phrasings:  # 问法\n      - 头一回办护照   # 甲\n"
    "      # 下面还有\n      - 护照几久能拿  # 乙\n      # 到此为止\n",
    "not indented": "  - id: passport\n    name: 普通护照首次申领\n    phrasings:\n    - 头一回办护照\n",
    "far indented": "  -   id: passport\n      name: 普通护照首次申领\n      phrasings:\n          -   头一回办护照\n",
    "several lines": "  - id: passport\n    name: 普通护照首次申领\n    phrasings:\n      - 头一回办护照\n      - 护照要\n"
    "        几久能\n        拿\n",
    "quoted lines": '  - id: passport\n    name: 普通护照首次申领\n    phrasings:\n      - "护照要\n\n        几久能拿"\n',
    "folded": "  - id: passport\n    name: 普通护照首次申领\n    phrasings:\n      - >-\n        护照要\n        几久能拿\n",
    "brackets": "  - id: passport\n    name: 普通护照首次申领\n    phrasings: [头一回办护照, '护照[急]']  # 完\n",
    "open brackets": "  - id: passport\n    name: 普通护照首次申领\n    phrasings: [\n      头一回办护照,\n      护照急,  # ]\n    ]\n",
    "empty": "  - id: passport\n    name: 普通护照首次申领\n    phrasings: []\n",
    "missing": "  - id: passport\n    name: 普通护照首次申领\n",
    "missing after aliases": "  - id: passport\n    name: 普通护照首次申领\n    aliases: [办护照]  # 别名\n",
    "missing after a list": "  - id: passport\n    aliases:\n      - 办护照\n      - 护照\n    name: 普通护照首次申领\n",
    "name folded": "  - id: passport\n    name: >-\n      普通护照首次申领\n",
    "dash alone": "  -\n    id: passport\n    name: 普通护照首次申领\n",
}


def written(folder: Path, passport: str, change: Callable[[str], str] = lambda text: text) -> Path:
    """A catalogue whose second item is written like ``passport``."""
    tail = TAIL.replace("\n  ", "\n    ").replace("    type", "      type", 1) if "-   id" in passport else TAIL
    return write_catalog(folder, {"items/gongan.yaml": change(HEAD + passport + tail).encode()})


def phrasings(folder: Path, item: str = "passport") -> tuple[str, ...]:
    return load(folder).items_by_id[item].phrasings


def is_one_insertion(before: bytes, after: bytes) -> bool:
    """Whether ``after`` is ``before`` with one piece put in."""
    more = len(after) - len(before)
    return more > 0 and any(after[:at] + after[at + more :] == before for at in range(len(before) + 1))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_everything_else_is_as_it_was(tmp_path: Path, shape: str, ends: str) -> None:
    folder = written(tmp_path, SHAPES[shape], lambda text: text.replace("\n", ends))
    file, known = folder / "items" / "gongan.yaml", phrasings(folder)
    before = file.read_bytes()
    made = accept(SAID, "passport", folder)
    after = file.read_bytes()
    assert phrasings(folder) == (*known, SAID)
    assert phrasings(folder, "id-card-reissue") == ("身份证搞丢了怎么补",)
    assert is_one_insertion(before, after)
    assert (made.before, made.after) == (before, after)
    assert SAID in made.added
    assert SAID in "".join(after.decode().splitlines(keepends=True)[made.line - 1 : made.line + 1])
    assert after.count(b"\r\n") - before.count(b"\r\n") == (after.count(b"\n") - before.count(b"\n")) * (
        ends == "\r\n"
    )
    assert not (folder / DRAFT).exists()


@pytest.mark.parametrize("shape", ["block", "several lines", "brackets"])
def test_a_file_that_does_not_end_its_last_line(tmp_path: Path, shape: str) -> None:
    other = "  - id: passport\n    type: 行政许可\n    audiences: [自然人]\n    themes: [x]\n    guide: {online: {available: false}}\n"
    fields = SHAPES[shape].partition("\n")[2]
    folder = write_catalog(tmp_path, {"items/gongan.yaml": (HEAD + other + fields).rstrip("\n").encode()})
    file, known = folder / "items" / "gongan.yaml", phrasings(folder)
    before = file.read_bytes()
    accept(SAID, "passport", folder)
    assert phrasings(folder) == (*known, SAID)
    assert is_one_insertion(before, file.read_bytes())


ODD = [
    "护照 # 急用", "- 护照急用", "护照: 急用", "“护照”急用", '说"护照"急用', "'护照'急用", "12345", "yes", "null", "1e3",
    "2026年护照", "[护照]急用", "{护照: 快}", "*护照急用", "&护照急用", "!护照急用", "护照, 急用", "100%要护照", "护照🙂急用",
    "护照\\n急用", "? 护照", "护照急用:", "@护照", "`护照`", "| 护照", "> 护照", "护照 #", "𠮷护照",
]  # fmt: skip


@pytest.mark.parametrize("said", ODD)
@pytest.mark.parametrize("shape", ["block", "brackets", "empty", "missing"])
def test_any_wording_reads_back_as_it_is(tmp_path: Path, said: str, shape: str) -> None:
    folder = written(tmp_path, SHAPES[shape])
    before = (folder / "items" / "gongan.yaml").read_bytes()
    accept(said, "passport", folder)
    assert phrasings(folder)[-1] == said
    assert is_one_insertion(before, (folder / "items" / "gongan.yaml").read_bytes())


@pytest.mark.parametrize(
    ("said", "item", "problem"),
    [
        ("头一回办护照", "passport", "已经是“普通护照首次申领”的问法"),
        ("頭一回，办护照！", "passport", "已经是“普通护照首次申领”的问法"),
        ("身份证搞丢了怎么补？", "passport", "已经是“居民身份证补领”的问法"),
        ("居民身份证补领", "passport", "“居民身份证补领”的名称"),
        ("怎么办普通护照首次申领", "passport", "正式名称"),
        ("我叫张三，护照掉了", "passport", "姓名、号码"),
        ("护照掉了打13800138000", "passport", "姓名、号码"),
        ("护" * (LONGEST + 1), "passport", "121 个字"),
        ("护照\n掉了", "passport", "只写一行"),
        ("护照\u200b掉了", "passport", "只写一行"),
        ("？？", "passport", "请在引号里写"),
        (SAID, "nothing", "没有编号或名称是“nothing”"),
    ],
)
def test_what_is_refused_changes_nothing(tmp_path: Path, said: str, item: str, problem: str) -> None:
    folder = written(tmp_path, SHAPES["block"])
    before = (folder / "items" / "gongan.yaml").read_bytes()
    for attempt in (propose, accept):
        with pytest.raises(UserError, match=problem):
            attempt(said, item, folder)
    assert (folder / "items" / "gongan.yaml").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["departments.yaml", "district.yaml", "items"]


def test_what_means_a_life_event_is_no_phrasing(tmp_path: Path) -> None:
    event = (
        "life_events:\n  - {id: trip, name: 出国, phrasings: [我要出国], steps: [{item: passport, why: 先办}]}\n"
    )
    folder = write_catalog(tmp_path, {"life_events.yaml": event})
    with pytest.raises(UserError, match="“出国”的问法"):
        accept("我要出国！", "passport", folder)


def test_the_item_may_be_named(small: Path) -> None:
    accept(SAID, "普通护照首次申领", small)
    assert phrasings(small) == (SAID,)


def test_a_proposal_writes_nothing(small: Path) -> None:
    item, made = propose(SAID, "passport", small)
    assert item.name == "普通护照首次申领"
    assert (small / "items" / "gongan.yaml").read_bytes() == made.before == SMALL["items/gongan.yaml"].encode()


def test_an_item_on_one_line_is_left_to_people(tmp_path: Path) -> None:
    one_line = "  - {id: x, name: 某事, type: 行政许可, audiences: [自然人], themes: [y], guide: {online: {available: false}}}\n"
    folder = write_catalog(tmp_path, {"items/gongan.yaml": HEAD + one_line})
    with pytest.raises(UserError, match="手工"):
        accept(SAID, "x", folder)
    assert (folder / "items" / "gongan.yaml").read_text() == HEAD + one_line


def test_a_faulty_catalogue_is_said_and_left(tmp_path: Path) -> None:
    folder = written(tmp_path, SHAPES["block"])
    (folder / "synonyms.yaml").write_text("synonyms: 3\n")
    with pytest.raises(CatalogFaults):
        accept(SAID, "passport", folder)
    assert SAID not in (folder / "items" / "gongan.yaml").read_text()
    assert not (folder / DRAFT).exists()


def test_what_would_make_the_catalogue_faulty_is_not_written(tmp_path: Path) -> None:
    text = HEAD + SHAPES["block"] + TAIL
    full = text + "#" * (MAX_BYTES - len(text.encode()))
    folder = write_catalog(tmp_path, {"items/gongan.yaml": full})
    with pytest.raises(CatalogFaults) as refused:
        accept(SAID, "passport", folder)
    assert "上限" in str(refused.value.faults[0])
    assert (folder / "items" / "gongan.yaml").stat().st_size == MAX_BYTES
    assert phrasings(folder) == ("头一回办护照", "护照几久能拿")


def test_a_draft_left_behind_is_explained(small: Path) -> None:
    (small / DRAFT).write_bytes(b"")
    with pytest.raises(UserError, match=r"请删掉 .*\.accepting"):
        accept(SAID, "passport", small, patience=0.0)
    assert (small / DRAFT).exists()


def test_rights_and_links_stay(tmp_path: Path) -> None:
    folder = written(tmp_path / "c", SHAPES["block"])
    file, elsewhere = folder / "items" / "gongan.yaml", tmp_path / "kept.yaml"
    shutil.move(file, elsewhere)
    elsewhere.chmod(0o640)
    file.symlink_to(elsewhere)
    accept(SAID, "passport", folder)
    assert file.is_symlink()
    assert elsewhere.stat().st_mode & 0o777 == 0o640
    assert SAID in elsewhere.read_text()


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    folder = written(tmp_path, SHAPES["block"])
    together = threading.Barrier(8, timeout=20)
    refused: list[str] = []

    def run(said: str, item: str) -> None:
        together.wait()
        try:
            accept(said, item, folder)
        except UserError as error:
            refused.append(error.message)

    wanted = [
        (f"{word}本本哪里弄", ("passport", "id-card-reissue")[at % 2]) for at, word in enumerate("甲乙丙丁戊己")
    ]
    # Twice the same, for two items: one of them comes too late.
    wanted += [(SAID, "passport"), (SAID, "id-card-reissue")]
    threads = [threading.Thread(target=run, args=one) for one in wanted]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    both = (*phrasings(folder), *phrasings(folder, "id-card-reissue"))
    assert sorted(said for said, _ in wanted[:-1]) == sorted(set(both) & {said for said, _ in wanted})
    assert both.count(SAID) == 1
    assert len(refused) == 1
    assert "已经是" in refused[0]


def test_an_edit_by_hand_in_between_is_not_overwritten(tmp_path: Path) -> None:
    folder = written(tmp_path, SHAPES["block"])
    _, made = propose(SAID, "passport", folder)
    file = folder / "items" / "gongan.yaml"
    file.write_text(file.read_text().replace("# 不要改", "# 改过了"))
    accept(SAID, "passport", folder)
    assert "# 改过了" in file.read_text()
    assert made.after != file.read_bytes()


@pytest.fixture(scope="module")
def shashi(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path_factory.mktemp("shashi") / "catalog"))


def test_the_shipped_catalogue_takes_one_in_its_last_item(shashi: Path) -> None:
    file = max((shashi / "items").glob("*.yaml"), key=lambda one: one.stat().st_size)
    last = [item for item in load(shashi).items if item.competent_authority == file.stem][-1]
    made = accept("火星上的那个证哪里弄", last.id, shashi)
    assert made.file == file
    assert is_one_insertion(made.before, made.after)
    assert file.read_bytes() == made.after
    assert made.after.count(b"\n") == made.before.count(b"\n") + 1

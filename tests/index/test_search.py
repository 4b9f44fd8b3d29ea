"""Searching a small catalogue, and how its index comes about and stays whole."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import CatalogFaults
from index.build import build, directory_name
from index.errors import BadQuery, IndexMissing, SearchError
from index.results import Filters
from index.snapshot import Snapshot, ensure_snapshot, open_snapshot
from index.snippets import CLOSE, OPEN, mark
from tests.conftest import SMALL, write_catalog

BOTH = ["id-card-reissue", "passport"]
WITH_SYNONYMS = {
    "synonyms.yaml": "synonyms:\n"
    "  - {say: [出国本本], mean: [护照]}\n"
    "  - {say: [派司], mean: [身份证], both_ways: true}\n",
    "items/gongan.yaml": SMALL["items/gongan.yaml"]
    .replace("普通护照首次申领", "普通护照首次申领")
    .replace("aliases: [办护照]", "aliases: [办护照, 派司换新]"),
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The small catalogue with two synonyms."""
    folder = tmp_path_factory.mktemp("search")
    return ensure_snapshot(write_catalog(folder / "catalog", WITH_SYNONYMS), folder / "index")


def ids(snapshot: Snapshot, words: str, **filters: str | bool) -> list[str]:
    chosen = Filters(**filters) if filters else None  # type: ignore[arg-type]
    return [hit.item.id for hit in snapshot.index.search(words, chosen).hits]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("护照", ["passport"]),
        ("補辦護照", ["passport", "id-card-reissue"]),
        ("ｈｕｚｈａｏ", ["passport"]),
        ("hu zhao", ["passport"]),
        ("身份证搞丢了怎么补", ["id-card-reissue"]),
        ("户口簿", ["id-card-reissue"]),
        ("公安局", BOTH),
        ("天上的云", []),
        ("", []),
        ("怎么办", []),
    ],
)
def test_words_find_items(small: Path, tmp_path: Path, words: str, found: list[str]) -> None:
    assert ids(ensure_snapshot(small, tmp_path / "index"), words) == found


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"department": "公安"}, BOTH),
        ({"department": "gongan"}, BOTH),
        ({"department": "民政"}, []),
        ({"audience": "个人"}, BOTH),
        ({"audience": "企业"}, []),
        ({"theme": "户籍"}, ["id-card-reissue"]),
        ({"type": "许可"}, ["passport"]),
        ({"type": "行政确认"}, ["id-card-reissue"]),
        ({"online": True}, ["id-card-reissue"]),
        ({"online": False}, ["passport"]),
        ({"online": True, "type": "许可"}, []),
    ],
)
@pytest.mark.parametrize("words", ["公安局", "department:公安"])
def test_filters_narrow_a_search(
    snapshot: Snapshot, words: str, filters: dict[str, str | bool], found: list[str]
) -> None:
    assert ids(snapshot, words, **filters) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("name:护照 AND department:公安", ["passport"]),
        ("name:护照 AND department:民政", []),
        ("name:身份证", ["id-card-reissue"]),
        ("name:居民身份证补领", ["id-card-reissue"]),
        ("name:护照 OR name:身份证", BOTH),
        ("department:公安 NOT name:护照", ["id-card-reissue"]),
        ("guide:户口簿", ["id-card-reissue"]),
        ("online:true", ["id-card-reissue"]),
        ("online:false", ["passport"]),
        ("type:行政许可", ["passport"]),
        ("theme:户籍身份", ["id-card-reissue"]),
        ("audience:自然人", BOTH),
        ("name:護照", ["passport"]),
        ("name:护*", ["passport"]),
        ("(name:护照 OR name:身份证) AND online:true", ["id-card-reissue"]),
        ("nothing:护照", []),
    ],
)
def test_the_query_language(snapshot: Snapshot, words: str, found: list[str]) -> None:
    assert sorted(ids(snapshot, words)) == found


def test_a_question_mark_is_no_query_language(snapshot: Snapshot) -> None:
    """People end questions with it; half width is what a keyboard in English mode gives."""
    assert ids(snapshot, "护照怎么办?") == ids(snapshot, "护照怎么办？") == ["passport"]


@pytest.mark.parametrize("words", ['! " ~ ( OR "', "? NOT NOT 2"])
def test_what_cannot_be_parsed_is_a_bad_query(snapshot: Snapshot, words: str) -> None:
    with pytest.raises(BadQuery, match="看不懂"):
        snapshot.index.search(words)


PIECES = st.sampled_from(
    [
        "护照",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        "name:",
        "foo:",
        "online:",
        "*",
        "?",
        '"',
        "[",
        "]",
        "TO",
        "{",
        "~",
        "^",
        "2",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=7), st.sampled_from(["", " "]))
def test_a_query_is_answered_or_bad_and_nothing_else(snapshot: Snapshot, pieces: list[str], gap: str) -> None:
    try:
        hits = snapshot.index.search(gap.join(pieces)).hits
    except BadQuery as error:
        assert "例子" in error.message  # noqa: PT017
    else:
        assert {hit.item.id for hit in hits} <= set(BOTH)


def test_one_way_synonym(snapshot: Snapshot) -> None:
    assert ids(snapshot, "出国本本") == ["passport"]
    (hit,) = snapshot.index.search("出国本本").hits
    assert hit.coverage == 1.0
    assert [e.means for e in snapshot.index.understand("护照").expansions] == []


def test_two_way_synonym(snapshot: Snapshot) -> None:
    assert set(ids(snapshot, "派司")) == set(BOTH)
    assert set(ids(snapshot, "身份证")) == set(BOTH)
    assert [e.means for e in snapshot.index.understand("身份证").expansions] == [("派司",)]


def test_hits_say_why(snapshot: Snapshot) -> None:
    (hit,) = snapshot.index.search("户口簿", explain=True).hits
    assert [(match.field, match.words) for match in hit.matches] == [("指南", ("户口簿",))]
    assert hit.coverage == 0.0
    best = snapshot.index.search("补身份证", explain=True).hits[0]
    assert {match.field: match.words for match in best.matches}["别名"] == ("补身份证",)
    assert best.snippet == f"{OPEN}身份证{CLOSE}丢了重新领一张。"


@pytest.mark.parametrize(
    ("text", "terms", "marked"),
    [
        ("身份证丢了", ["身份证", "份证"], "<身份证>丢了"),
        ("丢了身份证", ["身份证"], "丢了<身份证>"),
        ("护照护照", ["护照"], "<护照护照>"),
        ("护照", ["户口"], "护照"),
        ("VISA 卡", ["visa"], "<VISA> 卡"),
        ("", ["护照"], ""),
    ],
)
def test_found_words_are_marked(text: str, terms: list[str], marked: str) -> None:
    assert mark(text, terms) == marked.replace("<", OPEN).replace(">", CLOSE)


@given(
    st.text(alphabet="护照身份证Aİß😀 ", max_size=20), st.lists(st.sampled_from(["护照", "身份", "证", "a", "i"]))
)
def test_marks_come_in_pairs_and_change_nothing(text: str, terms: list[str]) -> None:
    marked = mark(text, terms)
    assert marked.replace(OPEN, "").replace(CLOSE, "") == text
    depth = 0
    for letter in marked:
        depth += (letter == OPEN) - (letter == CLOSE)
        assert depth in (0, 1)
    assert depth == 0


def test_a_near_miss_is_suggested(snapshot: Snapshot) -> None:
    assert "护照" in snapshot.index.suggest("沪照")
    assert snapshot.index.suggest("护照") == ()


def test_an_unchanged_catalogue_opens_without_a_build(small: Path, tmp_path: Path) -> None:
    parent = tmp_path / "index"
    ensure_snapshot(small, parent)
    (folder,) = parent.iterdir()
    before = (folder.stat().st_mtime_ns, parent.stat().st_mtime_ns, sorted(p.name for p in folder.iterdir()))
    assert ids(ensure_snapshot(small, parent), "护照") == ["passport"]
    after = (folder.stat().st_mtime_ns, parent.stat().st_mtime_ns, sorted(p.name for p in folder.iterdir()))
    assert after == before


def test_a_changed_catalogue_gets_another_directory(small: Path, tmp_path: Path) -> None:
    parent = tmp_path / "index"
    old = ensure_snapshot(small, parent)
    (first,) = parent.iterdir()
    write_catalog(small, {"items/gongan.yaml": SMALL["items/gongan.yaml"].replace("普通护照首次申领", "出国证件")})
    new = ensure_snapshot(small, parent)
    assert len(list(parent.iterdir())) == 2
    assert first.is_dir()
    assert ids(new, "出国证件") == ["passport"]
    assert old.index.search("普通护照").hits[0].item.name == "普通护照首次申领"


def test_a_faulty_catalogue_builds_nothing(small: Path, tmp_path: Path) -> None:
    write_catalog(small, {"items/gongan.yaml": "items: 3\n"})
    with pytest.raises(CatalogFaults):
        ensure_snapshot(small, tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_what_is_read_back_is_what_was_built(small: Path, tmp_path: Path) -> None:
    built = ensure_snapshot(small, tmp_path / "index")
    (folder,) = (tmp_path / "index").iterdir()
    assert folder.name == directory_name(built.catalog.fingerprint)
    assert open_snapshot(folder).catalog == built.catalog
    assert build(built.catalog, tmp_path / "index") == folder


KILLED = """
import os, sys
from pathlib import Path
from catalog.load import load
from index.build import build

event, name = sys.argv[3:]
def hook(what, args):
    if what == event and args and Path(str(args[0])).name.startswith(name):
        os.kill(os.getpid(), 9)
catalog = load(Path(sys.argv[1]))
sys.addaudithook(hook)
build(catalog, Path(sys.argv[2]))
"""


@pytest.mark.parametrize(
    ("event", "name"),
    [("open", "MAIN"), ("open", "values.npy"), ("open", "catalog.json"), ("os.rename", ".building-")],
)
def test_a_killed_build_leaves_nothing_usable(small: Path, tmp_path: Path, event: str, name: str) -> None:
    parent = tmp_path / "index"
    command = [sys.executable, "-c", KILLED, str(small), str(parent), event, name]
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == -9
    assert all(left.name.startswith(".") for left in parent.iterdir())
    assert ids(ensure_snapshot(small, parent), "护照") == ["passport"]


def test_builds_side_by_side_give_one_index(small: Path, tmp_path: Path) -> None:
    parent = tmp_path / "index"
    start, found = threading.Barrier(4), []

    def one() -> None:
        start.wait()
        found.append(ids(ensure_snapshot(small, parent), "护照"))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["passport"]] * 4
    assert len(list(parent.iterdir())) == 1


@pytest.mark.parametrize("below", ["", "deeper/"])
def test_an_unwritable_place_is_said(small: Path, tmp_path: Path, below: str) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    with pytest.raises(SearchError, match="WENBAN_HOME"):
        ensure_snapshot(small, file / f"{below}index")


@pytest.mark.parametrize("content", [None, "", "{", '{"district": 3}'])
def test_a_folder_that_is_no_index(tmp_path: Path, content: str | None) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    if content is not None:
        (folder / "catalog.json").write_text(content)
    with pytest.raises(IndexMissing, match="catalog build"):
        open_snapshot(folder)


@pytest.mark.parametrize("lost", ["catalog.json", "terms.json", "values.npy"])
def test_a_damaged_index_is_built_again(small: Path, tmp_path: Path, lost: str) -> None:
    """IndexMissing says that building mends it; so it must."""
    parent = tmp_path / "index"
    ensure_snapshot(small, parent)
    (folder,) = parent.iterdir()
    (folder / lost).unlink()
    assert ids(ensure_snapshot(small, parent), "护照") == ["passport"]


def test_an_index_may_be_moved(small: Path, tmp_path: Path) -> None:
    ensure_snapshot(small, tmp_path / "index")
    (folder,) = (tmp_path / "index").iterdir()
    shutil.copytree(folder, tmp_path / "elsewhere")
    shutil.rmtree(tmp_path / "index")
    assert ids(open_snapshot(tmp_path / "elsewhere"), "name:护照") == ["passport"]


@pytest.mark.parametrize("words", ["护照", "身份证", "hunyin", "公积金", "残疾人", "name:护照 AND department:公安"])
def test_the_shipped_catalogue_answers(shipped: Snapshot, words: str) -> None:
    assert ids(shipped, words)

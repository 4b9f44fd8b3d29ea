"""What is served changes whole or not at all, can be taken back, and survives kills and damage."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from catalog.errors import CatalogError, CatalogFaults
from index.build import directory_name
from index.errors import IndexMissing, SearchError
from index.pointer import KEPT, POINTER_FILE, How
from index.shelf import Overtaken, Seen, Shelf
from index.snapshot import Snapshot, ensure_snapshot
from tests.conftest import NOW, SMALL, write_catalog

DISTRICT = SMALL["district.yaml"]


def edited(folder: Path, version: int) -> Path:
    """The catalogue of this version."""
    return write_catalog(folder, {"district.yaml": f'{DISTRICT}hotline: "{version}"\n'})


def version(snapshot: Snapshot | None) -> int:
    assert snapshot is not None
    assert snapshot.index.find("护照", 1)[0].item.id == "passport"
    return int(snapshot.catalog.district.hotline)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "index")


def fill(shelf: Shelf, folder: Path, *versions: int) -> None:
    for one in versions:
        shelf.reload(edited(folder, one), f"v{one}", NOW + timedelta(minutes=one))


def test_the_first_start_serves_the_folder_and_later_ones_what_was_served(shelf: Shelf, small: Path) -> None:
    assert shelf.history() == ()
    assert (shelf.mark(), shelf.served(), shelf.stamp()) == ("", None, None)
    assert version(shelf.open(edited(small, 1), "system", NOW)) == 1
    assert version(shelf.open(edited(small, 2), "system", NOW)) == 1
    (entry,) = shelf.history()
    assert (entry.who, entry.at, entry.how, entry.changes.added) == ("system", NOW, How.RELOAD, 2)


def test_a_reload_says_what_it_changed(shelf: Shelf, small: Path) -> None:
    fill(shelf, small, 1, 2)
    files = {
        "items/gongan.yaml": SMALL["items/gongan.yaml"]
        .replace("40 元", "20 元")
        .replace("    related_services: [{id: passport}]\n", "")
        .partition("  - id: passport")[0]
    }
    before = shelf.stamp()
    reloaded = shelf.reload(write_catalog(small, files), "王", NOW)
    assert reloaded.served == shelf.history()[0]
    assert reloaded.served is not None
    assert dict(reloaded.served.changes) == {"added": 0, "removed": 1, "changed": 1, "others": 1}
    assert shelf.stamp() != before
    assert [one.who for one in shelf.history()] == ["王", "v2", "v1"]


def test_nothing_new_is_no_reload(shelf: Shelf, small: Path) -> None:
    fill(shelf, small, 1)
    assert shelf.reload(small, "again", NOW).served is None
    assert [one.who for one in shelf.history()] == ["v1"]
    with pytest.raises(IndexMissing, match="没有更早的"):
        shelf.rollback("me", NOW)


def half(folder: Path) -> None:
    text = (folder / "items" / "gongan.yaml").read_text()
    (folder / "items" / "gongan.yaml").write_text(text[:500])


FAULTS: dict[str, Callable[[Path], object]] = {
    "a broken file": lambda folder: (folder / "items" / "gongan.yaml").write_text("items: ["),
    "half a file": half,
    "no items": lambda folder: shutil.rmtree(folder / "items"),
    "another encoding": lambda folder: (folder / "district.yaml").write_bytes(DISTRICT.encode("gb18030")),
    "an unknown department": lambda folder: (folder / "departments.yaml").write_text("departments: []\n"),
    "no district": lambda folder: (folder / "district.yaml").unlink(),
    "no folder": shutil.rmtree,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_catalogue_never_replaces_a_good_one(shelf: Shelf, small: Path, fault: str) -> None:
    fill(shelf, small, 1, 2)
    before = shelf.pointer()
    FAULTS[fault](small)
    with pytest.raises(CatalogError) as refused:
        shelf.reload(small, "me", NOW)
    assert shelf.pointer() == before
    assert version(shelf.current()) == 2
    if fault not in {"no district", "no folder"}:
        assert isinstance(refused.value, CatalogFaults)
        assert all(str(one) for one in refused.value.faults)


def test_a_faulty_first_catalogue_is_not_served(shelf: Shelf, small: Path) -> None:
    half(small)
    with pytest.raises(CatalogFaults):
        shelf.open(small, "system", NOW)
    assert shelf.mark() == ""


def test_rollback_goes_back_in_the_order_of_serving(shelf: Shelf, small: Path) -> None:
    fill(shelf, small, 1, 2, 3)
    assert version(shelf.earlier()) == 2
    assert version(shelf.rollback("me", NOW).snapshot) == 2
    assert version(shelf.rollback("me", NOW).snapshot) == 1
    with pytest.raises(IndexMissing, match="没有更早的"):
        shelf.rollback("me", NOW)
    assert version(shelf.current()) == 1
    fill(shelf, small, 4, 3)
    assert version(shelf.rollback("you", NOW, steps=2).snapshot) == 1
    assert [one.who for one in shelf.history()] == ["you", "v3", "v4", "me", "me", "v3", "v2", "v1"]
    assert [one.how.value for one in shelf.history()][:4] == ["rollback", "reload", "reload", "rollback"]


@pytest.mark.parametrize("steps", [0, -1, 3])
def test_there_is_no_going_back_so_far(shelf: Shelf, small: Path, steps: int) -> None:
    fill(shelf, small, 1, 2)
    with pytest.raises(IndexMissing):
        shelf.rollback("me", NOW, steps)
    assert version(shelf.current()) == 2


def test_rollback_needs_neither_the_folder_nor_a_build(shelf: Shelf, small: Path, tmp_path: Path) -> None:
    fill(shelf, small, 1, 2)
    shutil.rmtree(small)
    folders = {path: path.stat().st_mtime_ns for path in (tmp_path / "index").glob("*-v*")}
    assert version(shelf.rollback("me", NOW).snapshot) == 1
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "index").glob("*-v*")} == folders


def test_what_was_decided_upon_must_still_be_so(shelf: Shelf, small: Path) -> None:
    fill(shelf, small, 1)
    seen = Seen(shelf.mark(), shelf.prepare(edited(small, 2)).catalog.fingerprint)
    edited(small, 3)
    with pytest.raises(Overtaken):
        shelf.reload(small, "me", NOW, seen)
    edited(small, 2)
    assert version(shelf.reload(small, "me", NOW, seen).snapshot) == 2
    with pytest.raises(Overtaken):
        shelf.rollback("me", NOW, seen=seen)
    assert version(shelf.rollback("me", NOW, seen=Seen(seen.coming, seen.served)).snapshot) == 1


def test_a_file_saved_while_it_is_read_is_never_half_taken(shelf: Shelf, small: Path, tmp_path: Path) -> None:
    """The fingerprint is that of what was read: what is served as version n is version n in every part."""
    stop = threading.Event()

    def save() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            for name in ("district.yaml", "departments.yaml"):
                text = SMALL[name].replace("试验区", f"区{number}").replace("区公安分局", f"局{number}")
                (tmp_path / "new").write_text(text)
                os.replace(tmp_path / "new", small / name)
            stop.wait(0.01 if number % 10 else 0.2)

    saving = threading.Thread(target=save)
    saving.start()
    taken = 0
    try:
        for _ in range(6):
            try:
                mark = shelf.reload(small, "me", NOW).snapshot.catalog.fingerprint
            except CatalogError:
                continue
            taken += 1
            stored = shelf.current().catalog
            assert stored.fingerprint == mark
    finally:
        stop.set()
        saving.join()
    assert taken > 0
    last = ensure_snapshot(small, tmp_path / "other").catalog
    assert shelf.reload(small, "me", NOW).snapshot.catalog == last


DAMAGES: dict[str, Callable[[Path], object]] = {
    "an array is cut": lambda folder: (folder / "values.npy").write_bytes(b"\x93NUMPY"),
    "a file is lost": lambda folder: (folder / "terms.json").unlink(),
    "all but the catalogue": lambda folder: [
        path.unlink() for path in folder.iterdir() if path.name != "catalog.json"
    ],
    "another index version": lambda folder: folder.rename(folder.with_name(folder.name.replace("-v", "-v0"))),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_built_again_from_the_stored_catalogue(
    shelf: Shelf, small: Path, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    fill(shelf, small, 1, 2)
    shutil.rmtree(small)
    DAMAGES[damage](tmp_path / "index" / directory_name(shelf.mark()))
    assert version(shelf.current()) == 2
    assert "built again" in caplog.text
    caplog.clear()
    assert version(shelf.current()) == 2
    assert caplog.text == ""


LOSSES: dict[str, Callable[[Path], object]] = {
    "all of it": shutil.rmtree,
    "its catalogue": lambda folder: (folder / "catalog.json").write_text('{"district":'),
    "mixed up": lambda folder: shutil.copytree(
        next(p for p in folder.parent.glob("*-v*") if p != folder), folder, dirs_exist_ok=True
    ),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_is_lost_gives_way_to_the_good_one_before(
    shelf: Shelf, small: Path, tmp_path: Path, loss: str, caplog: pytest.LogCaptureFixture
) -> None:
    fill(shelf, small, 1, 2)
    LOSSES[loss](tmp_path / "index" / directory_name(shelf.mark()))
    assert version(shelf.current()) == 1
    assert "cannot be served" in caplog.text
    stamp = shelf.stamp()
    assert shelf.reload(small, "me", NOW).served is None
    assert version(shelf.current()) == 2
    assert shelf.stamp() != stamp  # so that running processes come back from the older one


@pytest.mark.parametrize("content", ["", "{", '{"line": [], "history": []}', "[1]"])
def test_a_damaged_pointer_counts_as_none(shelf: Shelf, small: Path, tmp_path: Path, content: str) -> None:
    fill(shelf, small, 1, 2)
    (tmp_path / "index" / POINTER_FILE).write_text(content)
    assert version(shelf.open(small, "system", NOW)) == 2


def test_with_everything_lost_the_folder_is_served(shelf: Shelf, small: Path, tmp_path: Path) -> None:
    fill(shelf, small, 1, 2)
    for folder in (tmp_path / "index").glob("*-v*"):
        shutil.rmtree(folder)
    with pytest.raises(IndexMissing, match="catalog reload"):
        shelf.current()
    assert version(shelf.open(edited(small, 3), "system", NOW)) == 3


def test_the_last_snapshots_are_kept_and_no_others(shelf: Shelf, small: Path, tmp_path: Path) -> None:
    shelf.reload(edited(small, 0), "v0", NOW)
    oldest = shelf.current()
    parent = tmp_path / "index"
    for name in (".building-killed", "f" * 24 + "-v4", ".building-now"):
        (parent / name).mkdir()
        age = NOW.timestamp() - (0 if name.endswith("now") else 2 * 86400)
        os.utime(parent / name, (age, age))
    fill(shelf, small, *range(1, KEPT + 2))
    kept = {path.name for path in parent.iterdir() if path.is_dir()}
    pointer = shelf.pointer()
    assert pointer is not None
    assert kept == {directory_name(mark) for mark in pointer.line} | {".building-now"}
    assert len(pointer.line) == KEPT
    assert len(pointer.history) == KEPT + 2
    assert [int(one.who[1:]) for one in pointer.history] == list(range(KEPT + 1, -1, -1))
    assert version(oldest) == 0  # whoever serves it still can
    assert version(shelf.rollback("me", NOW, KEPT - 1).snapshot) == 2


def test_two_reloads_and_a_rollback_at_once(shelf: Shelf, small: Path, tmp_path: Path) -> None:
    fill(shelf, small, 1)
    folders = [edited(tmp_path / f"c{number}", number) for number in range(2, 6)]
    start, failed = threading.Barrier(len(folders) + 1), []

    def work(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except Overtaken:
            pass  # another one came between the look and the step back
        except Exception as error:
            failed.append(error)

    acts: list[Callable[[], object]] = [lambda f=folder: shelf.reload(f, f.name, NOW) for folder in folders]  # type: ignore[misc]
    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    start_again = threading.Thread(target=work, args=(lambda: shelf.open(small, "me", NOW),))
    for thread in (*threads, start_again):
        thread.start()
    for thread in (*threads, start_again):
        thread.join()
    assert failed == []
    history = shelf.history()
    assert sorted(one.who for one in history) == ["c2", "c3", "c4", "c5", "v1"]
    pointer = shelf.pointer()
    assert pointer is not None
    assert list(pointer.line) == [one.fingerprint for one in history]
    assert f"c{version(shelf.current())}" == history[0].who


def test_an_unwritable_place_is_said(small: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for act in (Shelf(tmp_path / "file" / "index").open, Shelf(tmp_path / "file").reload):
        with pytest.raises(SearchError, match="写不进去|读不出来"):
            act(small, "me", NOW)


KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from index.shelf import Shelf

event, name, at = sys.argv[3:]
left = [int(at)]
def hook(what, args):
    if what == event and args and any(Path(str(one)).name.startswith(name) for one in args[:2]):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), 9)
shelf, folder = Shelf(Path(sys.argv[2])), Path(sys.argv[1])
sys.addaudithook(hook)
shelf.reload(folder, "killed", datetime.now(UTC))
"""


@pytest.mark.parametrize(
    ("event", "name", "at", "served"),
    [
        ("open", "reload.lock", 1, 1),
        ("open", "MAIN", 1, 1),
        ("open", "catalog.json", 1, 1),
        ("os.rename", ".building-", 1, 1),
        ("open", "swap.lock", 1, 1),
        ("open", "swap.lock", 2, 1),
        ("open", ".current-", 1, 1),
        ("os.rename", "current.json", 1, 1),
        ("shutil.rmtree", ".building-", 3, 12),
    ],
)
def test_kill_9_at_any_point(
    shelf: Shelf, small: Path, tmp_path: Path, event: str, name: str, at: int, served: int
) -> None:
    # Only a reload beyond the last kept one removes anything.
    fill(shelf, small, *range(1 - KEPT if event == "shutil.rmtree" else 0, 2))
    edited(small, 12)
    command = [sys.executable, "-c", KILLED, str(small), str(tmp_path / "index"), event, name, str(at)]
    done = subprocess.run(command, capture_output=True, timeout=60)
    assert done.returncode == -9, done.stderr
    assert version(shelf.current()) == served
    assert json.loads((tmp_path / "index" / POINTER_FILE).read_text())["line"][0] == shelf.mark()
    assert (shelf.history()[0].who == "killed") is (served == 12)
    assert version(shelf.reload(small, "again", NOW).snapshot) == 12
    assert version(shelf.rollback("me", NOW).snapshot) == 1

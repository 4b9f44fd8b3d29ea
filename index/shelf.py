"""The snapshots of a running district: which one is served, putting another in its place, going back.

Build aside, check, then swap the pointer: a faulty catalogue, a full disk or a kill leaves what was served before.
"""

import logging
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from catalog.diff import CatalogDiff, Entry, diff
from catalog.errors import CatalogFaults
from catalog.faults import Fault
from catalog.load import fingerprint
from catalog.models import Catalog
from index.build import build, directory_name
from index.errors import IndexMissing, SearchError
from index.pointer import (
    KEPT,
    LOGGED,
    Changes,
    How,
    Pointer,
    Served,
    Stamp,
    read_pointer,
    stamp,
    sync,
    write_pointer,
)
from index.snapshot import Snapshot, load_whole, open_snapshot, stored_catalog

RELOADING, SWAPPING = "reload.lock", "swap.lock"
"""One reload at a time; and beside it, for milliseconds, one change of the pointer at a time."""
PATIENCE = 300.0
"""Seconds to wait for somebody else's reload."""
LEFT_FOR = timedelta(days=1)
"""How long a directory lies that no history names: built for ``--catalog`` or for a reload not taken."""
UNFINISHED = ".building-"
"""As ``index.build`` names what it works on: what a kill leaves is removed after a day."""
_TRIED = 20
"""Items that are looked up by their names before a snapshot is served."""
_log = logging.getLogger(__name__)


class Overtaken(SearchError):
    """What was decided upon is no longer what it was: the catalogue or the served snapshot has changed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Fingerprints that a person has decided upon: what was served, and what is to come."""

    served: str
    coming: str


@dataclass(frozen=True, slots=True)
class Reloaded:
    """The snapshot served from now on; ``served`` is its line of the history, None when nothing changed."""

    snapshot: Snapshot
    served: Served | None


class Shelf:
    """Snapshots in one folder. Safe to use from several threads and processes; blocking."""

    def __init__(self, parent: Path) -> None:
        self._parent = parent

    def open(self, catalog_folder: Path, who: str, now: datetime) -> Snapshot:
        """What is served; at the very first start, or when nothing of it is left, ``catalog_folder`` is.

        Raises CatalogError, CatalogFaults, SearchError only when that cannot be used either.
        """
        try:
            return self.current()
        except IndexMissing:
            return self.reload(catalog_folder, who, now).snapshot

    def current(self) -> Snapshot:
        """What is served, opened; a damaged one is mended, else the newest good one before it is given.

        Raises IndexMissing when nothing is served yet or nothing is left.
        """
        pointer = self.pointer()
        for mark in pointer.line if pointer else ():
            try:
                return self._opened(mark)
            except SearchError as error:
                _log.warning("snapshot %s cannot be served: %s", mark[:12], error.message)
        raise IndexMissing(f"{self._parent} 里还没有可用的目录。请运行 wenban catalog reload。")

    def served(self) -> Snapshot | None:
        """As ``current``; None before the first start. Raises IndexMissing when nothing is left."""
        return self.current() if self.mark() else None

    def mark(self) -> str:
        """Fingerprint of the catalogue that is to be served; empty before the first start."""
        pointer = self.pointer()
        return pointer.line[0] if pointer else ""

    def pointer(self) -> Pointer | None:
        """The pointer as it is now. Raises SearchError when it cannot be read."""
        return read_pointer(self._parent)

    def stamp(self) -> Stamp | None:
        """Differs whenever something else is served; cheap."""
        return stamp(self._parent)

    def history(self) -> tuple[Served, ...]:
        """Who changed what is served and when, newest first."""
        pointer = self.pointer()
        return pointer.history if pointer else ()

    def prepare(self, catalog_folder: Path) -> Snapshot:
        """Build the catalogue in ``catalog_folder`` aside and check it; nobody is served from it yet.

        Raises CatalogError, CatalogFaults, SearchError.
        """
        mark = fingerprint(catalog_folder)
        try:
            ready = self._ready(mark)
        except IndexMissing:
            ready = self._built(load_whole(catalog_folder))
        _check(ready)
        return ready

    def reload(self, catalog_folder: Path, who: str, now: datetime, seen: Seen | None = None) -> Reloaded:
        """Serve the catalogue that lies in ``catalog_folder``, if it is faultless.

        Raises CatalogError, CatalogFaults, SearchError, and Overtaken when it is not what was ``seen``; what was
        served is served on then.
        """
        with self._alone(RELOADING):
            ready = self.prepare(catalog_folder)
            mark = ready.catalog.fingerprint
            with self._alone(SWAPPING):
                before = self.pointer()
                line = before.line if before else ("",)
                _must_be(seen, Seen(line[0], mark))
                if before and line[0] == mark:
                    # Written anew all the same: a process that could not open it looks again now.
                    self._write(before)
                    return Reloaded(ready, None)
                after = self._swap(before, (mark, *filter(None, line)), ready.catalog, How.RELOAD, who, now)
            self._sweep(before, after, now)
        return Reloaded(ready, after.history[0])

    def earlier(self, steps: int = 1) -> Snapshot:
        """What a rollback would serve. Raises IndexMissing when there is nothing so far back, or it is lost."""
        return self._opened(_earlier(self.pointer(), steps)[0])

    def rollback(self, who: str, now: datetime, steps: int = 1, seen: Seen | None = None) -> Reloaded:
        """Serve what was served ``steps`` reloads ago; never waits for a reload going on.

        Raises IndexMissing when there is nothing so far back, or it is lost; Overtaken as ``reload`` does.
        """
        ready = self.earlier(steps)
        with self._alone(SWAPPING):
            before = self.pointer()
            line = _earlier(before, steps)
            served = before.line[0] if before else ""
            _must_be(Seen(served, ready.catalog.fingerprint), Seen(served, line[0]))
            _must_be(seen, Seen(served, line[0]))
            after = self._swap(before, line, ready.catalog, How.ROLLBACK, who, now)
        return Reloaded(ready, after.history[0])

    def _swap(
        self, before: Pointer | None, line: tuple[str, ...], catalog: Catalog, how: How, who: str, now: datetime
    ) -> Pointer:
        changes = self._changes(before, catalog)
        served = Served(at=now, who=who, how=how, fingerprint=catalog.fingerprint, changes=changes)
        history = (served, *(before.history if before else ()))
        after = Pointer(line=line[:KEPT], history=history[:LOGGED])
        self._write(after)
        return after

    def _changes(self, before: Pointer | None, catalog: Catalog) -> Changes:
        old = None
        with suppress(IndexMissing):
            old = self._stored(before.line[0]) if before else None
        return changes_in_numbers(diff(old, catalog))

    def _write(self, pointer: Pointer) -> None:
        with self._on_disk():
            write_pointer(self._parent, pointer)

    def _folder(self, mark: str) -> Path:
        return self._parent / directory_name(mark)

    def _opened(self, mark: str) -> Snapshot:
        """Open the index of a catalogue, built again from the catalogue stored with it where that is needed."""
        try:
            return self._ready(mark)
        except IndexMissing:
            catalog = self._stored(mark)
            _log.warning("the index of catalogue %s is built again", mark[:12])
            return self._built(catalog)

    def _ready(self, mark: str) -> Snapshot:
        """The index of a catalogue as it lies there. Raises IndexMissing."""
        found = open_snapshot(self._folder(mark))
        if found.catalog.fingerprint != mark:
            raise IndexMissing(f"{self._folder(mark)} 里是另一份目录。请重新运行 wenban catalog build。")
        return found

    def _stored(self, mark: str) -> Catalog:
        """The catalogue as it lies beside its index, also one of another index version. Raises IndexMissing."""
        for folder in self._parent.glob(directory_name(mark).rpartition("-v")[0] + "-v*"):
            with suppress(IndexMissing):
                catalog = stored_catalog(folder)
                if catalog.fingerprint == mark:
                    return catalog
        raise IndexMissing(f"{self._parent} 里的目录 {mark[:12]} 已经没有了。请运行 wenban catalog reload。")

    def _built(self, catalog: Catalog) -> Snapshot:
        """Build the index aside and put it in its place, where a damaged one may lie."""
        with self._on_disk():
            self._parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(
                prefix=UNFINISHED, dir=self._parent, ignore_cleanup_errors=True
            ) as work:
                fresh = build(catalog, Path(work))
                for path in (*fresh.iterdir(), fresh):
                    sync(path)
                self._put(fresh, catalog.fingerprint)
        return self._ready(catalog.fingerprint)

    def _put(self, fresh: Path, mark: str) -> None:
        target = self._folder(mark)
        with self._alone(SWAPPING):
            with suppress(IndexMissing):
                # Another process was faster.
                self._ready(mark)
                return
            self._remove(target)
            os.rename(fresh, target)

    def _sweep(self, before: Pointer | None, after: Pointer, now: datetime) -> None:
        """Remove the index of what is no longer kept, and what lies about for long.

        A process that still serves from it keeps its open files; only Windows refuses, and then it stays.
        """
        kept, dropped = ({directory_name(mark) for mark in one.kept} if one else set() for one in (after, before))
        for folder in self._parent.glob("*/"):
            # What cannot be removed now is removed by a later reload.
            with suppress(OSError):
                lies_for = now - datetime.fromtimestamp(folder.stat().st_mtime, UTC)
                if folder.name not in kept and (folder.name in dropped or lies_for > LEFT_FOR):
                    self._remove(folder)

    def _remove(self, folder: Path) -> None:
        """First out of its name at once, so that nobody ever finds half of it."""
        with suppress(FileNotFoundError):
            gone = folder.rename(folder.with_name(f"{UNFINISHED}{secrets.token_hex(8)}"))
            shutil.rmtree(gone, ignore_errors=True)

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Hold a lock that ends with the process, however that ends. Raises SearchError."""
        try:
            with self._on_disk():
                self._parent.mkdir(parents=True, exist_ok=True)
                lock = FileLock(self._parent / name)
                lock.acquire(timeout=PATIENCE)
        except Timeout as error:
            raise SearchError("另一个人正在重新载入目录。请过几分钟再试。") from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        try:
            yield
        except Timeout:
            raise
        except OSError as error:
            raise SearchError(f"{self._parent} 写不进去（{error.strerror}）。请检查磁盘空间和写入权限。") from error


def changes_in_numbers(found: CatalogDiff) -> Changes:
    """Items by themselves, everything else together."""

    def items(entries: tuple[Entry, ...]) -> int:
        return sum(entry.section == "items" for entry in entries)

    every = (found.added, found.removed, found.changed)
    added, removed, changed = (items(entries) for entries in every)
    others = sum(len(entries) for entries in every) - added - removed - changed
    return Changes(added=added, removed=removed, changed=changed, others=others)


def _earlier(pointer: Pointer | None, steps: int) -> tuple[str, ...]:
    line = pointer.line[steps:] if pointer and steps > 0 else ()
    if not line:
        raise IndexMissing(f"没有更早的目录可以退回（要退 {steps} 步）。请运行 wenban catalog history 查看。")
    return line


def _must_be(seen: Seen | None, found: Seen) -> None:
    if seen is not None and seen != found:
        raise Overtaken("目录刚刚又变了，没有换。请重新看一遍有什么变化，再决定。")


def _check(ready: Snapshot) -> None:
    """Raises CatalogFaults for a catalogue without items, IndexMissing for an index that finds none of them."""
    items = ready.catalog.items
    if not items:
        fault = Fault("items/", 0, "", "一个事项也没有", "请检查 items 文件夹是不是放对了地方")
        raise CatalogFaults((fault,))
    if not any(ready.index.find(item.name, 1) for item in items[:_TRIED]):
        raise IndexMissing("新建的索引什么都找不到，没有换。请再试一次；还不行请告诉管理员。")

"""A phrasing accepted by a clerk: checked, written, and the whole catalogue read again before anyone can see it."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import UserError
from bot.learning import wording
from bot.learning.phrasing import Insertion, insertion
from bot.learning.privacy import LONGEST, has_personal_data
from catalog.load import catalog_files, load
from catalog.models import Catalog, LifeEvent, ServiceItem
from index.analysis import normalise
from index.pointer import sync

DRAFT = ".accepting"
"""The draft in the catalogue's folder; as long as it lies there, nobody else writes."""
PATIENCE, PAUSE = 20.0, 0.05
"""Seconds to wait for another one who writes, and between two looks."""
_ODD = re.compile(r"[^\w]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u0085\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]")


def item_named(item: str, catalog: Catalog) -> ServiceItem:
    """The item with this id or name. Raises UserError."""
    found = catalog.items_by_id.get(item) or next((one for one in catalog.items if one.name == item), None)
    if found is None:
        raise UserError(wording.NO_ITEM.format(item=item))
    return found


def propose(phrasing: str, item: str, folder: Path) -> tuple[ServiceItem, Insertion]:
    """What would be written where; nothing is. Raises UserError, CatalogError, CatalogFaults."""
    catalog, phrasing = load(folder), phrasing.strip()
    found = item_named(item, catalog)
    check(phrasing, found, catalog)
    with _writable(folder):
        return found, insertion(folder, found.id, phrasing)


def accept(phrasing: str, item: str, folder: Path, patience: float = PATIENCE) -> Insertion:
    """Write it, waiting ``patience`` seconds for others. Raises as ``propose`` does; nothing has changed then."""
    with _alone(folder, patience) as draft:
        _, made = propose(phrasing, item, folder)
        with _writable(made.file):
            _read_whole(folder, made)
            draft.write_bytes(made.after)
            shutil.copymode(made.file, draft)
            sync(draft)
            if made.file.read_bytes() != made.before:
                raise UserError(wording.CHANGED.format(file=made.file))
            os.replace(draft, made.file.resolve())
    return made


def check(phrasing: str, item: ServiceItem, catalog: Catalog) -> None:
    """Raises UserError for what is no phrasing worth having: personal, official, known, too long."""
    if not _key(phrasing):
        raise UserError(wording.EMPTY)
    if _UNSEEN.search(phrasing):
        raise UserError(wording.ONE_LINE)
    if len(phrasing) > LONGEST:
        raise UserError(wording.TOO_LONG.format(length=len(phrasing), limit=LONGEST))
    if has_personal_data(phrasing):
        raise UserError(wording.PERSONAL)
    _refuse_known(phrasing, catalog)
    if _key(item.name) in _key(phrasing):
        raise UserError(wording.OFFICIAL.format(name=item.name))


def _refuse_known(text: str, catalog: Catalog) -> None:
    key = _key(text)
    every: tuple[ServiceItem | LifeEvent, ...] = (*catalog.items, *catalog.life_events)
    for one in every:
        aliases = one.aliases if isinstance(one, ServiceItem) else ()
        for field, said in (("名称", (one.name,)), ("别名", aliases), ("问法", one.phrasings)):
            if key in map(_key, said):
                raise UserError(wording.KNOWN.format(text=text, name=one.name, field=field))


def _key(text: str) -> str:
    """What makes two phrasings the same: the letters, whatever their form."""
    return _ODD.sub("", normalise(text))


def _read_whole(folder: Path, made: Insertion) -> None:
    """Load the catalogue as it would be. Raises CatalogFaults."""
    with tempfile.TemporaryDirectory() as work:
        for file in catalog_files(folder):
            target = Path(work) / file.relative_to(folder)
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(made.after if file == made.file else file.read_bytes())
        load(Path(work))


@contextmanager
def _alone(folder: Path, patience: float) -> Iterator[Path]:
    """Hold the draft's name. Raises UserError when somebody else does for too long."""
    draft, until = folder / DRAFT, time.monotonic() + patience
    while True:
        with _writable(folder), suppress(FileExistsError):
            draft.open("xb").close()
            break
        if time.monotonic() > until:
            raise UserError(wording.BEING_WRITTEN.format(lock=draft))
        time.sleep(PAUSE)
    try:
        yield draft
    except BaseException:
        # Only then: once it has been renamed, the name may be somebody else's already.
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise UserError(wording.NOT_WRITABLE.format(path=path, reason=error.strerror)) from error

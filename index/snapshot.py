"""A snapshot: one catalogue plus the index built from it. Immutable; the running bot holds exactly one."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import CatalogError
from catalog.load import fingerprint, load
from catalog.models import Catalog
from index.build import CATALOG_FILE, build, directory_name
from index.errors import IndexMissing
from index.search import ItemIndex

TRIES = 3
"""How often a catalogue is read again that is being written meanwhile."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What answers questions: both parts always belong together."""

    catalog: Catalog
    index: ItemIndex


def stored_catalog(folder: Path) -> Catalog:
    """The catalogue that lies in an index directory. Raises IndexMissing."""
    try:
        return Catalog.model_validate_json((folder / CATALOG_FILE).read_bytes())
    except (OSError, ValueError) as error:
        raise _missing(folder) from error


def open_snapshot(folder: Path) -> Snapshot:
    """Open a built index directory. Raises IndexMissing."""
    catalog = stored_catalog(folder)
    try:
        return Snapshot(catalog, ItemIndex(folder, catalog))
    except (OSError, ValueError) as error:
        raise _missing(folder) from error


def _missing(folder: Path) -> IndexMissing:
    return IndexMissing(f"{folder} 里没有可用的索引。请重新运行 wenban catalog build。")


def load_whole(catalog_folder: Path) -> Catalog:
    """As ``load``, never half of one edit and half of another: the fingerprint is that of what was read.

    Raises CatalogError, CatalogFaults; CatalogError also when files change all the time.
    """
    for _ in range(TRIES):
        before = fingerprint(catalog_folder)
        catalog = load(catalog_folder)
        if catalog.fingerprint == before:
            return catalog
    raise CatalogError(f"{catalog_folder} 里的文件正在被修改。请等保存完了再试一次。")


def ensure_snapshot(catalog_folder: Path, index_parent: Path) -> Snapshot:
    """The snapshot of the catalogue as it lies in ``catalog_folder``; built only when it changed.

    Raises CatalogError, CatalogFaults (catalogue) or SearchError (index directory not writable).
    """
    ready = index_parent / directory_name(fingerprint(catalog_folder))
    if ready.is_dir():
        try:
            return open_snapshot(ready)
        except IndexMissing:
            # Damaged: a file was deleted or cut. The catalogue is the source, so build it again.
            shutil.rmtree(ready, ignore_errors=True)
    return open_snapshot(build(load_whole(catalog_folder), index_parent))

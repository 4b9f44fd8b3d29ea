"""A snapshot: one catalogue plus the index built from it. Immutable; the running bot holds exactly one."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from catalog.load import fingerprint, load
from catalog.models import Catalog
from index.build import CATALOG_FILE, build, directory_name
from index.errors import IndexMissing
from index.search import ItemIndex


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What answers questions: both parts always belong together."""

    catalog: Catalog
    index: ItemIndex


def open_snapshot(folder: Path) -> Snapshot:
    """Open a built index directory. Raises IndexMissing."""
    try:
        catalog = Catalog.model_validate_json((folder / CATALOG_FILE).read_bytes())
        return Snapshot(catalog, ItemIndex(folder, catalog))
    except (OSError, ValueError) as error:
        raise IndexMissing(f"{folder} 里没有可用的索引。请重新运行 wenban catalog build。") from error


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
    return open_snapshot(build(load(catalog_folder), index_parent))

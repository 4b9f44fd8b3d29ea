"""Catalog -> index directory, complete before anyone sees it.

The directory is named after the catalogue's fingerprint and the index version. It is written under a temporary name
beside its place and renamed at the end, so a killed build leaves nothing that can be taken for an index.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from catalog.models import Catalog, ServiceItem
from index import engine, pinyin, ranking, schema
from index.analysis import Analyser, normalise
from index.errors import SearchError

CATALOG_FILE = "catalog.json"
_UNFINISHED = ".building-"
_A_DAY = 86400.0


def dictionary_words(catalog: Catalog) -> Iterator[str]:
    """The catalogue's own names, to be kept whole by segmentation."""
    for item in catalog.items:
        yield from (word for word in map(normalise, (item.name, *item.aliases)) if len(word) <= 8)
    for entry in catalog.synonyms:
        yield from map(normalise, entry.mean)


def directory_name(fingerprint: str) -> str:
    """Name of the directory of the index for a catalogue with this fingerprint."""
    return f"{fingerprint[:24]}-v{schema.VERSION}"


def build(catalog: Catalog, parent: Path) -> Path:
    """Build the index of ``catalog`` inside ``parent`` and return its directory; an existing one is kept.

    Raises SearchError when ``parent`` cannot be written.
    """
    target = parent / directory_name(catalog.fingerprint)
    if target.is_dir():
        return target
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=parent, ignore_cleanup_errors=True) as work:
            _fill(catalog, Path(work))
            _publish(Path(work), target)
    except OSError as error:
        said = f"{parent} 写不进去（{error.strerror}）。请检查磁盘空间，或用 WENBAN_HOME 指定一个可写的文件夹。"
        raise SearchError(said) from error
    _sweep(parent)
    return target


def _sweep(parent: Path) -> None:
    """Remove what builds that were killed more than a day ago have left."""
    for left in parent.glob(f"{_UNFINISHED}*"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _A_DAY:
                shutil.rmtree(left, ignore_errors=True)


def _publish(work: Path, target: Path) -> None:
    work.chmod(0o755)
    try:
        os.rename(work, target)
    except OSError:
        # Another process built the same index first; its directory is as good as ours.
        if not target.is_dir():
            raise


def _fill(catalog: Catalog, folder: Path) -> None:
    analyser = Analyser(dictionary_words(catalog))
    items = sorted(catalog.items, key=lambda item: item.id)
    engine.write(folder, (_document(item, catalog, analyser) for item in items))
    opened = engine.Engine(folder)
    try:
        ranking.compile_arrays(folder, _statistics(opened), len(items))
    finally:
        opened.close()
    (folder / CATALOG_FILE).write_text(catalog.model_dump_json(exclude_defaults=True), encoding="utf-8")


def _document(item: ServiceItem, catalog: Catalog, analyser: Analyser) -> dict[str, str]:
    document = {
        field.name: " ".join(token for text in field.texts(item, catalog) for token in analyser.tokens(text))
        for field in schema.FIELDS
    }
    spoken = [
        text for field in schema.FIELDS if field.name in schema.TELLING for text in field.texts(item, catalog)
    ]
    document[schema.PINYIN] = " ".join(
        token for text in spoken for run in pinyin.spell(normalise(text)) for token in pinyin.pairs(run)
    )
    return document | {
        "id": item.id,
        "audience": ",".join(item.audiences),
        "theme": ",".join(item.themes),
        "type": item.type,
        "online": "true" if item.guide.online.available else "false",
        "status": item.status,
    }


def _statistics(opened: engine.Engine) -> Iterator[ranking.FieldStatistics]:
    for field in schema.FIELDS:
        yield ranking.FieldStatistics(
            field.weight,
            field.length,
            opened.postings(field.name),
            telling=field.name in schema.TELLING,
        )
    name = schema.PINYIN
    yield ranking.FieldStatistics(schema.PINYIN_WEIGHT, schema.PINYIN_LENGTH, opened.postings(name))

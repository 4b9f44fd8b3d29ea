"""Other names of an item in the Guangdong export: aliases and keywords."""

import re
from collections.abc import Iterator

from catalog.importers.record import Record

PHRASE_LIMIT = 120
# Shorter parts (台站, 一级, 变更) are words of the name, not names: they would fit a hundred other items.
_SHORTEST_ALIAS = 4
# Separators outside brackets: 债权文书(各种借据、欠单)公证 is one name.
_SEPARATOR = re.compile(r"[，,；;、\s]+(?![^（(\[]*[）)\]])")
_SPOKEN = ("matter_short", "matter_daily")
_OFFICIAL = ("CATANAME", "matter_name", "subTaskName")


def aliases(record: Record) -> tuple[str, ...]:
    """Names people use, each once, without the item's own name."""
    spoken = (part for part in _spoken(record) if len(part) >= _SHORTEST_ALIAS)
    return tuple(dict.fromkeys(part for part in spoken if part != record.text("TASK_NAME")))


def keywords(record: Record) -> tuple[str, ...]:
    """Short spoken words, and names of the main and sub item that the item's name does not hold already."""
    name = record.text("TASK_NAME") or ""
    spoken = (part for part in _spoken(record) if len(part) < _SHORTEST_ALIAS)
    official = (text for field in _OFFICIAL if (text := record.text(field)) and len(text) <= PHRASE_LIMIT)
    return tuple(dict.fromkeys(part for part in (*spoken, *official) if part not in name))


def name_parts(record: Record) -> Iterator[tuple[str, str]]:
    """Field and text of every other name, too long ones included."""
    for field in _SPOKEN:
        yield from ((field, part) for part in _SEPARATOR.split(record.text(field) or "") if part)
    yield from ((field, text) for field in _OFFICIAL if (text := record.text(field)))


def _spoken(record: Record) -> Iterator[str]:
    for field, part in name_parts(record):
        if field in _SPOKEN and len(part) <= PHRASE_LIMIT:
            yield part

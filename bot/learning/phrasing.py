"""One phrasing more in an item's YAML, every other byte as it was: comments, order, quotes, line ends.

A place is not trusted but tried: a draft counts only when it reads back as the same file with one phrasing more.
"""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import UserError
from bot.learning import wording
from catalog.yaml_source import FieldPath, YamlSource, parse_bytes

_ENTRY = re.compile(r"\s*- +")
_TRIES = 12
"""Lines after the one expected that a scalar over several lines may take."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """A file's bytes before and after; ``added`` is what stands on ``line`` (from 1) then."""

    file: Path
    before: bytes
    after: bytes
    line: int
    added: str


@dataclass(frozen=True, slots=True)
class _Place:
    """An item in one parsed file."""

    file: Path
    data: bytes
    source: YamlSource
    number: int

    @property
    def path(self) -> FieldPath:
        """The path of the item."""
        return ("items", self.number)

    @property
    def phrasings(self) -> list[str] | None:
        """Those it has; None when the field is missing."""
        found: list[str] | None = self.source.value["items"][self.number].get("phrasings")
        return found

    def expected(self, phrasing: str) -> Any:
        """The value of the file with the phrasing."""
        value = copy.deepcopy(self.source.value)
        value["items"][self.number].setdefault("phrasings", []).append(phrasing)
        return value


def insertion(folder: Path, item_id: str, phrasing: str) -> Insertion:
    """Where and how ``phrasing`` would be written. Raises UserError when the file is written in an unusual way."""
    place = _find(folder, item_id)
    expected = place.expected(phrasing)
    for draft in _drafts(place, phrasing):
        after = draft.encode()
        read = parse_bytes(after, place.source.file)
        if not read.faults and read.value == expected:
            return Insertion(place.file, place.data, after, *_added(place.data.decode(), draft))
    line = place.source.line(place.path)
    raise UserError(wording.BY_HAND.format(file=place.file, line=line))


def _find(folder: Path, item_id: str) -> _Place:
    for file in sorted(folder.glob("items/*.yaml")):
        data = file.read_bytes()
        # Parsing takes long, so only files that mention it.
        source = parse_bytes(data, file.name) if item_id.encode() in data else None
        value = source.value if source else None
        items = value.get("items") if isinstance(value, dict) else None
        for number, item in enumerate(items or ()):
            if source is not None and isinstance(item, dict) and item.get("id") == item_id:
                return _Place(file, data, source, number)
    raise UserError(wording.NO_ITEM.format(item=item_id))


def _drafts(place: _Place, phrasing: str) -> Iterator[str]:
    lines = place.data.decode().splitlines(keepends=True)
    for said in (phrasing, json.dumps(phrasing, ensure_ascii=False)):
        if place.phrasings is None:
            yield from _as_field(place, lines, said)
            continue
        first = place.source.line((*place.path, "phrasings"))
        last = place.source.line((*place.path, "phrasings", max(0, len(place.phrasings) - 1)))
        dash = _ENTRY.match(lines[last - 1])
        if place.phrasings and dash:
            yield from _after(lines, last, f"{dash[0]}{said}")
        yield from _in_brackets(lines, last if place.phrasings else first, said)


def _as_field(place: _Place, lines: list[str], said: str) -> Iterator[str]:
    """A field of its own behind the aliases or the name, as the models order them."""
    first = lines[place.source.line(place.path) - 1]
    head = _ENTRY.match(first)
    margin = " " * (len(head[0]) if head else len(first) - len(first.lstrip()))
    line = max(place.source.line((*place.path, name)) for name in ("name", "aliases"))
    end = _line_end(lines, line)
    yield from _after(lines, line, f"{margin}phrasings:{end}{margin}  - {said}")


def _after(lines: list[str], line: int, added: str) -> Iterator[str]:
    """``added`` behind ``line``, or behind one of the next, where that line's text goes on."""
    for at in range(line, min(line + _TRIES, len(lines)) + 1):
        before, behind = "".join(lines[:at]), "".join(lines[at:])
        end = _line_end(lines, at)
        yield before + added + end + behind if before.endswith(("\n", "\r")) else before + end + added


def _in_brackets(lines: list[str], line: int, said: str) -> Iterator[str]:
    """Before one of the next closing brackets."""
    text, start = "".join(lines), len("".join(lines[: line - 1]))
    for found in list(re.compile(r"\]").finditer(text, start))[:_TRIES]:
        at = found.start()
        for glue in (", ", "", " "):
            yield text[:at] + glue + said + text[at:]


def _line_end(lines: list[str], line: int) -> str:
    """How that line ends, or the first one where it is the last and ends with nothing."""
    ends = (text[len(text.rstrip("\r\n")) :] for text in (lines[line - 1], lines[0]))
    return next((end for end in ends if end), "\n")


def _added(before: str, after: str) -> tuple[int, str]:
    """The first line that is new or changed, and its text with what follows of the addition."""
    old, new = before.splitlines(), after.splitlines()
    at = next((n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), len(old))
    count = max(1, len(new) - len(old))
    return at + 1, "\n".join(new[at : at + count])

"""What changes between two catalogues: entries added and removed, and every field that differs, in Chinese."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from catalog.models import Catalog, Department, District, LifeEvent, PublicDocument, ServiceItem, Synonym

LONGEST = 60
"""Characters of a value that are shown."""
ALIKE = 0.5
"""Share of common characters from which on a text counts as changed rather than replaced."""
SECTIONS: Mapping[type[BaseModel], tuple[str, str]] = {
    ServiceItem: ("items", "事项"),
    Department: ("departments", "部门"),
    PublicDocument: ("documents", "公开文件"),
    LifeEvent: ("life_events", "一件事"),
    Synonym: ("synonyms", "同义词"),
    District: ("district", "区划"),
}
"""Model -> name in the catalogue, name for people."""
_NAMES = ("name", "title")
_YES_NO = {True: "是", False: "否"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field. ``before`` is None for what is new, ``after`` for what is gone; both for an order that changed."""

    field: str
    label: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        """``承诺办结时限：20 工作日 → 15 工作日``."""
        if self.before is None and self.after is None:
            return f"{self.label}：顺序变了"
        if self.before is None:
            return f"{self.label}：新增 {self.after}"
        return f"{self.label}：{self.before} → {self.after}" if self.after else f"{self.label}：删去 {self.before}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One item, department, document …; ``fields`` are set when it is in both catalogues."""

    section: str
    id: str
    name: str
    fields: tuple[FieldChange, ...] = ()

    @property
    def kind(self) -> str:
        """What it is, for people."""
        return next(label for section, label in SECTIONS.values() if section == self.section)


@dataclass(frozen=True, slots=True)
class CatalogDiff:
    """Everything that differs; empty when nothing does."""

    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[Entry, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    @property
    def touched_items(self) -> frozenset[str]:
        """Ids of the items that are new, gone or changed."""
        every = (*self.added, *self.removed, *self.changed)
        return frozenset(entry.id for entry in every if entry.section == "items")


def diff(before: Catalog | None, after: Catalog) -> CatalogDiff:
    """What changes when ``after`` takes the place of ``before``; None when there was none."""
    old, new = _entries(before), _entries(after)
    both = (
        _entry(key, new[key], changes) for key in new if key in old if (changes := _changes(old[key], new[key]))
    )
    return CatalogDiff(
        added=tuple(_entry(key, new[key]) for key in new if key not in old),
        removed=tuple(_entry(key, old[key]) for key in old if key not in new),
        changed=tuple(both),
    )


def _entries(catalog: Catalog | None) -> dict[tuple[str, str], BaseModel]:
    """Every entry of the catalogue by section and id."""
    if catalog is None:
        return {}
    found: dict[tuple[str, str], BaseModel] = {}
    groups: tuple[Sequence[BaseModel], ...] = (
        catalog.items,
        catalog.departments,
        catalog.documents,
        catalog.life_events,
        catalog.synonyms,
    )
    for entry in (one for group in groups for one in group):
        section = SECTIONS[type(entry)][0]
        for key in _free_keys(section, entry):
            if key not in found:
                found[key] = entry
                break
    # There is one district, whatever its id.
    return {**found, ("district", ""): catalog.district}


def _free_keys(section: str, entry: BaseModel) -> Iterator[tuple[str, str]]:
    """The entry's own key, then numbered ones: two synonyms may be said alike."""
    own = getattr(entry, "id", None) or "、".join(getattr(entry, "say", ()))
    yield section, own
    number = 2
    while True:
        yield section, f"{own}#{number}"
        number += 1


def _entry(key: tuple[str, str], model: BaseModel, changes: Iterable[FieldChange] = ()) -> Entry:
    return Entry(key[0], key[1], _name(model) or key[1], tuple(changes))


def _name(model: BaseModel) -> str | None:
    return next((getattr(model, name) for name in _NAMES if hasattr(model, name)), None)


def _changes(before: BaseModel, after: BaseModel, path: str = "", labels: str = "") -> list[FieldChange]:
    """Fields of two models of one class that differ, inner ones by themselves."""
    found: list[FieldChange] = []
    if before == after:
        return found
    for name, field in type(after).model_fields.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            where, label = _join(path, name, "."), _join(labels, field.description or name, "·")
            found += _field(old, new, where, label)
    return found


def _join(first: str, second: str, mark: str) -> str:
    # "办事指南" stands before nearly every field and tells nothing.
    return f"{first}{mark}{second}" if first and first != "办事指南" else second


def _field(old: Any, new: Any, path: str, label: str) -> Iterator[FieldChange]:
    if isinstance(old, BaseModel) and isinstance(new, BaseModel) and not _is_brief(new):
        yield from _changes(old, new, path, label)
    elif isinstance(old, tuple) and isinstance(new, tuple) and (old or new):
        yield from _list(old, new, path, label)
    else:
        yield FieldChange(path, label, _text(old), _text(new))


def _is_brief(model: BaseModel) -> bool:
    """Whether it is said best in one piece, as a time limit is: ``20 工作日``."""
    return {"value", "unit"} <= type(model).model_fields.keys()


def _list(old: tuple[Any, ...], new: tuple[Any, ...], path: str, label: str) -> Iterator[FieldChange]:
    """Elements that are new, gone, or (models, known by their first field) changed inside."""
    ours, theirs = _keyed(old), _keyed(new)
    for key in theirs:
        if key in ours and isinstance(theirs[key], BaseModel):
            yield from _changes(ours[key], theirs[key], path, f"{label}“{_shortened(key[0])}”")
    gone = [_text(ours[key]) or "" for key in ours if key not in theirs]
    come = [_text(theirs[key]) or "" for key in theirs if key not in ours]
    yield from (FieldChange(path, label, before, after) for before, after in _paired(gone, come))
    if ours.keys() == theirs.keys() and list(ours) != list(theirs):
        yield FieldChange(path, label, None, None)


def _paired(gone: list[str], come: list[str]) -> Iterator[tuple[str | None, str | None]]:
    """Texts that are much alike are one text that was changed; the others went, or are new."""
    left = list(come)
    for text in gone:
        after = next(iter(get_close_matches(text, left, 1, ALIKE)), None)
        if after is not None:
            left.remove(after)
        yield text, after
    yield from ((None, text) for text in left)


def _keyed(values: tuple[Any, ...]) -> dict[tuple[str, int], Any]:
    """Values by what they are known by, the first, second … of the same name apart."""
    seen: Counter[str] = Counter()
    found: dict[tuple[str, int], Any] = {}
    for value in values:
        key = str(next(iter(dict(value).values()))) if isinstance(value, BaseModel) else str(value)
        found[key, seen[key]] = value
        seen[key] += 1
    return found


def _text(value: Any) -> str | None:
    """A value as a person reads it; None when it is not stated."""
    if value is None:
        return None
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, tuple):
        return _shortened("、".join(_text(one) or "" for one in value) or "（空）")
    if isinstance(value, BaseModel):
        stated = (_text(one) for name, one in value if one != type(value).model_fields[name].default)
        return _shortened(" ".join(one for one in stated if one))
    return _shortened(str(value))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

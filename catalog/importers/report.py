"""What an import did with an export: what was taken, left out, doubted and refused."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from catalog.models import Catalog

# What the terminal shows; ``as_dict`` has everything.
_EXAMPLES = 2
_LINES = 20
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Mapped:
    """A field of the export that went into the catalogue as ``label``; ``records``: how often wholly."""

    field: str
    label: str
    records: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """A field of the export that was left out, in how many records it said something, and why."""

    field: str
    records: int
    why: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that a person should look at. ``kept``: it is in the catalogue all the same."""

    record: str
    line: int
    field: str
    value: str
    reason: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line of the export that gave no item, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The account of one import. ``records`` counts all lines that are not blank."""

    source: str
    records: int
    imported: int
    departments: int
    mapped: tuple[Mapped, ...]
    dropped: tuple[Dropped, ...]
    doubts: tuple[Doubt, ...]
    rejected: tuple[Rejected, ...]

    def as_dict(self) -> dict[str, Any]:
        """The whole account as plain values, for JSON."""
        return asdict(self)

    def text(self) -> str:
        """A short account in Chinese for a terminal; doubts are counted by reason, with examples."""
        return "\n".join((*self._head(), *self._fields(), *self._doubts(), *self._rejected()))

    def _head(self) -> Iterator[str]:
        taken = f"导入 {self.imported} 个事项、{self.departments} 个部门"
        yield f"{self.source}：读到 {self.records} 条，{taken}，{len(self.rejected)} 条不能用。"

    def _fields(self) -> Iterator[str]:
        yield f"导入的字段（{len(self.mapped)} 个，后面是完整导入的条数）："
        yield from (f"  {entry.field} → {entry.label}：{entry.records}" for entry in self.mapped)
        yield f"没有导入的字段（{len(self.dropped)} 个）："
        yield from (f"  {entry.field}：{entry.records} 条，{entry.why}" for entry in self.dropped)

    def _doubts(self) -> Iterator[str]:
        groups: dict[tuple[str, str, bool], list[Doubt]] = defaultdict(list)
        for doubt in self.doubts:
            groups[doubt.field, doubt.reason, doubt.kept].append(doubt)
        yield f"存疑的内容（{len(self.doubts)} 处）："
        for (field, reason, kept), doubts in groups.items():
            yield f"  {field}：{len(doubts)} 处，{reason}（{'已导入' if kept else '未导入'}）"
            yield from (f"    第 {doubt.line} 行：{_short(doubt.value)}" for doubt in doubts[:_EXAMPLES])

    def _rejected(self) -> Iterator[str]:
        if self.rejected:
            yield "不能用的行："
        yield from (f"  第 {entry.line} 行：{_short(entry.reason)}" for entry in self.rejected[:_LINES])
        if len(self.rejected) > _LINES:
            yield f"  还有 {len(self.rejected) - _LINES} 行没有列出。"


def _short(text: str) -> str:
    """One line for a terminal; control characters of the export are not passed on to it."""
    shown = "".join(char if char.isprintable() else " " for char in text[:_SHOWN])
    return shown if len(text) <= _SHOWN else shown + "…"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an importer gives back."""

    catalog: Catalog
    report: ImportReport

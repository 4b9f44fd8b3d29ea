"""What is wrong in a workbook, collected with the place of the cell and told in the order of the sheets."""

from dataclasses import dataclass, field

from catalog.faults import Fault, Severity
from catalog.workbook.columns import Column, Sheet
from catalog.workbook.sheets import SHEETS
from catalog.workbook.xlsx import letter


@dataclass(frozen=True, slots=True)
class Place:
    """A cell: row and column from 1. Row 0 is the whole sheet; ``number`` 0 is a column that is not there."""

    sheet: Sheet
    row: int
    number: int = 0
    column: Column | None = None

    @property
    def cell(self) -> str:
        """``C12 材料名称``, for a clerk to find it."""
        if not self.number:
            return ""
        coordinate = f"{letter(self.number)}{self.row}"
        return f"{coordinate} {self.column.heading}" if self.column is not None else coordinate


@dataclass(slots=True)
class Findings:
    """All faults of the file ``book``, in the order in which they were found."""

    book: str
    _found: list[tuple[Place, Fault]] = field(default_factory=list)
    _cells: set[tuple[str, int, int]] = field(default_factory=set)

    def add(
        self, place: Place, problem: str, remedy: str, severity: Severity = Severity.ERROR, what: str = ""
    ) -> None:
        """Note a fault at ``place``; ``what`` is told instead of the cell."""
        file = f"{self.book}“{place.sheet.name}”表"
        self._cells.add((place.sheet.name, place.row, place.number))
        self._found.append((place, Fault(file, place.row, what or place.cell, problem, remedy, severity)))

    def has(self, place: Place) -> bool:
        """Whether something was found at ``place``."""
        return (place.sheet.name, place.row, place.number) in self._cells

    def faults(self, severity: Severity) -> tuple[Fault, ...]:
        """The faults of one severity by sheet, row and column."""
        order = {sheet.name: number for number, sheet in enumerate(SHEETS)}

        def position(place: Place) -> tuple[int, int, int]:
            return order.get(place.sheet.name, len(order)), place.row, place.number

        ordered = sorted(self._found, key=lambda pair: position(pair[0]))
        return tuple(fault for _place, fault in ordered if fault.severity is severity)

"""Workbook files: the only place that knows openpyxl."""

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from catalog.errors import CatalogError
from catalog.workbook.cells import Content, ErrorValue, Formula, Written

MAX_CELLS = 1_000_000
"""Cells of one sheet, blank ones left of others included: eight times what a province's catalogue needs."""
_LAST_ROW = 1_048_576
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_CHUNK = 1 << 20
_FORMATS = {"text": "@", "date": "yyyy-mm-dd", "number": "0", "hint": "@"}
_WRAPPED = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a sheet to write. ``style``: "text", "date", "number" or "hint"."""

    text: str
    width: int
    style: str
    note: str
    required: bool
    choices: str
    """The drop-down: labels with commas or a range; empty for none."""


@dataclass(frozen=True, slots=True)
class SheetContent:
    """A sheet as it stands in a file: the number of each row that is not empty, with its contents by column."""

    title: str
    rows: tuple[tuple[int, Mapping[int, Content]], ...]
    merged: tuple[str, ...] = ()


def letter(column: int) -> str:
    """A, B … AA for a column counted from 1."""
    return str(get_column_letter(column))


class BookWriter:
    """Writes sheet after sheet, row after row, without keeping them in memory."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        for style in _styles():
            self._book.add_named_style(style)

    def prose(self, title: str, lines: Iterable[str]) -> None:
        """A sheet of running text, one line a row."""
        sheet = self._book.create_sheet(title)
        sheet.column_dimensions["A"].width = 100
        for line in lines:
            sheet.append([_cell(sheet, line, "text")])

    def table(self, title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Written]]) -> None:
        """A sheet with a frozen line of headings, filters, widths, formats, notes and drop-downs."""
        sheet = self._book.create_sheet(title)
        sheet.freeze_panes = "B2"
        for number, heading in enumerate(headings, 1):
            _prepare(sheet, letter(number), heading)
        sheet.append([_head(sheet, heading) for heading in headings])
        written = 1
        for row in rows:
            pairs = zip(row, headings, strict=True)
            sheet.append([None if value is None else _cell(sheet, value, h.style) for value, h in pairs])
            written += 1
        sheet.auto_filter.ref = f"A1:{letter(len(headings))}{written}"

    def save(self, file: BinaryIO) -> None:
        """Write the workbook into ``file``. Raises OSError."""
        self._book.save(file)


def _styles() -> Iterator[NamedStyle]:
    for name in ("text", "date", "number"):
        yield NamedStyle(name, number_format=_FORMATS[name], alignment=_WRAPPED)
    grey = PatternFill("solid", fgColor="F2F2F2")
    yield NamedStyle("hint", number_format="@", alignment=_WRAPPED, font=Font(color="808080"), fill=grey)
    for name, colour in (("heading", "DDEBF7"), ("required", "FFE699")):
        fill = PatternFill("solid", fgColor=colour)
        yield NamedStyle(name, number_format="@", alignment=_WRAPPED, font=Font(bold=True), fill=fill)


def _cell(sheet: Any, value: str | int | date, style: str) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.value = value
    cell.style = style
    if isinstance(value, str):
        # openpyxl takes "=1+1" for a formula and "#N/A" for an error.
        cell.data_type = "s"
    return cell


def _head(sheet: Any, heading: Heading) -> Any:
    cell = _cell(sheet, heading.text, "required" if heading.required else "heading")
    if heading.note:
        cell.comment = Comment(heading.note, "问办", height=120, width=260)
    return cell


def _prepare(sheet: Any, name: str, heading: Heading) -> None:
    """Width, format and drop-down of a whole column, also where nothing is written yet."""
    sheet.column_dimensions[name].width = heading.width
    sheet.column_dimensions[name].number_format = _FORMATS[heading.style]
    sheet.column_dimensions[name].alignment = _WRAPPED
    if heading.choices:
        choice = DataValidation("list", heading.choices, showErrorMessage=True, allow_blank=True)
        choice.errorTitle, choice.error = "不在可选值里", "请从下拉框里选，或清空这一格。"
        choice.add(f"{name}2:{name}{_LAST_ROW}")
        sheet.data_validations.append(choice)


def read_sheets(path: Path, wanted: Callable[[str], bool]) -> tuple[SheetContent, ...]:
    """The sheets of a file, hidden ones and hidden rows too; one whose title is not ``wanted`` without its rows.

    Raises:
        CatalogError: the file is damaged or holds more than a catalogue can.
    """
    try:
        with warnings.catch_warnings():
            # "Data Validation extension is not supported" and the like: of no use to a clerk.
            warnings.simplefilter("ignore")
            with path.open("rb") as file, closing(load_workbook(file, read_only=True, keep_links=False)) as book:
                return tuple(
                    _read(path, sheet) if wanted(sheet.title) else SheetContent(sheet.title, ())
                    for sheet in book.worksheets
                )
    except CatalogError:
        raise
    except Exception as error:
        # A damaged file raises almost anything inside openpyxl: KeyError, ParseError, zlib.error …
        said = f"{path} 是损坏的 xlsx 文件（{type(error).__name__}）。"
        raise CatalogError(f"{said}请在 Excel 或 WPS 里打开、修复并另存后再导入。") from error


def _read(path: Path, sheet: Any) -> SheetContent:
    # The size that the file claims may be wrong, and would cut rows off.
    sheet.reset_dimensions()
    rows, cells = [], 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells += len(row)
        if cells > MAX_CELLS:
            said = f"{path} 的“{sheet.title}”表超过 {MAX_CELLS // 10_000} 万格，太大了，没有导入"
            raise CatalogError(f"{said}。请删掉表格下面、右边多余的空行空列。")
        contents = {cell.column: _content(cell) for cell in row if cell.value is not None}
        if contents:
            rows.append((number, contents))
    return SheetContent(sheet.title, tuple(rows), _merged(path, sheet._worksheet_path))


def _content(cell: Any) -> Content:
    if cell.data_type == "f":
        return Formula()
    return ErrorValue(str(cell.value)) if cell.data_type == "e" else cell.value


def _merged(path: Path, part_name: str) -> tuple[str, ...]:
    """Ranges of merged cells, which openpyxl does not tell when it reads row by row."""
    found: list[str] = []
    rest = b""
    with ZipFile(path) as archive, archive.open(part_name) as part:
        while chunk := part.read(_CHUNK):
            text = rest + chunk
            matches = list(_MERGED.finditer(text))
            found += (match[1].decode() for match in matches)
            # An element may lie across two chunks; it is shorter than this.
            rest = text[max(matches[-1].end() if matches else 0, len(text) - 200) :]
    return tuple(found)

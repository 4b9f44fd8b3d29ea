"""Catalog -> workbook."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from catalog.errors import CatalogError
from catalog.models import Catalog
from catalog.workbook import columns
from catalog.workbook.cells import Written, write
from catalog.workbook.columns import Column, Kind, Sheet
from catalog.workbook.guidance import LINES, TITLE
from catalog.workbook.sheets import BY_NAME, SHEETS
from catalog.workbook.texts import MAX_CELL, too_long
from catalog.workbook.xlsx import BookWriter, Heading, letter

_STYLES: Mapping[Kind, str] = {Kind.DATE: "date", Kind.INTEGER: "number", Kind.HINT: "hint"}

_ROOM = 500


def export(catalog: Catalog, path: Path) -> None:
    """Write ``catalog`` as a workbook to ``path``, a new file ending in ``.xlsx``; all or nothing.

    Raises:
        CatalogError: the file is there already, has another ending or cannot be written, or a cell would hold
            more than Excel allows.
    """
    if path.suffix.lower() != ".xlsx":
        raise CatalogError(f"{path} 的名字要以 .xlsx 结尾，Excel 才打得开。请换一个文件名。")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _refuse_occupied(path)
        rows = {sheet.name: _checked(sheet, _rows(sheet, catalog)) for sheet in SHEETS}
        with draft.open("wb") as file:
            _book(catalog, rows).save(file)
        _refuse_occupied(path)
        draft.replace(path)
    except OSError as error:
        raise CatalogError(f"写不进 {path}（{error.strerror}）。请检查文件夹、磁盘空间和写入权限。") from error
    finally:
        draft.unlink(missing_ok=True)


def _refuse_occupied(path: Path) -> None:
    if path.exists():
        raise CatalogError(f"{path} 已经有了，没有覆盖。请换一个文件名。")


def _book(catalog: Catalog, rows: Mapping[str, Sequence[Sequence[Written]]]) -> BookWriter:
    book = BookWriter()
    book.prose(TITLE, LINES)
    for sheet in SHEETS:
        headings = [_heading(column, catalog) for column in sheet.columns]
        book.table(sheet.name, headings, rows[sheet.name])
    return book


def _heading(column: Column, catalog: Catalog) -> Heading:
    # A drop-down would allow one value only where several may stand.
    labels = () if column.kind is Kind.CHOICES else column.labels
    choices = f'"{",".join(labels)}"' if labels else ""
    if column.refers:
        choices = _ids(BY_NAME[column.refers], catalog)
    style = _STYLES.get(column.kind, "text")
    return Heading(column.heading, column.width, style, _note(column), column.required, choices)


def _ids(sheet: Sheet, catalog: Catalog) -> str:
    """The range of all ids of ``sheet``, with room for new ones."""
    last = len(getattr(catalog, sheet.part)) + _ROOM
    number = next(number for number, column in enumerate(sheet.columns, 1) if column is sheet.key)
    return f"'{sheet.name}'!${letter(number)}$2:${letter(number)}${last}"


def _note(column: Column) -> str:
    lines = ["必须填。" if column.required else "", column.help]
    if column.labels:
        lines.append(f"可选：{'、'.join(column.labels)}")
    return "\n".join(line for line in lines if line)


def _rows(sheet: Sheet, catalog: Catalog) -> Iterator[list[Written]]:
    part = getattr(catalog, sheet.part)
    for model in (part,) if isinstance(part, BaseModel) else part:
        if not sheet.lists:
            yield [write(column, _value(model, column.path)) for column in sheet.columns]
        for branch, path in sheet.lists.items():
            for element in _value(model, path) or ():
                yield [_cell(column, model, branch, element) for column in sheet.columns]


def _cell(column: Column, model: Any, branch: str, element: Any) -> Written:
    """The cell of a row that stands for ``element`` of a list of ``model``."""
    if column.kind is Kind.PARENT:
        return str(model.id)
    if column.kind is Kind.BRANCH:
        return branch
    return write(column, _value(model if column.kind is Kind.HINT else element, column.path))


def _value(model: Any, path: columns.Path) -> Any:
    """The value at ``path``; None when something on the way is not stated."""
    for name in path:
        model = None if model is None else getattr(model, name)
    return model


def _checked(sheet: Sheet, rows: Iterator[list[Written]]) -> list[list[Written]]:
    """All rows, before anything is written. Raises CatalogError for a text that no cell can hold."""
    found = list(rows)
    for number, row in enumerate(found, 2):
        for column, value in zip(sheet.columns, row, strict=True):
            if isinstance(value, str) and too_long(value):
                said = f"“{sheet.name}”表第 {number} 行“{column.heading}”有 {len(value)} 个字"
                raise CatalogError(f"{said}，一格最多 {MAX_CELL} 个，没有导出。请先把内容缩短。")
    return found

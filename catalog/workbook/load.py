"""Workbook -> Catalog, or every fault found (sheet, row, column, what is wrong, how to mend it)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from catalog.errors import CatalogFaults
from catalog.faults import Fault, Severity
from catalog.models import (
    Catalog,
    Department,
    District,
    LifeEvent,
    PublicDocument,
    ServiceItem,
    Synonym,
)
from catalog.pydantic_faults import faults_of
from catalog.workbook import wordings
from catalog.workbook.archive import refuse_unfit
from catalog.workbook.columns import Sheet
from catalog.workbook.entries import Entry, entries
from catalog.workbook.findings import Findings, Place
from catalog.workbook.guidance import TITLE as GUIDANCE
from catalog.workbook.sheets import BY_NAME, SHEETS
from catalog.workbook.table import Table, table
from catalog.workbook.xlsx import read_sheets
from catalog.yaml_source import YamlSource

_MODELS: dict[str, type[BaseModel]] = {
    "district": District,
    "departments": Department,
    "items": ServiceItem,
    "documents": PublicDocument,
    "synonyms": Synonym,
    "life_events": LifeEvent,
}


@dataclass(frozen=True, slots=True)
class BookResult:
    """The catalogue of a workbook, in the order of its rows, and what was left out of it (warnings)."""

    catalog: Catalog
    ignored: tuple[Fault, ...]


def load_book(path: Path) -> BookResult:
    """Read the workbook ``path``.

    Raises:
        CatalogError: the file is no workbook, damaged or too big.
        CatalogFaults: it is one, with faults; all of them are in the error.
    """
    refuse_unfit(path)
    findings = Findings(path.name)
    found = entries(_tables(path, findings), findings)
    models = {part: [*_models(part, found.get(part, []), findings)] for part in _MODELS}
    _check_district(found.get("district"), findings)
    errors = findings.faults(Severity.ERROR)
    if errors:
        raise CatalogFaults(errors)
    return BookResult(_catalog(models), findings.faults(Severity.WARNING))


def _tables(path: Path, findings: Findings) -> dict[str, Table]:
    """Sheet name -> its table; of two sheets that mean one, the first counts."""
    found: dict[str, Table] = {}
    for content in read_sheets(path, lambda title: wordings.sheet_name(title) in BY_NAME):
        sheet = BY_NAME.get(wordings.sheet_name(content.title))
        if sheet is None:
            _tell_ignored(content.title, findings)
        elif sheet.name in found:
            findings.add(Place(sheet, 0), f"有两张表都是“{sheet.name}”（另一张叫“{content.title}”）", "请只留一张")
        else:
            found[sheet.name] = table(sheet, content, findings)
    for sheet in SHEETS:
        if sheet.name not in found:
            remedy = "请从新导出的工作簿把这张表复制回来；没有内容就只留表头"
            findings.add(Place(sheet, 0), f"没有“{sheet.name}”这张表", remedy)
    return found


def _tell_ignored(title: str, findings: Findings) -> None:
    if title != GUIDANCE:
        place = Place(Sheet(title, "", ()), 0)
        findings.add(place, "不认识这张表，没有导入", "要导入请把内容搬到同类的表里", Severity.WARNING)


def _check_district(found: list[Entry] | None, findings: Findings) -> None:
    """There is one district. A sheet that is not there has been told already."""
    sheet = BY_NAME["区划"]
    if found == []:
        findings.add(Place(sheet, 2), "没有填区划", "请在第 2 行填上")
    for entry in (found or [])[1:]:
        findings.add(entry.places["id",], "只能有一个区划", "请只留一行")


def _models(part: str, some: list[Entry], findings: Findings) -> Iterator[Any]:
    for entry in some:
        try:
            yield _MODELS[part].model_validate(entry.values)
        except ValidationError as error:
            _tell(error, _MODELS[part], entry, findings)


def _tell(error: ValidationError, model: type[BaseModel], entry: Entry, findings: Findings) -> None:
    """Each error at the cell of its field; a cell that could not even be read is told only once."""
    places = list(entry.places.values())
    source = YamlSource("", None, {path: number for number, path in enumerate(entry.places)}, ())
    for fault in faults_of(error, model, source, ()):
        place = places[fault.line]
        if place.number and not findings.has(place):
            mend = place.column.mend if place.column is not None else ""
            findings.add(place, fault.problem, mend or fault.remedy)


def _catalog(models: dict[str, list[Any]]) -> Catalog:
    (district,) = models.pop("district")
    return Catalog(district=district, **{part: tuple(some) for part, some in models.items()})

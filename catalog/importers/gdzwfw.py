"""The export of Guangdong's service platform (广东政务服务网, JSON lines of 2021) -> Catalog and report.

Nothing is invented: what the export does not say, or says in a way that cannot be read, is absent, and the
report tells what was left out and why. ``verified_on`` is never set: nobody has checked these guides since.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from catalog.importers import gdzwfw_names as names
from catalog.importers.gdzwfw_doubts import doubt_about, doubts, unverified
from catalog.importers.gdzwfw_guide import PORTAL, guide
from catalog.importers.gdzwfw_labels import AUDIENCES, DROPPED, LEVELS, MAPPED, STATES, TYPES
from catalog.importers.record import Progress, Record, read_records
from catalog.importers.report import Doubt, Dropped, ImportReport, ImportResult, Mapped, Rejected
from catalog.models import Catalog, Department, District, ServiceItem
from catalog.pydantic_faults import faults_of
from catalog.values import Status
from catalog.yaml_source import YamlSource

DISTRICT = District(id="guangdong", name="广东省", full_name="广东省", code="440000", portal=PORTAL)
_NEEDED = ("TASK_CODE", "TASK_NAME", "ORGCODE", "DEPT_NAME")
_UNKNOWN_FIELD = "不认识的字段"


@dataclass(frozen=True, slots=True)
class _Imported:
    """An item and its department, with the record they came from."""

    record: Record
    department: Department
    item: ServiceItem
    doubts: tuple[Doubt, ...]


def read(path: Path, progress: Progress | None = None) -> ImportResult:
    """Read the export at ``path``.

    Items are grouped by department in the order of ids, as ``catalog.dump`` writes and ``load`` reads them.
    ``progress`` is told how many bytes have been read, after each line.

    Raises:
        CatalogError: ``path`` cannot be read. Lines that are no record are in the report instead.
    """
    rejected: list[Rejected] = []
    imported: list[_Imported] = []
    for entry in read_records(path, progress):
        outcome = entry if isinstance(entry, Rejected) else _import(entry)
        if isinstance(outcome, Rejected):
            rejected.append(outcome)
        else:
            imported.append(outcome)
    imported = list(_same_names(_numbered(imported)))
    departments, renamed = _departments(imported)
    catalog = Catalog(district=DISTRICT, departments=departments, items=_in_file_order(imported))
    return ImportResult(catalog, _report(path.name, catalog, imported, renamed, rejected))


def _import(record: Record) -> _Imported | Rejected:
    """One record as an item, or why it cannot be one."""
    refusal = _refusal(record)
    if refusal:
        return Rejected(record.line, refusal)
    found = doubts(record)
    try:
        department = Department(id=_slug(record, "ORGCODE"), name=record.text("DEPT_NAME") or "")
        return _Imported(record, department, _item(record, department, unverified(found)), found)
    except ValidationError as error:
        model = Department if error.title == Department.__name__ else ServiceItem
        fault = next(faults_of(error, model, YamlSource("", None, {}, ()), ()))
        return Rejected(record.line, f"{fault.field}：{fault.problem}")


def _refusal(record: Record) -> str | None:
    """Why the record cannot be an item: what an item must have and no default can honestly replace."""
    for name in _NEEDED:
        if record.text(name) is None:
            return f"缺少 {name}（{MAPPED[name]}）"
    for name, known in (("TASK_TYPE_TEXT", TYPES), ("matter_level", LEVELS)):
        if record.text(name) not in known:
            return f"不认识的 {name}（{MAPPED[name]}）：{record.text(name) or '空'}"
    if not any(label in AUDIENCES for label in record.texts("service_object_name")):
        return "没有能认出的服务对象"
    return None


def _item(record: Record, department: Department, unverified_facts: tuple[str, ...]) -> ServiceItem:
    code = record.text("TASK_CODE") or ""
    themes = (text for text in record.texts("theme_category") if len(text) <= names.PHRASE_LIMIT)
    return ServiceItem(
        id=_slug(record, "TASK_CODE"),
        name=record.text("TASK_NAME") or "",
        aliases=names.aliases(record),
        keywords=names.keywords(record),
        base_code=record.text("CATAID"),
        implementation_code=code[:31],
        handling_code=record.text("matter_code") or (code if len(code) > 31 else None),
        type=TYPES[record.text("TASK_TYPE_TEXT") or ""],
        level=LEVELS[record.text("matter_level") or ""],
        competent_authority=department.id,
        audiences=tuple(AUDIENCES[label] for label in record.texts("service_object_name") if label in AUDIENCES),
        themes=tuple(themes) or ("其他",),
        status=STATES.get(record.text("TASK_STATE") or "", Status.ACTIVE),
        guide=guide(record, unverified_facts),
    )


def _slug(record: Record, name: str) -> str:
    return "gd-" + re.sub("[^a-z0-9]+", "-", (record.text(name) or "").lower()).strip("-")


def _numbered(entries: Iterable[_Imported]) -> Iterator[_Imported]:
    """The entries with unique ids: an id seen before gets a number, and a doubt says so."""
    used: set[str] = set()
    for entry in entries:
        unique = _unused(entry.item.id, used)
        used.add(unique)
        if unique == entry.item.id:
            yield entry
            continue
        doubt = doubt_about(entry.record, "TASK_CODE", unique, "编码重复，编号后面加了数字", True)
        item = entry.item.model_copy(update={"id": unique})
        yield replace(entry, item=item, doubts=(*entry.doubts, doubt))


def _unused(wanted: str, used: set[str]) -> str:
    number, name = 1, wanted
    while name in used:
        number += 1
        # Room for the number: an id has at most 48 characters.
        name = f"{wanted[:42].rstrip('-')}-{number}"
    return name


def _same_names(entries: Iterable[_Imported]) -> Iterator[_Imported]:
    """The entries; the second and later of one name in one department with a doubt."""
    first: dict[tuple[str, str], str] = {}
    for entry in entries:
        item = entry.item
        earlier = first.setdefault((item.competent_authority, item.name), item.id)
        if earlier == item.id:
            yield entry
            continue
        value = f"{item.name}，另一个是 {earlier}"
        doubt = doubt_about(entry.record, "TASK_NAME", value, "同一部门有同名事项", True)
        yield replace(entry, doubts=(*entry.doubts, doubt))


def _departments(entries: Iterable[_Imported]) -> tuple[tuple[Department, ...], tuple[Doubt, ...]]:
    """Departments in the order of ids, and doubts where one code has several names; the first name stays."""
    found: dict[str, Department] = {}
    renamed = []
    for entry in entries:
        name, first = entry.department.name, found.setdefault(entry.department.id, entry.department)
        if first.name != name:
            value = f"{name}，先出现的是 {first.name}"
            reason = "同一部门编码有不同名称，用了先出现的名称"
            renamed.append(doubt_about(entry.record, "DEPT_NAME", value, reason, False))
    return tuple(found[id_] for id_ in sorted(found)), tuple(renamed)


def _in_file_order(entries: Iterable[_Imported]) -> tuple[ServiceItem, ...]:
    items = (entry.item for entry in entries)
    return tuple(sorted(items, key=lambda item: f"{item.competent_authority}.yaml"))


def _report(
    source: str,
    catalog: Catalog,
    entries: list[_Imported],
    renamed: tuple[Doubt, ...],
    rejected: list[Rejected],
) -> ImportReport:
    stated = Counter(name for entry in entries for name in entry.record.fields if entry.record.states(name))
    refused = Counter(name for entry in entries for name in _refused(entry))
    return ImportReport(
        source=source,
        records=len(entries) + len(rejected),
        imported=len(catalog.items),
        departments=len(catalog.departments),
        mapped=tuple(_mapped(stated, refused)),
        dropped=tuple(_dropped(stated)),
        doubts=(*(doubt for entry in entries for doubt in entry.doubts), *renamed),
        rejected=tuple(rejected),
    )


def _refused(entry: _Imported) -> set[str]:
    """Fields that say something which was not, or not wholly, imported."""
    return {doubt.field for doubt in entry.doubts if not doubt.kept and entry.record.states(doubt.field)}


def _mapped(stated: Counter[str], refused: Counter[str]) -> Iterator[Mapped]:
    for name, label in MAPPED.items():
        if stated[name]:
            yield Mapped(name, label, stated[name] - refused[name])


def _dropped(stated: Counter[str]) -> Iterator[Dropped]:
    for name in sorted(stated.keys() - MAPPED.keys()):
        yield Dropped(name, stated[name], DROPPED.get(name, _UNKNOWN_FIELD))

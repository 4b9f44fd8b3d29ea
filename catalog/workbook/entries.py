"""Tables -> the plain values of each model, with the cell of every value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.workbook.columns import Column, Kind, Sheet
from catalog.workbook.findings import Findings, Place
from catalog.workbook.sheets import SHEETS, list_sheet
from catalog.workbook.table import Row, Table
from catalog.yaml_source import FieldPath


@dataclass(frozen=True, slots=True)
class Entry:
    """One district, department, item …: its values as its model takes them, and where each stands."""

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[FieldPath, Place] = field(default_factory=dict)

    def put(self, path: FieldPath, place: Place) -> None:
        """Note where the value of ``path`` stands, or would stand; a group stands where its first value does."""
        for length in range(1, len(path) + 1):
            self.places.setdefault(path[:length], place)


Tables = Mapping[str, Table]
Ids = Mapping[str, frozenset[str] | None]


def entries(tables: Tables, findings: Findings) -> dict[str, list[Entry]]:
    """Part of the catalogue -> its entries in the order of rows."""
    ids = {sheet.name: _ids(sheet, tables) for sheet in SHEETS if sheet.key is not None}
    found: dict[str, list[Entry]] = {}
    for sheet in SHEETS:
        if sheet.name in tables and not sheet.lists:
            found[sheet.part] = list(_main(tables[sheet.name], findings))
    by_id = {part: {entry.values.get("id"): entry for entry in some} for part, some in found.items()}
    for sheet in SHEETS:
        if sheet.name in tables:
            _check_references(tables[sheet.name], ids, findings)
            if sheet.lists:
                _add_lists(tables[sheet.name], by_id.get(sheet.part, {}), findings)
        if sheet.needed:
            _require_rows(sheet, found.get(sheet.part, []), tables, findings)
    for sheet in SHEETS:
        if sheet.name in tables and not sheet.lists:
            _settle_stated(sheet, found[sheet.part], tables, findings)
    return found


def _ids(sheet: Sheet, tables: Tables) -> frozenset[str] | None:
    """The ids of ``sheet``; None when they cannot be known, so that nobody is told that one is missing."""
    found = tables.get(sheet.name)
    if found is None or sheet.key is None or sheet.key.heading not in found.numbers:
        return None
    return frozenset(row.values[sheet.key.heading] for row in found.rows if sheet.key.heading in row.values)


def _main(source: Table, findings: Findings) -> Iterator[Entry]:
    """One entry a row; of two rows with one id the first counts."""
    key = source.sheet.key
    first: dict[str, int] = {}
    for row in source.rows:
        id_ = row.values.get(key.heading) if key is not None else None
        if key is not None and id_ is not None and first.setdefault(id_, row.number) != row.number:
            problem = f"{key.heading}“{id_}”和第 {first[id_]} 行重复"
            findings.add(source.place(row, key), problem, "请换一个编号，或删掉其中一行")
            continue
        entry = Entry({"guide": {}}) if source.sheet.part == "items" else Entry()
        entry.places[()] = source.place(row, key or source.sheet.columns[0])
        for column in source.sheet.columns:
            entry.put(column.path, source.place(row, column))
            if column.heading in row.values and column.kind is not Kind.STATED:
                _put(entry.values, column.path, row.values[column.heading])
        yield entry


def _put(values: dict[str, Any], path: FieldPath, value: Any) -> None:
    for name in path[:-1]:
        values = values.setdefault(str(name), {})
    values[str(path[-1])] = value


def _check_references(source: Table, ids: Ids, findings: Findings) -> None:
    for column in source.sheet.columns:
        known = ids.get(column.refers) if column.refers else None
        if known is None:
            continue
        for row in source.rows:
            value = row.values.get(column.heading)
            if value is not None and value not in known:
                problem = f"“{column.refers}”表里没有编号“{value}”"
                remedy = f"请改成“{column.refers}”表里有的编号，或先在那里加一行"
                findings.add(source.place(row, column), problem, remedy)


def _add_lists(source: Table, owners: Mapping[Any, Entry], findings: Findings) -> None:
    """Each row of ``source`` to the list of its owner."""
    parent, branch = (_of_kind(source.sheet, kind) for kind in (Kind.PARENT, Kind.BRANCH))
    for row in source.rows:
        needed = [column for column in (parent, branch) if column is not None and column.heading in source.numbers]
        for column in needed:
            if column.heading not in row.values and column.heading not in row.bad:
                findings.add(source.place(row, column), "缺少这一项", "请补上")
        owner = owners.get(row.values.get(parent.heading)) if parent is not None else None
        label = row.values.get(branch.heading, "?") if branch is not None else ""
        if owner is not None and label in source.sheet.lists:
            _append(owner, source, row, source.sheet.lists[label])


def _of_kind(sheet: Sheet, kind: Kind) -> Column | None:
    return next((column for column in sheet.columns if column.kind is kind), None)


def _append(owner: Entry, source: Table, row: Row, path: tuple[str, ...]) -> None:
    rows = _list(owner, path)
    at: FieldPath = (*path, len(rows))
    own = [column for column in source.sheet.columns if column.kind not in {Kind.PARENT, Kind.BRANCH, Kind.HINT}]
    values: dict[str, Any] = {}
    for column in own:
        owner.put((*at, *column.path), source.place(row, column))
        if column.path and column.heading in row.values:
            _put(values, column.path, row.values[column.heading])
    # A list of plain texts has one column, without a path.
    rows.append(values if own[0].path else row.values.get(own[0].heading, ""))


def _list(owner: Entry, path: tuple[str, ...]) -> list[Any]:
    values = owner.values
    for name in path[:-1]:
        values = values.setdefault(name, {})
    found: list[Any] = values.setdefault(path[-1], [])
    return found


def _require_rows(sheet: Sheet, some: list[Entry], tables: Tables, findings: Findings) -> None:
    for entry in some:
        if entry.values.keys().isdisjoint(path[0] for path in sheet.lists.values()):
            known = sheet.name in tables and _has(tables[sheet.name], Kind.PARENT)
            place = entry.places[()] if known else Place(sheet, 0)
            entry.places.update(dict.fromkeys(sheet.lists.values(), place))
            if known:
                findings.add(place, f"“{sheet.name}”表里没有它的内容", "请在那里补上，至少一行")


def _settle_stated(sheet: Sheet, some: list[Entry], tables: Tables, findings: Findings) -> None:
    """有 needs rows, 无 needs none and makes the list empty instead of not stated."""
    for column in sheet.columns:
        if column.kind is not Kind.STATED:
            continue
        rows_in = list_sheet(sheet.part, column.path)
        said = {row.number: row.values.get(column.heading) for row in tables[sheet.name].rows}
        for entry in some:
            place = entry.places[column.path]
            _settle(entry, column, said[place.row], rows_in, tables.get(rows_in.name), findings)


def _settle(
    entry: Entry, column: Column, said: bool | None, sheet: Sheet, rows: Table | None, findings: Findings
) -> None:
    place, name = entry.places[column.path], column.path[-1]
    holder = entry.values["guide"]
    if said is False and name in holder:
        problem = f"写了“无”，可是“{sheet.name}”表里有这个事项的内容"
        findings.add(place, problem, f"请改成“有”，或删掉“{sheet.name}”表里的那些行")
    elif said is False:
        holder[name] = []
    elif said and name not in holder and rows is not None and _has(rows, Kind.PARENT):
        problem = f"写了“有”，可是“{sheet.name}”表里没有这个事项的内容"
        findings.add(place, problem, f"请在“{sheet.name}”表里补上；明确没有就改成“无”，没有说明就清空")


def _has(source: Table, kind: Kind) -> bool:
    """Whether the column of ``kind`` is there: without it no row can find its owner."""
    return any(column.kind is kind and column.heading in source.numbers for column in source.sheet.columns)

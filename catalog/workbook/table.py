"""One sheet of a file -> rows of values by heading, with everything that is wrong in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.faults import Severity
from catalog.workbook import cells, wordings
from catalog.workbook.cells import BadCell, Content
from catalog.workbook.columns import Column, Kind, Sheet
from catalog.workbook.findings import Findings, Place
from catalog.workbook.xlsx import SheetContent, letter


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values by heading (blank and bad cells left out), and the headings of its bad cells."""

    number: int
    values: Mapping[str, Any]
    bad: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sheet. ``numbers``: heading -> number of its column; a removed column has none."""

    sheet: Sheet
    numbers: Mapping[str, int]
    rows: tuple[Row, ...]

    def place(self, row: Row, column: Column) -> Place:
        """Where the value of ``column`` stands in ``row``."""
        return Place(self.sheet, row.number, self.numbers.get(column.heading, 0), column)


def table(sheet: Sheet, content: SheetContent, findings: Findings) -> Table:
    """Read ``content`` as ``sheet``; what cannot be read goes to ``findings``."""
    for reference in content.merged:
        remedy = "请取消合并单元格，每一格都写上内容"
        findings.add(Place(sheet, 0), "这几格合并了", remedy, what=reference)
    first = next(iter(content.rows), (0, {}))
    head = first[1] if first[0] == 1 else {}
    numbers = _numbers(sheet, head, findings)
    columns = {numbers[column.heading]: column for column in sheet.columns if column.heading in numbers}
    body = [entry for entry in content.rows if entry[0] > 1] if numbers else []
    _tell_ignored(sheet, head, columns, body, findings)
    rows = (_row(sheet, number, contents, columns, findings) for number, contents in body)
    return Table(sheet, numbers, tuple(row for row in rows if row.values or row.bad))


def _numbers(sheet: Sheet, head: Mapping[int, Content], findings: Findings) -> dict[str, int]:
    """Heading -> number of its column."""
    known = {wordings.bare(column.heading): column for column in sheet.columns}
    found: dict[str, int] = {}
    for number, content in head.items():
        column = _known(sheet, known, content)
        if column is None:
            continue
        if column.heading in found:
            earlier = letter(found[column.heading])
            problem = f"“{column.heading}”有两列（{earlier} 列和 {letter(number)} 列）"
            findings.add(Place(sheet, 1, number, column), problem, "请只留一列")
        found.setdefault(column.heading, number)
    _tell_missing(sheet, found, findings)
    return found


def _known(sheet: Sheet, known: Mapping[str, Column], content: Content) -> Column | None:
    """The column that a heading means: its own name first, other wordings second."""
    text = content if isinstance(content, str) else ""
    own = known.get(wordings.bare(text))
    return own or known.get(wordings.bare(wordings.heading(sheet.name, text)))


def _tell_missing(sheet: Sheet, found: Mapping[str, int], findings: Findings) -> None:
    wanted = [column for column in sheet.columns if column.kind is not Kind.HINT]
    if not found:
        names = "、".join(column.heading for column in wanted[:3])
        findings.add(Place(sheet, 1), "第 1 行不是表头", f"第 1 行应当写着“{names}”等，请从新导出的工作簿复制表头")
        return
    for column in wanted:
        if column.heading not in found:
            remedy = "请补上这一列；没有内容就只写表头，下面空着"
            findings.add(Place(sheet, 1), "少了这一列", remedy, what=column.heading)


def _tell_ignored(
    sheet: Sheet,
    head: Mapping[int, Content],
    columns: Mapping[int, Column],
    body: list[tuple[int, Mapping[int, Content]]],
    findings: Findings,
) -> None:
    """A warning for each column with contents that the table does not know."""
    used = {
        number for _row, contents in body for number, content in contents.items() if not cells.is_blank(content)
    }
    for number in sorted(used - columns.keys()):
        title = head.get(number)
        problem = f"不认识 {letter(number)} 列（{'没有表头' if cells.is_blank(title) else title}），没有导入"
        findings.add(Place(sheet, 1, number), problem, "要导入请改正表头，不要请删掉这一列", Severity.WARNING)


def _row(
    sheet: Sheet, number: int, contents: Mapping[int, Content], columns: Mapping[int, Column], findings: Findings
) -> Row:
    values: dict[str, Any] = {}
    bad: set[str] = set()
    for at, content in contents.items():
        column = columns.get(at)
        if column is None or column.kind is Kind.HINT or cells.is_blank(content):
            continue
        try:
            values[column.heading] = cells.read(column, content)
        except BadCell as error:
            bad.add(column.heading)
            findings.add(Place(sheet, number, at, column), error.problem, error.remedy)
    return Row(number, values, frozenset(bad))

"""The value of a field <-> what stands in its cell."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from catalog.workbook.columns import Column, Kind
from catalog.workbook.texts import escaped, joined, split, unescaped
from catalog.workbook.wordings import NO, YES, bare, label

# Excel knows no earlier days (and a 29 February 1900 that never was): these are written as text.
_FIRST_DAY = date(1900, 3, 1)
# Excel keeps 15 digits of a number; the others of a long code are lost.
_MOST = 10**15
_INTEGER = re.compile(r"(\d{1,9})[份次个]?")
_DATE = re.compile(r"(?:(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d\d)(\d\d))(?:T?0?0:00(?::00)?)?")
# What an editor leaves at the ends of a cell; the models strip these of their texts too.
_BLANKS = " \t\n\xa0\u3000"
_SEPARATOR = re.compile(r"[\n、，,；;/|]+")
_DATE_FORM = "请写成 2026-11-24 的样子"
_AS_TEXT = "请先把这一格设成“文本”格式，再重新输入"

Written = str | int | date | None


class Formula:
    """Stands for a formula, which is never evaluated."""


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """``#REF!``, ``#N/A`` …"""

    shown: str


# What a cell can hold; anything else is told to be of another kind.
Content = object


@dataclass(frozen=True, slots=True)
class BadCell(Exception):
    """A cell that cannot be what its column holds: what is wrong, and how to mend it."""

    problem: str
    remedy: str


def write(column: Column, value: Any) -> Written:
    """What to put into a cell of ``column``; None for a blank one."""
    if value is None:
        return None
    if column.kind is Kind.STATED:
        return "有" if value else "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return joined(value) or None
    if isinstance(value, date):
        return value if value >= _FIRST_DAY else value.isoformat()
    return value if isinstance(value, int) else escaped(str(value))


def read(column: Column, content: Content) -> Any:
    """The value of a cell that is not blank, for the model to check further. Raises BadCell."""
    if isinstance(content, Formula):
        raise BadCell("这一格是公式", "请改成算好的值：复制后用“选择性粘贴”里的“数值”")
    if isinstance(content, ErrorValue) and column.kind is Kind.DATE:
        # 20261101 typed into a cell of dates: a day far beyond Excel's last one.
        raise BadCell("这一格不是日期", _DATE_FORM)
    if isinstance(content, ErrorValue):
        raise BadCell(f"这一格是 Excel 的错误值 {content.shown}", "请写上正确的内容，没有就清空")
    return _READERS[column.kind](column, content)


def is_blank(content: Content) -> bool:
    """Whether a cell says nothing."""
    return content is None or (isinstance(content, str) and not content.strip())


def _text(_column: Column, content: Content) -> str:
    if isinstance(content, str):
        return unescaped(content.strip(_BLANKS))
    return _number(content)


def _number(content: Content) -> str:
    """A number as a person reads it."""
    if isinstance(content, bool) or not isinstance(content, int | float):
        raise BadCell(f"这一格应当是文字，现在是{_name(content)}", _AS_TEXT)
    if abs(content) >= _MOST:
        raise BadCell("这一格被 Excel 变成了数字，后面几位可能已经丢了", f"{_AS_TEXT}，并核对每一位")
    return format(content, ".15g")


def _name(content: Content) -> str:
    if isinstance(content, bool):
        return "逻辑值 TRUE 或 FALSE"
    return "日期或时间" if isinstance(content, date | time) else "别的类型"


def _code(column: Column, content: Content) -> str:
    if isinstance(content, int | float) and not isinstance(content, bool):
        raise BadCell("这一格被 Excel 变成了数字，开头的 0 可能已经丢了", f"{_AS_TEXT}，并核对每一位")
    return _text(column, content)


def _integer(_column: Column, content: Content) -> int | str:
    if isinstance(content, str):
        match = _INTEGER.fullmatch(bare(content))
        return int(match[1]) if match else unescaped(content)
    written = _number(content)
    return int(written) if written.lstrip("-").isdecimal() else written


def _date(_column: Column, content: Content) -> date:
    if isinstance(content, datetime):
        if content.time() != time():
            raise BadCell(f"“{content}”里有几点几分", "请只写日期，写成 2026-11-24 的样子")
        return content.date()
    if isinstance(content, date):
        return content
    match = _DATE.fullmatch(bare(_shown(content)))
    if match is None:
        raise BadCell(f"“{_shown(content)}”不是日期", _DATE_FORM)
    try:
        return date(*(int(part) for part in match.groups() if part is not None))
    except ValueError as error:
        raise BadCell(f"“{_shown(content)}”这一天不存在", "请改正日期") from error


def _shown(content: Content) -> str:
    """Any content for a sentence."""
    text = format(content, ".15g") if isinstance(content, float) else str(content)
    return text if len(text) <= 40 else text[:40] + "…"


def _yes_no(_column: Column, content: Content) -> bool:
    said = bare(_shown(content)).upper()
    if said not in YES | NO:
        raise BadCell(f"应当是“是”或“否”，现在是“{_shown(content)}”", "请从下拉框里选“是”或“否”")
    return said in YES


def _stated(_column: Column, content: Content) -> bool:
    said = bare(_shown(content)).upper()
    if said not in YES | NO:
        raise BadCell(f"应当是“有”“无”或空着，现在是“{_shown(content)}”", "请从下拉框里选，没有说明就清空")
    return said in YES


def _choice(column: Column, content: Content) -> str:
    return label(column.choices, _text(column, content)) if column.choices else ""


def _branch(column: Column, content: Content) -> str:
    chosen = _choice(column, content)
    if chosen not in column.labels:
        raise BadCell(f"“{_shown(content)}”不在可选值里", f"请从这些值里选：{'、'.join(column.labels)}")
    return chosen


def _choices(column: Column, content: Content) -> list[str]:
    parts = _SEPARATOR.split(_text(column, content))
    return [label(column.choices, part) for part in parts if part.strip() and column.choices]


def _lines(_column: Column, content: Content) -> list[str]:
    return split(content if isinstance(content, str) else _number(content))


def _id(column: Column, content: Content) -> str:
    return unicodedata.normalize("NFKC", _code(column, content)).strip()


_READERS: Mapping[Kind, Callable[[Column, Content], Any]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.ID: _id,
    Kind.PARENT: _id,
    Kind.INTEGER: _integer,
    Kind.DATE: _date,
    Kind.YES_NO: _yes_no,
    Kind.STATED: _stated,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.BRANCH: _branch,
    Kind.LINES: _lines,
}

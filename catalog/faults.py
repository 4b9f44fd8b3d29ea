"""A fault: one thing wrong in a catalogue, said so that a clerk can mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a fault is. An error keeps the catalogue from being used; a warning does not."""

    ERROR = "错误"
    WARNING = "提醒"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Where (file, line from 1, field), what is wrong, and how to mend it."""

    file: str
    line: int
    field: str
    problem: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """One line for a terminal, like a compiler's: ``file:line: 【错误】字段: 问题。办法``."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        field = f"{self.field}：" if self.field else ""
        return f"{where}: 【{self.severity}】{field}{self.problem}。{self.remedy}"

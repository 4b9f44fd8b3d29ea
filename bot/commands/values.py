"""What is typed after a command, read: case numbers, days, text, files. Each says how to mend it."""

import os
import re
import sys
from datetime import date
from pathlib import Path

from bot.errors import UserError
from bot.mailbox.numbers import CaseNumber, case_number

DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日)")


def text(value: str) -> str:
    """``value`` without bytes that are no UTF-8 (a terminal in another encoding)."""
    return value.encode("utf-8", "replace").decode()


def day(value: str) -> date:
    """2026-11-24, 2026/11/24 or 2026年11月24日. Raises UserError."""
    found = DATE.fullmatch(value.strip())
    try:
        if found is None:
            raise ValueError(value)
        year, month, at = (int(part) for part in found.groups() if part)
        return date(year, month, at)
    except ValueError as error:
        raise UserError(f"“{value}”不是一个日期。请写成 年-月-日，例：2026-11-24。") from error


def number(value: str) -> CaseNumber:
    """沙依申〔2026〕0001号, D2026-0001 or d2026-1. Raises UserError."""
    return case_number(text(value))


def count(value: str) -> int:
    """A number of working days. Raises UserError."""
    if not (value.isdecimal() and len(value) <= 3):
        raise UserError(f"“{value}”不是可用的天数。请写 0 到 999 的整数。")
    return int(value)


def read_bytes(file: Path) -> bytes:
    """What is in ``file``, or on standard input for ``-``. Raises UserError."""
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UserError(f"文件 {file} 读不出来（{error.strerror}）。请检查路径。") from error


def read_text(file: Path) -> str:
    """The text in ``file``, or on standard input for ``-``. Raises UserError."""
    try:
        return read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"文件 {file} 不是 UTF-8 编码。请另存为 UTF-8 再试。") from error


def write_new(file: Path, content: bytes) -> None:
    """Write a file that its owner alone may read; never over another one. Raises UserError."""
    try:
        with open(file, "xb", opener=_private) as out:
            out.write(content)
    except FileExistsError as error:
        raise UserError(f"{file} 已经有了。请换一个文件名。") from error
    except OSError as error:
        raise UserError(f"{file} 写不进去（{error.strerror}）。请检查文件夹和权限。") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)

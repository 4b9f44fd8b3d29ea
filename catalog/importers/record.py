"""One record of an export in JSON lines, with 无 read as "not stated"."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.errors import CatalogError
from catalog.importers.report import Rejected

_ABSENT = frozenset({"", "无"})
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of one line (from 1)."""

    line: int
    fields: Mapping[str, Any]

    def text(self, field: str) -> str | None:
        """The stated text, stripped; None when absent, 无, or neither text nor a whole number."""
        return _stated(self.fields.get(field))

    def texts(self, field: str) -> tuple[str, ...]:
        """The stated texts of a list, each once; a single text counts as a list of one."""
        value = self.fields.get(field)
        entries = value if isinstance(value, list) else [value]
        stated = (_stated(entry) for entry in entries)
        return tuple(dict.fromkeys(text for text in stated if text is not None))

    def states(self, field: str) -> bool:
        """Whether the record says anything in ``field``."""
        value = self.fields.get(field)
        return value is not None and (not is_text(value) or _stated(value) is not None)


def is_text(value: Any) -> bool:
    """Whether ``value`` reads as a text: a string, a whole number, or nothing."""
    return value is None or (isinstance(value, str | int) and not isinstance(value, bool))


def _stated(value: Any) -> str | None:
    stripped = str(value).strip() if value is not None and is_text(value) else ""
    return None if stripped.rstrip("。") in _ABSENT else stripped


def read_records(path: Path, progress: Progress | None = None) -> Iterator[Record | Rejected]:
    """Every line of ``path`` that is not blank, as a record or as refused.

    ``progress`` is told after each line how many bytes have been read so far.

    Raises:
        CatalogError: ``path`` cannot be read.
    """
    done = 0
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                done += len(line)
                if line.strip():
                    yield _record(number, line)
                if progress is not None:
                    progress(done)
    except OSError as error:
        raise CatalogError(f"{path} 读不出来（{error.strerror}）。请检查文件名和读取权限。") from error


def _record(number: int, line: bytes) -> Record | Rejected:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Rejected(number, "不是 UTF-8 编码")
    except (ValueError, RecursionError):
        return Rejected(number, "不是完整的 JSON")
    if not isinstance(value, dict):
        return Rejected(number, "不是一条记录（应当是 { } 包起来的字段）")
    if b"\\u" in line and not _is_unicode(value):
        return Rejected(number, "有残缺的字符（只有一半的 \\u 编码）")
    return Record(number, value)


def _is_unicode(value: Any) -> bool:
    """Whether all texts in ``value`` can be written as UTF-8; half a surrogate pair cannot."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True

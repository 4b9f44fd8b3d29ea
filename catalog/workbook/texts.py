"""Texts as they stand in a cell: nothing that XML forbids, and several texts on lines of one cell.

``_x000B_`` is Excel's own way of writing a character that XML cannot hold (ECMA-376, ST_Xstring): Excel reads
and writes it, so it survives a clerk's editing.
"""

import re

MAX_CELL = 32_767  # UTF-16 units; Excel's and WPS's limit
_CONTINUED = "↳"
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4})")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def escaped(text: str) -> str:
    """``text`` with what XML forbids, and what would read as an escape, escaped."""
    return _FORBIDDEN.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"


def unescaped(text: str) -> str:
    """The opposite of ``escaped``. Half a surrogate pair stays as it is written."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def joined(texts: tuple[str, ...]) -> str:
    """``texts`` on lines; a line break inside of one is marked, so that it stays inside."""
    return "\n".join(_on_lines(text) for text in texts)


def _on_lines(text: str) -> str:
    first = f"_x{ord(_CONTINUED):04X}_" if text.startswith(_CONTINUED) else ""
    return (first + escaped(text[1:] if first else text)).replace("\n", f"\n{_CONTINUED}")


def split(text: str) -> list[str]:
    """The opposite of ``joined``; blank lines are skipped."""
    found: list[str] = []
    for line in text.split("\n"):
        if found and line.startswith(_CONTINUED):
            found[-1] += f"\n{line[1:]}"
        elif line.strip():
            found.append(line)
    return [unescaped(line) for line in found]


def too_long(text: str) -> bool:
    """Whether ``text`` is more than one cell can hold."""
    return len(text) > MAX_CELL // 2 and len(text.encode("utf-16-le")) // 2 > MAX_CELL

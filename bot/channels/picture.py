"""A recorded terminal as an SVG picture that needs nothing from another host."""

import re
from html import unescape
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.cells import cell_len
from rich.console import Console

_CELL = 12.2
"""Width of one cell in rich's SVG."""
_TEXT = re.compile(r'textLength="[\d.]+"([^>]*)>([^<]*)<')


def save_svg(console: Console, path: Path) -> None:
    """Write what ``console`` recorded. Raises OSError."""
    local = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    svg = console.export_svg(title="问办", code_format=local)
    path.write_text(_TEXT.sub(_widened, svg), encoding="utf-8")


def _widened(match: re.Match[str]) -> str:
    # rich counts characters here, but a Chinese character takes two cells.
    attributes, text = match.groups()
    return f'textLength="{cell_len(unescape(text)) * _CELL:.1f}"{attributes}>{text}<'

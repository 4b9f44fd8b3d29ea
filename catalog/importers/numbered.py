"""A running text with numbered points -> its pieces, word for word.

Numbers stay in the pieces because the texts refer to them ("符合第1项并具备第4项或第5项").
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_DIGITS = "一二三四五六七八九"
# A point begins the text or follows a pause; "第二十一条（一）" and "1.5米" begin none.
_BEGINS = r"(?:^|(?<=[\s。；;：:，,、）)”》]))"
_SENTENCE_END = re.compile(r"[。；;！？!?]")
# Gaps inside a sentence are careless typing; after a full stop or a colon they stand for a new line.
_GAP = re.compile(r"(?<=[。；;：:])\s{2,}|\s*[\r\n]\s*")
_UNFINISHED = ("：", ":", "；", ";", "，", ",", "、")


def _chinese(numeral: str) -> int:
    """一 … 九十九 as a number."""
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return _DIGITS.index(numeral) + 1 if len(numeral) == 1 else 0
    return 10 * (_chinese(tens) if tens else 1) + (_chinese(ones) if ones else 0)


@dataclass(frozen=True, slots=True)
class _Family:
    """One way of numbering: how a marker looks, and which number it is."""

    marker: re.Pattern[str]
    number: Callable[[str], int]

    def starts(self, text: str) -> list[int]:
        """Where the points 1, 2, 3 … begin; numbering may begin again at 1."""
        found, expected = [], 1
        for match in self.marker.finditer(text):
            number = self.number(match[1])
            if number in {1, expected}:
                found.append(match.start())
                expected = number + 1
        return found


_FAMILIES = (
    _Family(re.compile(_BEGINS + r"([一二三四五六七八九十]{1,3})、"), _chinese),
    _Family(re.compile(_BEGINS + r"[（(]([一二三四五六七八九十]{1,3})[）)]"), _chinese),
    _Family(re.compile(_BEGINS + r"(\d{1,2})[、．.](?!\d)"), int),
    _Family(re.compile(_BEGINS + r"[（(](\d{1,2})[）)]"), int),
    _Family(re.compile(_BEGINS + r"(\d{1,2})[）)]"), int),
    _Family(re.compile(r"([①-⑳])"), lambda mark: ord(mark) - ord("①") + 1),
    _Family(re.compile(_BEGINS + r"([a-z])[)）、.]"), lambda letter: ord(letter) - ord("a") + 1),
)


def pieces(text: str, limit: int) -> tuple[str, ...]:
    """``text`` split at its outermost numbering and at gaps, each piece at most ``limit`` long.

    Nothing but white space at the seams is lost.
    """
    starts = _outermost(text)
    points = (text[start:end] for start, end in zip([0, *starts], [*starts, len(text)], strict=True))
    parts = (part.strip() for point in points for part in _GAP.split(point))
    return tuple(fitting for part in parts if part for fitting in _fit(part, limit))


def seems_cut_off(text: str) -> bool:
    """Whether ``text`` breaks off: at a colon, semicolon or comma, or after the first of several points."""
    if text.rstrip().endswith(_UNFINISHED):
        return True
    return any(len(family.starts(text)) == 1 for family in _FAMILIES) and not _outermost(text)


def _outermost(text: str) -> list[int]:
    """Starts of the numbering that begins first, among those with at least two points."""
    found = [starts for family in _FAMILIES if len(starts := family.starts(text)) > 1]
    return min(found, default=[])


def _fit(text: str, limit: int) -> Iterator[str]:
    """``text`` in parts of at most ``limit``, broken at the last sentence end where there is one."""
    while len(text) > limit:
        ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, limit)]
        end = ends[-1] if ends else limit
        yield text[:end].rstrip()
        text = text[end:].lstrip()
    if text:
        yield text

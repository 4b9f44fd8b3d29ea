"""Pinyin: how a text is spelt in Latin letters, and how typed letters fall into syllables.

Tokens are pairs of syllables marked with ``~`` so that they never meet Chinese or Latin words.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
_LETTERS = re.compile(r"[a-z]+")
_LONGEST = 6
_HEADS = "b p m f d t n l g k h j q x zh ch sh r z c s y w"
_TAILS = """a o e i u v ai ei ui ao ou iu ie ve er an en in un vn ang eng ing ong ia iao ian iang iong ua uo uai uan
uang ue"""


@cache
def syllables() -> frozenset[str]:
    """Spellable syllables: initials times finals, and the finals that stand alone."""
    alone = {"a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "er"}
    return frozenset({head + tail for head in _HEADS.split() for tail in _TAILS.split()} | alone)


def spell(text: str) -> list[list[str]]:
    """Syllables of every Chinese run of ``text``."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  (slow to import, and only a build needs it)

    return [lazy_pinyin(run) for run in _HAN_RUN.findall(text)]


def pairs(run: Iterable[str]) -> list[str]:
    """Tokens of a run of syllables."""
    return [f"~{first}{second}" for first, second in pairwise(run)]


def split(letters: str) -> list[str]:
    """Fewest syllables that spell ``letters``; empty when they spell none."""
    best: list[list[str] | None] = [[]] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LONGEST), end):
            head = best[start]
            if head is not None and letters[start:end] in syllables():
                shorter = best[end]
                if shorter is None or len(head) + 1 < len(shorter):
                    best[end] = [*head, letters[start:end]]
    return best[-1] or []


def query_tokens(text: str) -> list[str]:
    """Pinyin tokens of the letters in normalised ``text``; spaces between syllables do not matter."""
    run = [syllable for letters in _LETTERS.findall(text) for syllable in split(letters)]
    return pairs(run)

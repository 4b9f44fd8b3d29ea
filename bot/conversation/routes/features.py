"""A message -> the named features by which its route is told. Names are readable: they are the reasons given.

``投诉`` is a character n-gram (``^`` begins, ``$`` ends the message), ``cue:letter`` a table of cues,
``found:…`` how well an item covers the message, ``is:…`` its shape.
"""

import math
import re
from collections.abc import Iterator
from itertools import pairwise

from bot.conversation import cues

GRAMS = (1, 2, 3)
_MOST_READ = 600
"""Characters of a message that are looked at: what it is about is said by then."""
_RUNS = re.compile(r"[\u4e00-\u9fff]+|[a-z]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SALUTED = re.compile(r"领导|区长|市长|书记|局长|主任")
_QUESTION = re.compile(r"[?？]|[吗么呢]\s*$|怎么|如何|咋|什么|哪|多少|几多|能不能|是否|能否")
_TOP = 15
"""Sum of cue weights that counts as one."""
_TABLES = {
    "human": cues.HUMAN,
    "status": cues.STATUS,
    "disclosure": cues.DISCLOSURE,
    "letter": cues.LETTER,
    "none": cues.OUT_OF_SCOPE,
}


def features(text: str, coverage: float) -> dict[str, float]:
    """Features of normalised ``text``; ``coverage`` (0-1) is that of the best item found for it."""
    text = text[:_MOST_READ]
    found = dict(_shape(text, coverage))
    found.update((f"cue:{name}", min(cues.score(table, text), _TOP) / _TOP) for name, table in _TABLES.items())
    found.update(_grams(text))
    return found


def _shape(text: str, coverage: float) -> Iterator[tuple[str, float]]:
    foreign = not _HAN.search(text)
    yield "is:any", 1.0
    yield "is:long", min(len(text), 200) / 200
    yield "is:short", max(0.0, 10 - len(text)) / 10
    yield "is:question", float(_QUESTION.search(text) is not None)
    yield "is:exclaimed", float("!" in text)
    yield "is:saluted", float(_SALUTED.search(text[:30]) is not None)
    yield "is:foreign", float(foreign)
    yield "found:coverage", coverage
    yield "found:little", max(0.0, 0.6 - coverage)
    yield "found:all", max(0.0, coverage - 0.8) * 2
    yield "found:foreign", coverage if foreign else 0.0


def _grams(text: str) -> Iterator[tuple[str, float]]:
    """Each n-gram once. A long message has many, so each weighs less. Spelt syllables count as characters."""
    grams = {"^" + text[:2], text[-2:] + "$"}
    runs = _RUNS.findall(text)
    grams.update(f"{left} {right}" for left, right in pairwise(runs) if right[0].isascii())
    for run in runs:
        if run[0].isascii():
            grams.add(run[:8])
        else:
            grams.update(run[at : at + size] for size in GRAMS for at in range(len(run) - size + 1))
    weight = 1 / math.sqrt(len(grams) + 4)
    yield from ((gram, weight) for gram in grams)

"""Items that are easily taken for each other, and in what they differ.

The difference comes from the parts in which the names differ (补领 | 换领 | 首次申领); when each applies from the
first clause of the guide's ``distinguish`` (易混事项区分): "驾照丢了办补证；还在但有效期快满办“到期换证”".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from catalog.models import ServiceItem

LEAST_SHARED = 3
"""Characters at the beginning of the names of sisters that are the same."""
_SHARE = 0.4
"""Least part of the shorter name that is shared."""
_CLAUSE = re.compile(r"[^；。]+")
_WHEN = re.compile(r"(?P<when>.{2,})(?:办理|办|走|做)(?:这|[^，“办]{1,12}办?(?:，|$))")
_BRACKETS = re.compile(r"^[（(](.*)[)）]$")
_TAILS = frozenset("金险障权证卡员书簿费户")
"""A name cut before one of these is cut inside a word (失业保险|金申领)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What tells one of several sisters: ``label`` the part of its name that is its own, ``when`` it applies."""

    label: str
    when: str | None


@dataclass(frozen=True, slots=True)
class Family:
    """Sisters, best first, and ``stem``: how all their names begin."""

    stem: str
    items: tuple[ServiceItem, ...]

    def difference(self, item: ServiceItem) -> Difference:
        """What is special about ``item``; one from outside the family keeps its whole name."""
        rest = item.name.removeprefix(self.stem) if item in self.items else ""
        bracketed = _BRACKETS.match(rest)
        return Difference((bracketed[1] if bracketed else rest) or item.name, when(item))


def are_sisters(one: ServiceItem, other: ServiceItem) -> bool:
    """Whether the names begin alike for most of their length."""
    return bool(_shared(one, other))


def family(items: Sequence[ServiceItem]) -> Family | None:
    """The first of ``items`` with those whose names begin most like its own; None when it has no sister."""
    stem = max((_shared(items[0], other) for other in items[1:]), key=len, default="")
    if not stem:
        return None
    sisters = (item for item in items[1:] if _shared(items[0], item).startswith(stem))
    return Family(stem, (items[0], *sisters))


def when(item: ServiceItem) -> str | None:
    """In whose case ``item`` is the right one, as its ``distinguish`` begins; None when it states nothing."""
    first = _CLAUSE.match(item.distinguish or "")
    if first is None:
        return None
    told = _WHEN.match(first[0])
    return told["when"].rstrip("，,的") if told else first[0]


def _shared(one: ServiceItem, other: ServiceItem) -> str:
    """How both names begin, up to the end of a word; empty when that is too little."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one.name, other.name, strict=False))
    stem = "".join(left for left, _ in same).rstrip("（(、")
    cut = any(item.name[len(stem) : len(stem) + 1] in _TAILS for item in (one, other))
    enough = len(stem) >= max(LEAST_SHARED, _SHARE * min(len(one.name), len(other.name)))
    return stem if enough and not cut else ""

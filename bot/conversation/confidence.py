"""How probable it is that the first item found is the right one, and that any of those offered is.

Two logistic regressions on four numbers, in ``confidence.tsv``; fitted by ``python -m bot.conversation.routes`` to
questions whose right item is known and that were searched with their own phrasing left out.
"""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.results import Hit

TABLE = Path(__file__).with_name("confidence.tsv")
FEATURES = ("constant", "coverage", "lead", "lead_of_all", "item")
OFFERED = 4


@dataclass(frozen=True, slots=True)
class Confidence:
    """Probabilities (0-1): ``first`` that the best hit is right, ``offered`` that one of the first four is."""

    first: float
    offered: float


def confidence(hits: Sequence[Hit], item: float) -> Confidence:
    """How sure we are of ``hits``; ``item`` is the probability that an item is asked for at all."""
    values = measures(hits, item)
    first, offered = _table()
    return Confidence(_logistic(first, values), _logistic(offered, values))


def measures(hits: Sequence[Hit], item: float) -> tuple[float, ...]:
    """The values of ``FEATURES``. A lead is the part of the best score that a rival lacks."""
    best = hits[0]
    return (
        1.0,
        best.coverage,
        _lead(best, hits[1:2]),
        _lead(best, hits[OFFERED - 1 : OFFERED]),
        math.log(max(item, 0.01) / max(1 - item, 0.01)) / 4,
    )


def _lead(best: Hit, rival: Sequence[Hit]) -> float:
    return min(1.0, max(0.0, 1 - rival[0].score / best.score)) if rival and best.score else 1.0


def _logistic(weights: Sequence[float], values: Sequence[float]) -> float:
    return 1 / (1 + math.exp(-sum(w * v for w, v in zip(weights, values, strict=True))))


@cache
def _table() -> tuple[tuple[float, ...], tuple[float, ...]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = {row["feature"]: row for row in csv.DictReader(lines, delimiter="\t")}
    return (
        tuple(float(rows[name]["first"]) for name in FEATURES),
        tuple(float(rows[name]["offered"]) for name in FEATURES),
    )

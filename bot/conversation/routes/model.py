"""The linear model that tells the route: a table of weights, one row a feature, one column a route.

``weights.tsv`` is written by ``python -m bot.conversation.routes`` (see training.py) and can be read and edited.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).with_name("weights.tsv")
ROUTES = ("item", "disclosure", "letter", "status", "human", "small_talk", "none")
_REASONS = 4
_LEAST_REASON = 0.05


@dataclass(frozen=True, slots=True)
class Told:
    """How probable each route is (sums to one), and the features that spoke most for the likeliest one."""

    probabilities: Mapping[str, float]
    reasons: tuple[tuple[str, float], ...]

    @property
    def likeliest(self) -> str:
        """The most probable route."""
        return max(self.probabilities, key=lambda name: self.probabilities[name])


class RouteModel:
    """Weights ready for use. Safe to use from several threads."""

    def __init__(self, names: Sequence[str], weights: NDArray[np.float32]) -> None:
        self._rows = {name: row for row, name in enumerate(names)}
        self._weights = weights

    def tell(self, features: Mapping[str, float]) -> Told:
        """Probabilities of the routes for ``features``."""
        known = [(self._rows[name], value, name) for name, value in features.items() if name in self._rows]
        rows = self._weights[[row for row, _, _ in known]]
        parts = rows * np.array([value for _, value, _ in known], dtype=np.float32)[:, None]
        sums = parts.sum(axis=0)
        shares = np.exp(sums - sums.max())
        shares /= shares.sum()
        best = int(shares.argmax())
        # What speaks for the best route is what speaks more for it than for the others on average.
        spoken = parts[:, best] - parts.mean(axis=1)
        order = np.argsort(-spoken)[:_REASONS]
        reasons = ((known[at][2], round(float(spoken[at]), 2)) for at in order if spoken[at] >= _LEAST_REASON)
        return Told(dict(zip(ROUTES, map(float, shares), strict=True)), tuple(reasons))


def read(path: Path = WEIGHTS) -> RouteModel:
    """The model in ``path``."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return RouteModel([row[0] for row in rows], np.array([[float(w) for w in row[1:]] for row in rows], np.float32))


@cache
def shipped() -> RouteModel:
    """The model that ships with the program."""
    return read()

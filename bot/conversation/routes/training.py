"""Fits the table of weights: multinomial logistic regression, sparse, deterministic, numpy only.

FISTA (Beck and Teboulle 2009) on the weighted log-loss with an L1 penalty; cues and shapes are hardly penalised.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.conversation.routes.model import ROUTES, RouteModel

Matrix = NDArray[np.float32]
LEAST_SEEN = 4
MOST_FEATURES = 5000
L1 = 2e-5
RARE = 0.5
"""Power of a route's frequency by which its messages count less: 0 as they come, 1 every route the same."""
L2 = 1e-5
ROUNDS = 120
_HARDLY = 0.05
_LEAST_WEIGHT = 0.02


def fit(
    rows: Sequence[Mapping[str, float]], routes: Sequence[str], weights: Sequence[float]
) -> tuple[list[str], Matrix]:
    """Names and weights of the features that tell ``routes`` apart."""
    seen = Counter(name for row in rows for name in row)
    names = [name for name, count in seen.most_common(MOST_FEATURES) if count >= LEAST_SEEN]
    x = _matrix(rows, {name: at for at, name in enumerate(names)})
    y = np.array([ROUTES.index(route) for route in routes])
    frequent = Counter(routes)
    share = np.array([w / frequent[r] ** RARE for w, r in zip(weights, routes, strict=True)], np.float32)
    table = _descend(x, np.eye(len(ROUTES), dtype=np.float32)[y], share / share.sum(), _penalty(names))
    kept = np.abs(table).max(axis=1) >= _LEAST_WEIGHT
    return [name for name, keep in zip(names, kept, strict=True) if keep], table[kept]


def model(rows: Sequence[Mapping[str, float]], routes: Sequence[str], weights: Sequence[float]) -> RouteModel:
    """The model fitted to ``rows``."""
    return RouteModel(*fit(rows, routes, weights))


def write(path: Path, names: Sequence[str], table: Matrix) -> None:
    """Write the table, the weightiest rows first."""
    order = np.argsort(-np.abs(table).max(axis=1), kind="stable")
    lines = ["\t".join(("feature", *ROUTES))]
    lines += ["\t".join((names[at], *(f"{value:.2f}" for value in table[at]))) for at in order]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _matrix(rows: Sequence[Mapping[str, float]], at: Mapping[str, int]) -> Matrix:
    x = np.zeros((len(rows), len(at)), np.float32)
    for number, row in enumerate(rows):
        for name, value in row.items():
            if name in at:
                x[number, at[name]] = value
    return x


def _penalty(names: Sequence[str]) -> Matrix:
    return np.array([[L1 * _HARDLY if ":" in name else L1] for name in names], np.float32)


def _descend(x: Matrix, y: Matrix, share: Matrix, penalty: Matrix) -> Matrix:
    step = 1 / (0.5 * _largest_eigenvalue(x, share) + L2)
    table = ahead = np.zeros((x.shape[1], y.shape[1]), np.float32)
    momentum = 1.0
    for _ in range(ROUNDS):
        slope = x.T @ ((_softmax(x @ ahead) - y) * share[:, None]) + L2 * ahead
        moved = ahead - step * slope
        shrunk = np.sign(moved) * np.maximum(np.abs(moved) - penalty * step, 0)
        following = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
        ahead = shrunk + np.float32((momentum - 1) / following) * (shrunk - table)
        table, momentum = shrunk, following
    return table


def _largest_eigenvalue(x: Matrix, share: Matrix) -> float:
    vector = np.ones(x.shape[1], np.float32)
    size = 1.0
    for _ in range(20):
        vector = x.T @ ((x @ vector) * share)
        size = float(np.linalg.norm(vector)) or 1.0
        vector /= size
    return size


def _softmax(z: Matrix) -> Matrix:
    shares = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)

"""Fits the confidence of the decision and says how reliable it is."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.conversation.confidence import FEATURES

STEPS = 30
RIDGE = 1e-3
BINS = 5
_LEAST_CURVE = 1e-6


def fit_logistic(
    values: NDArray[np.float64], right: NDArray[np.float64], weight: NDArray[np.float64]
) -> list[float]:
    """Weights of a logistic regression by Newton's method."""
    found = np.zeros(values.shape[1])
    for _ in range(STEPS):
        told = 1 / (1 + np.exp(-values @ found))
        slope = values.T @ (weight * (told - right)) + RIDGE * found
        curve = np.maximum(weight * told * (1 - told), _LEAST_CURVE)
        found -= np.linalg.solve((values * curve[:, None]).T @ values + RIDGE * np.eye(len(found)), slope)
    return [float(one) for one in found]


def write(path: Path, first: Sequence[float], offered: Sequence[float]) -> None:
    """Write both regressions."""
    rows = (f"{name}\t{a:.3f}\t{b:.3f}" for name, a, b in zip(FEATURES, first, offered, strict=True))
    path.write_text("\n".join(("feature\tfirst\toffered", *rows)) + "\n", encoding="utf-8")


def reliability(told: Sequence[tuple[float, bool]]) -> list[dict[str, float]]:
    """Of the questions with a probability in each fifth: how many, the mean probability, the share that was right."""
    table = []
    for at in range(BINS):
        inside = [one for one in told if min(int(one[0] * BINS), BINS - 1) == at]
        if inside:
            count = len(inside)
            table.append(
                {
                    "n": count,
                    "confidence": round(sum(p for p, _ in inside) / count, 3),
                    "right": round(sum(right for _, right in inside) / count, 3),
                }
            )
    return table

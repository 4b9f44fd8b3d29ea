"""The hot path: top-k by summing rows of precomputed BM25F contributions.

Postings of the opened index are compiled once into arrays (CSR: term -> document numbers and contributions) that
lie beside it and are memory-mapped. Weighted BM25F as in Robertson and Zaragoza (2009), section 3.6:
``idf(t) * tf' / (k1 + tf')`` with ``tf' = sum over fields of w_f * tf_f / (1 - b_f + b_f * len_f / avg_f)``.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
FieldPostings = Iterable[tuple[str, list[int], list[float]]]


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """What BM25F needs of one field: its weight, its b, its postings.

    ``telling`` fields count for idf. A guide names 身份证 among the materials of nearly every item; only names and
    phrasings say how telling the word is.
    """

    weight: float
    length: float
    postings: FieldPostings
    telling: bool = True


def compile_arrays(folder: Path, fields: Iterable[FieldStatistics], count: int) -> None:
    """Write the arrays for ``count`` documents into ``folder``."""
    frequencies: dict[str, dict[int, float]] = {}
    telling: dict[str, set[int]] = {}
    for field in fields:
        postings = list(field.postings)
        scale = _scale(field, postings, count)
        for term, numbers, frequency in postings:
            row = frequencies.setdefault(term, {})
            if field.telling:
                telling.setdefault(term, set()).update(numbers)
            for number, weight in zip(numbers, frequency, strict=True):
                row[number] = row.get(number, 0.0) + weight * scale[number]
    terms = sorted(frequencies)
    starts = np.zeros(len(terms) + 1, dtype=np.uint32)
    starts[1:] = np.cumsum([len(frequencies[term]) for term in terms])
    holders = np.empty(int(starts[-1]), dtype=np.uint32)
    values = np.empty(int(starts[-1]), dtype=np.float32)
    weights = np.empty(len(terms), dtype=np.float32)
    for at, term in enumerate(terms):
        row = frequencies[term]
        part = slice(int(starts[at]), int(starts[at + 1]))
        holders[part] = sorted(row)
        tf = np.array([row[number] for number in sorted(row)])
        weights[at] = idf(len(telling.get(term, row)), count)
        values[part] = weights[at] * tf / (K1 + tf)
    np.save(folder / "idf.npy", weights)
    np.save(folder / "starts.npy", starts)
    np.save(folder / "numbers.npy", holders)
    np.save(folder / "values.npy", values)
    (folder / "terms.json").write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")


def _scale(field: FieldStatistics, postings: FieldPostings, count: int) -> list[float]:
    """Weight over length norm for every document. Lengths are counted here: Whoosh keeps them in one byte."""
    lengths = np.zeros(count)
    for _, numbers, frequency in postings:
        lengths[numbers] += frequency
    average = float(lengths.mean()) if count else 0.0
    norm = 1 - field.length + field.length * lengths / (average or 1.0)
    return [float(value) for value in field.weight / norm]


def idf(documents_with_term: int, count: int) -> float:
    """Inverse document frequency that never falls below zero (the +1 form)."""
    return math.log(1 + (count - documents_with_term + 0.5) / (documents_with_term + 0.5))


class Ranking:
    """Opened arrays of one index."""

    def __init__(self, folder: Path, count: int) -> None:
        self._idf = np.load(folder / "idf.npy", mmap_mode="r")
        self._starts = np.load(folder / "starts.npy", mmap_mode="r")
        self._numbers = np.load(folder / "numbers.npy", mmap_mode="r")
        self._values = np.load(folder / "values.npy", mmap_mode="r")
        terms = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        self._rows = {term: row for row, term in enumerate(terms)}
        self._count = count

    def __contains__(self, term: str) -> bool:
        return term in self._rows

    def idf(self, term: str) -> float:
        """How telling ``term`` is; a term that no document holds is the most telling."""
        row = self._rows.get(term)
        return idf(0, self._count) if row is None else float(self._idf[row])

    def holders(self, term: str) -> NDArray[np.uint32]:
        """Document numbers that hold ``term``, ascending."""
        row = self._rows.get(term)
        if row is None:
            return np.empty(0, dtype=np.uint32)
        return np.asarray(self._numbers[self._starts[row] : self._starts[row + 1]])

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float32]:
        """Score of every document for terms with their weights."""
        total = np.zeros(self._count, dtype=np.float32)
        for term, weight in query.items():
            row = self._rows.get(term)
            if row is not None:
                part = slice(self._starts[row], self._starts[row + 1])
                total[self._numbers[part]] += np.float32(weight) * self._values[part]
        return total


def top(scores: NDArray[np.float32], limit: int) -> list[int]:
    """Numbers of the best documents with a score above zero, best first, ties by number."""
    found = np.flatnonzero(scores > 0)
    if len(found) > limit:
        bound = np.partition(scores[found], len(found) - limit)[len(found) - limit]
        found = found[scores[found] >= bound]
    order = np.lexsort((found, -scores[found]))
    return [int(number) for number in found[order[:limit]]]

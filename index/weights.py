"""How much each kind of evidence counts: the only numbers of the ranking.

Found by ``wenban eval FILE --learn`` on judged questions and on the catalogue's own phrasings, each asked with itself
left out; that command prints this table anew. Change a number only together with the figures in index/README.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldWeight:
    """``weight`` of a word that stands in the field; ``length``: the b of BM25F, 1 discounts long fields fully."""

    weight: float
    length: float


@dataclass(frozen=True, slots=True)
class Weights:
    """All weights. ``k1`` says how soon more occurrences stop counting; ``terms`` weighs the kinds of terms."""

    k1: float
    terms: Mapping[str, float]
    fields: Mapping[str, FieldWeight]


WEIGHTS = Weights(
    k1=4.8,
    terms={
        "word": 1.0,
        "pair": 1.0,
        "character": 1.0,
        "action": 3.0,
        "synonym": 0.525,
        "pinyin": 1.0,
    },
    fields={
        "name": FieldWeight(3.15, 0.4),
        "aliases": FieldWeight(5.0, 1.0),
        "phrasings": FieldWeight(1.0, 0.5),
        "keywords": FieldWeight(1.5, 0.3),
        "summary": FieldWeight(0.7, 0.25),
        "told": FieldWeight(0.15, 0.5),
        "distinguish": FieldWeight(0.49, 0.6),
        "conditions": FieldWeight(0.26, 0.6),
        "materials": FieldWeight(0.98, 0.6),
        "result": FieldWeight(0.7, 0.6),
        "questions": FieldWeight(0.98, 0.25),
        "answers": FieldWeight(0.35, 0.6),
        "department": FieldWeight(0.2, 0.3),
        "pinyin": FieldWeight(2.0, 0.5),
    },
)

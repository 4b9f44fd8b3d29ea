"""The piece of an item's text that shows best why it was found."""

from catalog.models import ServiceItem
from index.analysis import normalise

OPEN, CLOSE = "\u0002", "\u0003"
"""Marks around found words; a channel replaces them by its own emphasis."""
WIDTH = 60


def snippet(item: ServiceItem, terms: list[str]) -> str:
    """The sentence of the guide with most of ``terms`` (longest first), marked; empty when none holds any."""
    guide = item.guide
    sentences = (
        *((guide.summary,) if guide.summary else ()),
        *item.phrasings,
        *(guide.conditions or ()),
        *(question.answer for question in guide.faq),
    )
    best = max(sentences, key=lambda sentence: _found(sentence, terms), default="")
    return mark(best[:WIDTH], terms) if best and _found(best, terms) else ""


def _found(sentence: str, terms: list[str]) -> int:
    text = normalise(sentence)
    return sum(len(term) for term in terms if term in text)


def mark(text: str, terms: list[str]) -> str:
    """``text`` with every occurrence of ``terms`` between OPEN and CLOSE."""
    # One character each: "İ".lower() has two and would shift all that follows.
    lowered = "".join(letter.lower()[0] for letter in text)
    inside = [False] * len(text)
    for term in terms:
        at = lowered.find(term)
        while at >= 0:
            inside[at : at + len(term)] = [True] * len(term)
            at = lowered.find(term, at + 1)
    parts = []
    for at, letter in enumerate(text):
        before = inside[at - 1] if at else False
        parts.append((OPEN if inside[at] and not before else CLOSE if before and not inside[at] else "") + letter)
    return "".join(parts) + (CLOSE if inside and inside[-1] else "")

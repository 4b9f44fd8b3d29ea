"""Colloquial words in a question -> official words that help to find the item."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.models import Synonym
from index.analysis import normalise

LONGEST = 12


@dataclass(frozen=True, slots=True)
class Expansion:
    """``said`` stands in the question; ``means`` are the words it stands for."""

    said: str
    means: tuple[str, ...]


class Synonyms:
    """All synonyms of a catalogue, ready for look-up."""

    def __init__(self, entries: Iterable[Synonym]) -> None:
        self._means: dict[str, tuple[str, ...]] = {}
        for entry in entries:
            for said in entry.say:
                self._add(said, entry.mean)
            if entry.both_ways:
                for meant in entry.mean:
                    self._add(meant, entry.say)

    def _add(self, said: str, means: Iterable[str]) -> None:
        known = self._means.get(normalise(said), ())
        self._means[normalise(said)] = tuple(dict.fromkeys((*known, *map(normalise, means))))

    def expand(self, text: str) -> list[Expansion]:
        """Longest synonyms in normalised ``text``, from left to right, not overlapping."""
        found, at = [], 0
        while at < len(text):
            sizes = range(min(LONGEST, len(text) - at), 0, -1)
            said = next((text[at : at + size] for size in sizes if text[at : at + size] in self._means), None)
            if said is not None:
                found.append(Expansion(said, self._means[said]))
            at += len(said) if said else 1
        return found

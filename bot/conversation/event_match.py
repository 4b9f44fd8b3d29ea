"""Which life event is meant as a whole ("我要开餐馆", "屋里老人走了要办哪些手续"), if any.

Two witnesses are added up: the words of the event's name and phrasings, and how far the items that the search found
are steps of it. An event is sure only when nothing narrower was asked: no single paper, act or named item.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from bot.conversation import cues
from catalog.models import Catalog, LifeEvent, ServiceItem
from index.analysis import Analyser, normalise
from index.results import Hit
from index.search import ItemIndex
from index.snapshot import Snapshot

LEAST_ALL, LEAST_WORDS = 0.75, 0.35
"""Both witnesses, and the words alone, when everything was asked for ("要办哪些手续")."""
LEAST_ALL_BARE, LEAST_WORDS_BARE = 0.85, 0.52
"""The same when nothing but the event was said ("我要退休了"), or "什么证", which may be one paper."""
LEAST_HINT = 0.5
MARGIN = 1.2
LONGEST, LONGEST_BARE = 40, 7
"""Characters of a question about a whole event, and of what is left of a bare one."""
_LEAST_NAME = 3
_NAME_WEIGHT, _SATURATION = 3.0, 0.5
_MANY = 30
_LEAST_TOTAL = 4.0
"""Summed idf below which a question says too little to be covered."""

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Guess:
    """The event that fits best; ``sure`` when the question is about the whole of it."""

    event: LifeEvent
    sure: bool


class EventMatcher:
    """The words of all life events of one catalogue. Safe to use from several threads once built."""

    def __init__(self, catalog: Catalog, analyser: Analyser) -> None:
        self._tokens = analyser.tokens
        self._events = {event.id: event for event in catalog.life_events}
        self._listed = {
            normalise(said): event
            for event in catalog.life_events
            for said in event.phrasings
            if cues.EVERYTHING.search(normalise(said))
        }
        """Phrasings that ask for everything: whoever wrote them into the catalogue wants the list for an answer."""
        counts = {event.id: self._counts(event) for event in catalog.life_events}
        holders = Counter(token for row in counts.values() for token in row)
        self._idf = {token: _idf(held, len(counts)) for token, held in holders.items()}
        self._unknown = _idf(0, len(counts)) / 2
        self._rows: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for event_id, row in counts.items():
            for token, count in row.items():
                self._rows[token].append((event_id, self._idf[token] * count / (count + _SATURATION)))
        self._steps = {
            item_id: tuple((event.id, len(events) ** -0.5) for event in events)
            for item_id, events in catalog.events_by_item.items()
        }

    def guess(self, text: str, hits: Sequence[Hit]) -> Guess | None:
        """The event that normalised ``text`` is about; ``hits`` are the items found for it. None when none fits."""
        if not self._events or len(text) > LONGEST:
            return None
        if text in self._listed:
            return Guess(self._listed[text], sure=True)
        said = _rest(text)
        words, steps = self._by_words(said), self._by_steps(hits)
        both = {event: words.get(event, 0.0) + steps.get(event, 0.0) for event in {*words, *steps}}
        best, *others = sorted(both, key=lambda event: (-both[event], event))[:2] or [""]
        if not best or any(both[best] < MARGIN * both[other] for other in others):
            return None
        event = self._events[best]
        if _is_sure(text, said, event, both[best], words.get(best, 0.0), hits):
            return Guess(event, sure=True)
        step = bool(hits) and any(step.item == hits[0].item.id for step in event.steps)
        asked = cues.EVERYTHING.search(text) is not None or _is_bare(text, said)
        return Guess(event, sure=False) if step and asked and both[best] >= LEAST_HINT else None

    def _counts(self, event: LifeEvent) -> dict[str, float]:
        counts: dict[str, float] = defaultdict(float)
        for text, weight in ((event.name, _NAME_WEIGHT), *((said, 1.0) for said in event.phrasings)):
            for token in set(self._tokens(_rest(normalise(text)))):
                counts[token] += weight
        return counts

    def _by_words(self, said: str) -> Scores:
        tokens = set(self._tokens(said))
        whole = max(sum(self._idf.get(token, self._unknown) for token in tokens), _LEAST_TOTAL)
        return _summed((event, part / whole) for token in tokens for event, part in self._rows.get(token, ()))

    def _by_steps(self, hits: Sequence[Hit]) -> Scores:
        whole = sum(hit.score for hit in hits) or 1.0
        parts = ((hit.score / whole, self._steps.get(hit.item.id, ())) for hit in hits)
        return _summed((event, share * part) for part, events in parts for event, share in events)


_MATCHERS: WeakKeyDictionary[ItemIndex, EventMatcher] = WeakKeyDictionary()
"""One for each snapshot in use; it goes when the snapshot goes."""


def matcher_of(snapshot: Snapshot) -> EventMatcher:
    """The matcher of ``snapshot``, built at the first question."""
    known = _MATCHERS.get(snapshot.index)
    if known is None:
        known = _MATCHERS[snapshot.index] = EventMatcher(snapshot.catalog, snapshot.index.analyser)
    return known


def _idf(held: int, count: int) -> float:
    """How telling a word is that ``held`` of ``count`` events have; among few events every word is."""
    count = max(count, _MANY)
    return math.log(1 + (count - held + 0.5) / (held + 0.5))


def _summed(parts: Iterable[tuple[str, float]]) -> Scores:
    total: dict[str, float] = defaultdict(float)
    for name, part in parts:
        total[name] += part
    return total


def _rest(text: str) -> str:
    """``text`` without the words by which everything is asked for, and without filler."""
    asked = cues.ONE_PAPER.sub(" ", cues.EVERYTHING.sub(" ", text))
    return cues.EVENT_FILLER.sub(" ", asked).strip()


def _is_sure(text: str, said: str, event: LifeEvent, both: float, words: float, hits: Sequence[Hit]) -> bool:
    if cues.EVERYTHING.search(text):
        enough = both >= LEAST_ALL and words >= LEAST_WORDS
    else:
        enough = both >= LEAST_ALL_BARE and words >= LEAST_WORDS_BARE and _is_all_of(text, said, event, hits)
    return enough and not _is_narrow(text, said, event, hits)


def _is_all_of(text: str, said: str, event: LifeEvent, hits: Sequence[Hit]) -> bool:
    """Whether ``text`` means the event as a whole though it asks for no list."""
    if cues.ONE_PAPER.search(text):
        return True
    own = cues.OWN_LIFE.search(text) is not None or _is_its_name(text, event, hits)
    return own and _is_bare(text, said)


def _is_bare(text: str, said: str) -> bool:
    """Whether little was said, and no part of a guide asked for."""
    return len(said.replace(" ", "")) <= LONGEST_BARE and not any(part.search(text) for _, part in cues.FACETS)


def _is_its_name(text: str, event: LifeEvent, hits: Sequence[Hit]) -> bool:
    """Whether the name of ``event`` was said, which is not the everyday name of an item too (离婚 = 离婚登记)."""
    called = {normalise(alias) for hit in hits for alias in hit.item.aliases}
    return text == normalise(event.name) and text not in called


def _is_narrow(text: str, said: str, event: LifeEvent, hits: Sequence[Hit]) -> bool:
    """Whether one paper or act is asked for, or an item by its name."""
    name = normalise(event.name)
    if any(found not in name for found in cues.NARROW.findall(said)):
        return True
    return any(_names(text, said, name, hit.item) for hit in hits)


def _names(text: str, said: str, event: str, item: ServiceItem) -> bool:
    """Whether ``text`` holds a name of ``item`` that says more than that the event is happening."""
    names = (normalise(name) for name in (item.name, *item.aliases) if len(name) >= _LEAST_NAME)
    held = [name for name in names if name in text and name not in event]
    return any(name == text or _rest(name) != said for name in held)

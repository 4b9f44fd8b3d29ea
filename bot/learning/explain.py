"""Why this answer: every step from the words to the decision, taken from what the steps themselves say.

What the index and the decision tell beyond the usual (corrections, evidence, probabilities) is passed on under its
own name, so that a new part of theirs shows up here by itself.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum

from bot.conversation.availability import open_first
from bot.conversation.decide import decide
from bot.conversation.event_match import Guess, matcher_of
from bot.conversation.messages import Ending, Facet, Incoming, ItemRef
from bot.conversation.respond import CANDIDATES, LEAST_ITEM, respond
from bot.conversation.routes.model import Told
from bot.conversation.session import Session
from bot.conversation.understand import Route, find_need, reason_of, tell, understand
from bot.evaluate import ROUTE_OF_ENDING
from bot.mailbox.calendar import day_of
from catalog.models import ServiceItem
from index import schema
from index.results import Hit
from index.search import ItemIndex
from index.snapshot import Snapshot

_OPERATORS = re.compile(r'[*?"():]')
"""What would be read as the query language."""
_SEARCHED = frozenset(ROUTE_OF_ENDING) | {Ending.DECLINED}
"""Endings of a question that was searched for; the others (small talk, commands, no words) need no search."""
_DIGITS = 4
Plain = object
"""Strings, numbers, lists and mappings of them: what JSON can say."""


@dataclass(frozen=True, slots=True)
class FieldMatch:
    """Words of the question found in a field, and what a field weighs in the score."""

    field: str
    weight: float | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that was considered; ``more`` is what else the index tells of it."""

    item: ServiceItem
    score: float
    coverage: float
    matches: tuple[FieldMatch, ...]
    more: Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The way from ``question`` to ``ending``.

    ``text`` is the question normalised, ``words`` what of it is searched for, ``story`` that with the background
    of a long message, which counts for less; ``query``: what the index makes of the words. ``routes``: how probable
    each route is. ``lead``: score of the first over the second candidate, None without a second. ``decision``: what
    the choice between answer, clarify and decline tells. ``event``: the life event it may be about; all its steps
    are the answer when that is sure. ``offered`` are the items of the reply.
    """

    question: str
    text: str
    words: str
    story: str
    facet: Facet | None
    route: Route
    reason: str
    routes: Mapping[str, Plain]
    query: Mapping[str, Plain]
    candidates: tuple[Candidate, ...]
    lead: float | None
    decision: Mapping[str, Plain]
    event: Guess | None
    ending: Ending
    offered: tuple[ItemRef, ...]

    @property
    def rewritten(self) -> bool:
        """Whether normalising changed more than blanks (width, case, traditional characters)."""
        return self.text.split() != self.question.split()


def explain(question: str, snapshot: Snapshot, now: datetime, limit: int = CANDIDATES) -> Explanation:
    """Explain the answer to ``question`` asked by itself; ``limit`` candidates are told."""
    reply = respond(Session(), Incoming(text=question), snapshot, now).reply
    meaning = understand(question)
    searched = reply.ending in _SEARCHED and not meaning.bare
    hits = open_first(find_need(snapshot.index, meaning, CANDIDATES), day_of(now)) if searched else ()
    told = tell(meaning, hits[0] if hits else None)
    item = told.probabilities[Route.ITEM]
    choice = decide(hits, out_of_scope=item < LEAST_ITEM, item=item)
    about_items = searched and told.likeliest in {Route.ITEM, Route.NONE}
    why = _why(meaning.words, snapshot.index) if searched else {}
    return Explanation(
        question=question,
        text=meaning.text,
        words=meaning.words,
        story=meaning.story,
        facet=meaning.facet,
        route=_route(told, item) if searched else Route.ITEM if meaning.bare else Route.SMALL_TALK,
        reason=_reason(told, item) if searched else reply.ending,
        routes=_told(told, ()),
        query=_told(snapshot.index.understand(meaning.words), besides=("text",)),
        candidates=tuple(_candidate(hit, why.get(hit.item.id, hit)) for hit in hits[:limit]),
        lead=round(hits[0].score / hits[1].score, _DIGITS) if len(hits) > 1 and hits[1].score else None,
        decision=_told(choice, besides=("ending", "hits")),
        event=matcher_of(snapshot).guess(meaning.text, hits) if about_items else None,
        ending=reply.ending,
        offered=reply.items,
    )


def _route(told: Told, item: float) -> Route:
    """The likeliest route; a question that may still be about an item is answered as one."""
    where = Route(told.likeliest)
    return Route.ITEM if where is Route.NONE and item >= LEAST_ITEM else where


def _reason(told: Told, item: float) -> str:
    kept = told.likeliest == Route.NONE and item >= LEAST_ITEM
    return reason_of(told) + (f"；item {item:.2f} ≥ {LEAST_ITEM}" if kept else "")


def _why(words: str, index: ItemIndex) -> dict[str, Hit]:
    """The same hits with the reasons that only a search gives."""
    plain = _OPERATORS.sub(" ", words)
    return {hit.item.id: hit for hit in index.search(plain, limit=CANDIDATES, explain=True).hits}


def _candidate(hit: Hit, told: Hit) -> Candidate:
    weights = {field.label: field.weight for field in schema.FIELDS}
    matches = tuple(FieldMatch(one.field, weights.get(one.field), one.words) for one in told.matches)
    usual = ("item", "score", "coverage", "matches", "snippet")
    return Candidate(hit.item, round(hit.score, _DIGITS), round(hit.coverage, _DIGITS), matches, _told(told, usual))


def _told(value: object, besides: Iterable[str]) -> dict[str, Plain]:
    """The fields of a dataclass as plain values."""
    if not is_dataclass(value):
        return {}
    return {one.name: plain(getattr(value, one.name)) for one in fields(value) if one.name not in besides}


def plain(value: object) -> Plain:
    """``value`` as JSON can say it: an item by its id, a number rounded."""
    if isinstance(value, ServiceItem):
        return value.id
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bool | int | str) or value is None:
        return value
    if is_dataclass(value):
        return _told(value, ())
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, Iterable):
        return [plain(one) for one in value]
    return round(float(value), _DIGITS) if hasattr(value, "__float__") else str(value)

"""A citizen's words -> what is meant: route, facet, and the words left to search for."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from bot.conversation import cues
from bot.conversation.messages import Facet
from bot.conversation.need import need_of, without_denied
from bot.conversation.routes.features import features
from bot.conversation.routes.model import Told, shipped
from index.analysis import normalise
from index.results import Hit
from index.search import ItemIndex

ROUTE_AT = 5
"""Sum of cue weights of a mailbox route that is meant too, beside another."""
CERTAIN_AT = 10
FIRM_COVERAGE = 0.62
"""Coverage from which a fragment surely names an item."""
DOUBTED_COVERAGE = 0.35
SURE_WITHOUT_CUE = 0.6
"""An item of at least this coverage goes before a route that is less probable than this and has no cue."""
STORY_WEIGHT = 0.6
"""What the background of a story counts beside the sentences that ask."""
_WIDER = 24
_LONGEST_NAME = 36
_MARKS = re.compile(r"[\W_]+")


class Route(StrEnum):
    """Where a message goes."""

    ITEM = "item"
    DISCLOSURE = "disclosure"
    LETTER = "letter"
    STATUS = "status"
    HUMAN = "human"
    SMALL_TALK = "small_talk"
    NONE = "none"


_CUED = {
    Route.HUMAN: cues.HUMAN,
    Route.STATUS: cues.STATUS,
    Route.DISCLOSURE: cues.DISCLOSURE,
    Route.LETTER: cues.LETTER,
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a message means: ``words`` are what is left to search for; ``facet`` None when none was named."""

    text: str
    words: str
    facet: Facet | None
    bare: bool
    """Whether nothing but a facet and filler was said, so that the item in context is meant."""
    story: str = ""
    """The words of a long message with its background; empty when all of it asks."""


def understand(text: str) -> Meaning:
    """Take greetings, what is denied, facet and polite noise off ``text`` and keep them as meaning."""
    plain = normalise(text).strip()
    need = need_of(plain)
    facet = next((facet for facet, pattern in cues.FACETS if pattern.search(need.asked)), None)
    words, rest = _bared(without_denied(need.asked))
    bare = facet is not None and not need.story and bool(cues.FOLLOW_UP.match(rest))
    story = _bared(f"{need.asked} {need.story}")[0] if need.story else ""
    return Meaning(plain, words or plain, facet, bare, story)


def _bared(text: str) -> tuple[str, str]:
    """``text`` without noise and facets, where something is left; and all that is left without them."""
    words = cues.NOISE.sub(" ", text)
    rest = words
    for _, pattern in cues.FACETS:
        rest = pattern.sub(" ", rest)
    return (rest if len(rest.replace(" ", "")) >= 2 else words).strip(), rest


def find_need(index: ItemIndex, meaning: Meaning, limit: int) -> tuple[Hit, ...]:
    """The best items for the need; the background of a long story counts by ``STORY_WEIGHT``.

    Coverage is that of the sentences that ask.
    """
    if not meaning.story:
        return index.find(meaning.words, limit)
    wider = max(limit, _WIDER)
    found = {hit.item.id: hit for hit in index.find(meaning.words, wider)}
    for hit in index.find(meaning.story, wider):
        known = found.get(hit.item.id)
        score = STORY_WEIGHT * hit.score
        found[hit.item.id] = replace(known, score=known.score + score) if known else replace(hit, score=score)
    return tuple(sorted(found.values(), key=lambda hit: (-hit.score, hit.item.id))[:limit])


def tell(meaning: Meaning, best: Hit | None) -> Told:
    """How probable each route is. ``best`` is the item that fits the words best."""
    return shipped().tell(features(meaning.text, best.coverage if best else 0.0))


def route(meaning: Meaning, best: Hit | None) -> tuple[Route, str]:
    """Where the message goes, and why. ``best`` is the item that fits the words best."""
    told = tell(meaning, best)
    where = route_of(told, meaning, best)
    held = "" if where == told.likeliest else f"{where}：另一去向把握不大；"
    return where, held + _reason(told)


def route_of(told: Told, meaning: Meaning, best: Hit | None) -> Route:
    """The likeliest route. Without any cue of it, an item that covers the message well goes first."""
    likeliest = Route(told.likeliest)
    if likeliest is Route.ITEM or best is None or best.coverage < DOUBTED_COVERAGE:
        return likeliest
    if names(best, meaning) or (likeliest is Route.SMALL_TALK and best.coverage >= FIRM_COVERAGE):
        return Route.ITEM
    cued = is_cued(likeliest, meaning)
    unsure = not meaning.story and told.probabilities[likeliest] < SURE_WITHOUT_CUE
    return Route.ITEM if likeliest in _CUED and unsure and not cued else likeliest


def is_cued(where: Route, meaning: Meaning) -> bool:
    """Whether the words that are known to mean ``where`` were said."""
    return where in _CUED and cues.score(_CUED[where], meaning.text) >= ROUTE_AT


def names(hit: Hit, meaning: Meaning) -> bool:
    """Whether the message is nothing but a name of the item, brackets and blanks aside."""
    if len(meaning.words) > _LONGEST_NAME:
        return False
    said = {_MARKS.sub("", meaning.text), _MARKS.sub("", meaning.words)}
    return any(_bare_name(name) in said for name in (hit.item.name, *hit.item.aliases))


@lru_cache(maxsize=8192)
def _bare_name(name: str) -> str:
    return _MARKS.sub("", normalise(name))


def _reason(told: Told) -> str:
    """The likeliest route, how likely it is, and what spoke for it."""
    spoke = "、".join(f"{name} {weight:+.1f}" for name, weight in told.reasons)
    return f"{told.likeliest} {told.probabilities[told.likeliest]:.2f}：{spoke}"


def both_ways(meaning: Meaning) -> bool:
    """Whether the message asks for information and complains too, so that both mailbox routes fit."""
    tables = (cues.DISCLOSURE, cues.LETTER)
    return all(cues.score(table, meaning.text) >= ROUTE_AT for table in tables)


def small_talk(text: str) -> str | None:
    """Which small talk ``text`` is: greeting, thanks, goodbye or who; None when it is none."""
    plain = normalise(text).strip()
    kinds = {"greeting": cues.GREETING, "thanks": cues.THANKS, "goodbye": cues.GOODBYE, "who": cues.WHO}
    return next((kind for kind, pattern in kinds.items() if pattern.match(plain)), None)

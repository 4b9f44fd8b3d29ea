"""A citizen's words -> what is meant: route, facet, and the words left to search for."""

from dataclasses import dataclass
from enum import StrEnum

from bot.conversation import cues
from bot.conversation.messages import Facet
from index.analysis import normalise
from index.results import Hit

ROUTE_AT = 5
"""Least sum of cue weights for a route other than an item."""
CERTAIN_AT = 10
FIRM_COVERAGE = 0.62
"""A question covered this well by one item is about that item unless a route is certain."""


class Route(StrEnum):
    """Where a message goes."""

    ITEM = "item"
    DISCLOSURE = "disclosure"
    LETTER = "letter"
    STATUS = "status"
    HUMAN = "human"
    SMALL_TALK = "small_talk"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a message means: ``words`` are what is left to search for; ``facet`` None when none was named."""

    text: str
    words: str
    facet: Facet | None
    bare: bool
    """Whether nothing but a facet and filler was said, so that the item in context is meant."""


def understand(text: str) -> Meaning:
    """Take facet and polite noise off ``text`` and keep them as meaning."""
    plain = normalise(text).strip()
    facet = next((facet for facet, pattern in cues.FACETS if pattern.search(plain)), None)
    words = cues.NOISE.sub(" ", plain)
    rest = words
    for _, pattern in cues.FACETS:
        rest = pattern.sub(" ", rest)
    bare = facet is not None and bool(cues.FOLLOW_UP.match(rest))
    kept = rest if len(rest.replace(" ", "")) >= 2 else words
    return Meaning(plain, kept.strip() or plain, facet, bare)


def route(meaning: Meaning, best: Hit | None) -> tuple[Route, str]:
    """Where the message goes, and why. ``best`` is the item that fits the words best."""
    scores = {
        Route.HUMAN: cues.score(cues.HUMAN, meaning.text),
        Route.STATUS: cues.score(cues.STATUS, meaning.text),
        Route.DISCLOSURE: cues.score(cues.DISCLOSURE, meaning.text),
        Route.LETTER: cues.score(cues.LETTER, meaning.text),
    }
    winner = max(scores, key=lambda name: scores[name])
    coverage = best.coverage if best else 0.0
    needed = CERTAIN_AT if coverage >= FIRM_COVERAGE else ROUTE_AT
    if scores[winner] >= needed:
        return winner, f"{winner} {scores[winner]} ≥ {needed}"
    scope = cues.score(cues.OUT_OF_SCOPE, meaning.text)
    if scope >= 6 and coverage < FIRM_COVERAGE:
        return Route.NONE, f"out of scope {scope}"
    return Route.ITEM, f"coverage {coverage:.2f}, {winner} {scores[winner]} < {needed}"


def both_ways(meaning: Meaning) -> bool:
    """Whether the message asks for information and complains too, so that both mailbox routes fit."""
    tables = (cues.DISCLOSURE, cues.LETTER)
    return all(cues.score(table, meaning.text) >= ROUTE_AT for table in tables)


def small_talk(text: str) -> str | None:
    """Which small talk ``text`` is: greeting, thanks, goodbye or who; None when it is none."""
    plain = normalise(text).strip()
    kinds = {"greeting": cues.GREETING, "thanks": cues.THANKS, "goodbye": cues.GOODBYE, "who": cues.WHO}
    return next((kind for kind, pattern in kinds.items() if pattern.match(plain)), None)

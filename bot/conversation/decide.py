"""How sure are we? answer | clarify | decline, from the probabilities that the items found are right."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.confidence import OFFERED, Confidence, confidence
from bot.conversation.messages import Ending
from index.results import Hit

ANSWER_AT = 0.5
"""Least probability of the best item for an answer."""
OFFER_AT = 0.3
"""Least probability that one of the items offered is right for a clarifying question."""
ANSWER_COVERAGE, ANSWER_MARGIN = 0.5, 1.1
"""What an answer needs beside the probability: sisters that score alike are asked about."""
DOUBTED_OFFER_AT = 0.4
"""As ``OFFER_AT`` when the message is more probably none of ours than about an item."""
BESIDE = 0.6
"""Least share of the best score for an item offered beside the answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The ending, the hits to offer, best first, and how sure we are; None when there is nothing to be sure of."""

    ending: Ending
    hits: tuple[Hit, ...]
    confidence: Confidence | None = None


def decide(hits: Sequence[Hit], out_of_scope: bool = False, item: float = 0.8, doubted: bool = False) -> Choice:
    """Answer when one item is probably right; clarify when one of several probably is; else decline.

    ``item`` is the probability that the message asks for an item at all; ``doubted`` that something else
    is likelier, so that nothing is answered straight away.
    """
    shown = tuple(hits[:OFFERED])
    if not shown or out_of_scope:
        return Choice(Ending.DECLINED, ())
    sure = confidence(hits, item)
    if sure.offered < (DOUBTED_OFFER_AT if doubted else OFFER_AT):
        return Choice(Ending.DECLINED, shown[:3], sure)
    leads = len(shown) == 1 or shown[0].score >= ANSWER_MARGIN * shown[1].score
    firm = shown[0].coverage >= ANSWER_COVERAGE and leads and not doubted
    if firm and sure.first >= ANSWER_AT:
        best = shown[0]
        return Choice(Ending.ANSWERED, tuple(hit for hit in shown if hit.score >= BESIDE * best.score), sure)
    return Choice(Ending.CLARIFIED, shown, sure)

"""How sure are we? answer | clarify | decline, from the hits' scores and coverage."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.messages import Ending
from index.results import Hit

ANSWER_COVERAGE = 0.5
ANSWER_MARGIN = 1.1
DECLINE_COVERAGE = 0.24
OFFERED = 4
BESIDE = 0.6
"""Least share of the best score for an item offered beside the answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The ending, and the hits to offer, best first."""

    ending: Ending
    hits: tuple[Hit, ...]


def decide(hits: Sequence[Hit], out_of_scope: bool = False) -> Choice:
    """Answer when one item covers the question and leads clearly; clarify when several do; else decline."""
    shown = tuple(hits[:OFFERED])
    if not shown or out_of_scope:
        return Choice(Ending.DECLINED, ())
    best = shown[0]
    if max(hit.coverage for hit in shown) < DECLINE_COVERAGE:
        return Choice(Ending.DECLINED, shown[:3])
    leads = len(shown) == 1 or best.score >= ANSWER_MARGIN * shown[1].score
    if best.coverage >= ANSWER_COVERAGE and leads:
        return Choice(Ending.ANSWERED, tuple(hit for hit in shown if hit.score >= BESIDE * best.score))
    return Choice(Ending.CLARIFIED, shown)

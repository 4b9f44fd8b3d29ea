"""What one turn of a citizen teaches: a question that was not answered at once, or what was chosen then.

Never the text of a form, a letter, a disclosure request or a step on a case: those belong to the office alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation import wording
from bot.conversation.messages import Ending, Incoming, Reply
from bot.conversation.session import Session
from bot.conversation.turn import Turn

_NO, _ITEM = "no", "i:"
_SEARCH = "/search "
ABOUT_ITEMS = frozenset({Ending.ANSWERED, Ending.CLARIFIED, Ending.DECLINED, Ending.BROWSED})
"""How a question about service items ends, whether or not one was found."""


class Signal(StrEnum):
    """What happened to a question."""

    DECLINED = "declined"
    CLARIFIED = "clarified"
    CHOSEN = "chosen"
    """One of the items offered was opened."""
    NOT_MINE = "not_mine"
    """"不是我要的" was said to what was offered."""


_SIGNALS = {Ending.DECLINED: Signal.DECLINED, Ending.CLARIFIED: Signal.CLARIFIED}


@dataclass(frozen=True, slots=True)
class Heard:
    """``item`` is the id of the one chosen, or of the first one refused; empty for the other signals."""

    question: str
    signal: Signal
    item: str = ""


def heard(before: Session, incoming: Incoming, turn: Turn, ask: Callable[[str], Reply]) -> Heard | None:
    """What the turn teaches; None for most turns. ``ask`` answers a question that stands alone."""
    if _is_private(before, incoming) or turn.for_office:
        return None
    if incoming.action == _NO or (incoming.text or "").strip() == wording.NOT_MINE:
        return _refused(before, ask)
    if incoming.action is not None:
        return _chosen(before, incoming.action)
    return _asked(incoming.text or "", turn)


def _is_private(before: Session, incoming: Incoming) -> bool:
    """Whether it may belong to a form (also one left unfinished), a step, a file or a message that is answered."""
    held = before.form is not None or before.step is not None
    return held or bool(incoming.attachments) or incoming.reply_to is not None


def _refused(before: Session, ask: Callable[[str], Reply]) -> Heard | None:
    # A letter's words are kept as the question too; its buttons have no "no", but older ones may be pressed.
    if not before.question or ask(before.question).ending not in ABOUT_ITEMS:
        return None
    return Heard(before.question, Signal.NOT_MINE, (*before.offered, "")[0])


def _chosen(before: Session, action: str) -> Heard | None:
    item = action.removeprefix(_ITEM)
    if not before.question or not action.startswith(_ITEM) or item not in before.offered:
        return None
    return Heard(before.question, Signal.CHOSEN, item)


def _asked(text: str, turn: Turn) -> Heard | None:
    signal, question = _SIGNALS.get(turn.reply.ending), turn.session.question
    said = text.strip()
    said = said[len(_SEARCH) :].strip() if said.startswith(_SEARCH) else said
    if signal is None or not question or question.strip() != said:
        return None
    return Heard(question, signal)

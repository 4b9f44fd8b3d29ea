"""What one message leads to: the new session, the reply, and what the office is asked to carry out."""

from dataclasses import dataclass

from bot.conversation.messages import Attachment, Reply
from bot.conversation.session import Session
from bot.mailbox.cases import Step
from bot.mailbox.content import DisclosureRequest, Letter
from bot.mailbox.numbers import CaseNumber


@dataclass(frozen=True, slots=True)
class SubmitCase:
    """Effect: open a case with this content; the department (id) is only a suggestion."""

    content: DisclosureRequest | Letter
    attachments: tuple[Attachment, ...]
    suggested_department: str | None


@dataclass(frozen=True, slots=True)
class ListCases:
    """Effect: show the person's own cases."""


@dataclass(frozen=True, slots=True)
class ShowCase:
    """Effect: show one case, by its own chat or by the query code (upper case, without spaces)."""

    number: CaseNumber
    code: str | None


@dataclass(frozen=True, slots=True)
class TakeStep:
    """Effect: the citizen's step on an own case: SUPPLEMENT, WITHDRAW, ASK_MORE_TIME, RATE or CONFIRM."""

    number: CaseNumber
    step: Step
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """Effect: one more of ``name``: "documents_shown" or "documents_solved"."""

    name: str


Effect = SubmitCase | ListCases | ShowCase | TakeStep | Count


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of one message. The office's own reply replaces ``reply`` when it carries out an effect.

    At most one effect that is no ``Count``.
    """

    session: Session
    reply: Reply
    effects: tuple[Effect, ...] = ()

    @property
    def for_office(self) -> bool:
        """Whether the office has something to carry out and to say."""
        return any(not isinstance(effect, Count) for effect in self.effects)

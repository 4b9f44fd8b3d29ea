"""Carrying out what a conversation wants of the office, for the citizen who talks, in the turn's transaction."""

import hmac
import logging
from datetime import timedelta

from bot.conversation.messages import Block, Button, Ending, Paragraph, Reply
from bot.conversation.turn import Count, Effect, ListCases, ShowCase, SubmitCase, TakeStep
from bot.mailbox.calendar import day_of
from bot.mailbox.cases import Origin
from bot.mailbox.deadlines import ReceivedBy
from bot.mailbox.letters.document import Document
from bot.mailbox.letters.names import reply_name
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.people import Actor, Role
from bot.mailbox.stages import Action
from bot.office import wording
from bot.office.card import citizen_buttons, citizen_status, document_blocks, subject
from bot.office.office import Office, Submission
from bot.store.cases import Stored
from bot.store.store import Transaction

GUESSES, GUESSES_ABOUT_CASE, WINDOW = 5, 20, timedelta(hours=1)
"""Wrong numbers or codes that one person, or everybody about one case, may send within the window."""
MOST_LISTED = 20
_DIRECT = frozenset({Action.SUPPLEMENT, Action.WITHDRAW, Action.RATE})
_SAID = {Action.ASK_MORE_TIME: wording.MORE_TIME_ASKED, Action.CONFIRM: wording.CONFIRMED}
_log = logging.getLogger(__name__)


class Citizen:
    """One person in one channel. ``submission`` names the message that is being answered."""

    def __init__(self, office: Office, t: Transaction, channel: str, user_key: str, submission: str) -> None:
        self._office = office
        self._t = t
        self._channel = channel
        self._user_key = user_key
        self._submission = submission

    def carry_out(self, effect: Effect) -> Reply | None:
        """What the person reads; None when the turn's own reply stands. Raises StepRefused, Changed …"""
        match effect:
            case Count(name):
                self._t.conversations.count(self._channel, name, day_of(self._office.clock()))
                return None
            case SubmitCase():
                return self._submit(effect)
            case ListCases():
                return self._list()
            case ShowCase(number, code):
                return self._show(number, code)
            case TakeStep():
                return self._step(effect)

    def _submit(self, effect: SubmitCase) -> Reply:
        submission = Submission(
            key=self._submission,
            content=effect.content,
            origin=Origin(channel=self._channel, user_key=self._user_key),
            received_by=ReceivedBy.INTERNET if self._channel == "web" else ReceivedBy.CHAT,
            attachments=effect.attachments,
            suggested_department=effect.suggested_department,
        )
        stored, _ = self._office.open(self._t, submission, direct=True)
        return self._with_document(stored)

    def _list(self) -> Reply:
        mine = self._t.cases.find(owner=self._t.cases.owner(self._user_key))[-MOST_LISTED:]
        if not mine:
            return _say(wording.NO_CASES)
        buttons = [_case_button(one) for one in reversed(mine)]
        return _say(wording.YOUR_CASES, buttons=tuple((button,) for button in buttons))

    def _show(self, number: CaseNumber, code: str | None) -> Reply:
        stored = self._mine(number, code)
        if isinstance(stored, Reply):
            return stored
        return citizen_status(stored.case, self._office.desk, self._reply_of(stored))

    def _step(self, effect: TakeStep) -> Reply:
        stored = self._mine(effect.number, None)
        if isinstance(stored, Reply):
            return stored
        actor = Actor(role=Role.CITIZEN, id="applicant", channel=self._channel)
        direct = effect.step.action in _DIRECT
        after = self._office.step(self._t, stored, effect.step, actor, direct)
        self._t.papers.attach(after, tuple(one.id for one in effect.attachments), self._user_key)
        if effect.step.action in _SAID:
            return _say(_SAID[effect.step.action], buttons=citizen_buttons(after.case))
        return self._with_document(after)

    def _mine(self, number: CaseNumber, code: str | None) -> Stored | Reply:
        """The case, if the person opened it or knows its code; else a sentence that tells nothing about it."""
        people, now = self._t.people, self._office.clock()
        me, about = f"by:{self._t.cases.owner(self._user_key)}", f"about:{number.ref}"
        stored = self._t.cases.get(number)
        if stored is not None and self._t.cases.belongs_to(stored, self._user_key):
            return stored
        since = now - WINDOW
        if people.guesses_since(me, since) >= GUESSES or people.guesses_since(about, since) >= GUESSES_ABOUT_CASE:
            return _say(wording.TOO_MANY.format(hotline=self._office.desk.district.hotline))
        if stored is not None and code and _same(stored.case.query_code, code):
            self._t.cases.grant(stored, self._user_key)
            return stored
        people.guessed(me, now)
        people.guessed(about, now)
        _log.warning("refused: a look at %s from %s without its code", number.ref, self._channel)
        return _say(wording.REFUSED)

    def _with_document(self, stored: Stored) -> Reply:
        blocks: tuple[Block, ...] = document_blocks(self._t.papers.documents(stored)[-1])
        return Reply(ending=Ending.STATUS, blocks=blocks, buttons=citizen_buttons(stored.case))

    def _reply_of(self, stored: Stored) -> Document | None:
        """The reply that went out, if it did."""
        if stored.case.is_open or stored.case.signed_by is None:
            return None
        name = reply_name(stored.case.outcome)
        documents = self._t.papers.documents(stored)
        return next((one for one in reversed(documents) if one.name is name), None)


def _same(known: str | None, said: str) -> bool:
    return known is not None and hmac.compare_digest(known.encode(), said.strip().upper().encode())


def _case_button(stored: Stored) -> Button:
    label = f"{stored.case.number} {subject(stored.case)}"
    return Button(label=label[:40], action=f"c:{stored.case.number.ref}")


def _say(sentence: str, buttons: tuple[tuple[Button, ...], ...] = ()) -> Reply:
    return Reply(ending=Ending.STATUS, blocks=(Paragraph(text=sentence),), buttons=buttons)

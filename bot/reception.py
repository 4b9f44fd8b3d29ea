"""Where every channel hands in a message and gets a reply: one person at a time, nothing half saved."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import datetime

from bot.conversation import compose, wording
from bot.conversation.messages import Ending, Incoming, Reply
from bot.conversation.respond import respond
from bot.conversation.session import Session
from bot.conversation.turn import Turn
from bot.errors import UserError
from bot.office.citizen import Citizen
from bot.office.office import Office
from bot.office.reload_chat import ReloadChat, for_reload, may_reload
from bot.office.staff_chat import StaffChat, for_staff, only_for_staff, staff_member
from bot.store.conversations import UpdateKey
from bot.turns import Turns
from index.snapshot import Snapshot

STAFF = "staff"
"""Under which the endings of the staff's turns are counted, apart from the citizens'."""
_log = logging.getLogger(__name__)


class Reception:
    """Runs the pure core between loading and saving a person's session; the office carries out what it wants."""

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        office: Office,
        clock: Callable[[], datetime],
        reloads: ReloadChat | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._reloads = reloads
        self._office = office
        self._store = office.store
        self._clock = clock
        self._turns = Turns()

    async def answer(self, channel: str, user_key: str, incoming: Incoming, key: UpdateKey | None = None) -> Reply:
        """The reply to one message. The same ``key`` again gives the reply stored for it.

        Never raises: what breaks is logged under a reference number and the reply is an apology with that number.
        """
        async with self._turns.of(user_key):
            return await asyncio.to_thread(self.answer_now, channel, user_key, incoming, key)

    def answer_now(self, channel: str, user_key: str, incoming: Incoming, key: UpdateKey | None = None) -> Reply:
        """As ``answer``, blocking, for a channel that has one person at a time."""
        try:
            return self._answer(channel, user_key, incoming, key)
        except Exception:
            reference = secrets.token_hex(4)
            _log.exception("no answer, reference %s", reference)
            return compose.say(Ending.FAILED, wording.apology(reference))

    def _answer(self, channel: str, user_key: str, incoming: Incoming, key: UpdateKey | None) -> Reply:
        with self._store.reading() as t:
            stored = t.conversations.stored_reply(key) if key is not None else None
            session = t.conversations.session(user_key)
        if stored is not None:
            return stored
        now = self._clock()
        if for_staff(incoming):
            reply = self._staff_turn(user_key, incoming, session, now, key)
            if reply is not None:
                return reply
            if only_for_staff(incoming):
                _log.warning("refused: a staff button or command in %s from somebody who is no staff", channel)
        if self._reloads is not None and for_reload(incoming):
            reply = self._reload_turn(self._reloads, user_key, incoming, session, now, key)
            if reply is not None:
                return reply
            _log.warning("refused: a reload in %s from somebody who may not", channel)
        turn = respond(session, incoming, self._snapshot(), now)
        try:
            return self._keep(channel, user_key, turn, now, key)
        except UserError as error:
            # Nothing was kept; what the person had written so far stays as it was.
            refused = Turn(session, compose.say(turn.reply.ending, error.message))
            return self._keep(channel, user_key, refused, now, key)

    def _staff_turn(
        self, user_key: str, incoming: Incoming, session: Session, now: datetime, key: UpdateKey | None
    ) -> Reply | None:
        """The step of a member of staff and its reply: one transaction. None for everybody else."""

        def keep(work: Callable[[StaffChat], Reply]) -> Reply | None:
            with self._store.transaction() as t:
                person = staff_member(t, user_key)
                if person is None:
                    return None
                reply = work(StaffChat(self._office, t, person))
                t.conversations.save_turn(STAFF, user_key, session, reply, now, key)
                return reply

        try:
            return keep(lambda chat: chat.answer(incoming))
        except UserError as error:
            refusal = error
        return keep(lambda chat: chat.refused(incoming, refusal))

    def _reload_turn(
        self,
        reloads: ReloadChat,
        user_key: str,
        incoming: Incoming,
        session: Session,
        now: datetime,
        key: UpdateKey | None,
    ) -> Reply | None:
        """As ``_staff_turn``, but it takes seconds, so no transaction is held meanwhile."""
        with self._store.reading() as t:
            person = staff_member(t, user_key)
        if person is None or not may_reload(person):
            return None
        reply = reloads.answer(incoming, person)
        with self._store.transaction() as t:
            t.conversations.save_turn(STAFF, user_key, session, reply, now, key)
        return reply

    def _keep(self, channel: str, user_key: str, turn: Turn, now: datetime, key: UpdateKey | None) -> Reply:
        """Carry out the effects and save the turn: one transaction."""
        reply = turn.reply
        with self._store.transaction() as t:
            name = f"{channel}:{key.update_id}" if key is not None else f"{channel}:{secrets.token_hex(16)}"
            citizen = Citizen(self._office, t, channel, user_key, name)
            for effect in turn.effects:
                reply = citizen.carry_out(effect) or reply
            t.conversations.save_turn(channel, user_key, turn.session, reply, now, key)
        return reply

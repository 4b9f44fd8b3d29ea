"""Mail from the outbox to its receivers: tried again with growing pauses, given up as a task for a person."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.mail.wire import MailSender, PermanentFailure, TemporaryFailure
from bot.mailbox.calendar import day_of
from bot.mailbox.cases import Step
from bot.mailbox.letters.word import docx
from bot.mailbox.mail.compose import Enclosure, OutgoingMail, compose
from bot.mailbox.mail.tags import Tag, tagged
from bot.mailbox.messages import MailMessage
from bot.mailbox.people import SYSTEM, Role
from bot.mailbox.stages import Action
from bot.office import wording
from bot.office.office import Office
from bot.office.sending import Post
from bot.store.outbox import Leaving
from bot.store.people import Task
from bot.store.store import Transaction

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=5)
UNDELIVERABLE_TASK = "undeliverable"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sending:
    """What became of the mails of one round."""

    sent: int = 0
    later: int = 0
    failed: int = 0


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 30 s, doubling, at most 6 h."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempts, 12)
    return min(doubled, LONGEST_PAUSE)


def send_mail(office: Office, sender: MailSender) -> Sending:
    """Send every mail whose time has come. After a kill at most one is sent again, with the same Message-ID."""
    sent = later = failed = 0
    while True:
        with office.store.transaction() as t:
            taken = t.outbox.take("mail", office.clock(), most=1)
        if not taken:
            return Sending(sent, later, failed)
        leaving = taken[0]
        try:
            with office.store.reading() as t:
                raw, to = _raw(office, t, leaving)
            sender.send(raw, office.desk.mail_from, [to])
        except TemporaryFailure as error:
            given_up = office.clock() - leaving.created_at > GIVE_UP_AFTER
            failed, later = failed + given_up, later + (not given_up)
            _not_sent(office, leaving, error.message, error.detail, given_up)
        except PermanentFailure as error:
            failed += 1
            _not_sent(office, leaving, error.message, error.detail, given_up=True)
        else:
            sent += 1
            with office.store.transaction() as t:
                t.outbox.sent(leaving, office.clock())


def _raw(office: Office, t: Transaction, leaving: Leaving) -> tuple[bytes, str]:
    message, desk = leaving.message, office.desk
    assert isinstance(message, MailMessage)  # noqa: S101 (the channel "mail" holds nothing else)
    stored = t.cases.by_id(leaving.case_id) if leaving.case_id is not None else None
    documents = t.papers.documents(stored) if stored else []
    enclosed = [documents[seq - 1] for seq in message.documents]
    tag = Tag(stored.case.number, message.role, message.version) if stored else None
    mail = OutgoingMail(
        message_id=leaving.message_id,
        sender_name=desk.district.office,
        sender=desk.mail_from,
        reply_to=tagged(desk.mail_from, tag, t.cases.keyed) if tag else desk.mail_from,
        to=message.to,
        subject=message.subject,
        text=message.text,
        date=leaving.created_at,
        enclosures=tuple(Enclosure(f"{one.title}.docx", docx(one)) for one in enclosed),
    )
    return compose(mail), message.to


def _not_sent(office: Office, leaving: Leaving, message: str, detail: str, given_up: bool) -> None:
    now = office.clock()
    _log.warning("mail %s not sent (%s)", leaving.message_id, "given up" if given_up else "tried again later")
    with office.store.transaction() as t:
        if given_up:
            t.outbox.failed(leaving, detail)
            undeliverable(office, t, leaving, message, now)
        else:
            t.outbox.later(leaving, now + pause_after(leaving.attempts), detail)


def undeliverable(office: Office, t: Transaction, leaving: Leaving, reason: str, now: datetime) -> None:
    """An event on the case and a task for the registrar: a person has to reach the citizen another way."""
    stored = t.cases.by_id(leaving.case_id) if leaving.case_id is not None else None
    key = f"{UNDELIVERABLE_TASK}:{leaving.id}"
    if not t.people.add_task(Task(key, Role.REGISTRAR, UNDELIVERABLE_TASK, leaving.case_id, day_of(now)), now):
        return
    if stored is not None and stored.seal is not None:
        said = wording.UNDELIVERABLE.format(number=stored.case.number, reason=reason)
        noted = office.step(t, stored, Step(action=Action.NOTE, text=said), SYSTEM)
        if leaving.message.kind == "chat" or leaving.message.role is None:
            # not for mail to staff: telling them by mail that their mail does not arrive would never end
            Post(t, office.desk, noted, Step(action=Action.NOTE, text=said), now).tell_staff(Role.REGISTRAR)

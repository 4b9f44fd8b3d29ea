"""Mail from the outbox to its receivers: tried again with growing pauses, given up as a task for a person."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.mail.wire import MailFailure, MailSender, PermanentFailure, TemporaryFailure
from bot.mailbox.calendar import day_of
from bot.mailbox.cases import Case, Step
from bot.mailbox.letters.word import docx
from bot.mailbox.mail.compose import Enclosure, OutgoingMail, compose
from bot.mailbox.mail.decide import addresses
from bot.mailbox.mail.tags import Tag, tagged
from bot.mailbox.messages import MailMessage
from bot.mailbox.people import SYSTEM, Role
from bot.mailbox.stages import Action
from bot.office import wording
from bot.office.office import Office
from bot.office.sending import Post
from bot.store.errors import StoreError
from bot.store.outbox import Leaving
from bot.store.people import Task
from bot.store.store import Transaction

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=5)
LEAST_ATTEMPTS = 8
"""Attempts before a mail is given up however old it is: after a downtime of ours the other side needs its time."""
UNDELIVERABLE_TASK = "undeliverable"
_CANNOT_WRITE = "这封邮件写不出来，可能是地址或内容里有不能用的字符。"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sending:
    """What became of the mails of one round."""

    sent: int = 0
    later: int = 0
    failed: int = 0


def pause_after(attempts: int) -> timedelta:
    """How long to wait when it failed again after so many attempts: 30 s, doubling, at most 6 h."""
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
        failure = _hand_over(office, sender, taken[0])
        if failure is None:
            sent += 1
            with office.store.transaction() as t:
                t.outbox.sent(taken[0], office.clock())
        elif _not_sent(office, taken[0], failure):
            failed += 1
        else:
            later += 1


def _hand_over(office: Office, sender: MailSender, leaving: Leaving) -> MailFailure | None:
    """Compose the mail and send it; why it was not sent. Whatever goes wrong with one mail, the next ones go on."""
    try:
        raw, to = _composed(office, leaving)
        sender.send(raw, office.desk.mail_from, [to])
    except MailFailure as failure:
        return failure
    except Exception as error:
        # the database or a fault of ours, which may be mended before the mail is given up
        _log.exception("mail %s could not be handed over", leaving.message_id)
        return TemporaryFailure(repr(error))
    return None


def _composed(office: Office, leaving: Leaving) -> tuple[bytes, str]:
    """The mail and its receiver. Raises PermanentFailure when it cannot be written, StoreError."""
    try:
        with office.store.reading() as t:
            mail = _mail(office, t, leaving)
        return compose(mail), mail.to
    except StoreError:
        raise
    except Exception as error:
        _log.exception("mail %s cannot be written", leaving.message_id)
        raise PermanentFailure(repr(error), None, _CANNOT_WRITE) from error


def _mail(office: Office, t: Transaction, leaving: Leaving) -> OutgoingMail:
    message, desk = leaving.message, office.desk
    assert isinstance(message, MailMessage)  # noqa: S101 (the channel "mail" holds nothing else)
    stored = t.cases.by_id(leaving.case_id) if leaving.case_id is not None else None
    documents = t.papers.documents(stored) if stored and message.documents else []
    enclosed = [documents[seq - 1] for seq in message.documents]
    sent_along = t.papers.enclosed(stored) if stored and message.files else []
    files = [Enclosure(f.name, f.content, f.content_type) for f in sent_along if f.id in message.files]
    return OutgoingMail(
        message_id=leaving.message_id,
        sender_name=desk.district.office,
        sender=desk.mail_from,
        reply_to=tagged(desk.mail_from, _tag(message, stored.case), t.cases.keyed) if stored else desk.mail_from,
        to=message.to,
        subject=message.subject,
        text=message.text,
        date=leaving.created_at,
        enclosures=(*(Enclosure(f"{one.title}.docx", docx(one)) for one in enclosed), *files),
    )


def _tag(message: MailMessage, case: Case) -> Tag:
    """What the answer comes back with: staff, the applicant, or somebody whose opinion is asked."""
    party = message.role is None and message.to.lower() not in addresses(case)
    return Tag(case.number, message.role, message.version, party)


def _not_sent(office: Office, leaving: Leaving, failure: MailFailure) -> bool:
    """Note that it was not sent; whether it is given up."""
    now = office.clock()
    old = now - leaving.created_at > GIVE_UP_AFTER and leaving.attempts >= LEAST_ATTEMPTS
    given_up = isinstance(failure, PermanentFailure) or old
    _log.warning("mail %s not sent (%s)", leaving.message_id, "given up" if given_up else "tried again later")
    with office.store.transaction() as t:
        if given_up:
            t.outbox.failed(leaving, failure.detail)
            undeliverable(office, t, leaving, failure.message, now)
        else:
            t.outbox.later(leaving, now + pause_after(leaving.attempts), failure.detail)
    return given_up


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

"""Mail from the wire to the case: kept, then parse -> decide -> act, each mail in one transaction."""

import logging
from collections import Counter
from datetime import datetime
from hashlib import sha256
from typing import Literal

from bot.channels.mail.wire import MailSource
from bot.conversation.understand import Route, route, understand
from bot.errors import UserError
from bot.mailbox.cases import Origin, Step
from bot.mailbox.content import Content, DisclosureRequest, Letter, LetterKind, Medium, Way
from bot.mailbox.deadlines import ReceivedBy
from bot.mailbox.letters.facts import masked
from bot.mailbox.mail.decide import LONGEST_TEXT, Decision, Known, Verdict, addresses, decide
from bot.mailbox.mail.parse import parse
from bot.mailbox.mail.parsed import MailKind, ParsedMail
from bot.mailbox.mail.tags import Tag, tag_in
from bot.mailbox.numbers import CaseNumber, numbers_in
from bot.mailbox.people import Actor, Applicant, Role, Staff
from bot.mailbox.stages import Action, Kind
from bot.office.delivery import undeliverable
from bot.office.office import Office, Submission
from bot.office.sending import Post
from bot.office.telling import tell
from bot.store.cases import Stored
from bot.store.errors import Changed
from bot.store.inbox import Arrived
from bot.store.papers import Attached
from bot.store.people import Task
from bot.store.store import Transaction

HELD_TASK = "held_mail"
_ORIGINAL = ("来信原件.eml", "message/rfc822")
_LONGEST_KEY, _LONGEST_TYPE = 200, 100
_TRIES = 3
"""How often a mail is handled anew when someone else changes its case at that moment."""
MOST_GUESSES, MOST_ANSWERED = 10, 20
_STALE = (
    "您对 {number} 的回信没有照办：在您回信以前，这件已经有了变化，回信转给了政务公开办。"
    "请看下面现在的情况，还要办理的，请直接回复这封邮件。\n"
)
_STALE_TITLE = "您的回信没有照办，请再看一次"
_NOTE_TITLE, _NOTE = "申请人来信", "{number} 的申请人来信：\n{words}\n"
_NO_SENDER = "这封邮件没有发件人，不能立为办件。请归入已有办件，或不处理。"
_BY_MACHINE = "这是自动发出的邮件（比如退信），不能立为办件，否则回执又会被退回。请归入已有办件，或不处理。"
_log = logging.getLogger(__name__)


def fetch(office: Office, source: MailSource) -> int:
    """Keep every new mail of ``source``; returns how many. What is kept is handled by ``handle_all``."""

    def keep(raw: bytes) -> None:
        with office.store.transaction() as t:
            t.inbox.keep(_key(parse(raw)), raw, office.clock())

    return source.fetch(keep)


def handle_all(office: Office) -> Counter[str]:
    """Handle every mail that is kept and not looked at; returns the verdicts and how often each was given."""
    verdicts: Counter[str] = Counter()
    while (verdict := _handle_next(office)) is not None:
        verdicts[verdict] += 1
    return verdicts


def _handle_next(office: Office) -> Verdict | None:
    """Handle one mail; None when there is none. What goes wrong holds the mail for a person, it never stops all."""
    arrived: Arrived | None = None
    for attempt in range(_TRIES):
        try:
            with office.store.transaction() as t:
                arrived = t.inbox.take()
                return _handle(office, t, arrived) if arrived else None
        except Exception as error:
            if arrived is None:
                raise
            if isinstance(error, Changed) and attempt + 1 < _TRIES:
                continue
            # a refused step is no fault of ours; anything else is
            _log.warning("mail %s held", arrived.id, exc_info=not isinstance(error, UserError))
            break
    return _hold_refused(office, arrived) or _handle_next(office)


def _hold_refused(office: Office, refused: Arrived | None) -> Verdict | None:
    """Hold what could not be handled; None when another process has got hold of it meanwhile."""
    with office.store.transaction() as t:
        arrived = t.inbox.take()
        if arrived is None or refused is None or arrived.id != refused.id:
            return None
        mail = parse(arrived.raw)
        known, _ = _known(office, t, mail)
        number = known.case.number if known.case else None
        _hold(t, arrived, Verdict.HELD_REFUSED, _guesses(t, mail, number), office.clock())
    return Verdict.HELD_REFUSED


def attach_held(office: Office, mail_id: int, number: CaseNumber, actor: Actor) -> None:
    """A person has decided: the held mail belongs to this case. Raises StepRefused."""
    with office.store.transaction() as t:
        arrived = _held(t, mail_id)
        stored, mail = office.find(t, number), parse(arrived.raw)
        text = f"人工归入的来信（{mail.sender.email if mail.sender else '无发件人'}）：{mail.subject}\n{mail.text}"
        after = office.step(t, stored, Step(action=Action.NOTE, text=text[:LONGEST_TEXT]), actor)
        _attach(t, after, arrived, mail, office.clock())
        _done(t, arrived, "attached", actor.id, office.clock(), after.id)


def open_held(office: Office, mail_id: int, kind: Kind, actor: Actor) -> CaseNumber:
    """A person has decided: the held mail is a new case of this kind. Raises StepRefused."""
    with office.store.transaction() as t:
        arrived = _held(t, mail_id)
        stored = _open(office, t, arrived, parse(arrived.raw), kind)
        _done(t, arrived, "opened", actor.id, office.clock(), stored.id)
        return stored.case.number


def drop_held(office: Office, mail_id: int, actor: Actor) -> None:
    """A person has decided: the held mail is nothing for the mailbox. It stays kept. Raises StepRefused."""
    with office.store.transaction() as t:
        _done(t, _held(t, mail_id), "dropped", actor.id, office.clock())


def _handle(office: Office, t: Transaction, arrived: Arrived) -> Verdict:
    mail, now = parse(arrived.raw), office.clock()
    known, stored = _known(office, t, mail)
    decision = decide(mail, known)
    match decision.verdict:
        case Verdict.BOUNCED:
            _bounced(office, t, mail, now)
            t.inbox.settle(arrived, decision.verdict, now, stored.id if stored else None)
        case Verdict.NO_PERSON:
            t.inbox.settle(arrived, f"{decision.verdict}:{mail.kind}", now, stored.id if stored else None)
        case Verdict.OPENS_CASE:
            opened = _open(office, t, arrived, mail, Kind(known.looks_like or "letter"))
            t.inbox.settle(arrived, decision.verdict, now, opened.id)
        case Verdict.STAFF_STEP | Verdict.CITIZEN_STEP if stored is not None:
            after = _steps(office, t, stored, decision, known.staff)
            _attach(t, after, arrived, mail, now)
            t.inbox.settle(arrived, decision.verdict, now, after.id)
        case _:
            _hold(t, arrived, decision.verdict, _guesses(t, mail, decision.number), now)
            if decision.verdict is Verdict.HELD_STALE and stored is not None and known.staff is not None:
                # good service to someone whose answer came too late: how the case stands now, to answer anew
                tell(office, t, stored, known.staff, _STALE_TITLE, _STALE.format(number=stored.case.number))
    return decision.verdict


def _known(office: Office, t: Transaction, mail: ParsedMail) -> tuple[Known, Stored | None]:
    tag = tag_in([one.email for one in mail.recipients], t.cases.keyed)
    answered = None if tag else _answered(t, mail)
    stored = t.cases.get(tag.number) if tag else answered or _numbered(t, mail)
    sender = mail.sender.email if mail.sender else ""
    original = mail.bounce.original_message_id if mail.bounce else None
    known = Known(
        tag=tag,
        case=stored.case if stored else None,
        answers_us=answered is not None and _answers_applicant(t, mail, answered),
        since_tag=_since(t, tag, stored) if tag and stored else (),
        staff=t.people.with_email(sender) if sender else None,
        from_us=sender == office.desk.mail_from.lower(),
        bounced=bool(original and t.outbox.by_message_id(original)),
        looks_like=_looks_like(mail) if sender else None,
    )
    return known, stored


def _looks_like(mail: ParsedMail) -> Literal["disclosure", "letter"] | None:
    """What a mail that belongs to no case asks for, by its words."""
    where, _ = route(understand(f"{mail.subject}\n{mail.text}"[:2000]), None)
    if not mail.text.strip():
        return None
    return "disclosure" if where is Route.DISCLOSURE else "letter" if where is Route.LETTER else None


def _since(t: Transaction, tag: Tag, stored: Stored) -> tuple[Action, ...]:
    """What has happened since the version that a staff tag names; each step makes one version and one event."""
    if tag.version is None:
        return ()
    return tuple(event.action for event in t.cases.events(stored)[tag.version + 1 :])


def _answers(mail: ParsedMail) -> tuple[str, ...]:
    """The mails that this one answers, the nearest first."""
    return (*mail.in_reply_to, *reversed(mail.references))[:MOST_ANSWERED]


def _answered(t: Transaction, mail: ParsedMail) -> Stored | None:
    """The case of the mail of ours that this one answers."""
    for message_id in _answers(mail):
        case_id = t.outbox.case_of(message_id)
        if case_id is not None:
            return t.cases.by_id(case_id)
    return None


def _answers_applicant(t: Transaction, mail: ParsedMail, stored: Stored) -> bool:
    """Whether a mail that it answers went to the applicant: only they know its Message-ID."""
    ours = (t.outbox.by_message_id(message_id) for message_id in _answers(mail))
    return any(
        one.case_id == stored.id and one.message.kind == "mail" and one.message.to.lower() in addresses(stored.case)
        for one in ours
        if one is not None
    )


def _numbered(t: Transaction, mail: ParsedMail) -> Stored | None:
    """The case whose number stands in the subject, when it is one number."""
    found = numbers_in(mail.subject)
    return t.cases.get(found[0]) if len(found) == 1 else None


def _steps(office: Office, t: Transaction, stored: Stored, decision: Decision, staff: Staff | None) -> Stored:
    by_staff = decision.verdict is Verdict.STAFF_STEP and staff is not None
    actor = staff.acting("mail") if by_staff and staff else Actor(role=Role.CITIZEN, id="applicant", channel="mail")
    for step in decision.steps:
        stored = office.step(t, stored, step, actor)
        if not by_staff and step.action is Action.NOTE:
            _tell_note(office, t, stored, step)
    return stored


def _tell_note(office: Office, t: Transaction, stored: Stored, step: Step) -> None:
    """What the applicant wrote, to the registrar, who decides what it means."""
    content, people = stored.case.content, t.people.in_role(Role.REGISTRAR)
    words = masked(step.text or "", content.applicant) if content else ""
    for person in people:
        tell(office, t, stored, person, _NOTE_TITLE, _NOTE.format(number=stored.case.number, words=words))
    if not people:
        Post(t, office.desk, stored, step, office.clock()).tell_staff(Role.REGISTRAR)  # makes it the admin's task


def _bounced(office: Office, t: Transaction, mail: ParsedMail, now: datetime) -> None:
    bounce = mail.bounce
    leaving = t.outbox.by_message_id(bounce.original_message_id or "") if bounce else None
    if bounce is None or leaving is None or not bounce.permanent:
        return
    t.outbox.failed(leaving, f"{bounce.status} {bounce.reason}")
    undeliverable(office, t, leaving, f"{bounce.status} {bounce.reason}。", now)


def _open(office: Office, t: Transaction, arrived: Arrived, mail: ParsedMail, kind: Kind) -> Stored:
    """A case from a mail: its sender has yet to confirm it, and (a request) to prove who it is."""
    sender = mail.sender
    if sender is None:
        raise UserError(_NO_SENDER)
    if mail.kind not in {MailKind.PERSON, MailKind.LIST} or sender.email == office.desk.mail_from.lower():
        raise UserError(_BY_MACHINE)
    submission = Submission(
        key=f"mail:{arrived.id}",
        content=_content(mail, kind, sender.name or sender.email.partition("@")[0], sender.email),
        origin=Origin(channel="mail", user_key=sender.email),
        received_by=ReceivedBy.INTERNET,
        confirmed=False,
    )
    stored, _ = office.open(t, submission)
    _attach(t, stored, arrived, mail, office.clock())
    return stored


def _content(mail: ParsedMail, kind: Kind, name: str, email: str) -> Content:
    applicant = Applicant(name=name[:100], email=email)
    text = mail.text.strip() or mail.subject or "（没有文字，见附件）"
    if kind is Kind.DISCLOSURE:
        described = f"{mail.subject}\n{text}".strip()[:2000]
        return DisclosureRequest(applicant=applicant, description=described, medium=Medium.EMAIL, way=Way.MAILBOX)
    subject = mail.subject[:60] or text.split("\n")[0][:60]
    named = (one for one in LetterKind if one in f"{mail.subject}{text}")
    letter_kind = next(named, LetterKind.QUESTION)
    return Letter(applicant=applicant, letter_kind=letter_kind, subject=subject, text=text[:5000])


def _attach(t: Transaction, stored: Stored, arrived: Arrived, mail: ParsedMail, now: datetime) -> None:
    """The mail as it came and each of its files, kept with the case."""
    owner = f"mail:{arrived.id}"
    files = [
        Attached(f"mail-{arrived.id}-{number}", one.name, one.content_type[:_LONGEST_TYPE], one.content)
        for number, one in enumerate(mail.attachments, 1)
    ]
    original = Attached(f"mail-{arrived.id}-0", *_ORIGINAL, arrived.raw)
    for file in (original, *files):
        t.papers.upload(file, owner, now)
    t.papers.attach(stored, tuple(file.id for file in (original, *files)), owner)


def _guesses(t: Transaction, mail: ParsedMail, number: CaseNumber | None) -> tuple[str, ...]:
    """The cases that a held mail may belong to, the likeliest first: named ones, then the sender's own."""
    named = numbers_in(f"{mail.subject}\n{mail.text}\n{mail.quoted}")[:MOST_GUESSES]
    own = t.cases.find(owner=t.cases.owner(mail.sender.email)) if mail.sender else []
    known = [one for one in named if t.cases.get(one)]
    all_of_them = [*([number] if number else []), *known, *(one.case.number for one in own)]
    return tuple(dict.fromkeys(one.ref for one in all_of_them))[:MOST_GUESSES]


def _hold(t: Transaction, arrived: Arrived, verdict: Verdict, guesses: tuple[str, ...], now: datetime) -> None:
    t.inbox.hold(arrived, verdict, guesses)
    t.people.add_task(Task(f"{HELD_TASK}:{arrived.id}", Role.REGISTRAR, HELD_TASK), now)


def _held(t: Transaction, mail_id: int) -> Arrived:
    arrived = next((one for one in t.inbox.held() if one.id == mail_id), None)
    if arrived is None:
        raise UserError(f"没有第 {mail_id} 号待处理的来信。请用 wenban mail held 看看有哪些。")
    return arrived


def _done(
    t: Transaction, arrived: Arrived, verdict: str, by: str, now: datetime, case_id: int | None = None
) -> None:
    t.inbox.settle(arrived, f"{verdict}:{by}"[:40], now, case_id)
    t.people.finish_task(f"{HELD_TASK}:{arrived.id}", by, now)


def _key(mail: ParsedMail) -> str:
    """The mail's id with a digest of what it says: the same mail twice is one, two mails under one id are two."""
    said = [mail.subject, mail.text, mail.quoted, *(sha256(one.content).hexdigest() for one in mail.attachments)]
    digest = sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()[:16]
    return f"{mail.message_id[: _LONGEST_KEY - 17]}#{digest}"

"""An office at a clock that can be moved, people who write mails as their programs do, and wires that keep them."""

import email
import email.policy
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from bot.mailbox.calendar import national_calendar
from bot.mailbox.cases import Event, Step
from bot.mailbox.letters.facts import District
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.people import Actor, Role, Staff
from bot.mailbox.stages import Action, Kind
from bot.mailbox.workflow import Rules
from bot.office import delivery, mail_in
from bot.office.desk import Desk
from bot.office.office import Office
from bot.settings import Settings
from bot.store.cases import Stored
from bot.store.inbox import Arrived
from bot.store.opening import open_store
from bot.store.store import Store
from tests.conftest import NOW

MAILBOX = "mailbox@localhost"
CITIZEN, STRANGER = "li@example.com", "stranger@example.com"
REQUEST, LETTER = CaseNumber(Kind.DISCLOSURE, 2026, 1), CaseNumber(Kind.LETTER, 2026, 1)
STAFF = (
    Staff(id="registrar", name="登记员", role=Role.REGISTRAR, email="registrar@example.cn"),
    Staff(id="police", name="民警", role=Role.DEPARTMENT, department="gongan", email="police@example.cn"),
    Staff(id="builder", name="住建员", role=Role.DEPARTMENT, department="zhujian", email="builder@example.cn"),
    Staff(id="legal", name="法制员", role=Role.LEGAL, email="legal@example.cn"),
    Staff(id="leader", name="区长", role=Role.LEADER, email="leader@example.cn"),
)
ASKS = "我申请公开解放路片区征收补偿方案这份政府信息。"
COMPLAINS = "塔桥路12号门口的路灯坏了半个月，我要投诉，请派人修。"
PDF = b"%PDF-1.7 \x00\xff"
_NUMBERS = itertools.count(1)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def office_with(store: Store, clock: Callable[[], datetime], mail_from: str = MAILBOX) -> Office:
    """The office of a store, with one account for each role and two departments."""
    district = District(name="试验区人民政府", office="试验区人民政府办公室", hotline="12345")
    departments = {"gongan": "区公安分局", "zhujian": "区住建局"}
    office = Office(store, Desk(district, departments, Rules(), national_calendar(), None, mail_from), clock)
    with store.transaction() as t:
        for person in STAFF:
            t.people.add(person)
    return office


def office_at(home: Path, clock: Callable[[], datetime], mail_from: str = MAILBOX) -> Office:
    """The office in a folder of its own."""
    return office_with(open_store(Settings(home=home)), clock, mail_from)


class Letters:
    """A MailSender that keeps what it is given, or raises what it is told to."""

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []
        self.raises: dict[str, Exception] = {}

    def send(self, message: bytes, sender: str, recipients: Sequence[str]) -> None:
        if recipients[0] in self.raises:
            raise self.raises[recipients[0]]
        self.sent.append(read(message))

    def to(self, address: str) -> EmailMessage:
        """The last mail to this person."""
        return next(one for one in reversed(self.sent) if one["To"] == address)


class Bag:
    """A MailSource of mails at hand."""

    def __init__(self, mails: Iterable[bytes]) -> None:
        self._mails = mails

    def fetch(self, keep: Callable[[bytes], None]) -> int:
        return len([keep(one) for one in self._mails])

    def wait(self, seconds: float) -> bool:
        return False

    def close(self) -> None:
        """Nothing is open."""


def read(raw: bytes) -> EmailMessage:
    """A mail as the stdlib reads it."""
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def written(
    sender: str, subject: str, text: str, to: str = MAILBOX, file: bytes | None = None, **headers: str
) -> bytes:
    """A mail that a person writes; ``in_reply_to`` is the header In-Reply-To."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = headers.pop("message_id", f"<{next(_NUMBERS)}@example.com>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if file is not None:
        mail.add_attachment(file, maintype="application", subtype="pdf", filename="补充材料.pdf")
    return mail.as_bytes()


def answer(
    mail: EmailMessage,
    text: str,
    sender: str | None = None,
    to: str | None = None,
    thread: bool = True,
    file: bytes | None = None,
) -> bytes:
    """What a mail program makes of an answer: to Reply-To, threaded, the earlier mail quoted below."""
    quoted = "\n".join(f"> {line}" for line in text_of(mail).splitlines())
    body = f"{text}\n\n在 2026年11月24日，试验区人民政府办公室 <{MAILBOX}> 写道：\n{quoted}\n"
    headers = {"in_reply_to": mail["Message-ID"], "references": mail["Message-ID"]} if thread else {}
    return written(sender or mail["To"], f"Re: {mail['Subject']}", body, to or mail["Reply-To"], file, **headers)


def receive(office: Office, *mails: bytes) -> Counter[str]:
    """The mails arrive and are handled; the verdicts."""
    mail_in.fetch(office, Bag(mails))
    return mail_in.handle_all(office)


def sent(office: Office) -> Letters:
    """Everything that waits to be sent, sent."""
    letters = Letters()
    delivery.send_mail(office, letters)
    return letters


def case(office: Office, number: CaseNumber = REQUEST) -> Stored:
    with office.store.reading() as t:
        return office.find(t, number)


def events(office: Office, number: CaseNumber = REQUEST) -> list[Event]:
    with office.store.reading() as t:
        return t.cases.events(office.find(t, number))


def actions(office: Office, number: CaseNumber = REQUEST) -> list[Action]:
    return [one.action for one in events(office, number)]


def tasks(office: Office) -> dict[str, Role]:
    """Keys of the open tasks and whose they are."""
    with office.store.reading() as t:
        return {task.key: task.role for task, _ in t.people.open_tasks()}


def held(office: Office) -> list[Arrived]:
    with office.store.reading() as t:
        return t.inbox.held()


def act(office: Office, action: Action, who: str, **fields: object) -> None:
    """A step on the request by one of STAFF, or by the citizen."""
    person = next((one for one in STAFF if one.id == who), None)
    actor = person.acting("terminal") if person else Actor(role=Role.CITIZEN, id="applicant", channel="mail")
    office.act(REQUEST, Step(action=action, **fields), actor)  # type: ignore[arg-type]


def at_legal_review(office: Office) -> Letters:
    """The request lies with legal review; the mails that went out on the way."""
    act(office, Action.CONFIRM, "citizen")
    act(office, Action.REGISTER, "registrar")
    act(office, Action.ASSIGN, "registrar", department="gongan")
    act(office, Action.DRAFT, "police", text="经审查，予以公开。", outcome="granted")
    act(office, Action.FINISH_DRAFT, "police")
    return sent(office)


def files(office: Office, number: CaseNumber = REQUEST) -> list[tuple[str, bytes]]:
    with office.store.reading() as t:
        return [(one.name, one.content) for one in t.papers.attached(office.find(t, number))]

"""Mails that wait for a person: to be read, put into a case, made a new case, or left."""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from bot.channels.web.desk import wording
from bot.channels.web.desk.door import Missing, Visit, see
from bot.channels.web.desk.queue import KIND_WORDS
from bot.errors import UserError
from bot.mailbox.calendar import CHINA
from bot.mailbox.mail.parse import parse
from bot.mailbox.mail.parsed import ParsedMail
from bot.mailbox.numbers import case_number
from bot.mailbox.people import Role
from bot.mailbox.stages import Kind
from bot.office.covering import covered, masked_email, shown, without_identity
from bot.office.mail_in import attach_held, drop_held, open_held
from bot.store.inbox import Arrived

DONE = {"attached": wording.MAIL_ATTACHED, "opened": wording.MAIL_OPENED, "dropped": wording.MAIL_DROPPED}


@dataclass(frozen=True)
class HeldMail:
    """A held mail in the list, its sender covered."""

    id: int
    at: datetime
    sender: str
    subject: str
    why: str
    guesses: tuple[str, ...]


def held_mails_page(visit: Visit) -> Response:
    """The list, the oldest first."""
    visit.only(Role.REGISTRAR)
    with visit.office.store.reading() as t:
        mails = [_held(one, parse(one.raw)) for one in t.inbox.held()]
    done, _, number = visit.asked("done").partition(":")
    said = DONE[done].format(number=case_number(number) if number else "") if done in DONE else ""
    return visit.page("mails", mails=mails, done=said)


def held_mail_page(visit: Visit) -> Response:
    """One mail, in full, for it has to be understood; written down. Raises Missing."""
    visit.only(Role.REGISTRAR)
    return _show(visit, _found(visit))


def settle_held_mail(visit: Visit) -> Response:
    """Do what was decided about it. Raises Missing; what is refused is shown beside what was entered."""
    visit.only(Role.REGISTRAR)
    arrived = _found(visit)
    try:
        return see(f"/desk/mail?done={_settled(visit, arrived.id)}")
    except UserError as error:
        return _show(visit, arrived, 422, error.message)


def _settled(visit: Visit, mail_id: int) -> str:
    what, office, actor = visit.text("do"), visit.office, visit.actor
    if what == "attach":
        number = case_number(visit.text("number"))
        attach_held(office, mail_id, number, actor)
        return f"attached:{number.ref}"
    if what == "open" and visit.text("kind") in set(Kind):
        return f"opened:{open_held(office, mail_id, Kind(visit.text('kind')), actor).ref}"
    if what == "drop":
        drop_held(office, mail_id, actor)
        return "dropped"
    raise UserError(wording.UNKNOWN_CHOICE)


def _found(visit: Visit) -> Arrived:
    at = int(visit.request.path_params["at"])
    with visit.office.store.reading() as t:
        found = next((one for one in t.inbox.held() if one.id == at), None)
    if found is None:
        raise Missing(wording.NO_MAIL)
    return found


def _show(visit: Visit, arrived: Arrived, status: int = 200, error: str = "") -> Response:
    mail = parse(arrived.raw)
    visit.note(f"held mail {arrived.id} opened by {visit.person.id}")
    sender = f"{mail.sender.name} {mail.sender.email}".strip() if mail.sender else "没有写"
    return visit.page(
        "mail",
        status,
        held=_held(arrived, mail),
        sender=shown(sender),
        text=shown(without_identity(mail.text, None)),
        files=[(shown(file.name), file.size) for file in mail.attachments],
        kinds=KIND_WORDS,
        number=visit.text("number") if error else next(iter(arrived.guesses), ""),
        error=error,
    )


def _held(arrived: Arrived, mail: ParsedMail) -> HeldMail:
    return HeldMail(
        id=arrived.id,
        at=arrived.received_at.astimezone(CHINA),
        sender=masked_email(mail.sender.email) if mail.sender else "没有写",
        subject=shown(covered(mail.subject, None)) or "（没有主题）",
        why=wording.VERDICTS.get(arrived.verdict or "", "要人看一下"),
        guesses=arrived.guesses,
    )

"""An outgoing mail as bytes. The same values give the same bytes but for the MIME boundary."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, formataddr

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_FILE_TYPE = re.compile(
    r"(application|audio|chemical|font|image|model|text|video)/([a-z0-9][a-z0-9.+-]*)", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True)
class Enclosure:
    """A file that goes along."""

    name: str
    content: bytes
    content_type: str = DOCX


@dataclass(frozen=True)
class OutgoingMail:
    """What a mail says and where it goes; ``message_id`` without angle brackets."""

    message_id: str
    sender_name: str
    sender: str
    reply_to: str
    to: str
    subject: str
    text: str
    date: datetime
    enclosures: tuple[Enclosure, ...] = ()


def compose(mail: OutgoingMail) -> bytes:
    """The mail (RFC 5322), marked as sent by a machine (RFC 3834) so that no machine answers.

    Raises ValueError for what no mail can say: a line break in a header, half a surrogate pair.
    """
    # an address beyond ASCII cannot be encoded, it needs raw UTF-8 in the header (RFC 6532)
    message = EmailMessage(policy=SMTP if (mail.to + mail.reply_to).isascii() else SMTPUTF8)
    message["From"] = formataddr((mail.sender_name, mail.sender))
    message["To"] = mail.to
    message["Reply-To"] = mail.reply_to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = f"<{mail.message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.text, charset="utf-8", cte="base64")
    for enclosure in mail.enclosures:
        message.add_attachment(enclosure.content, *_type(enclosure), filename=enclosure.name)
    return message.as_bytes()


def _type(enclosure: Enclosure) -> tuple[str, str]:
    """Its type in two words; one that would hide the file or break the mail becomes application/octet-stream."""
    found = _FILE_TYPE.fullmatch(enclosure.content_type)
    return (found[1], found[2]) if found else ("application", "octet-stream")

"""Inbound mail, bytes to a value: `parse` never raises and never waits on anything.

The steps: `part` splits the MIME tree, `body` collects words and files, `quote` cuts the earlier mail off, `bounce`
and `kind` say who wrote it. Own code over the stdlib's parser, because mail-parser 4.8 and imap_tools 1.16 read 8
and 9 of the 66 subjects in tests/mailbox/mail/eml wrongly, unpack no winmail.dat and cut no quotation.
"""

import re
from hashlib import sha256

from bot.mailbox.mail import part, quote
from bot.mailbox.mail.body import body_of
from bot.mailbox.mail.bounce import bounce_of
from bot.mailbox.mail.header import Header
from bot.mailbox.mail.kind import kind_of
from bot.mailbox.mail.parsed import Address, MailKind, ParsedMail

LONGEST_SUBJECT = 500  # characters
RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to")
MESSAGE_ID = re.compile(r"<?([!-;=?A-~]{1,200}@[!-;=?A-~]{1,100})>?", re.ASCII)


def parse(raw: bytes) -> ParsedMail:
    """Everything that is to be known of one mail; what is broken is read as well as can be and noted."""
    tree = part.read(raw)
    header = tree.header
    body = body_of(tree.parts)
    said = "\n\n".join(text.strip("\n") for text in body.texts)
    bounce = bounce_of(tree, said)
    kind = kind_of(tree, said, bounce is not None)
    text, quoted = quote.split(said) if kind is not MailKind.BOUNCE else (said.strip(), "")
    return ParsedMail(
        message_id=_message_id(header, raw),
        sender=_first(header, "from") or _first(header, "sender"),
        reply_to=_first(header, "reply-to"),
        recipients=header.addresses(*RECIPIENTS),
        in_reply_to=header.identifiers("in-reply-to"),
        references=header.identifiers("references"),
        subject=header.text("subject")[:LONGEST_SUBJECT],
        date=header.date(),
        text=text,
        quoted=quoted,
        attachments=tuple(body.files),
        kind=kind,
        bounce=bounce,
        defects=(*tree.defects, *_header_notes(header), *body.notes),
    )


def _message_id(header: Header, raw: bytes) -> str:
    """The id as sent, else one made of the bytes, so that the same mail has the same id whenever it is read."""
    found = MESSAGE_ID.fullmatch(header.raw("message-id"))
    return found[1] if found else f"sha256-{sha256(raw).hexdigest()}@no-message-id"


def _first(header: Header, name: str) -> Address | None:
    return next(iter(header.addresses(name)), None)


def _header_notes(header: Header) -> tuple[str, ...]:
    notes = {
        "8-bit bytes in the header": header.has_raw_bytes,
        "no readable sender": not header.addresses("from"),
        "no readable message id": not MESSAGE_ID.fullmatch(header.raw("message-id")),
        "date unreadable": bool(header.raw("date")) and header.date() is None,
    }
    return tuple(note for note, holds in notes.items() if holds)

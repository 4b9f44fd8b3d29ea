"""The words of a mail and the files that came along."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.mailbox.mail.charset import decode
from bot.mailbox.mail.filename import safe_name, type_of
from bot.mailbox.mail.header import Header
from bot.mailbox.mail.html_text import text_of
from bot.mailbox.mail.parsed import MailAttachment
from bot.mailbox.mail.part import Part
from bot.mailbox.mail.tnef import TnefError, unpack

TEXTS = ("text/plain", "text/html")
META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)
PGP = "-----BEGIN PGP MESSAGE-----"
LONGEST_TEXT = 500_000  # bytes of a mail's text parts that are read as words; longer parts are kept as files too
ENCRYPTED = {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}


@dataclass
class Body:
    """Collected part by part; ``notes`` are kept in order, each once."""

    texts: list[str] = field(default_factory=list)
    files: list[MailAttachment] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    room: int = LONGEST_TEXT

    def words_of(self, part: Part) -> bytes:
        """The content, cut at a line's end where there is no more room."""
        content = part.content
        if len(content) > self.room:
            self.notes["very long text, kept as a file too"] = None
            self.keep(part)
            content = content[: self.room].rpartition(b"\n")[0] or content[: self.room]
        self.room -= len(content)
        return content

    def keep(self, part: Part, name: str = "") -> None:
        """Add ``part`` as a file."""
        name = safe_name(name or part.filename or _subject(part), part.content_type, len(self.files) + 1)
        self.files.append(MailAttachment(name, part.content_type, part.content))


def _subject(part: Part) -> str:
    """The name of a mail that was forwarded as a file."""
    subject = Header.read(part.content).text("subject") if part.content_type == "message/rfc822" else ""
    return f"{subject}.eml".replace("/", " ") if subject else ""


def body_of(parts: Iterable[Part]) -> Body:
    """Texts and files in the mail's order; of alternatives the plain one, unless it is blank."""
    body = Body()
    words: list[tuple[Part, str]] = []
    for part in parts:
        if part.content_type in TEXTS and not part.is_attached:
            words += _words(part, body)
        elif _is_tnef(part):
            words += _unpacked(part, body)
        else:
            body.notes |= {"encrypted": None} if part.content_type in ENCRYPTED else {}
            body.keep(part)
    body.texts = _once(words)
    return body


def _once(words: list[tuple[Part, str]]) -> list[str]:
    """The texts without the HTML parts that only say again what a plain part says."""
    plain = [(part, text) for part, text in words if part.content_type == "text/plain"]
    choices = {part.choice for part, _ in plain if part.choice}
    said = {"".join(text.split()) for _, text in plain}
    return [
        text
        for part, text in words
        if part.content_type == "text/plain" or not (part.choice in choices or "".join(text.split()) in said)
    ]


def _words(part: Part, body: Body) -> Iterator[tuple[Part, str]]:
    declared = part.header.parameter("content-type", "charset")
    if not declared and part.content_type == "text/html" and (meta := META_CHARSET.search(part.content[:4096])):
        declared = meta[1].decode()
    text, note = decode(body.words_of(part), declared)
    if note:
        body.notes[note] = None
    if text.lstrip().startswith(PGP):
        body.notes["encrypted"] = None
        body.keep(part, "message.asc")
    elif text.strip():
        # QQ writes the entity into its plain text too
        yield part, text_of(text) if part.content_type == "text/html" else text.replace("&nbsp;", " ")


def _is_tnef(part: Part) -> bool:
    return part.content_type in {"application/ms-tnef", "application/vnd.ms-tnef"} or (
        part.filename.lower() == "winmail.dat"
    )


def _unpacked(part: Part, body: Body) -> Iterator[tuple[Part, str]]:
    try:
        found = unpack(part.content)
    except TnefError:
        body.notes["winmail.dat unreadable, kept as it is"] = None
        body.keep(part)
        return
    for name, content in found.files:
        body.keep(Part(part.header, type_of(name), content), name or " ")
    if not found.files and not found.text and not found.html:
        body.keep(part)
    text = found.text or text_of(found.html)
    if text.strip() and not body.texts:
        yield part, text

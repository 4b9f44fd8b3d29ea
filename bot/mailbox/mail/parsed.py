"""What is read from one inbound mail."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MailKind(StrEnum):
    """Who or what wrote a mail."""

    PERSON = "person"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    RECEIPT = "receipt"
    LIST = "list"


@dataclass(frozen=True)
class Address:
    """A decoded display name (may be empty) and an address in lower case."""

    name: str
    email: str


@dataclass(frozen=True)
class MailAttachment:
    """A file that came along; ``name`` is never empty and has no path or control characters."""

    name: str
    content_type: str
    content: bytes

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.content)


@dataclass(frozen=True)
class Bounce:
    """Why our mail came back; what the notice does not say is empty.

    ``permanent``: sending it again would not help. ``status``: RFC 3463; of "5.0.0" only the class is sure.
    """

    permanent: bool
    status: str
    recipient: str
    original_message_id: str | None
    reason: str


@dataclass(frozen=True)
class ParsedMail:
    """One mail. ``text`` is what the person wrote anew, ``quoted`` the earlier mail and the device's signature.

    ``defects`` are English notes of what was broken and how it was read all the same.
    """

    message_id: str
    sender: Address | None
    reply_to: Address | None
    recipients: tuple[Address, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    date: datetime | None
    text: str
    quoted: str
    attachments: tuple[MailAttachment, ...]
    kind: MailKind
    bounce: Bounce | None
    defects: tuple[str, ...]

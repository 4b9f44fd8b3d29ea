"""The two contracts of mail and their errors. Both block: call them from a thread.

MailFailure            a UserError: ``message`` is Chinese for staff, ``detail`` the other side's own words
├── TemporaryFailure   try again later
└── PermanentFailure   trying again does not help
UnreadableMail         one mail that its server does not give out
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.errors import UserError

Security = Literal["tls", "starttls", "none"]
"""How a connection is encrypted. Certificates are always verified; "none" is plain text."""


@dataclass(frozen=True)
class Refusal:
    """One recipient whom the server did not accept. ``code`` is SMTP's, ``answer`` the server's words."""

    recipient: str
    code: int
    answer: str


class MailFailure(UserError):
    """A mail was not sent, or mails could not be fetched.

    ``refused`` names the recipients that were not accepted: every other one has got the mail. When it is empty
    nobody has got it.
    """

    def __init__(self, message: str, detail: str, refused: Sequence[Refusal]) -> None:
        super().__init__(message)
        self.detail = detail
        self.refused = tuple(refused)


class TemporaryFailure(MailFailure):
    """Not now: connection, time, DNS, TLS, 4xx, and whatever the operator mends (login, certificate)."""

    def __init__(
        self, detail: str, message: str = "邮件服务器暂时不可用，稍后会自动再试。", refused: Sequence[Refusal] = ()
    ) -> None:
        super().__init__(message, detail, refused)


class PermanentFailure(MailFailure):
    """Never: recipient, sender or content was refused. ``code`` is SMTP's 5xx; None when we refused it."""

    def __init__(
        self,
        detail: str,
        code: int | None,
        message: str = "对方邮箱不收这封信。请核对收件地址，或改用电话、邮寄。",
        refused: Sequence[Refusal] = (),
    ) -> None:
        super().__init__(message, detail, refused)
        self.code = code


class UnreadableMail(UserError):
    """One mail cannot be read where it lies; it stays there."""


class MailSender(Protocol):
    """Takes mails away."""

    def send(self, message: bytes, sender: str, recipients: Sequence[str]) -> None:
        """Hand ``message`` over for ``recipients``; returning means that the other side has taken it for all.

        A connection lost after the last byte is a TemporaryFailure though the mail may have gone out: send it
        again with the same Message-ID. Raises TemporaryFailure, PermanentFailure.
        """


class MailSource(Protocol):
    """Brings mails in."""

    def fetch(self, keep: Callable[[bytes], None]) -> int:
        """Hand the raw bytes of every new mail to ``keep``; returns how many were kept.

        A mail is marked as done only after ``keep`` has returned, so whoever is killed in between gets it again:
        ``keep`` recognises a mail by its Message-ID. When ``keep`` raises, that mail stays new, is logged and the
        next ones follow; the first such error is raised at the end. Raises TemporaryFailure when the server
        cannot be reached or is lost (what was kept stays kept), UnreadableMail for a mail that it does not give.
        """

    def wait(self, seconds: float) -> bool:
        """Wait for news, at most ``seconds``: True when something may have arrived, False otherwise.

        Fetch after False as well: mails that ``keep`` refused are no news. Returns when another thread calls
        ``close`` (a connection just being made may take its time-out longer). Raises TemporaryFailure.
        """

    def close(self) -> None:
        """End every ``wait``, also later ones."""


def without_secrets(text: str, user: str, password: str) -> str:
    """``text`` of a server without the password, plain or in the base64 of AUTH, should it have echoed it."""
    for secret in (f"\0{user}\0{password}", password) if password else ():
        encoded = base64.b64encode(secret.encode()).decode()
        text = text.replace(encoded, "***").replace(secret, "***")
    return text

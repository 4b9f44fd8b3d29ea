"""Mail out by SMTP. One connection a mail: simple, and nothing to mend when a server hangs up between two."""

import asyncio
import email
import email.policy
import re
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parseaddr

import aiosmtplib

from bot.channels.mail.wire import (
    MailFailure,
    PermanentFailure,
    Refusal,
    Security,
    TemporaryFailure,
    without_secrets,
)

_SLOWEST = 100_000
"""Bytes a second; the library's time-out counts the whole upload, and 25 MB must get through a slow line."""
_SEVEN_BIT = email.policy.SMTP.clone(cte_type="7bit")
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_AUTHENTICATION_REQUIRED = 530

_UNREACHABLE = "连不上发信服务器，稍后会自动再发。一直这样，请检查网络和设置里的服务器地址、端口。"
_NOT_NOW = "发信服务器暂时不收这封信，稍后会自动再发。"
_LOGIN = "发信服务器没有让我们登录。请核对设置里的用户名和密码；QQ、163 邮箱要填授权码，不是登录密码。"
_SETTINGS = "发信服务器不支持设置里写的加密或登录方式。请改用 smtps:// 或 smtp+starttls:// 地址，或询问邮箱服务商。"
_CERTIFICATE = "发信服务器的证书通不过检验，信没有发。请核对设置里的服务器名，或请服务器管理员更换证书。"
_SENDER = "发信服务器不许用这个发件地址。请把设置里的发件地址改成登录的那个邮箱。"
_CONTENT = "这封信的内容或大小被对方退回。请看退信原因，改小附件或改用电话、邮寄。"
_ADDRESS = "收件或发件地址写得不对，信没有发。请核对地址。"
_FOREIGN_ADDRESS = "发信服务器不支持含中文的邮箱地址。请换一个只有字母、数字的地址。"


@dataclass(frozen=True)
class SmtpSettings:
    """Where and how to hand mails over. ``timeout`` in seconds for each step; no login when ``user`` is empty."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: Security = "tls"
    timeout: float = 30.0


class SmtpSender:
    """A MailSender that hands over to an SMTP server."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    def send(self, message: bytes, sender: str, recipients: Sequence[str]) -> None:
        """See MailSender. An empty ``sender`` is the null sender of automatic mails.

        Must not be called on a running event loop.
        """
        _check_addresses(sender, recipients)
        try:
            refused = asyncio.run(self._deliver(message, sender, recipients))
        except aiosmtplib.SMTPAuthenticationError as error:
            # The cause is left out: its text is the server's and may echo what we sent.
            detail = without_secrets(_said(error), self._settings.user, self._settings.password)
            raise TemporaryFailure(detail, _LOGIN) from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _of_refusals(
                [Refusal(one.recipient, one.code, one.message) for one in error.recipients]
            ) from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _translate(error) from error
        if refused:
            raise _of_refusals(refused)

    async def _deliver(self, message: bytes, sender: str, recipients: Sequence[str]) -> list[Refusal]:
        """Send; returns who was refused while others were accepted."""
        async with self._client() as client:
            if client.is_ehlo_or_helo_needed:
                with suppress(aiosmtplib.SMTPHeloError):  # sendmail then says HELO
                    await client.ehlo()
            mail, options = _fitting(client, message, all(name.isascii() for name in (sender, *recipients)))
            patience = self._settings.timeout + len(mail) / _SLOWEST
            answers, _ = await client.sendmail(sender, recipients, mail, mail_options=options, timeout=patience)
        return [Refusal(name, answer.code, answer.message) for name, answer in answers.items()]

    def _client(self) -> aiosmtplib.SMTP:
        known = self._settings
        return aiosmtplib.SMTP(
            hostname=known.host,
            port=known.port,
            username=known.user or None,
            password=known.password or None,
            timeout=known.timeout,
            use_tls=known.security == "tls",
            start_tls=known.security == "starttls",
        )


def _check_addresses(sender: str, recipients: Sequence[str]) -> None:
    """Raises PermanentFailure; the library would mend an odd address, and the mail go to somebody else."""
    odd = [
        name for name in (sender, *recipients) if parseaddr(name)[1] != name or ("@" not in name and name != sender)
    ]
    if odd or not recipients:
        raise PermanentFailure(f"not an address: {odd}", None, _ADDRESS)


def _fitting(client: aiosmtplib.SMTP, message: bytes, ascii_envelope: bool) -> tuple[bytes, list[str]]:
    """The mail as this server can take it, and the options of MAIL FROM.

    The bytes are left alone (they may be signed) unless the server cannot take 8 bits. Raises PermanentFailure.
    """
    takes_utf8 = client.supports_extension("smtputf8")
    takes_8_bit = client.supports_extension("8bitmime")
    if not ascii_envelope and not takes_utf8:
        raise PermanentFailure("the server has no SMTPUTF8", None, _FOREIGN_ADDRESS)
    needs_utf8 = not (ascii_envelope and _END_OF_HEADERS.split(message, 1)[0].isascii())
    if (needs_utf8 and not takes_utf8) or not (message.isascii() or takes_8_bit):
        message = email.message_from_bytes(message, policy=_SEVEN_BIT).as_bytes()
    options = ["SMTPUTF8"] if needs_utf8 and takes_utf8 else []
    return message, [*options, *([] if message.isascii() else ["BODY=8BITMIME"])]


def _translate(error: Exception) -> MailFailure:
    """Our failure for an error of the library or the connection; logins and recipients are handled before."""
    detail = _said(error)
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in (error, error.__cause__)):
        return TemporaryFailure(detail, _CERTIFICATE)
    match error:
        case aiosmtplib.SMTPSenderRefused() if _is_permanent(error.code):
            return PermanentFailure(detail, error.code, _SENDER)
        case aiosmtplib.SMTPDataError() if _is_permanent(error.code):
            return PermanentFailure(detail, error.code, _CONTENT)
        case aiosmtplib.SMTPResponseException():
            return TemporaryFailure(detail, _LOGIN if error.code == _AUTHENTICATION_REQUIRED else _NOT_NOW)
        case OSError():
            return TemporaryFailure(detail, _UNREACHABLE)
        case ValueError():
            return PermanentFailure(detail, None, _ADDRESS)
        case _:
            return TemporaryFailure(detail, _SETTINGS)


def _of_refusals(refused: Sequence[Refusal]) -> MailFailure:
    """Temporary as long as one of them may be accepted later."""
    detail = "; ".join(f"{one.recipient}: {one.code} {one.answer}" for one in refused)
    if all(_is_permanent(one.code) for one in refused):
        return PermanentFailure(detail, refused[0].code, refused=refused)
    return TemporaryFailure(detail, _NOT_NOW, refused)


def _is_permanent(code: int) -> bool:
    # 530 asks us to log in: the operator's to mend, not the mail's fault.
    return 500 <= code < 600 and code != _AUTHENTICATION_REQUIRED


def _said(error: Exception) -> str:
    """What the server or the system said, on one line."""
    code = f"{error.code} " if isinstance(error, aiosmtplib.SMTPResponseException) else ""
    return " ".join(f"{code}{getattr(error, 'message', error)}".split())

"""Senders and sources from one address each, as it stands in the settings. No fault ever shows the password."""

from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot.channels.mail.imap import ImapSettings, ImapSource
from bot.channels.mail.maildir import MaildirSender, MaildirSource
from bot.channels.mail.smtp import SmtpSender, SmtpSettings
from bot.channels.mail.wire import MailSender, MailSource, Security
from bot.errors import UserError

_SMTP: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
_IMAP: dict[str, tuple[Security, int]] = {
    "imap": ("none", 143),
    "imap+starttls": ("starttls", 143),
    "imaps": ("tls", 993),
}
_SENDING = "发信地址要写成 smtps://用户名:密码@服务器:465（或 smtp+starttls://、smtp://），或者 maildir:/文件夹"
_RECEIVING = "收信地址要写成 imaps://用户名:密码@服务器:993（或 imap+starttls://、imap://），或者 maildir:/文件夹"
_ENCODING = "用户名和密码里的 @ : / ? # % 要换成 %40 %3A %2F %3F %23 %25"


def open_sender(url: str) -> MailSender:
    """The sender of ``url``: ``smtps://user:password@host:465``, ``smtp+starttls:``, ``smtp:``, ``maildir:/path``.

    Raises UserError that names what to write.
    """
    if url.startswith("maildir:"):
        return MaildirSender(_folder(url, _SENDING))
    parts, (security, port) = _split(url, _SMTP, _SENDING)
    if parts.query:
        raise _fault(_SENDING, _ENCODING)
    user, password = _login(parts, _SENDING)
    return SmtpSender(SmtpSettings(parts.hostname or "", parts.port or port, user, password, security))


def open_source(url: str) -> MailSource:
    """The source of ``url``: ``imaps://user:password@host:993``, ``imap+starttls:``, ``imap:``, ``maildir:/path``.

    ``?folder=收件&done=已处理`` choose the folders of an IMAP server. Raises UserError that names what to write,
    TemporaryFailure when a Maildir cannot be made.
    """
    if url.startswith("maildir:"):
        return MaildirSource(_folder(url, _RECEIVING))
    parts, (security, port) = _split(url, _IMAP, _RECEIVING)
    user, password = _login(parts, _RECEIVING)
    if not user:
        raise _fault(_RECEIVING, "现在缺用户名和密码")
    folder, done = _folders(parts.query)
    return ImapSource(
        ImapSettings(parts.hostname or "", parts.port or port, user, password, security, folder, done)
    )


def _split(
    url: str, schemes: dict[str, tuple[Security, int]], wanted: str
) -> tuple[SplitResult, tuple[Security, int]]:
    try:
        parts = urlsplit(url)
        port_is_right = parts.port != 0  # reading it raises for what is no port
    except ValueError:
        # The cause is left out: it quotes what may be a piece of the password.
        raise _fault(wanted, "现在服务器或端口读不出来", _ENCODING) from None
    if parts.scheme not in schemes:
        raise _fault(wanted, "现在开头不对")
    if not parts.hostname or not port_is_right:
        raise _fault(wanted, "现在缺服务器名，或端口不对")
    if parts.path.strip("/") or parts.fragment or not unquote(url).isprintable():
        raise _fault(wanted, "现在服务器名后面有多余的字，或地址里有看不见的字", _ENCODING)
    return parts, schemes[parts.scheme]


def _login(parts: SplitResult, wanted: str) -> tuple[str, str]:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise _fault(wanted, "现在用户名和密码缺了一个", _ENCODING)
    return user, password


def _folders(query: str) -> tuple[str, str]:
    """The folder to read and the one for done mails."""
    names = parse_qs(query, keep_blank_values=True)
    folder = names.pop("folder", [ImapSettings.folder])[-1]
    done = names.pop("done", [ImapSettings.done_folder])[-1]
    if names or not folder or not done:
        raise _fault(_RECEIVING, "问号后面只能写 folder=文件夹名 和 done=文件夹名，用 & 隔开", _ENCODING)
    if folder == done:
        raise _fault(_RECEIVING, "folder 和 done 不能是同一个文件夹")
    return folder, done


def _folder(url: str, wanted: str) -> Path:
    name = url.removeprefix("maildir:")
    if name.startswith("//"):
        name = name.removeprefix("//")
        if not name.startswith("/"):
            raise _fault(wanted, "maildir: 后面直接写文件夹，不要写 //")
    if not name:
        raise _fault(wanted, "现在缺文件夹")
    return Path(name).expanduser()


def _fault(*sentences: str) -> UserError:
    return UserError("。".join(sentences) + "。")

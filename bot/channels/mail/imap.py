"""Mail in by IMAP. A connection is made for each fetch and each wait, and always logged out of.

Done mails are moved to ``done_folder`` (one atomic command each) where the server can MOVE; elsewhere they are
flagged ``\\Seen`` and with a keyword. What is new is told by the folder and the keyword, not by ``\\Seen``: a mail
that a person has looked at first is not lost. Only a server with neither MOVE nor keywords leaves us ``\\Seen``.
"""

import imaplib
import logging
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

from imap_tools.errors import ImapToolsError, MailboxFlagError, MailboxFolderSelectError, MailboxMoveError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.utils import check_command_status

from bot.channels.mail.handover import hand_over
from bot.channels.mail.wire import Security, TemporaryFailure, UnreadableMail, without_secrets

KEYWORD = "WenbanDone"
"""Flag of a done mail that could not be moved."""
_WHO_WE_ARE = '("name" "wenban" "version" "1" "vendor" "wenban")'
_log = logging.getLogger(__name__)
_FOREIGN = (ImapToolsError, imaplib.IMAP4.error, OSError, ValueError)

_UNREACHABLE = "连不上收信服务器，稍后会自动再试。一直这样，请检查网络和设置里的服务器地址、端口。"
_LOGIN = "收信服务器没有让我们登录。请核对设置里的用户名和密码；QQ、163 邮箱要先开通 IMAP，并填授权码。"
_CERTIFICATE = "收信服务器的证书通不过检验。请核对设置里的服务器名，或请服务器管理员更换证书。"
_FOLDER = "收信服务器打不开设置里的文件夹。请核对文件夹的名字，并确认邮箱开通了 IMAP。"
_UNREADABLE = "有一封来信在服务器上读不出来，还留在收件箱里。请用网页登录邮箱查看。"


@dataclass(frozen=True)
class ImapSettings:
    """Where mails come in. ``timeout`` in seconds for each answer; folder names as a person reads them."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: Security = "tls"
    folder: str = "INBOX"
    done_folder: str = "Processed"
    timeout: float = 30.0


class ImapSource:
    """A MailSource that reads one folder of an IMAP server.

    ``look_again``: seconds after which a waiting connection looks itself, for some servers offer IDLE and then
    stay silent.
    """

    def __init__(self, settings: ImapSettings, look_again: float = 60.0) -> None:
        self._settings = settings
        self._look_again = look_again
        # Closing one end wakes whoever waits for the other, together with a socket.
        self._closed, self._closing = Pipe(duplex=False)
        self._tried: set[str] = set()

    def fetch(self, keep: Callable[[bytes], None]) -> int:
        """See MailSource."""
        with _opened(self._settings) as inbox:
            uids = inbox.new()
            self._tried = set(uids)
            return hand_over(uids, inbox.read, keep, inbox.done)

    def wait(self, seconds: float) -> bool:
        """See MailSource. Where the server has no IDLE: True after ``seconds``."""
        deadline = time.monotonic() + seconds
        if self._closed.poll():
            return False
        with _opened(self._settings) as inbox:
            while not self._closed.poll():
                if not self._tried.issuperset(inbox.new()):
                    return True
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                if not inbox.idles:
                    break
                inbox.idle(self._closed, min(left, self._look_again))
        return not self._closed.poll(max(deadline - time.monotonic(), 0.0))

    def close(self) -> None:
        """See MailSource."""
        self._closing.close()


class _Inbox:
    """A logged-in connection with the folder selected. Every method raises TemporaryFailure."""

    def __init__(self, box: BaseMailBox, settings: ImapSettings) -> None:
        self._box = box
        self._done_folder = settings.done_folder
        self._moves = "MOVE" in box.client.capabilities and _have_folder(box, settings.done_folder)
        box.folder.set(settings.folder)
        _, permitted = box.client.response("PERMANENTFLAGS")
        self._keeps_keywords = b"\\*" in (permitted[-1] or b"") if permitted else False
        self.idles = "IDLE" in box.client.capabilities

    def new(self) -> list[str]:
        """UIDs of the mails that are not done."""
        criteria = f"UNKEYWORD {KEYWORD}" if self._keeps_keywords else "ALL" if self._moves else "UNSEEN"
        with _translated():
            return self._box.uids(criteria, charset=None)  # some servers refuse any

    def read(self, uid: str) -> bytes | None:
        """The bytes of a mail; None when it has gone. Raises UnreadableMail as well."""
        with _translated():
            status, data = self._box.client.uid("FETCH", uid, "(BODY.PEEK[])")
        if status != "OK":
            raise UnreadableMail(_UNREADABLE)
        return next((part[1] for part in data if isinstance(part, tuple)), None)

    def done(self, uid: str) -> None:
        """Mark a mail so that ``new`` does not name it again."""
        with _translated():
            if self._moves:
                with suppress(MailboxMoveError):  # the folder is full: flagging must do
                    self._box.move(uid, self._done_folder)
                    return
            flags = f"(\\Seen {KEYWORD})" if self._keeps_keywords else "(\\Seen)"
            check_command_status(self._box.client.uid("STORE", uid, "+FLAGS.SILENT", flags), MailboxFlagError)

    def idle(self, closed: Connection, seconds: float) -> None:
        """Wait until the server says something, ``closed`` is closed or ``seconds`` have passed."""
        with _translated(), self._box.idle:
            wait([self._box.client.sock, closed], seconds)


@contextmanager
def _opened(settings: ImapSettings) -> Iterator[_Inbox]:
    with _translated():
        box = _connect(settings)
    try:
        _log_in(box, settings)
        with _translated():
            inbox = _Inbox(box, settings)
        yield inbox
    finally:
        _log_out(box)


def _connect(settings: ImapSettings) -> BaseMailBox:
    where = settings.host, settings.port, settings.timeout
    if settings.security == "none":
        return MailBoxUnencrypted(*where)
    # imaplib's own default context verifies nothing.
    kind = MailBox if settings.security == "tls" else MailBoxStartTls
    return kind(*where, ssl_context=ssl.create_default_context())


def _log_in(box: BaseMailBox, settings: ImapSettings) -> None:
    login = box.login if (settings.user + settings.password).isascii() else box.login_utf8
    with _translated():
        try:
            login(settings.user, settings.password, initial_folder=None)
        except imaplib.IMAP4.abort:
            raise
        except (ImapToolsError, imaplib.IMAP4.error) as error:
            # The cause is left out: its text is the server's and may echo what we sent.
            detail = without_secrets(str(error), settings.user, settings.password)
            raise TemporaryFailure(detail, _LOGIN) from None
        _introduce(box)


def _introduce(box: BaseMailBox) -> None:
    """Learn what the server can do after login, and say who we are: 163 opens no folder to nameless clients."""
    _, data = box.client.capability()
    box.client.capabilities = tuple(data[-1].decode().upper().split())
    with suppress(imaplib.IMAP4.error):  # a server that does not care may not know the command
        box.client.xatom("ID", _WHO_WE_ARE)


def _log_out(box: BaseMailBox) -> None:
    """Never raises: what was fetched is kept whatever the server says to our leaving."""
    with suppress(*_FOREIGN):
        box.logout()
    with suppress(*_FOREIGN):
        box.client.shutdown()


def _have_folder(box: BaseMailBox, name: str) -> bool:
    """Whether the folder is there, if need be made now."""
    try:
        if not box.folder.exists(name):
            box.folder.create(name)
            box.folder.subscribe(name, True)
    except (ImapToolsError, imaplib.IMAP4.error) as error:
        _log.info("no folder %s, done mails are flagged instead: %s", name, error)
        return False
    return True


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise TemporaryFailure(str(error), _CERTIFICATE) from error
    except MailboxFolderSelectError as error:
        raise TemporaryFailure(str(error), _FOLDER) from error
    except _FOREIGN as error:
        raise TemporaryFailure(str(error), _UNREACHABLE) from error

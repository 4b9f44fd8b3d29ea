"""Real mail servers on 127.0.0.1: aiosmtpd for SMTP; dovecot, or mail-devel where it is not installed, for IMAP."""

import asyncio
import grp
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PASSWORD = "s3cret-pass"
USER = "letters@example.cn"


class Post:
    """The handler of the SMTP server: keeps what arrives, answers after ``answers`` (address -> answers in turn)."""

    def __init__(self) -> None:
        self.arrived: list[Envelope] = []
        self.answers: dict[str, list[str]] = {}
        self.after_data: str = "250 OK"
        self.delay = 0.0
        self.wants_login = False

    def _answer(self, address: str) -> str | None:
        waiting = self.answers.get(address)
        return (waiting.pop(0) if len(waiting) > 1 else waiting[0]) if waiting else None

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        refused = "530 5.7.0 log in first" if self.wants_login and not session.authenticated else None
        answer = refused or self._answer(address)
        if answer is None:
            envelope.mail_from, envelope.mail_options = address, options
        return answer or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        answer = self._answer(address) or "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.delay)
        if self.after_data.startswith("250"):
            self.arrived.append(envelope)
        return self.after_data


class _DropsInData(SMTP):
    """Hangs up after the first line of DATA."""

    async def smtp_DATA(self, arg: str) -> None:
        await self.push("354 go ahead")
        await self._reader.readline()
        self.transport.abort()  # type: ignore[union-attr]


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    # handled=False lets aiosmtpd send the 535 itself; with True the client would wait for ever.
    return AuthResult(success=right, handled=False)


class _Controller(Controller):
    def __init__(self, handler: object, kind: type[SMTP], **kwargs: Any) -> None:
        self._kind = kind
        super().__init__(handler, port=free_port(), **kwargs)

    def factory(self) -> SMTP:
        return self._kind(self.handler, **self.SMTP_kwargs)


@contextmanager
def smtp_server(
    post: Post, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, login: bool = False,
    utf8: bool = True, seven_bit: bool = False, drops: bool = False, host: str = "127.0.0.1",
) -> Iterator[int]:  # fmt: skip
    """Runs until left; gives the port."""
    post.wants_login = login
    kwargs: dict[str, Any] = {"enable_SMTPUTF8": utf8, "decode_data": seven_bit}
    if login:
        kwargs |= {"authenticator": _authenticate, "auth_require_tls": False}
    if starttls:
        kwargs |= {"tls_context": starttls, "require_starttls": True}
    controller = _Controller(post, _DropsInData if drops else SMTP, hostname=host, ssl_context=tls, **kwargs)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def talking_server(*talks: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does on its first, second … connection what ``talks`` say; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for talk in talks:
                with suppress(OSError), listening.accept()[0] as connection:
                    talk(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
    thread.join(5)


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class ImapServer:
    """A running server: any user may log in with PASSWORD and has an empty mailbox at first."""

    kind: str
    port: int
    tls_port: int | None = None

    @contextmanager
    def client(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A plain imaplib connection to look at and fill the mailbox."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=30) as client:
            client.login(user, PASSWORD)
            yield client

    def deliver(self, user: str, *mails: bytes) -> None:
        """Put mails into INBOX."""
        with self.client(user) as client:
            for mail in mails:
                assert client.append("INBOX", None, None, mail)[0] == "OK"

    def folder(self, user: str, name: str = "INBOX") -> list[bytes]:
        """Flags and header of each mail in a folder (its name as the server writes it)."""
        with self.client(user) as client:
            status, _ = client.select(name, readonly=True)
            if status != "OK":
                return []
            _, data = client.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER])")
            return [part[0] + part[1] for part in data if isinstance(part, tuple)]


@contextmanager
def imap_server(kind: str, certificate: Path) -> Iterator[ImapServer]:
    """``kind`` is "dovecot" or "mail-devel"; ``certificate`` a PEM of key and chain."""
    # Not pytest's tmp_path: dovecot's user could not pass through its 0700 folders.
    folder = Path(tempfile.mkdtemp(prefix="wenban-imap-"))
    start = _dovecot if kind == "dovecot" else _mail_devel
    process, server = start(folder, certificate)
    try:
        _wait_for(server.port, process, folder)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError, imaplib.IMAP4.error), imaplib.IMAP4("127.0.0.1", port, timeout=5):
            return
        time.sleep(0.05)
    logs = "\n".join(log.read_text(errors="replace") for log in folder.glob("*.log"))
    raise AssertionError(f"the IMAP server did not start:\n{logs}")


def _mail_devel(folder: Path, certificate: Path) -> tuple[subprocess.Popen[bytes], ImapServer]:
    port = free_port()
    command = [sys.executable, "-m", "mail_devel", "--host", "127.0.0.1", "--no-http", "--multi-user"]
    command += ["--password", PASSWORD, "--imap-port", str(port), "--smtp-port", str(free_port())]
    with (folder / "mail-devel.log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log), ImapServer("mail-devel", port)


def _dovecot(folder: Path, certificate: Path) -> tuple[subprocess.Popen[bytes], ImapServer]:
    """Dovecot without root: everything runs as one user, ``nobody`` where the tests run as root."""
    user = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    account = pwd.getpwnam(user)
    port, tls_port = free_port(), free_port()
    shutil.copy(certificate, folder / "server.pem")
    config = folder / "dovecot.conf"
    config.write_text(
        _DOVECOT.format(
            folder=folder,
            user=user,
            group=grp.getgrgid(account.pw_gid).gr_name,
            port=port,
            tls_port=tls_port,
            password=PASSWORD,
        )
    )
    as_user: dict[str, Any] = {}
    if os.getuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, account.pw_uid, account.pw_gid)
        as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    with (folder / "start.log").open("wb") as log:
        process = subprocess.Popen([DOVECOT, "-F", "-c", config], stdout=log, stderr=log, cwd=folder, **as_user)
    return process, ImapServer("dovecot", port, tls_port)


DOVECOT = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin") or ""
_DOVECOT = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.pem
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""

"""Mail in and out as files of a Maildir: needs no server, and a person can look at everything."""

import hashlib
import os
import re
import threading
import time
from collections.abc import Callable, Sequence
from email.parser import BytesHeaderParser
from pathlib import Path

from bot.channels.mail.handover import hand_over
from bot.channels.mail.wire import TemporaryFailure, UnreadableMail

_LOOK_EVERY = 0.2
_UNSAFE = re.compile(r"[^\w.+@=-]|^\.")
_WRITE = "信写不进文件夹 {folder}。请检查磁盘有没有空间、文件夹能不能写入，稍后会自动再试。"
_READ = "收信文件夹 {folder} 读不了。请检查它在不在、有没有读写的权限，稍后会自动再试。"
_UNREADABLE = "来信文件 {file} 读不了，还留在原处。请检查它的权限。"


class MaildirSender:
    """A MailSender that lays each mail into a Maildir named after its recipient, below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: bytes, sender: str, recipients: Sequence[str]) -> None:  # noqa: ARG002
        """See MailSender. The same Message-ID to the same recipient is laid down once."""
        for recipient in recipients:
            maildir = self._folder / _folder_name(recipient)
            try:
                _make(maildir)
                _lay_down(message, maildir, _file_name(message, recipient))
            except OSError as error:
                raise TemporaryFailure(str(error), _WRITE.format(folder=maildir)) from error


class MaildirSource:
    """A MailSource over the Maildir at ``folder``, made when absent.

    New is what lies in ``new``, or in ``cur`` without the flag S (a mail program has moved it there); done mails
    lie in ``cur`` with the flag S. Raises TemporaryFailure when the folder cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._closed = threading.Event()
        self._tried: set[str] = set()
        try:
            _make(folder)
        except OSError as error:
            raise self._failure(error) from error

    def fetch(self, keep: Callable[[bytes], None]) -> int:
        """See MailSource."""
        names = [*self._names("new"), *(name for name in self._names("cur") if "S" not in _flags(name))]
        self._tried = set(names)
        return hand_over(names, self._read, keep, self._done)

    def wait(self, seconds: float) -> bool:
        """See MailSource."""
        deadline = time.monotonic() + seconds
        while not self._closed.is_set():
            if not self._tried.issuperset(self._names("new")):
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._closed.wait(min(left, _LOOK_EVERY))
        return False

    def close(self) -> None:
        """See MailSource."""
        self._closed.set()

    def _names(self, part: str) -> list[str]:
        """Paths below the folder, such as ``new/1790000000.1.host``, oldest first as Maildir names go."""
        try:
            return sorted(f"{part}/{name}" for name in os.listdir(self._folder / part) if not name.startswith("."))
        except OSError as error:
            raise self._failure(error) from error

    def _read(self, name: str) -> bytes | None:
        path = self._folder / name
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnreadableMail(_UNREADABLE.format(file=path)) from error

    def _done(self, name: str) -> None:
        unique = name.partition("/")[2].partition(":")[0]
        flags = "".join(sorted({*_flags(name), "S"}))
        try:
            (self._folder / name).rename(self._folder / "cur" / f"{unique}:2,{flags}")
        except FileNotFoundError:
            return  # somebody has taken it away after it was kept
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> TemporaryFailure:
        return TemporaryFailure(str(error), _READ.format(folder=self._folder))


def _flags(name: str) -> str:
    return name.partition(":2,")[2]


def _make(maildir: Path) -> None:
    maildir.mkdir(parents=True, exist_ok=True)
    for part in ("tmp", "new", "cur"):
        (maildir / part).mkdir(mode=0o700, exist_ok=True)


def _lay_down(message: bytes, maildir: Path, name: str) -> None:
    """Write whole and synced into ``tmp``, then link into ``new``, unless it is there or was read already."""
    if any((maildir / "cur").glob(f"{name}*")):
        return
    draft = maildir / "tmp" / f"{name}.{os.getpid()}.{threading.get_ident()}"
    try:
        with draft.open("wb") as file:
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        (maildir / "new" / name).hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


def _file_name(message: bytes, recipient: str) -> str:
    """The same for the same Message-ID and recipient; a mail without an id is told by its bytes."""
    message_id = str(BytesHeaderParser().parsebytes(message)["Message-ID"] or "").strip()
    identity = message_id.encode(errors="surrogateescape") or message
    digest = hashlib.sha256(recipient.encode() + b"\0" + identity).hexdigest()
    return f"{digest[:32]}.eml"


def _folder_name(address: str) -> str:
    """The address as a folder: nothing that climbs, hides or is too long for a file system."""
    return _UNSAFE.sub("_", address.strip().lower())[:60] or "_"

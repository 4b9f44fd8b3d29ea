"""Which snapshot is served, and how it came to that: one small file beside the index directories.

It is replaced as a whole, so that a reader sees the old one or the new one and a kill leaves one of the two.
"""

import logging
import os
import tempfile
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from index.errors import SearchError

POINTER_FILE = "current.json"
KEPT = 10
"""How many snapshots are kept to go back to."""
LOGGED = 500
"""How many lines the history has."""
Stamp = tuple[int, int, int]
"""Tells whether the file is another than it was."""
_log = logging.getLogger(__name__)


class How(StrEnum):
    """How a snapshot came to be served."""

    RELOAD = "reload"
    ROLLBACK = "rollback"


class _Frozen(BaseModel):
    """A newer version may have written more than we know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Changes(_Frozen):
    """What changed, in numbers: items, and all other entries (departments, documents, synonyms …) together."""

    added: int = 0
    removed: int = 0
    changed: int = 0
    others: int = 0


class Served(_Frozen):
    """One line of the history: from ``at`` on the catalogue with this fingerprint was served."""

    at: datetime
    who: str
    how: How
    fingerprint: str
    changes: Changes


class Pointer(_Frozen):
    """``line``: fingerprints, the one served first, then those that a rollback goes back to.

    ``history``: what happened, newest first.
    """

    line: tuple[str, ...] = Field(min_length=1)
    history: tuple[Served, ...]

    @property
    def kept(self) -> frozenset[str]:
        """Fingerprints of the catalogues whose index stays: the line, and what was rolled back lately."""
        return frozenset((*self.line, *(served.fingerprint for served in self.history[:KEPT])))


def stamp(parent: Path) -> Stamp | None:
    """Differs when the pointer was written anew; None when there is none."""
    try:
        found = (parent / POINTER_FILE).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def read_pointer(parent: Path) -> Pointer | None:
    """The pointer in ``parent``; None when there is none. Raises SearchError when it cannot be read."""
    try:
        return Pointer.model_validate_json((parent / POINTER_FILE).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SearchError(f"{parent / POINTER_FILE} 读不出来（{error.strerror}）。请检查读取权限。") from error
    except ValueError:
        # Only a broken disk or a hand does that; the snapshots themselves can be built again.
        _log.warning("%s is damaged and counts as absent", parent / POINTER_FILE)
        return None


def write_pointer(parent: Path, pointer: Pointer) -> None:
    """Put ``pointer`` in place at once, also across a power cut. Raises OSError."""
    number, name = tempfile.mkstemp(prefix=".current-", dir=parent)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as out:
            out.write(pointer.model_dump_json(indent=1))
            out.flush()
            os.fsync(out.fileno())
        os.chmod(name, 0o644)
        os.replace(name, parent / POINTER_FILE)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync(parent)


def sync(path: Path) -> None:
    """Have a file, or a folder's list of names, on the disk. Raises OSError."""
    if os.name == "nt" and path.is_dir():
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)

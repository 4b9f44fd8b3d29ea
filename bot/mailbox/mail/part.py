"""The MIME tree of a mail as a flat row of parts, read with the stdlib's parser and mended where it gives up.

Why the default policy (compat32) and not the modern one: that parses header values on access and raises or loses
bytes on broken ones; compat32 hands over the bytes as sent, which `header.py` decodes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import Message
from typing import Any

from bot.mailbox.mail.header import Header
from bot.mailbox.mail.transfer import undo

EMBEDDED = "application/x-embedded"
TYPE = re.compile(r"[\w!#$&^.+-]{1,80}/[\w!#$&^.+-]{1,80}", re.ASCII)
BOUNDARY_LINE = re.compile(rb"(?m)^--([^\s\"\\][^\r\n\"\\]{0,69}?)[ \t]*\r?$")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
MOST_WORK = 20_000_000  # lines times boundaries: the stdlib compares each line with each open boundary
MOST_REPAIRS = 5


class _Tree(Message):
    """A message whose bytes stay as sent.

    get_payload would decode ``body``; the parser would take message/* apart if it knew that it is a message.
    """

    body = b""

    def set_payload(self, payload: Any, charset: Any = None) -> None:
        """Called by the parser with ASCII and escaped bytes."""
        super().set_payload(payload, charset)
        if isinstance(payload, str):
            self.body = payload.encode("ascii", "surrogateescape")

    def get_content_type(self) -> str:
        """The declared type, except for message/*."""
        declared = super().get_content_type()
        return EMBEDDED if declared.startswith("message/") else declared


@dataclass(frozen=True)
class Part:
    """One leaf. ``choice`` is the same number for parts that say the same (multipart/alternative), else 0."""

    header: Header
    content_type: str
    content: bytes
    choice: int = 0

    @property
    def filename(self) -> str:
        """The file name as sent, decoded; "" when there is none."""
        return self.header.parameter("content-disposition", "filename") or self.header.parameter(
            "content-type", "name"
        )

    @property
    def is_attached(self) -> bool:
        """Whether the sender calls it an attachment."""
        return self.header.raw("content-disposition").lower().startswith("attachment") or bool(self.filename)


@dataclass(frozen=True)
class Tree:
    """The whole mail: its header, its leaves in order, the type of its root and what was broken."""

    header: Header
    root_type: str
    parts: tuple[Part, ...]
    defects: tuple[str, ...]


def read(raw: bytes) -> Tree:
    """Split ``raw`` into parts. Raises nothing; what cannot be split is one message/rfc822 part."""
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    note = () if start == raw else ("something before the header",)
    try:
        if not _is_too_much(start):
            return _split(start, note)
    except Exception:  # the stdlib raises RecursionError, TypeError, ValueError … on hostile headers
        note = (*note, "structure unreadable")
    whole = Part(Header(()), "message/rfc822", raw)
    return Tree(Header.read(start), "", (whole,), (*note, "kept whole, not split"))


def _split(raw: bytes, notes: tuple[str, ...]) -> Tree:
    message = message_from_bytes(raw, _Tree)
    walk = _Walk()
    parts = tuple(walk.leaves(message))
    return Tree(Header.of(message), _type(message), parts, (*notes, *walk.notes))


def _is_too_much(raw: bytes) -> bool:
    lines = max(raw.count(b"\n"), raw.count(b"\r"))
    return lines * raw.lower().count(b"boundary") > MOST_WORK


def _type(message: _Tree) -> str:
    """The declared type, with message/* as it was sent; text/plain when there is none."""
    declared = Message.get_content_type(message)
    return declared if TYPE.fullmatch(declared) else "application/octet-stream"


class _Walk:
    """Going through the tree without recursion; ``notes`` are kept in order, each once."""

    def __init__(self) -> None:
        self.notes: dict[str, None] = {}
        self._repairs = 0
        self._choices = 0

    def leaves(self, root: _Tree) -> Iterator[Part]:
        waiting: list[tuple[_Tree, int]] = [(root, 0)]
        while waiting:
            message, choice = waiting.pop()
            self._note_defects(message)
            children = self._children(message)
            if children is None:
                yield replace(self._leaf(message), choice=choice)
                continue
            if message.get_content_type() == "multipart/alternative" and not choice:
                self._choices += 1
                choice = self._choices
            waiting += [(child, choice) for child in reversed(children)]

    def _children(self, message: _Tree) -> list[_Tree] | None:
        if message.is_multipart():
            return [child for child in message.get_payload() if isinstance(child, _Tree)]
        if message.get_content_maintype() != "multipart" or self._repairs == MOST_REPAIRS:
            return None
        return self._repaired(message.body)

    def _repaired(self, body: bytes) -> list[_Tree] | None:
        """The parts of a multipart whose boundary is missing or wrong: taken from the first line like one."""
        found = BOUNDARY_LINE.search(body)
        if found is None:
            return None
        self._repairs += 1
        head = b'Content-Type: multipart/mixed; boundary="%b"\n\n' % found[1]
        try:
            again = message_from_bytes(head + body, _Tree)
        except Exception:  # as in read
            return None
        self.notes["boundary guessed"] = None
        return [again]

    def _leaf(self, message: _Tree) -> Part:
        header = Header.of(message)
        encoding = header.raw("content-transfer-encoding").lower().strip(" ;\"'")
        content, note = undo(message.body, encoding)
        if note:
            self.notes[note] = None
        declared = _type(message)
        return Part(header, "text/plain" if declared.startswith("multipart/") else declared, content)

    def _note_defects(self, message: _Tree) -> None:
        for defect in message.defects:
            words = CAMEL.sub(" ", type(defect).__name__.removesuffix("Defect")).lower()
            self.notes[words] = None
        if isinstance(message.epilogue, str) and message.epilogue.strip():
            self.notes["text after the last boundary"] = None

"""winmail.dat (TNEF) unpacked with tnefparse.

tnefparse 1.4 trusts counts in the file (four million properties from 67 bytes, and more) and copies the rest
of the file for each object; so it is given only objects that were counted and properties that were measured here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import error as StructError
from struct import unpack_from

from tnefparse import TNEF
from tnefparse.tnef import TNEFAttachment

from bot.mailbox.mail.charset import decode

SIGNATURE = b"\x78\x9f\x3e\x22"
MOST_OBJECTS = 500
WANTED = {
    *(TNEF.ATTOEMCODEPAGE, TNEF.ATTBODY, TNEF.ATTATTACHDATA, TNEF.ATTATTACHTITLE, TNEF.ATTATTACHRENDDATA),
    *(TNEF.ATTMAPIPROPS, TNEF.ATTATTACHMENT),
}
PROPERTIES = {TNEF.ATTMAPIPROPS, TNEF.ATTATTACHMENT}
FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
VARIABLE = {0x0D, 0x1E, 0x1F, 0x102}
NAMED = 0x8000


class TnefError(Exception):
    """The file is no winmail.dat, is broken or is built to keep us busy."""


@dataclass(frozen=True)
class Unpacked:
    """Files as (name, content), and the message's text, which may be empty."""

    files: tuple[tuple[str, bytes], ...]
    text: str
    html: str


def unpack(data: bytes) -> Unpacked:
    """The files and the text in a winmail.dat. Raises TnefError."""
    try:
        found = TNEF(data[:6] + b"".join(_harmless_objects(data)), do_checksum=False)
        files = tuple((_name(file), _bytes(file.data)) for file in found.attachments)
        return Unpacked(files, _text(found.body), _text(found.htmlbody))
    except Exception as error:  # tnefparse raises whatever the broken file makes its code raise
        raise TnefError(str(error)) from error


def _harmless_objects(data: bytes) -> Iterator[bytes]:
    if not data.startswith(SIGNATURE):
        raise TnefError("not a winmail.dat")
    here, number = 6, 0
    while here + 11 <= len(data):
        _, name, _, length = unpack_from("<BHHI", data, here)
        end = here + 11 + length
        number += 1
        if number > MOST_OBJECTS or end > len(data):
            raise TnefError("too many objects or cut off")
        if name not in PROPERTIES or _is_measured(data[here + 9 : end - 2]):
            yield data[here:end] if name in WANTED else b""
        elif name == TNEF.ATTATTACHMENT:
            raise TnefError("properties of a file that cannot be measured")
        here = end
    yield bytes(11)  # tnefparse leaves the last object out when it is short


def _is_measured(block: bytes) -> bool:
    """Whether every property lies within the block, so that no count in it is a lie."""
    try:
        (count,) = unpack_from("<I", block, 0)
        here = 4
        for _ in range(min(count, len(block))):
            here = _after_property(block, here)
        return here <= len(block) and count <= len(block)
    except (StructError, KeyError):
        return False


def _after_property(block: bytes, here: int) -> int:
    kind, name = unpack_from("<HH", block, here)
    here += 4
    if name >= NAMED:
        (is_text,) = unpack_from("<I", block, here + 16)
        here += 24
        if is_text:
            (length,) = unpack_from("<I", block, here - 4)
            here += length + -length % 4
    if kind not in VARIABLE:
        return here + FIXED[kind]
    (values,) = unpack_from("<I", block, here)
    here += 4
    for _ in range(values):
        (length,) = unpack_from("<I", block, here)
        here += 4 + length + -length % 4
    return here


def _name(file: TNEFAttachment) -> str:
    try:
        return _text(file.long_filename())
    except UnicodeDecodeError:  # the short name is in the sender's code page, tnefparse reads UTF-8
        return _text(file._name)


def _bytes(data: object) -> bytes:
    return data if isinstance(data, bytes) else b"".join(data) if isinstance(data, list) else b""


def _text(value: object) -> str:
    text = value if isinstance(value, str) else decode(_bytes(value))[0]
    return text.strip("\x00")

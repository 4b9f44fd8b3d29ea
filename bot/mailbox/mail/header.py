"""The header of a mail or a part: raw bytes kept, values decoded on asking."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from itertools import groupby
from quopri import decodestring
from typing import Any, Self

from bot.mailbox.mail.charset import decode
from bot.mailbox.mail.parsed import Address
from bot.mailbox.mail.transfer import from_base64

LONGEST = 100_000  # characters of one header field that are read
LONGEST_PARAMETERS = 8_000  # the stdlib reads parameters in quadratic time
WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
FOLD = re.compile(r"\s*[\r\n]+\s*")
IDENTIFIER = re.compile(r"<([^<>\s]{1,500})>")
EMAIL = re.compile(r"[^\s<>()\[\],;:\"'@，；：（）、]{1,128}@[^\s<>()\[\],;:\"'@，；：（）、]{1,255}")


@dataclass(frozen=True)
class Header:
    """Fields in order, each its name in lower case and its bytes as sent."""

    fields: tuple[tuple[str, bytes], ...]

    @classmethod
    def of(cls, message: Message) -> Self:
        """The header of a message that was parsed from bytes (so its text is ASCII and escaped bytes)."""
        return cls(
            tuple(
                (name.lower(), str(value)[:LONGEST].encode("ascii", "surrogateescape"))
                for name, value in message.raw_items()
            )
        )

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The header at the beginning of ``data``."""
        return cls.of(BytesHeaderParser(policy=compat32).parsebytes(data.lstrip(b"\r\n")))

    @property
    def has_raw_bytes(self) -> bool:
        """Whether a field holds bytes beyond ASCII, which the standard does not allow."""
        return not all(value.isascii() for _, value in self.fields)

    def every(self, *names: str) -> Iterator[str]:
        """Values of these fields in one line each; encoded words are still encoded."""
        for name in names:
            for key, value in self.fields:
                if key == name:
                    yield FOLD.sub(" ", decode(value)[0]).strip()

    def raw(self, name: str) -> str:
        """The first value of this field, "" when absent; encoded words are still encoded."""
        return next(self.every(name), "")

    def text(self, name: str) -> str:
        """The first value of this field, decoded, in one line."""
        return one_line(decode_words(self.raw(name)))

    def addresses(self, *names: str) -> tuple[Address, ...]:
        """Every address of these fields, each once."""
        found = {address.email: address for value in self.every(*names) for address in _addresses(value)}
        return tuple(found.values())

    def identifiers(self, name: str) -> tuple[str, ...]:
        """Message ids of this field without their brackets, each once."""
        return tuple(dict.fromkeys(IDENTIFIER.findall(self.raw(name))))

    def date(self) -> datetime | None:
        """The Date field, aware; None when absent or unreadable."""
        try:
            found = parsedate_to_datetime(self.raw("date"))
            found = found if found.tzinfo else found.replace(tzinfo=UTC)
            found.astimezone(UTC)  # a year 1 or 9999 cannot be moved between zones
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        return found

    def parameter(self, name: str, parameter: str) -> str:
        """A parameter of this field, decoded by RFC 2231, RFC 2047 or as raw bytes; "" when absent."""
        value = self.raw(name)[:LONGEST_PARAMETERS]
        carrier = Message()
        carrier[name] = value
        try:
            values = [value for key, value in carrier.get_params([], name) if key.lower() == parameter]
            found: Any = next((value for value in values if not isinstance(value, str)), (values or [""])[0])
        except (ValueError, TypeError, IndexError):  # numbered and unnumbered continuations mixed, huge numbers
            found = _plain_parameter(value, parameter)
        return one_line(decode_words(found) if isinstance(found, str) else _rfc2231(found))


def one_line(text: str) -> str:
    """``text`` with every run of white space made one space."""
    return " ".join(text.split())


def decode_words(value: str) -> str:
    """``value`` with its encoded words (RFC 2047) decoded.

    Neighbours of one charset are decoded jointly: many clients cut a Chinese character in two.
    """
    pieces: list[str] = []
    end = 0
    for words in _neighbours(value):
        between = value[end : words[0].start()]
        pieces.append("" if end and between.isspace() else between)
        pieces += _decode_run(words)
        end = words[-1].end()
    return "".join([*pieces, value[end:]])


def _neighbours(value: str) -> Iterator[list[re.Match[str]]]:
    """Encoded words with nothing but white space between them, together."""
    run: list[re.Match[str]] = []
    for word in WORD.finditer(value):
        if run and value[run[-1].end() : word.start()].strip():
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _decode_run(words: Iterable[re.Match[str]]) -> Iterator[str]:
    for charset, same in groupby(words, key=lambda word: word[1].lower()):
        data = b"".join(_bytes_of(encoding, "".join(texts)) for encoding, texts in _joined(same))
        yield decode(data, charset)[0]


def _joined(words: Iterable[re.Match[str]]) -> Iterator[tuple[str, list[str]]]:
    """Texts to decode as one: Base64 that was cut inside a group of four goes on in the next word."""
    texts: list[str] = []
    for word in words:
        encoding, text = word[2].lower(), "".join(word[3].split()) if word[2] in "bB" else word[3]
        if encoding == "q":
            yield encoding, [text]
            continue
        texts.append(text)
        if text.endswith("=") or sum(map(len, texts)) % 4 == 0:
            yield "b", texts
            texts = []
    if texts:
        yield "b", texts


def _bytes_of(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return decodestring(data, header=True) if encoding == "q" else from_base64(data)[0]


def _addresses(value: str) -> Iterator[Address]:
    try:
        pairs: list[tuple[str, str]] = getaddresses([value])
    except (RecursionError, IndexError, ValueError):
        pairs = []
    valid = [(name, email) for name, email in pairs if EMAIL.fullmatch(email)]
    for name, email in valid or [("", email) for email in EMAIL.findall(decode_words(value))]:
        yield Address(one_line(decode_words(name)).strip("'\""), email.lower())


def _rfc2231(found: Any) -> str:
    """The value that the stdlib gives as (charset, language, bytes as Latin-1)."""
    charset, _, value = found
    return decode(str(value).encode("latin-1", "replace"), charset or "")[0]


def _plain_parameter(value: str, parameter: str) -> str:
    found = re.search(rf"\b{re.escape(parameter)}\*?\s*=\s*(\"[^\"]*\"|[^;]*)", value, re.IGNORECASE)
    return found[1].strip('" ') if found else ""

"""Bytes to text when the declared charset may be missing, unknown or wrong: the usual case in Chinese mail."""

import codecs
import re

GB = "gb18030"  # holds GBK and GB2312
BIG5 = "big5hkscs"  # holds Big5
ALIASES = {
    **dict.fromkeys(
        ("gb2312", "gbk", "gb18030", "x-gbk", "cp936", "gb_2312-80", "gb-2312", "chinese", "euc-cn"), GB
    ),
    **dict.fromkeys(("big5", "big-5", "cp950", "big5-hkscs", "x-x-big5"), BIG5),
    **dict.fromkeys(("utf8", "utf-8", "utf_8", "unicode", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("ascii", "us-ascii", "7bit", "8bit", "binary", "unknown-8bit", "default", "none"), ""),
    "hz-gb-2312": "hz",
}
# Python has codecs that are no charsets (zlib, punycode …): only these families are looked up.
FAMILIES = re.compile(
    r"(utf|iso|latin|windows|cp\d|koi8|gb|hz|big5|euc|shift|sjis|ks|mac|tis)[\w.:-]{0,30}", re.ASCII
)
SINGLE_BYTE = ("iso8859-1", "cp1252")
HZ = re.compile(rb"~\{(?:[!-w][!-~])+~\}")
HIGH_RUN = re.compile(rb"[\x80-\xff]+")
CJK = re.compile("[\u3000-\u9fff\uff00-\uffef]")
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
SAMPLE = 2000  # characters looked at to tell GBK from Big5


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """The text of ``data`` and a note ("" when the declared charset was right). Raises nothing."""
    text, note = _decode(data, _codec(declared))
    return clean(text), note


def clean(text: str) -> str:
    """``text`` with \\n as its only line end, without control characters and lone surrogates."""
    return UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _codec(declared: str) -> str:
    """Python's name of the charset; "" when it says nothing; "?" when unknown."""
    name = declared.strip(" \t\"'").lower().split("*")[0]
    name = ALIASES.get(name, name)
    if not name or name in {GB, BIG5, "utf-8", "hz"}:
        return name
    if not FAMILIES.fullmatch(name):
        return "?"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "?"


def _decode(data: bytes, codec: str) -> tuple[str, str]:
    if data.isascii() and codec in {"", "?", GB, "utf-8"}:
        return (data.decode("hz", "replace"), "charset guessed: hz") if HZ.search(data) else (data.decode(), "")
    if codec in {"", "?"}:
        return _guess(data)
    strict = _strict(data, codec)
    if codec in {GB, BIG5, *SINGLE_BYTE} and (utf8 := _strict(data, "utf-8")) and CJK.search(utf8):
        return utf8, f"charset {codec} is really utf-8"
    if codec in SINGLE_BYTE and _looks_double_byte(data):
        return _guess(data)
    if strict is not None:
        return strict, ""
    lenient = data.decode(codec, "replace")
    if lenient.count("\ufffd") * 10 <= len(data) - len(data.translate(None, bytes(range(128, 256)))):
        return lenient, f"bytes that are not {codec}"
    return _guess(data)


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeError:
        return None


def _guess(data: bytes) -> tuple[str, str]:
    if (text := _strict(data, "utf-8")) is not None:
        return text, "charset guessed: utf-8"
    if not _looks_double_byte(data) and (text := _strict(data, "cp1252")) is not None and _western(data):
        return text, "charset guessed: cp1252"
    found = [(codec, text) for codec in (GB, BIG5) if (text := _strict(data, codec)) is not None]
    if not found:
        lenient = max((data.decode(codec, "replace") for codec in ("utf-8", GB, BIG5)), key=_legible)
        return lenient, "charset guessed, some bytes unreadable"
    codec, text = max(found, key=lambda pair: _commonness(pair[1], pair[0]))
    return text, f"charset guessed: {codec}"


def _legible(text: str) -> int:
    return -text.count("\ufffd")


def _looks_double_byte(data: bytes) -> bool:
    """Whether all bytes over 0x7f come in pairs, as in GB2312 and never in Western text."""
    return all(len(run) % 2 == 0 for run in HIGH_RUN.findall(data))


def _western(data: bytes) -> bool:
    """Whether high bytes are few and alone, as accents are."""
    runs = HIGH_RUN.findall(data)
    return sum(map(len, runs)) * 5 < len(data) and all(len(run) == 1 for run in runs)


def _commonness(text: str, codec: str) -> float:
    """Share of the characters beyond ASCII that are in the codec's plane of everyday characters."""
    sample = [char for char in text[: SAMPLE * 4] if char > "\x7f"][:SAMPLE]
    low, high = (0xB0, 0xD7) if codec == GB else (0xA4, 0xC6)
    common = sum(_everyday(char.encode(codec, "replace"), low, high) for char in sample)
    return common / (len(sample) or 1)


def _everyday(code: bytes, low: int, high: int) -> bool:
    return len(code) == 2 and (low <= code[0] <= high or 0xA1 <= code[0] <= 0xA3)

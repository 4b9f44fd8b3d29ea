"""Content-Transfer-Encoding undone, however broken it is."""

import re
from binascii import Error as BinasciiError
from binascii import a2b_base64, a2b_qp, a2b_uu

WHITE = b" \t\r\n"
NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
UU = re.compile(rb"(?m)^begin [0-7]{3,4} [^\r\n]*\r?\n")


def undo(data: bytes, encoding: str) -> tuple[bytes, str]:
    """The content and a note ("" when nothing had to be mended). Raises nothing."""
    if encoding == "base64":
        content, sound = from_base64(data)
        return content, "" if sound else "base64 repaired"
    if encoding == "quoted-printable":
        return a2b_qp(data), "" if data.isascii() else "8-bit bytes in quoted-printable"
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _from_uu(data)
    known = encoding in {"", "7bit", "8bit", "binary"}
    return data, "" if known else "unknown transfer encoding"


def from_base64(data: bytes) -> tuple[bytes, bool]:
    """The decoded bytes, and whether ``data`` was sound. What comes after padding is decoded too."""
    try:
        return a2b_base64(data.translate(None, WHITE), strict_mode=True), True
    except BinasciiError:
        groups = data.translate(None, NOT_BASE64).split(b"=")
        return b"".join(_group(group) for group in groups if group), False


def _group(group: bytes) -> bytes:
    whole = group[:-1] if len(group) % 4 == 1 else group
    return a2b_base64(whole + b"=" * (-len(whole) % 4))


def _from_uu(data: bytes) -> tuple[bytes, str]:
    begin = UU.search(data)
    if begin is None:
        return data, "uuencode without its first line"
    content: list[bytes] = []
    for line in data[begin.end() :].splitlines():
        if line.strip() == b"end":
            break
        try:
            content.append(a2b_uu(line))
        except BinasciiError:
            return data, "uuencode broken"
    return b"".join(content), ""

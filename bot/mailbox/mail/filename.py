"""Names of attached files that are safe to show and to write to a disk."""

import re
from mimetypes import MimeTypes
from unicodedata import category

LONGEST = 150  # characters, the ending included
ENDINGS = {
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
}
TYPES = MimeTypes()  # Python's own table: the same on every machine


def type_of(name: str) -> str:
    """The content type that the ending says."""
    return TYPES.guess_type(name)[0] or "application/octet-stream"


def safe_name(sent: str, content_type: str, number: int) -> str:
    """``sent`` without folders, control and direction marks; 附件N with the type's ending when nothing is left."""
    base = re.split(r"[/\\]", sent)[-1]
    base = "".join(char for char in base if category(char) not in {"Cc", "Cf", "Cs"} and char not in '<>:"|?*')
    base = base.strip(" .")
    if not base:
        ending = ENDINGS.get(content_type) or TYPES.guess_extension(content_type) or ".bin"
        return f"附件{number}{ending}"
    stem, dot, ending = base.rpartition(".")
    if len(base) <= LONGEST or not dot or len(ending) > 10:
        return base[:LONGEST]
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}"

"""What the double of the Bot API hands about: messages, failures, and what Telegram would say of a text."""

import email
import json
import urllib.parse
from dataclasses import dataclass, field
from email.policy import HTTP
from html.parser import HTMLParser
from typing import Any

_TAGS = {"b", "strong", "i", "em", "u", "s", "a", "code", "pre"}


@dataclass(frozen=True)
class Failure:
    """What to answer instead of doing the work; code 0 closes the connection without an answer."""

    code: int
    description: str = "scripted"
    retry_after: int | None = None


@dataclass
class Sent:
    """A message the bot has sent, as it stands now."""

    chat: int
    message_id: int
    text: str
    buttons: list[dict[str, str]] = field(default_factory=list)
    edits: int = 0
    asks: bool = False


class _Html(HTMLParser):
    """Collects the faults of Telegram's HTML subset and the text that is left."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in _TAGS:
            self.faults.append(f'Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f'Unmatched end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        if "<" in data:
            self.faults.append("Unescaped <")
        self.text += data


class Refused(Exception):
    """A call that Telegram would refuse."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.description)
        self.failure = failure


def as_sent(kind: str, file: dict[str, Any], name: str) -> Any:
    """The part of a message that holds what was sent."""
    if kind == "photo":
        small = file | {"file_id": "thumbnail", "file_unique_id": "t", "file_size": 1}
        return [small | {"width": 90, "height": 60}, file | {"width": 900, "height": 600}]
    extras: dict[str, dict[str, Any]] = {
        "voice": {"duration": 3},
        "video": {"duration": 3, "width": 4, "height": 4},
        "sticker": {"width": 4, "height": 4, "is_animated": False, "is_video": False, "type": "regular"},
    }
    return file | extras.get(kind, {"file_name": name})


def error(failure: Failure) -> dict[str, Any]:
    parameters = {"parameters": {"retry_after": failure.retry_after}} if failure.retry_after else {}
    return {"ok": False, "error_code": failure.code, "description": failure.description, **parameters}


def checked(values: dict[str, str]) -> tuple[str, list[dict[str, str]]]:
    """Text and buttons of a message; raises Refused as Telegram would."""
    text = values.get("text", "")
    if values.get("parse_mode") == "HTML":
        parser = _Html()
        parser.feed(text)
        parser.close()
        if parser.faults or parser.open:
            raise Refused(Failure(400, f"Bad Request: can't parse entities: {parser.faults or parser.open}"))
        text = parser.text
    if not text.strip():
        raise Refused(Failure(400, "Bad Request: message text is empty"))
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise Refused(Failure(400, "Bad Request: message is too long"))
    markup = json.loads(values.get("reply_markup") or "{}")
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
    if any(len(button["callback_data"].encode()) > 64 for button in buttons):
        raise Refused(Failure(400, "Bad Request: BUTTON_DATA_INVALID"))
    return text, buttons


def call_values(content_type: str, body: bytes) -> dict[str, Any]:
    """The fields of a call; a file is its name and content."""
    if not content_type.startswith("multipart/"):
        return dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
    form = email.message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body, policy=HTTP)
    found: dict[str, Any] = {}
    for part in form.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        found[str(name)] = (part.get_filename(), content) if part.get_filename() else content.decode()
    return found

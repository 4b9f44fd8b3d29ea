"""One JSON line a request and a fault: with a request id, never with what people wrote or who they are."""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request being answered, also in the threads that work for it."""


class JsonFormatter(logging.Formatter):
    """A record as one JSON line; of an error only its type and places, for its words may quote people.

    ``hidden``: a secret that is blotted out wherever it stands.
    """

    def __init__(self, hidden: str = "") -> None:
        super().__init__()
        self._hidden = hidden

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"at": at, "level": record.levelname, "logger": record.name}
        line["message"] = record.getMessage()
        if REQUEST_ID.get():
            line["request"] = REQUEST_ID.get()
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = where(record.exc_info[1])
        written = json.dumps(line, ensure_ascii=False, default=str)
        return written.replace(self._hidden, "<token>") if self._hidden else written


def where(error: BaseException) -> str:
    """Type and places of ``error``, innermost first, without its words."""
    frames = traceback.extract_tb(error.__traceback__)[::-1][:12]
    return " < ".join((type(error).__name__, *(f"{f.filename}:{f.lineno} {f.name}" for f in frames)))

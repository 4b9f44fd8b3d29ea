"""What was said lately on each open page: kept in memory only, so that a page without scripts shows it too."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from bot.conversation.messages import Reply

MOST_PEOPLE, MOST_SAID, KEPT = 2000, 12, 30 * 60.0
"""People, exchanges of each, and seconds after the last one."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a person said (None when the office wrote by itself), our reply, and links to its files."""

    said: str | None
    reply: Reply
    files: tuple[tuple[str, str], ...] = ()
    """(name, address) of each."""


class Transcripts:
    """Of each person the last exchanges; the oldest people are forgotten first."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._kept: OrderedDict[str, tuple[float, deque[Exchange]]] = OrderedDict()

    def of(self, user_key: str) -> tuple[Exchange, ...]:
        """What was said lately, the oldest first."""
        with self._lock:
            self._drop_old()
            return tuple(self._kept[user_key][1]) if user_key in self._kept else ()

    def add(self, user_key: str, exchange: Exchange) -> None:
        """Keep ``exchange`` as the newest one."""
        with self._lock:
            self._drop_old()
            _, said = self._kept.pop(user_key, (0.0, deque(maxlen=MOST_SAID)))
            said.append(exchange)
            self._kept[user_key] = (self._monotonic(), said)

    def forget(self, user_key: str) -> None:
        """Drop all that was said."""
        with self._lock:
            self._kept.pop(user_key, None)

    def label(self, user_key: str, action: str) -> str | None:
        """What stands on the button ``action``, if it was offered lately."""
        offered = (b for one in reversed(self.of(user_key)) for row in one.reply.buttons for b in row)
        return next((button.label for button in offered if button.action == action), None)

    def _drop_old(self) -> None:
        """The order of the dictionary is the order of last use."""
        since = self._monotonic() - KEPT
        while self._kept and (len(self._kept) > MOST_PEOPLE or next(iter(self._kept.values()))[0] < since):
            self._kept.popitem(last=False)

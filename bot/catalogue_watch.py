"""What a running process serves: it follows the shelf's pointer, so that a reload needs no restart."""

import logging
import threading
from collections.abc import Callable

from index.errors import SearchError
from index.pointer import Stamp
from index.shelf import Shelf
from index.snapshot import Snapshot

LOOK_EVERY = 1.0
"""Seconds between two looks at the pointer; one look is one ``stat``."""
_log = logging.getLogger(__name__)


class Current:
    """Call it for the snapshot to answer one question from; whoever has it keeps it until that answer is done.

    Loading happens in a thread of its own: no question waits for it.
    """

    def __init__(self, shelf: Shelf, snapshot: Snapshot) -> None:
        self._shelf = shelf
        self._snapshot = snapshot
        self._changed: Callable[[Snapshot], None] = lambda _: None
        self._stamp: Stamp | None = None
        self._failed: Stamp | None = None
        self._looking = threading.Lock()
        self._stop = threading.Event()

    def __call__(self) -> Snapshot:
        """The snapshot served now."""
        return self._snapshot

    def start(self, changed: Callable[[Snapshot], None]) -> None:
        """Follow the pointer until ``stop``; ``changed`` hears of each new snapshot before it answers."""
        self._changed = changed
        threading.Thread(target=self._follow, name="catalogue", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def look(self) -> None:
        """Serve what the pointer names; when that cannot be opened, what was served is served on."""
        with self._looking:
            stamp = self._shelf.stamp()
            if stamp is None or stamp == self._stamp:
                return
            try:
                self._take()
                self._stamp = stamp
            except SearchError as error:
                if stamp != self._failed:
                    _log.error("the reloaded catalogue cannot be opened, serving on: %s", error.message)
                self._failed = stamp

    def _take(self) -> None:
        pointer = self._shelf.pointer()
        if pointer is None or pointer.line[0] == self._snapshot.catalog.fingerprint:
            return
        opened = self._shelf.current()
        self._changed(opened)
        self._snapshot = opened
        _log.warning("catalogue %s is served from now on", opened.catalog.fingerprint[:12])

    def _follow(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            try:
                self.look()
            except Exception:
                _log.exception("the catalogue could not be looked at")

"""The office's other work while the bot runs: terms and reminders, mail out, mail in."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from bot.channels.mail.wire import MailSender, MailSource
from bot.errors import UserError
from bot.office import chores, delivery, mail_in
from bot.office.office import Office

EVERY = 20.0
"""Seconds between two rounds."""
_log = logging.getLogger(__name__)


class Background:
    """A thread of its own, so that a slow mail server holds nobody up; it ends with the process at any point."""

    def __init__(self, office: Office, sender: MailSender, source: MailSource) -> None:
        self._stop = threading.Event()
        self._source = source
        self._jobs: tuple[tuple[str, Callable[[], Any]], ...] = (
            ("mail in", lambda: mail_in.fetch(office, source)),
            ("mail handling", lambda: mail_in.handle_all(office)),
            ("chores", lambda: chores.run(office)),
            ("mail out", lambda: delivery.send_mail(office, sender)),
        )

    def start(self) -> None:
        """Begin with a round at once."""
        threading.Thread(target=self._run, name="office", daemon=True).start()

    def stop(self) -> None:
        """Begin no further job."""
        self._stop.set()
        self._source.close()

    def once(self) -> None:
        """One round; what fails is logged and tried again in the next."""
        for name, job in self._jobs:
            if self._stop.is_set():
                return
            try:
                job()
            except UserError as error:
                _log.warning("%s failed: %s", name, error.message)
            except Exception:
                _log.exception("%s failed", name)

    def _run(self) -> None:
        self.once()
        while not self._stop.wait(EVERY):
            self.once()

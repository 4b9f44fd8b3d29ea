"""What every process that runs on has: store, office, reception, background work, the watch on the catalogue."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.catalogue_watch import Current
from bot.channels.mail.url import open_sender, open_source
from bot.office.background import Background
from bot.office.desk import desk_of
from bot.office.office import Office
from bot.office.reload_chat import ReloadChat
from bot.reception import Reception
from bot.reload_preview import QUESTIONS_FILE
from bot.settings import Settings
from bot.store.opening import open_store
from bot.store.store import Store
from index.shelf import Shelf
from index.snapshot import Snapshot

KEEP = timedelta(days=30)
"""Of conversations."""
KEEP_UPLOADS = 2 * KEEP
"""A form that is taken up again and again may hold files older than ``KEEP``."""


@dataclass(frozen=True)
class House:
    """Office and reception on one store; a channel adds its own door."""

    settings: Settings
    current: Current
    office: Office
    reception: Reception

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Mail, terms, reminders and the reloaded catalogue, until left. Raises UserError for a faulty address."""
        sender, source = open_sender(self.settings.mail_out_url), open_source(self.settings.mail_in_url)
        background = Background(self.office, sender, source)
        background.start()
        self.current.start(self._with_catalogue)
        try:
            yield
        finally:
            self.current.stop()
            background.stop()

    def _with_catalogue(self, snapshot: Snapshot) -> None:
        """The departments of the reloaded catalogue are those that cases go to."""
        self.office.desk = desk_of(self.settings, snapshot.catalog)


@asynccontextmanager
async def open_house(settings: Settings, current: Current) -> AsyncIterator[House]:
    """The house of these settings; its store is closed in the end. Raises StoreError."""
    store = await asyncio.to_thread(open_store, settings)
    try:
        office = Office(store, desk_of(settings, current().catalog), now)
        questions = settings.home / QUESTIONS_FILE
        reloads = ReloadChat(Shelf(settings.index_folder), settings.catalog_folder, questions, now, current.look)
        yield House(settings, current, office, Reception(current, office, now, reloads))
    finally:
        store.close()


def forget_old(store: Store) -> None:
    """Drop old conversations, and old files that belong to no case."""
    with store.transaction() as t:
        t.conversations.forget_before(now() - KEEP)
        t.papers.forget_uploads(now() - KEEP_UPLOADS)


def now() -> datetime:
    """The clock of a running process."""
    return datetime.now(UTC)

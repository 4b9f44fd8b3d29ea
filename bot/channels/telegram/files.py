"""Photos and files that people send: fetched, judged and kept before the turn that they belong to."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot.channels.telegram import wording
from bot.channels.telegram.file_kind import kind_of
from bot.channels.telegram.sending import attempts
from bot.channels.telegram.translate import SentFile
from bot.conversation.messages import Attachment
from bot.mailbox.mail.filename import safe_name
from bot.store.papers import Attached
from bot.store.store import Store

MOST_BYTES = 10 * 1024 * 1024


class Files:
    """Fetches and keeps files. A retry finds the file kept under the same id."""

    def __init__(self, bot: Bot, store: Store, clock: Callable[[], datetime]) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock

    async def keep(self, file: SentFile, user_key: str, update_id: int) -> Attachment | str:
        """The file kept as an upload of this person, or the sentence that says why it is not.

        Raises TelegramError when it could not be fetched for now.
        """
        if file.size is not None and file.size > MOST_BYTES:
            return wording.TOO_LARGE
        content = await self._fetched(file)
        if content is None:
            return wording.NOT_THERE
        if len(content) > MOST_BYTES:
            return wording.TOO_LARGE
        kind = kind_of(content)
        if kind is None:
            return wording.WRONG_TYPE
        name = safe_name(file.name, kind.content_type, 1)
        name = name if name.lower().endswith(kind.endings) else f"{name}{kind.endings[0]}"
        attached = Attached(_stable_id(file, user_key, update_id), name, kind.content_type, content)
        await asyncio.to_thread(self._upload, attached, user_key)
        return Attachment(id=attached.id, name=name, content_type=kind.content_type, size=len(content))

    async def _fetched(self, file: SentFile) -> bytes | None:
        """The content; None when Telegram will never give it out."""
        try:
            async for attempt in attempts():
                with attempt:
                    found = await self._bot.get_file(file.id)
                    return bytes(await found.download_as_bytearray())
        except (BadRequest, Forbidden, InvalidToken):
            # InvalidToken is also what a file that has gone (404) is reported as
            return None
        return None

    def _upload(self, attached: Attached, user_key: str) -> None:
        with self._store.transaction() as t:
            t.papers.upload(attached, user_key, self._clock())


def _stable_id(file: SentFile, user_key: str, update_id: int) -> str:
    """The same for a retry; another one for another person, or another case, that gets the same file."""
    return sha256(f"{user_key}:{update_id}:{file.unique}".encode()).hexdigest()[:40]

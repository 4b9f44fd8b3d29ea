"""telegram.Update -> our Incoming, and whose and where it is."""

from dataclasses import dataclass

from telegram import Message, Update

from bot.channels.telegram import wording
from bot.conversation.messages import Incoming


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as an update names it. ``unique`` stays the same for the same file, ``id`` is for fetching it."""

    id: str
    unique: str
    name: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """An update in our words: what was said, by whom, where to answer.

    ``file`` is what came along; ``instead`` is the sentence about something that we cannot take.
    """

    incoming: Incoming
    user_key: str
    chat_id: int
    callback_id: str | None = None
    message_id: int | None = None
    """The message whose button was pressed."""
    file: SentFile | None = None
    instead: str | None = None


def chat_key(update: Update) -> str:
    """Updates of one chat are handled in order."""
    return str(update.effective_chat.id if update.effective_chat else 0)


def delivery(update: Update, bot_name: str) -> Delivery | None:
    """What to answer; None for updates that want no answer (edits, channel posts, talk among a group)."""
    user, chat, query = update.effective_user, update.effective_chat, update.callback_query
    if user is None or chat is None:
        return None
    # In a group others read along: there a person is somebody without cases, forms and staff account.
    key = f"tg:{user.id}" if chat.type == "private" else f"tg:{user.id}@{chat.id}"
    if query is not None:
        incoming = Incoming(action=query.data or "?")
        message_id = query.message.message_id if query.message else None
        return Delivery(incoming, key, chat.id, query.id, message_id)
    message = update.message
    if message is None or (chat.type != "private" and not _addressed(message, bot_name)):
        return None
    text = (message.text or message.caption or "").replace(f"@{bot_name}", "")
    incoming = Incoming(text=text, reply_to=_replied_to(message, bot_name))
    file = _file(message)
    return Delivery(incoming, key, chat.id, file=file, instead=None if file else _instead(message))


def _addressed(message: Message, bot_name: str) -> bool:
    text = message.text or ""
    return text.startswith("/") or f"@{bot_name}" in text


def _replied_to(message: Message, bot_name: str) -> str | None:
    """The text of a message of ours that was replied to."""
    original = message.reply_to_message
    ours = original is not None and original.from_user is not None and original.from_user.username == bot_name
    return original.text if original is not None and ours else None


def _file(message: Message) -> SentFile | None:
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return SentFile(largest.file_id, largest.file_unique_id, wording.PHOTO, largest.file_size)
    document = message.document
    if document is None or message.animation is not None:
        return None
    return SentFile(document.file_id, document.file_unique_id, document.file_name or "", document.file_size)


def _instead(message: Message) -> str | None:
    """What to do instead of sending this; None for a text."""
    if message.text is not None:
        return None
    kinds = (
        (message.voice or message.audio, wording.VOICE),
        (message.video or message.video_note or message.animation, wording.VIDEO),
        (message.sticker or message.dice, wording.STICKER),
        (message.location or message.venue, wording.LOCATION),
        (message.contact, wording.CONTACT),
    )
    return next((sentence for found, sentence in kinds if found), wording.UNKNOWN)

"""telegram.Update -> our Incoming, and whose and where it is."""

from dataclasses import dataclass

from telegram import Message, Update

from bot.conversation.messages import Incoming


@dataclass(frozen=True, slots=True)
class Delivery:
    """An update in our words: what was said, by whom, where to answer."""

    incoming: Incoming
    user_key: str
    chat_id: int
    callback_id: str | None = None
    message_id: int | None = None
    """The message whose button was pressed."""


def chat_key(update: Update) -> str:
    """Updates of one chat are handled in order."""
    return str(update.effective_chat.id if update.effective_chat else 0)


def delivery(update: Update, bot_name: str) -> Delivery | None:
    """What to answer; None for updates that want no answer (edits, channel posts, talk among a group)."""
    user, chat, query = update.effective_user, update.effective_chat, update.callback_query
    if user is None or chat is None:
        return None
    key = f"tg:{user.id}"
    if query is not None:
        incoming = Incoming(action=query.data or "?")
        message_id = query.message.message_id if query.message else None
        return Delivery(incoming, key, chat.id, query.id, message_id)
    message = update.message
    if message is None or (chat.type != "private" and not _addressed(message, bot_name)):
        return None
    text = (message.text or message.caption or "").replace(f"@{bot_name}", "")
    return Delivery(Incoming(text=text), key, chat.id)


def _addressed(message: Message, bot_name: str) -> bool:
    text = message.text or ""
    return text.startswith("/") or f"@{bot_name}" in text

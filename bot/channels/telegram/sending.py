"""Delivering a reply: edits, retries on 429 and 5xx, plain text when the HTML is refused."""

import logging

from telegram import Bot, ForceReply, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential

from bot.channels.telegram.render import Markup, keyboard, messages, plain
from bot.channels.telegram.translate import Delivery
from bot.conversation.messages import Reply

TRIES = 6
"""At once, with pauses that double from 0.2 s."""
FILE_TIMEOUT = 120.0
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_log = logging.getLogger(__name__)


def _worth_retrying(error: BaseException) -> bool:
    # BadRequest is a NetworkError in python-telegram-bot, but asking again does not mend it.
    return isinstance(error, NetworkError | RetryAfter) and not isinstance(error, BadRequest)


async def deliver(bot: Bot, target: Delivery, reply: Reply, tries: int = TRIES) -> bool:
    """Send ``reply``; False when the person has blocked us. Raises TelegramError when it did not work in time."""
    parts = messages(reply)
    for number, html in enumerate(parts, 1):
        under = keyboard(reply) if number == len(parts) else None
        edit = reply.replaces and len(parts) == 1 and target.message_id is not None
        try:
            async for attempt in attempts(tries):
                with attempt:
                    if edit and not isinstance(under, ForceReply):
                        await _edit(bot, target, html, under)
                    else:
                        await _send(bot, target, html, under)
        except Forbidden:
            return False
    return True


async def send_file(bot: Bot, chat_id: int, name: str, content: bytes, tries: int = TRIES) -> None:
    """Send a file. Raises TelegramError when it did not work in time."""
    async for attempt in attempts(tries):
        with attempt:
            await bot.send_document(chat_id, content, filename=name, write_timeout=FILE_TIMEOUT)


def attempts(tries: int = TRIES) -> AsyncRetrying:
    """Trying anew after what passes: connection, time-outs, 429, 5xx. The last error is raised."""
    return AsyncRetrying(
        retry=retry_if_exception(_worth_retrying),
        wait=wait_exponential(multiplier=0.2, max=20),
        stop=stop_after_attempt(tries),
        reraise=True,
    )


async def _edit(bot: Bot, target: Delivery, html: str, markup: InlineKeyboardMarkup | None) -> None:
    try:
        await bot.edit_message_text(
            html,
            chat_id=target.chat_id,
            message_id=target.message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=markup,
            link_preview_options=_NO_PREVIEW,
        )
    except BadRequest as error:
        # The same button pressed twice; there is nothing to change.
        if "not modified" not in error.message.lower():
            await _send(bot, target, html, markup)


async def _send(bot: Bot, target: Delivery, html: str, markup: Markup | None) -> None:
    try:
        await bot.send_message(
            target.chat_id,
            html,
            parse_mode=ParseMode.HTML,
            reply_markup=markup,
            link_preview_options=_NO_PREVIEW,
        )
    except BadRequest as error:
        _log.warning("Telegram refused the HTML (%s); sent as plain text", error.message)
        await bot.send_message(target.chat_id, plain(html), reply_markup=markup)

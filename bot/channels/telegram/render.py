"""Reply -> Telegram messages: HTML with everything escaped, split below the limit, buttons on the last."""

import re
from collections.abc import Iterator
from html import escape, unescape

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from bot.conversation.messages import Block, Bullets, Link, Note, Reply, Title

LIMIT = 4096
Markup = InlineKeyboardMarkup | ForceReply
_PIECE = 700
"""Characters of a piece of an overlong line; each may become five units when escaped."""


def messages(reply: Reply) -> list[str]:
    """The HTML of each message, every one at most ``LIMIT`` UTF-16 units."""
    packed: list[str] = []
    for number, block in enumerate(reply.blocks):
        for line in (*([""] if number and not isinstance(block, Link) else []), *_lines(block)):
            if packed and units(packed[-1]) + units(line) + 1 <= LIMIT:
                packed[-1] += "\n" + line
            elif line:
                packed.append(line)
    return packed


def keyboard(reply: Reply) -> Markup | None:
    """What stands under the last message: the buttons, or the opened answer to a message that asks for a reply."""
    rows = [[InlineKeyboardButton(b.label, callback_data=b.action) for b in row] for row in reply.buttons]
    if rows:
        return InlineKeyboardMarkup(rows)
    return ForceReply() if reply.asks else None


def plain(html: str) -> str:
    """``html`` of ours without its tags, for when Telegram refuses it."""
    html = re.sub(r'<a href="([^"]*)">(.*?)</a>', r"\2：\1", html)
    return unescape(re.sub(r"</?[bi]>", "", html))


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Bullets):
        if block.label:
            yield from _wrapped(block.label, "b")
        for number, item in enumerate(block.items, 1):
            yield from _wrapped(f"{number}. {item}" if block.numbered else f"• {item}")
    elif isinstance(block, Link):
        yield f'<a href="{escape(block.url)}">{escape(block.label, quote=False)}</a>'
    else:
        tag = "b" if isinstance(block, Title) else "i" if isinstance(block, Note) else None
        for line in block.text.split("\n"):
            yield from _wrapped(line, tag)


def _wrapped(text: str, tag: str | None = None) -> Iterator[str]:
    pieces = [text]
    if units(escape(text, quote=False)) > LIMIT - 10:
        pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
    for piece in pieces:
        shown = escape(piece, quote=False)
        yield f"<{tag}>{shown}</{tag}>" if tag else shown

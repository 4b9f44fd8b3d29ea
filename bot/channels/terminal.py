"""The terminal as a channel: replies as coloured text, buttons as numbers."""

from collections.abc import Callable, Iterable
from itertools import count

from rich.console import Console
from rich.text import Text

from bot.conversation import wording
from bot.conversation.messages import Block, Bullets, Button, Incoming, Link, Note, Reply, Title

PROMPT = "您："
LONGEST_NUMBER = 2
"""Digits of a button's number."""
LEAVE = {"/quit", "/exit", "退出"}


def plain(reply: Reply) -> str:
    """The reply as plain text, without buttons."""
    return "\n".join(_lines(block) for block in reply.blocks)


def _lines(block: Block) -> str:
    if isinstance(block, Bullets):
        marks = (f"{n}. " if block.numbered else "· " for n in range(1, len(block.items) + 1))
        rows = [f"  {mark}{item}" for mark, item in zip(marks, block.items, strict=False)]
        return "\n".join(([block.label] if block.label else []) + rows)
    if isinstance(block, Link):
        return f"{block.label}：{block.url}"
    return block.text


def draw(reply: Reply, console: Console) -> None:
    """Print ``reply`` with its buttons numbered from 1."""
    for block in reply.blocks:
        # Soft wrap: rich would break a Chinese sentence at the spaces around its numbers.
        console.print(_renderable(block), soft_wrap=True)
    numbers = count(1)
    for row in reply.buttons:
        labels = "   ".join(f"[{next(numbers)}] {button.label}" for button in row)
        console.print(Text(f"  {labels}", style="cyan"), soft_wrap=True)
    console.print()


def _renderable(block: Block) -> Text:
    text = _lines(block)
    if isinstance(block, Title):
        return Text(f"【{text}】", style="bold green")
    if isinstance(block, Note):
        return Text(text, style="dim")
    if isinstance(block, Link):
        return Text(text, style="blue")
    return Text(text)


def buttons(reply: Reply) -> list[Button]:
    """Buttons of ``reply`` in reading order."""
    return [button for row in reply.buttons for button in row]


def incoming(line: str, shown: list[Button]) -> Incoming | str:
    """What a typed line means; a string is a sentence to show instead. A longer number is an answer (a phone)."""
    typed = line.strip()
    if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER and shown:
        number = int(typed)
        if 1 <= number <= len(shown):
            return Incoming(action=shown[number - 1].action)
        return wording.NO_SUCH_BUTTON.format(number=number)
    return Incoming(text=line)


def chat(
    console: Console,
    read: Callable[[], str],
    answer: Callable[[Incoming], Reply],
    arrived: Callable[[], Iterable[Reply]],
) -> None:
    """Talk until the input ends or the person leaves; what has ``arrived`` meanwhile is shown before each line."""
    draw(answer(Incoming(text="/start")), console)
    shown: list[Button] = []
    while True:
        for reply in arrived():
            shown = buttons(reply) or shown
            draw(reply, console)
        try:
            line = read()
        except (EOFError, KeyboardInterrupt):
            break
        if line.strip().lower() in LEAVE:
            break
        message = incoming(line, shown)
        if isinstance(message, str):
            console.print(message)
            continue
        reply = answer(message)
        shown = buttons(reply) or shown
        draw(reply, console)
    console.print(wording.GOODBYE)

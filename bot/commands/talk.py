"""``wenban chat`` and ``wenban ask``."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.context import output_json, settings, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.conversation.messages import Reply
    from bot.office.office import Office


@click.command("ask")
@click.argument("question", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：ending、facet、items、text")
def ask_command(question: tuple[str, ...], as_json: bool) -> None:
    """问一句，答一句。

    例：wenban ask "护照丢了怎么补"
    """
    from bot.channels.terminal import draw, plain
    from bot.conversation.messages import Incoming
    from bot.conversation.respond import respond
    from bot.conversation.session import Session

    reply = respond(Session(), Incoming(text=" ".join(question)), snapshot(), datetime.now(UTC)).reply
    if as_json:
        items = [item.model_dump() for item in reply.items]
        output_json({"ending": reply.ending, "facet": reply.facet, "items": items, "text": plain(reply)})
        return
    from rich.console import Console

    draw(reply, Console(highlight=False))


def _arrived(office: "Office", user_key: str, folder: Path) -> "Iterator[Reply]":
    """What arrived for the person; files that go along are put into ``folder``."""
    from bot.conversation.messages import Note
    from bot.mailbox.mail.filename import safe_name
    from bot.office.pickup import waiting_replies

    for reply, files in waiting_replies(office, user_key):
        for at, file in enumerate(files, 1):
            folder.mkdir(parents=True, exist_ok=True)
            place = folder / safe_name(file.name, file.content_type, at)
            place.write_bytes(file.content)
            reply = reply.model_copy(update={"blocks": (*reply.blocks, Note(text=f"文件已存到 {place}"))})
        yield reply


@click.command("chat")
@click.option("--user", default="local", show_default=True, metavar="名字", help="谁在说话；各人的办件分开")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="把这次对话存成一张 SVG 图片")
def chat_command(user: str, svg: Path | None) -> None:
    """在终端里对话；选项输入数字，/quit 离开。

    例：wenban chat
    """
    from rich.console import Console

    from bot.channels.terminal import PROMPT, chat
    from bot.commands.office import CHANNEL, open_office
    from bot.reception import Reception

    console = Console(highlight=False, record=svg is not None, width=100 if svg else None)

    def read() -> str:
        line = sys.stdin.readline() if svg else console.input(f"[bold]{PROMPT}[/bold]")
        if svg:
            if not line:
                raise EOFError
            console.print(f"[bold]{PROMPT}[/bold]{line.rstrip()}")
        return line.rstrip("\n")

    current, user_key = snapshot(), f"{CHANNEL}:{user}"
    with open_office(current.catalog) as office:
        reception = Reception(lambda: current, office, office.clock)
        chat(
            console,
            read,
            lambda message: reception.answer_now(CHANNEL, user_key, message),
            lambda: _arrived(office, user_key, settings().home / "received"),
        )
    if svg:
        from bot.channels.picture import save_svg

        save_svg(console, svg)

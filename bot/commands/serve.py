"""``wenban serve``."""

import click

from bot.commands.context import settings
from bot.commands.serving import current

FIRST = "第一次启动，正在建索引，请等一会儿。"


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="地址", help="监听的地址")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="监听的端口")
def serve_command(host: str, port: int) -> None:
    """打开网页、工作人员办公桌和后台工作，有令牌时也运行 Telegram；按 Ctrl+C 停止。

    例：wenban serve --port 8000
    """
    from bot.channels.web.server import run

    chosen = settings()
    if not chosen.index_folder.is_dir():
        click.echo(FIRST)
    run(chosen, current(chosen), host, port, _say)


def _say(address: str) -> None:
    click.echo(f"网页：{address}　工作人员：{address}/desk　按 Ctrl+C 停止。")

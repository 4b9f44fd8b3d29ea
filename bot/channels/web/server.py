"""``wenban serve``: web page, desk, Telegram if there is a token, and the background work, in one process."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from bot.catalogue_watch import Current
from bot.channels.telegram.webhook import Server
from bot.channels.web.app import web_app
from bot.channels.web.beside import telegram_beside
from bot.channels.web.logs import JsonFormatter
from bot.errors import UserError
from bot.house import forget_old, open_house
from bot.office.office import Office
from bot.reception import Reception
from bot.settings import Settings
from bot.store.store import Store

FORGET_EVERY = 24 * 3600.0
STOP_WITHIN = 5
"""Seconds that requests have to end."""
_log = logging.getLogger(__name__)


def run(settings: Settings, current: Current, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; ``ready`` hears the address. Raises UserError when the port is taken."""
    listening = _listening(host, port)
    _write_json(settings)
    shown = f"[{host}]" if ":" in host else host
    with listening:
        ready(f"http://{shown}:{listening.getsockname()[1]}")
        asyncio.run(_run(settings, current, listening))


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
        # Its connections take it over; asyncio does not see that they are TCP, and each answer would wait 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as error:
        said = f"{host} 的 {port} 端口用不了，多半是别的程序占着。请用 --port 换一个端口，或停掉那个程序。"
        raise UserError(said) from error


def _write_json(settings: Settings) -> None:
    token = settings.telegram_token.get_secret_value().strip() if settings.telegram_token else ""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(JsonFormatter(token))
    logging.getLogger("bot.channels.web").setLevel(logging.INFO)


async def _run(settings: Settings, current: Current, listening: socket.socket) -> None:
    async with open_house(settings, current) as house:
        app = web_app(settings, current, house.reception, house.office)
        with house.at_work():
            await _until_stopped(settings, app, house.office, house.reception, listening)


async def _until_stopped(
    settings: Settings, app: Starlette, office: Office, reception: Reception, listening: socket.socket
) -> None:
    """Until a signal, or until the server itself ends."""
    # proxy_headers: the site believes them only from the proxies that its own setting names
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    server = Server(config)
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, server.handle_exit, name, None)
    beside = [asyncio.create_task(_forget_daily(office.store))]
    if settings.telegram_token is not None and settings.telegram_token.get_secret_value().strip():
        beside.append(asyncio.create_task(telegram_beside(settings, app, office, reception)))
    try:
        await server.serve(sockets=[listening])
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _forget_daily(store: Store) -> None:
    while True:
        try:
            await asyncio.to_thread(forget_old, store)
        except UserError as error:
            _log.warning("old conversations were not dropped: %s", error.message)
        await asyncio.sleep(FORGET_EVERY)

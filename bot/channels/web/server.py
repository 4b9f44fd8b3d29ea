"""``wenban serve``: web page, desk, Telegram if there is a token, and the background work, in one process."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import uvicorn
from starlette.applications import Starlette

from bot.catalogue_watch import Current
from bot.channels.mail.url import open_sender, open_source
from bot.channels.telegram.background import Background
from bot.channels.web.app import web_app
from bot.channels.web.beside import telegram_beside
from bot.channels.web.logs import JsonFormatter
from bot.errors import UserError
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

KEEP, KEEP_UPLOADS = timedelta(days=30), timedelta(days=60)
"""Of conversations, and of files that belong to no case (a form may be taken up again and again)."""
FORGET_EVERY = 24 * 3600.0
STOP_WITHIN = 5
"""Seconds that requests have to end."""
_log = logging.getLogger(__name__)


class Server(uvicorn.Server):
    """Uvicorn that leaves the signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: ``_until_stopped`` handles SIGTERM and SIGINT."""
        yield


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


def _now() -> datetime:
    return datetime.now(UTC)


async def _run(settings: Settings, current: Current, listening: socket.socket) -> None:
    store = await asyncio.to_thread(open_store, settings)
    try:
        office = Office(store, desk_of(settings, current().catalog), _now)
        questions = settings.home / QUESTIONS_FILE
        reloads = ReloadChat(Shelf(settings.index_folder), settings.catalog_folder, questions, _now, current.look)
        reception = Reception(current, office, _now, reloads)
        app = web_app(settings, current, reception, office)
        background = Background(office, open_sender(settings.mail_out_url), open_source(settings.mail_in_url))

        def changed(snapshot: Snapshot) -> None:
            office.desk = desk_of(settings, snapshot.catalog)

        background.start()
        current.start(changed)
        try:
            await _until_stopped(settings, app, office, reception, listening)
        finally:
            current.stop()
            background.stop()
    finally:
        store.close()


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
            await asyncio.to_thread(_forget, store)
        except UserError as error:
            _log.warning("old conversations were not dropped: %s", error.message)
        await asyncio.sleep(FORGET_EVERY)


def _forget(store: Store) -> None:
    with store.transaction() as t:
        t.conversations.forget_before(_now() - KEEP)
        t.papers.forget_uploads(_now() - KEEP_UPLOADS)

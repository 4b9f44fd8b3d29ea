"""Putting the Telegram channel together, running it until SIGTERM, and taking it down cleanly."""

import asyncio
import logging
import signal
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from telegram import BotCommand
from telegram.error import InvalidToken, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.catalogue_watch import Current
from bot.channels.mail.url import open_sender, open_source
from bot.channels.telegram.background import Background
from bot.channels.telegram.outgoing import Outgoing
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.runner import Runner
from bot.channels.telegram.webhook import PATH, server, webhook_app
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

TelegramBot = ExtBot[int]
KEEP = timedelta(days=30)
KEEP_UPLOADS = 2 * KEEP
"""A form that is taken up again and again may hold files older than ``KEEP``."""
RESUME_EVERY = 60.0
DRAIN = 3.0
COMMANDS = (
    ("start", "开始"),
    ("browse", "按部门、主题查找"),
    ("search", "搜索"),
    ("cases", "我的办件"),
    ("cancel", "重新开始"),
    ("help", "帮助"),
)
_log = logging.getLogger(__name__)


class RedactingFormatter(logging.Formatter):
    """A formatter that never lets the token out, not even inside a traceback."""

    def __init__(self, token: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        """The formatted record with the token blotted out."""
        return super().format(record).replace(self._token, "<token>")


def run(settings: Settings, current: Current, webhook: bool) -> None:
    """Run until SIGTERM or SIGINT. Raises UserError for a wrong token, StoreError for a faulty database."""
    token = settings.telegram_token.get_secret_value().strip() if settings.telegram_token else ""
    _quieten(token)
    try:
        asyncio.run(_run(settings, current, token, webhook))
    except InvalidToken as error:
        raise UserError("Telegram 不认这个令牌。请向 @BotFather 核对后重新设置 WENBAN_TELEGRAM_TOKEN。") from error
    except TelegramError as error:
        said = str(error).replace(token, "<token>")
        raise UserError(f"连不上 Telegram（{said}）。请检查网络和 WENBAN_TELEGRAM_API。") from error


def _quieten(token: str) -> None:
    for handler in logging.getLogger().handlers:
        handler.setFormatter(RedactingFormatter(token))
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _now() -> datetime:
    return datetime.now(UTC)


async def _run(settings: Settings, current: Current, token: str, webhook: bool) -> None:
    store = await asyncio.to_thread(open_store, settings)
    try:
        await asyncio.to_thread(_forget, store)
        office = Office(store, desk_of(settings, current().catalog), _now)
        background = Background(office, open_sender(settings.mail_out_url), open_source(settings.mail_in_url))
        async with _bot(settings, token) as bot:
            runner = Runner(bot, _reception(settings, current, office), store, _now)
            background.start()
            current.start(lambda snapshot: _with_catalogue(settings, office, snapshot))
            try:
                await _serve(settings, bot, runner, Outgoing(bot, office), webhook)
            finally:
                current.stop()
                background.stop()
    finally:
        store.close()


def _reception(settings: Settings, current: Current, office: Office) -> Reception:
    questions = settings.home / QUESTIONS_FILE
    reloads = ReloadChat(Shelf(settings.index_folder), settings.catalog_folder, questions, _now, current.look)
    return Reception(current, office, _now, reloads)


def _with_catalogue(settings: Settings, office: Office, snapshot: Snapshot) -> None:
    """The departments of the reloaded catalogue are those that cases go to."""
    office.desk = desk_of(settings, snapshot.catalog)


def _bot(settings: Settings, token: str) -> TelegramBot:
    api = settings.telegram_api.rstrip("/")
    return ExtBot(
        token,
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=HTTPXRequest(connection_pool_size=64),
        get_updates_request=HTTPXRequest(connection_pool_size=2),
        rate_limiter=AIORateLimiter(max_retries=3),
    )


def _forget(store: Store) -> None:
    """Drop what is old."""
    with store.transaction() as t:
        t.conversations.forget_before(_now() - KEEP)
        t.papers.forget_uploads(_now() - KEEP_UPLOADS)


async def _serve(settings: Settings, bot: TelegramBot, runner: Runner, outgoing: Outgoing, webhook: bool) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    with suppress(TelegramError):
        await bot.set_my_commands([BotCommand(name, said) for name, said in COMMANDS])
    await runner.resume()
    tasks = [asyncio.create_task(work) for work in (stop.wait(), _resume_often(runner), outgoing.run())]
    tasks.append(asyncio.create_task(_pushed(settings, bot, runner) if webhook else _fetched(bot, runner)))
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await runner.drain(DRAIN)


async def _resume_often(runner: Runner) -> None:
    while True:
        await asyncio.sleep(RESUME_EVERY)
        await runner.resume()


async def _fetched(bot: TelegramBot, runner: Runner) -> None:
    await bot.delete_webhook()
    await Polling(bot, runner).run()


async def _pushed(settings: Settings, bot: TelegramBot, runner: Runner) -> None:
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    url = (settings.webhook_url or "").rstrip("/")
    await bot.set_webhook(f"{url}{PATH}", secret_token=secret, allowed_updates=["message", "callback_query"])
    serving = server(webhook_app(bot, runner, secret), settings.webhook_listen, settings.webhook_port)
    try:
        await serving.serve()
    except asyncio.CancelledError:
        serving.should_exit = True
        await serving.shutdown()
        raise

"""Putting the Telegram channel together, running it until SIGTERM, and taking it down cleanly."""

import asyncio
import logging
import signal
from contextlib import suppress

from telegram import BotCommand
from telegram.error import InvalidToken, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.catalogue_watch import Current
from bot.channels.telegram.outgoing import Outgoing
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.runner import Runner
from bot.channels.telegram.webhook import PATH, server, webhook_app
from bot.errors import UserError
from bot.house import forget_old, now, open_house
from bot.settings import Settings
from bot.together import until_one_ends

TelegramBot = ExtBot[int]
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


async def _run(settings: Settings, current: Current, token: str, webhook: bool) -> None:
    async with open_house(settings, current) as house:
        store = house.office.store
        await asyncio.to_thread(forget_old, store)
        async with open_bot(settings, token) as bot:
            runner = Runner(bot, house.reception, store, now)
            with house.at_work():
                await _serve(settings, bot, runner, Outgoing(bot, house.office), webhook)


def open_bot(settings: Settings, token: str) -> TelegramBot:
    """The bot, not yet connected."""
    api = settings.telegram_api.rstrip("/")
    return ExtBot(
        token,
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=HTTPXRequest(connection_pool_size=64),
        get_updates_request=HTTPXRequest(connection_pool_size=2),
        rate_limiter=AIORateLimiter(max_retries=3),
    )


async def _serve(settings: Settings, bot: TelegramBot, runner: Runner, outgoing: Outgoing, webhook: bool) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    with suppress(TelegramError):
        await bot.set_my_commands([BotCommand(name, said) for name, said in COMMANDS])
    await runner.resume()
    door = _pushed(settings, bot, runner) if webhook else _fetched(bot, runner)
    try:
        await until_one_ends(stop.wait(), resume_often(runner), outgoing.run(), door)
    finally:
        await runner.drain(DRAIN)


async def resume_often(runner: Runner) -> None:
    """Take up again what was not delivered, for ever."""
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

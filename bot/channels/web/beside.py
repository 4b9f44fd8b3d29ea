"""Telegram in the process of the web site: pushed to the same server, or fetched."""

import asyncio
import logging

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.channels.telegram import app as telegram
from bot.channels.telegram.outgoing import Outgoing
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.runner import Runner
from bot.channels.telegram.webhook import PATH, webhook_app
from bot.office.office import Office
from bot.reception import Reception
from bot.settings import Settings
from bot.together import until_one_ends

TRY_AGAIN = 60.0
_log = logging.getLogger(__name__)


async def telegram_beside(settings: Settings, app: Starlette, office: Office, reception: Reception) -> None:
    """Run until cancelled. The page is served on whatever happens to Telegram; it is tried again and again."""
    while True:
        try:
            await _once(settings, app, office, reception)
        except Exception as error:
            # The words of an error may hold the token.
            _log.error("telegram stopped (%s), next try in %.0f s", type(error).__name__, TRY_AGAIN)
        await asyncio.sleep(TRY_AGAIN)


async def _once(settings: Settings, app: Starlette, office: Office, reception: Reception) -> None:
    token = settings.telegram_token.get_secret_value().strip() if settings.telegram_token else ""
    async with telegram.open_bot(settings, token) as bot:
        runner = Runner(bot, reception, office.store, office.clock)
        await bot.set_my_commands(telegram.COMMANDS)
        await runner.resume()
        work = [telegram.resume_often(runner), Outgoing(bot, office).run()]
        pushed: list[BaseRoute] = []
        if settings.webhook_url and settings.webhook_secret:
            secret = settings.webhook_secret.get_secret_value()
            pushed = webhook_app(bot, runner, secret).routes
            app.router.routes[:0] = pushed
            url = f"{settings.webhook_url.rstrip('/')}{PATH}"
            await bot.set_webhook(url, secret_token=secret, allowed_updates=["message", "callback_query"])
        else:
            await bot.delete_webhook()
            work.append(Polling(bot, runner).run())
        try:
            await until_one_ends(*work)
        finally:
            for route in pushed:
                app.router.routes.remove(route)
            await runner.drain(telegram.DRAIN)

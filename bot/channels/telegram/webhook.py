"""Receiving updates pushed by Telegram: secret checked, update kept, then 200."""

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, Update

from bot.channels.telegram.runner import Runner

PATH = "/telegram"
MOST_BYTES = 1024 * 1024
_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def webhook_app(bot: Bot, runner: Runner, secret: str) -> Starlette:
    """The web application with the one route that Telegram calls."""

    async def receive(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(_HEADER, "").encode(), secret.encode()):
            return Response(status_code=403)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return Response(status_code=413)
        try:
            update = Update.de_json(json.loads(body), bot)
        except (ValueError, TypeError, KeyError, AttributeError):
            return Response(status_code=400)
        await runner.accept([update])
        return Response(status_code=200)

    return Starlette(routes=[Route(PATH, receive, methods=["POST"])])


class Server(uvicorn.Server):
    """Uvicorn that leaves the signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: whoever runs the server handles SIGTERM and SIGINT."""
        yield


def server(app: Starlette, host: str, port: int) -> Server:
    """A server for ``app``, not started."""
    return Server(uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False))

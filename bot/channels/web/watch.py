"""Around every request: its id, its log line, its figures, the limit of its address, and the last catch."""

import logging
import secrets
import time
from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.web.limits import PerMinute
from bot.channels.web.logs import REQUEST_ID
from bot.channels.web.metrics import Metrics

FailurePage = Callable[[Request, Exception], Awaitable[Response]]
GONE = 499
"""What is logged when the other side went away before its answer."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_UNCOUNTED = ("/static/", "/healthz", "/readyz", "/metrics", "/telegram")
"""Cheap, or called by machines from a single address."""
_log = logging.getLogger(__name__)


class Watch:
    """The outermost layer of the site. ``failed`` makes the page for an error that nothing else caught."""

    def __init__(self, app: ASGIApp, metrics: Metrics, failed: FailurePage, per_address: int) -> None:
        self._app = app
        self._metrics = metrics
        self._failed = failed
        self._limit = PerMinute(per_address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Never raises."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0
        REQUEST_ID.set(secrets.token_hex(6))

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = REQUEST_ID.get()
            await send(message)

        try:
            await self._checked(scope, receive, sending)
        except ClientDisconnect:
            status = GONE
        except Exception as error:
            if not isinstance(error, HTTPException):
                _log.exception("no page")
            if not status:
                response = await self._failed(Request(scope), error)
                await response(scope, receive, sending)
        self._written(scope, status, time.perf_counter() - started)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith(_UNCOUNTED):
            self._limit.check(scope["client"][0] if scope.get("client") else "")
        await self._app(scope, receive, send)

    def _written(self, scope: Scope, status: int, seconds: float) -> None:
        """Log and count it under the name of the page: an address may hold what somebody typed."""
        endpoint = scope.get("endpoint")
        module = str(getattr(endpoint, "__module__", "")).rpartition(".")[2]
        name = f"{module}.{getattr(endpoint, '__name__', '')}" if endpoint and status != 404 else "none"
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.request(name, method, status, seconds)
        fields = {"page": name, "method": method, "status": status, "ms": round(seconds * 1000, 1)}
        _log.info("request", extra={"fields": fields})

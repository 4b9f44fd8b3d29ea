"""What stands in front of every page: signed session cookie, token against forged requests, limits, headers."""

import hmac
import secrets
from datetime import UTC, datetime
from typing import Literal

from starlette.datastructures import FormData, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.web.limits import PerMinute
from bot.channels.web.settings import WebSettings

FIELD, HEADER = "csrf", "X-CSRF-Token"
DAYS = 30
"""How long a citizen's cookie lives after the last visit."""
MOST_FIELDS, MOST_FILES, MOST_TEXT = 100, 10, 256 * 1024
FILES_AT_ONCE = 4
"""A form may be as long as so many files of the largest size."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)


def sent(request: Request) -> FormData:
    """The form that was sent with a POST; its token is checked before any page sees it."""
    form: FormData = request.state.form
    return form


def text_of(request: Request, name: str) -> str:
    """A text field of the form that was sent; "" when there is none."""
    value = sent(request).get(name, "")
    return value if isinstance(value, str) else ""


def token(request: Request) -> str:
    """What a form on a page for ``request`` has to send back; "" where there is no session."""
    return str(request.session.get(FIELD, "")) if "session" in request.scope else ""


def renew(request: Request) -> None:
    """Begin a new session with nothing in it: at a login, a logout, and when a citizen clears everything."""
    request.session.clear()
    request.session.update(id=secrets.token_urlsafe(16), csrf=secrets.token_urlsafe(16), day=_day())


def guards(
    secret: str,
    web: WebSettings,
    *,
    cookie: str = "wenban",
    path: str = "/",
    seconds: int = DAYS * 24 * 3600,
    embeddable: bool = False,
) -> list[Middleware]:
    """Session, token and limits for the pages under ``path``; ``embeddable`` in the frame of another site."""
    framed = embeddable and web.https and bool(web.allowed_origins)
    same_site: Literal["lax", "strict", "none"] = "none" if framed else "lax" if embeddable else "strict"
    session = Middleware(
        SessionMiddleware,
        secret_key=secret,
        session_cookie=cookie,
        max_age=seconds,
        path=path,
        same_site=same_site,
        https_only=web.https,
        partitioned=framed,
    )
    return [Middleware(Headers, headers=response_headers(web, embeddable)), session, Middleware(FormGuard, web=web)]


def response_headers(web: WebSettings, embeddable: bool) -> dict[str, str]:
    """What a browser may do with a page; ``embeddable`` in the frame of the portal."""
    ancestors = " ".join(("'self'", *web.allowed_origins)) if embeddable else "'none'"
    return {**_HEADERS, "Content-Security-Policy": _POLICY.format(ancestors=ancestors)}


class FormGuard:
    """Reads the form of every POST, within limits, and lets it through only with the session's token."""

    def __init__(self, app: ASGIApp, web: WebSettings) -> None:
        self._app = app
        self._most_bytes = web.upload_mb * 1024 * 1024 * FILES_AT_ONCE + MOST_TEXT
        self._limit = PerMinute(web.per_session)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises HTTPException: 403 for a wrong token, 413 for too much, 429 for too often."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope, _counted(receive, self._most_bytes))
        if "id" not in request.session:
            if request.method not in _SAFE:
                raise HTTPException(403)
            renew(request)
        elif request.method in _SAFE and request.session.get("day") != _day():
            request.session["day"] = _day()  # so that the cookie lives on from the last visit
        if request.method in _SAFE:
            return await self._app(scope, receive, send)
        self._limit.check(request.session["id"])
        _refuse_too_long(request, self._most_bytes)
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=MOST_TEXT) as form:
            given = request.headers.get(HEADER) or form.get(FIELD)
            if not isinstance(given, str) or not hmac.compare_digest(given.encode(), token(request).encode()):
                raise HTTPException(403)
            request.state.form = form
            return await self._app(scope, receive, send)


def _day() -> str:
    return datetime.now(UTC).date().isoformat()


def _refuse_too_long(request: Request, most: int) -> None:
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > most:
        raise HTTPException(413)


def _counted(receive: Receive, most: int) -> Receive:
    """``receive``; what tells no length, or a wrong one, is stopped on the way."""
    taken = 0

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413)
        return message

    return counting


class Headers:
    """Adds ``headers`` to every response that does not have them."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the headers."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending)

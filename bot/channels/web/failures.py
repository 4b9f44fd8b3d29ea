"""The page for everything that went wrong: what happened, what to do, and the number that finds it in the log."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web import wording
from bot.channels.web.logs import REQUEST_ID
from bot.channels.web.security import response_headers
from bot.channels.web.site import site_of
from bot.channels.web.templating import is_partial, page


async def failure(request: Request, status: int) -> Response:
    """The page for ``status``; for htmx only its words, which the page shows in place."""
    title, words = wording.FAILURES.get(status, wording.FAILURES[500 if status >= 500 else 400])
    name = "failure_part.html" if is_partial(request) else "failure.html"
    response = page(request, name, status, title=title, words=words, reference=REQUEST_ID.get())
    # It may come from outside the layers that add these to every page.
    embeddable = not request.url.path.startswith("/desk")
    response.headers.update(response_headers(site_of(request).web, embeddable))
    return response


async def http_failure(request: Request, error: Exception) -> Response:
    """The page for an HTTPException, with its headers."""
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for nothing else)
    if error.status_code in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
        return Response(status_code=error.status_code, headers=error.headers)
    response = await failure(request, error.status_code)
    response.headers.update(error.headers or {})
    return response

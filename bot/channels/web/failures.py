"""The page for everything that went wrong: what happened, what to do, and the number that finds it in the log."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web import wording
from bot.channels.web.logs import REQUEST_ID
from bot.channels.web.security import response_headers
from bot.channels.web.site import site_of
from bot.channels.web.templating import is_partial, page


async def failure(request: Request, error: Exception) -> Response:
    """The page for an HTTPException, or for any other error; for htmx only its words, shown in place."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    title, words = wording.FAILURES.get(status, wording.FAILURES[500 if status >= 500 else 400])
    name = "failure_part.html" if is_partial(request) else "failure.html"
    response = page(request, name, status, title=title, words=words, reference=REQUEST_ID.get())
    # It may come from outside the layers that add these to every page.
    embeddable = not request.url.path.startswith("/desk")
    response.headers.update(response_headers(site_of(request).web, embeddable))
    response.headers.update((isinstance(error, HTTPException) and error.headers) or {})
    return response

"""For the portal of the district: the conversation within its pages."""

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.site import address_of
from bot.channels.web.templating import fragment


def script(request: Request) -> Response:
    """``/embed.js``: a button at the edge of the portal's page that opens the conversation in a frame."""
    words = fragment(request, "embed.js", address=address_of(request, "/embed"))
    headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(words, media_type="text/javascript; charset=utf-8", headers=headers)

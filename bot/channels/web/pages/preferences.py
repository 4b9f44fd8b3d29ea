"""How the page looks, and clearing what is kept of this session."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web.security import DAYS, renew
from bot.channels.web.site import CHANNEL, site_of, user_key
from bot.channels.web.templating import page
from bot.channels.web.view import COOKIE, local_path, view_of
from bot.conversation.compose import say
from bot.conversation.messages import Ending
from bot.conversation.session import Session


def view(request: Request) -> Response:
    """Turn one choice over and go back; without a choice, the page where all are."""
    chosen = view_of(request).switched(request.query_params.get("set", ""))
    response = RedirectResponse(local_path(request.query_params.get("back", "/")), 303)
    response.set_cookie(COOKIE, str(chosen), max_age=12 * DAYS * 24 * 3600, path="/", samesite="lax")
    return response


def forget(request: Request) -> Response:
    """Clear the conversation and the unsent form, and begin as somebody new: for machines that many use."""
    site, key = site_of(request), user_key(request)
    with site.office.store.transaction() as t:
        t.conversations.save_turn(CHANNEL, key, Session(), say(Ending.CANCELLED, "-"), site.office.clock(), None)
    site.transcripts.forget(key)
    renew(request)
    return page(request, "forgotten.html")

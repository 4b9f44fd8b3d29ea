"""Pages from templates; every value is escaped. The only module of the web that knows jinja2."""

from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.channels.web.security import FIELD, token
from bot.channels.web.site import site_of
from bot.channels.web.static import asset
from bot.channels.web.view import view_of
from index.snippets import CLOSE, OPEN

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> jinja2.Environment:
    """The one environment of citizens' pages and desk."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = asset
    made.filters["found_words"] = found_words
    return made


def found_words(snippet: str) -> Markup:
    """A snippet of the index with its found words marked."""
    return escape(snippet).replace(OPEN, Markup("<mark>")).replace(CLOSE, Markup("</mark>"))


def page(request: Request, template: str, status: int = 200, /, **values: object) -> HTMLResponse:
    """``template`` with ``values``, and what every page needs.

    That is: ``csrf_field`` (to be put into each form that is sent by POST), ``csrf``, ``view``, ``path``,
    ``district``, ``embedded`` (shown in a frame), ``hx`` (only a part is wanted).
    """
    return HTMLResponse(fragment(request, template, **values), status)


def fragment(request: Request, template: str, /, **values: object) -> str:
    """As ``page``, the text alone."""
    given = token(request)
    field = Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, given)
    return (
        environment()
        .get_template(template)
        .render(
            csrf=given,
            csrf_field=field,
            view=view_of(request),
            path=request.url.path,
            district=site_of(request).snapshot().catalog.district,
            embedded=request.headers.get("sec-fetch-dest") == "iframe" or request.url.path == "/embed",
            hx=is_partial(request),
            **values,
        )
    )


def is_partial(request: Request) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("hx-request") == "true"

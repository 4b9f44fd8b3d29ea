"""The page of search results: ``/search?q=``."""

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web import wording
from bot.channels.web.pages.paging import paged
from bot.channels.web.site import site_of
from bot.channels.web.templating import page
from bot.conversation.availability import mark
from bot.mailbox.calendar import day_of
from index.errors import BadQuery
from index.results import Filters, Hit
from index.snapshot import Snapshot

MOST = 60
LONGEST = 200
"""Characters of a query."""


def search(request: Request) -> Response:
    """Items for the words, with the part that fits; other spellings where there are none."""
    site = site_of(request)
    snapshot, today = site.snapshot(), day_of(site.office.clock())
    words = request.query_params.get("q", "").strip()[:LONGEST]
    department = request.query_params.get("department", "")
    online = request.query_params.get("online") == "1"
    hits, fault = _found(words, snapshot, Filters(department=department or None, online=True if online else None))
    shown = paged(request, [(hit, mark(hit.item, today)) for hit in hits])
    return page(
        request,
        "search.html",
        words=words,
        department=department,
        online=online,
        departments=snapshot.catalog.departments,
        shown=shown,
        fault=fault,
        spellings=snapshot.index.suggest(words) if words and not hits and not fault else (),
    )


def _found(words: str, snapshot: Snapshot, filters: Filters) -> tuple[tuple[Hit, ...], str | None]:
    if not words:
        return (), None
    try:
        return snapshot.index.search(words, filters, MOST, explain=True).hits, None
    except BadQuery:
        return (), wording.BAD_QUERY

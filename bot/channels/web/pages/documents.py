"""What is published already: a list to look through, and to search before one applies."""

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.pages.paging import paged
from bot.channels.web.site import site_of
from bot.channels.web.templating import page
from index.documents import find_documents

MOST = 20


def documents(request: Request) -> Response:
    """``/documents?q=``: the newest first, or those that fit the words."""
    snapshot = site_of(request).snapshot()
    catalog = snapshot.catalog
    words = request.query_params.get("q", "").strip()[:200]
    newest = sorted(catalog.documents, key=lambda one: (one.published_on, one.id), reverse=True)
    found = find_documents(words, catalog, snapshot.index.analyser, MOST) if words else newest
    names = {one.id: one.name for one in catalog.departments}
    return page(request, "documents.html", words=words, shown=paged(request, found), names=names)

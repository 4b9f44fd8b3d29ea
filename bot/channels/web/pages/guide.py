"""The whole guide of one item at an address of its own: to read, to print, to hand on."""

from functools import lru_cache

import segno
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.site import address_of, site_of
from bot.channels.web.templating import page
from bot.conversation.availability import is_open
from bot.conversation.whole_guide import whole_guide
from bot.mailbox.calendar import day_of


def guide(request: Request) -> Response:
    """``/items/<id>``."""
    site = site_of(request)
    catalog, today = site.snapshot().catalog, day_of(site.office.clock())
    item = catalog.items_by_id.get(request.path_params["id"])
    if item is None:
        raise HTTPException(404)
    address = address_of(request, f"/items/{item.id}")
    return page(
        request,
        "guide.html",
        item=item,
        reply=whole_guide(item, catalog, today),
        department=catalog.departments_by_id[item.competent_authority],
        related=[catalog.items_by_id[one.id] for one in item.related_services],
        events=catalog.events_by_item.get(item.id, ()),
        can_be_done=is_open(item, today),
        address=address,
        qr=qr(address),
    )


@lru_cache(maxsize=1024)
def qr(text: str) -> Markup:
    """A QR code of ``text`` as an SVG element."""
    svg = segno.make(text, micro=False, error="m").svg_inline(border=2, dark="#000", light="#fff", omitsize=True)
    return Markup(svg)  # noqa: S704 (made by the library; the text is in it only as dots)

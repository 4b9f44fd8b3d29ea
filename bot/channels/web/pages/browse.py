"""Finding guides without asking: by department, theme, audience and life event."""

from collections.abc import Sequence
from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.pages.paging import paged
from bot.channels.web.site import site_of
from bot.channels.web.templating import page
from bot.conversation import wording
from bot.conversation.availability import Availability, availability, mark
from bot.conversation.browse import theme_key
from bot.mailbox.calendar import day_of
from catalog.models import Catalog, ServiceItem
from catalog.values import Audience


def browse(request: Request) -> Response:
    """The ways to look."""
    site = site_of(request)
    catalog = site.snapshot().catalog
    items = offered(catalog, day_of(site.office.clock()))
    used = {item.competent_authority for item in items}
    themes = sorted({theme for item in items for theme in item.themes})
    return page(
        request,
        "browse.html",
        departments=[one for one in catalog.departments if one.id in used],
        themes=[(theme_key(theme), theme) for theme in themes],
        events=catalog.life_events,
        count=len(items),
    )


def listing(request: Request) -> Response:
    """``/browse/<kind>/<key>``: the items of one department, theme or audience, the most wanted first."""
    site = site_of(request)
    catalog, today = site.snapshot().catalog, day_of(site.office.clock())
    items = sorted(offered(catalog, today), key=lambda item: (-item.popularity, item.id))
    name, found = _chosen(request.path_params["kind"], request.path_params["key"], catalog, items)
    if not found:
        raise HTTPException(404)
    shown = paged(request, [(item, mark(item, today)) for item in found])
    return page(request, "listing.html", name=name, shown=shown)


def event(request: Request) -> Response:
    """``/events/<id>``: what is done in which order."""
    site = site_of(request)
    catalog, today = site.snapshot().catalog, day_of(site.office.clock())
    found = next((one for one in catalog.life_events if one.id == request.path_params["id"]), None)
    if found is None:
        raise HTTPException(404)
    steps = [(item := catalog.items_by_id[step.item], step.why, mark(item, today)) for step in found.steps]
    return page(request, "event.html", event=found, steps=steps)


def offered(catalog: Catalog, today: date) -> list[ServiceItem]:
    """All items that are not withdrawn."""
    return [item for item in catalog.items if availability(item, today) is not Availability.WITHDRAWN]


def _chosen(kind: str, key: str, catalog: Catalog, items: Sequence[ServiceItem]) -> tuple[str, list[ServiceItem]]:
    """The name of a list and what is in it; nothing for a list that does not exist."""
    if kind == "departments":
        department = catalog.departments_by_id.get(key)
        return department.name if department else "", [one for one in items if one.competent_authority == key]
    if kind == "audiences" and key in {"people", "companies"}:
        person = key == "people"
        name = wording.PERSON if person else wording.COMPANY
        return name, [one for one in items if any((who is Audience.PERSON) is person for who in one.audiences)]
    if kind != "themes":
        return "", []
    found = [one for one in items if any(theme_key(theme) == key for theme in one.themes)]
    return next((theme for one in found for theme in one.themes if theme_key(theme) == key), ""), found

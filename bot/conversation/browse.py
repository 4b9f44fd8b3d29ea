"""Browsing by department, audience, theme and life event, with pages.

Actions: ``b`` home; ``b:d`` departments; ``b:t`` themes; ``b:a`` audiences; ``b:e`` life events;
``b:<kind>:~<page>`` a further
page of these; ``b:<kind>:<key>:<page>`` a listing. Themes have Chinese names, so their key is a checksum.
"""

import zlib
from collections.abc import Sequence
from datetime import date

from bot.conversation import wording
from bot.conversation.availability import Availability, availability
from bot.conversation.compose import in_rows, item_button
from bot.conversation.life_event import event_page
from bot.conversation.messages import Button, Ending, ItemRef, Paragraph, Reply
from catalog.models import Catalog, ServiceItem
from catalog.values import Audience

PAGE = 8
_TO_PAGE = "~"
"""Marks a page of the choices; no id may hold it."""


def browse(action: str, catalog: Catalog, today: date) -> Reply | None:
    """The page for ``action`` with what is not withdrawn ``today``; None when it no longer exists."""
    kind, key, page = (*action.split(":")[1:], "", "", "")[:3]
    if not kind:
        return _home()
    if not key or key.startswith(_TO_PAGE):
        return _choices(kind, catalog, today, _page_number(key.removeprefix(_TO_PAGE)))
    if kind == "e":
        event = next((event for event in catalog.life_events if event.id == key), None)
        return event_page(event, catalog, today) if event else None
    name, items = _listing(kind, key, catalog, today)
    return _items(f"b:{kind}:{key}", kind, name, items, _page_number(page)) if items else None


def _page_number(text: str) -> int:
    """The number of a page; a forged one is the first."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0


def _home() -> Reply:
    ways = [
        (wording.BY_DEPARTMENT, "b:d"),
        (wording.BY_THEME, "b:t"),
        (wording.BY_AUDIENCE, "b:a"),
        (wording.BY_EVENT, "b:e"),
    ]
    buttons = [Button(label=label, action=action) for label, action in ways]
    return _page(wording.BROWSE, in_rows(buttons, 2))


def theme_key(theme: str) -> str:
    """ASCII key of a theme that survives a reload."""
    return f"x{zlib.crc32(theme.encode()):08x}"


def _choices(kind: str, catalog: Catalog, today: date, page: int) -> Reply | None:
    in_use = _in_use(catalog, today)
    used = {item.competent_authority for item in in_use}
    themes = sorted({theme for item in in_use for theme in item.themes})
    tables: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "d": (wording.BROWSE_DEPARTMENTS, [(d.name, d.id) for d in catalog.departments if d.id in used]),
        "t": (wording.BROWSE_THEMES, [(theme, theme_key(theme)) for theme in themes]),
        "a": (wording.BROWSE_AUDIENCES, [(wording.PERSON, "p"), (wording.COMPANY, "c")]),
        "e": (wording.BROWSE_EVENTS, [(event.name, event.id) for event in catalog.life_events]),
    }
    if kind not in tables:
        return None
    sentence, rows = tables[kind]
    size = PAGE * 2
    page = min(page, max(0, (len(rows) - 1) // size))
    shown = rows[page * size : (page + 1) * size]
    buttons = [Button(label=label[:40], action=f"b:{kind}:{key}") for label, key in shown]
    return _page(sentence, (*in_rows(buttons, 2), *_turn(f"b:{kind}:{_TO_PAGE}", page, len(rows), size, "b")))


def _in_use(catalog: Catalog, today: date) -> list[ServiceItem]:
    return [item for item in catalog.items if availability(item, today) is not Availability.WITHDRAWN]


def _listing(kind: str, key: str, catalog: Catalog, today: date) -> tuple[str, list[ServiceItem]]:
    items = sorted(_in_use(catalog, today), key=lambda item: (-item.popularity, item.id))
    if kind == "d":
        department = catalog.departments_by_id.get(key)
        return department.name if department else "", [i for i in items if i.competent_authority == key]
    if kind == "a":
        person = key == "p"
        name = wording.PERSON if person else wording.COMPANY
        return name, [i for i in items if any((who is Audience.PERSON) is person for who in i.audiences)]
    found = [item for item in items if any(theme_key(theme) == key for theme in item.themes)]
    name = next((theme for item in found for theme in item.themes if theme_key(theme) == key), "")
    return name, found


def _items(action: str, kind: str, name: str, items: Sequence[ServiceItem], page: int) -> Reply:
    pages = (len(items) - 1) // PAGE + 1
    page = min(page, pages - 1)
    shown = items[page * PAGE : (page + 1) * PAGE]
    sentence = wording.BROWSE_ITEMS.format(name=name, count=len(items), page=page + 1, pages=pages)
    rows = in_rows([item_button(item) for item in shown], 1)
    refs = tuple(ItemRef(id=item.id, name=item.name) for item in shown)
    return _page(sentence, (*rows, *_turn(f"{action}:", page, len(items), PAGE, f"b:{kind}")), items=refs)


def _turn(action: str, page: int, count: int, size: int, back: str) -> tuple[tuple[Button, ...], ...]:
    row = []
    if page > 0:
        row.append(Button(label=wording.PREVIOUS, action=f"{action}{page - 1}"))
    row.append(Button(label=wording.BACK_TO_BROWSE, action=back))
    if (page + 1) * size < count:
        row.append(Button(label=wording.NEXT, action=f"{action}{page + 1}"))
    return (tuple(row),)


def _page(sentence: str, buttons: tuple[tuple[Button, ...], ...], items: tuple[ItemRef, ...] = ()) -> Reply:
    lead = (Paragraph(text=sentence),)
    return Reply(ending=Ending.BROWSED, blocks=lead, buttons=buttons, items=items, replaces=True)

"""Replies about items: the answer, the clarifying question, the honest no."""

from collections.abc import Iterable, Sequence

from bot.conversation import wording
from bot.conversation.guide_text import (
    facet_blocks,
    offered_facets,
    online_and_materials,
    source_note,
    stated_blocks,
    status_blocks,
)
from bot.conversation.messages import Button, Ending, Facet, ItemRef, Paragraph, Reply, Title
from catalog.models import Catalog, ServiceItem

LABEL_LENGTH = 40
_WHOLE = [facet for facet in Facet if facet not in {Facet.OVERVIEW, Facet.ONLINE, Facet.STEPS}]
MOST_CANDIDATES = 4


def item_button(item: ServiceItem) -> Button:
    """A button that opens ``item``."""
    name = item.name if len(item.name) <= LABEL_LENGTH else item.name[: LABEL_LENGTH - 1] + "…"
    return Button(label=name, action=f"i:{item.id}")


def facet_button(item: ServiceItem, facet: Facet) -> Button:
    """A button that shows ``facet`` of ``item``."""
    return Button(label=wording.FACETS[facet], action=f"i:{item.id}:{facet}")


NOT_MINE = Button(label=wording.NOT_MINE, action="no")


def in_rows(buttons: Sequence[Button], width: int) -> tuple[tuple[Button, ...], ...]:
    """``buttons`` in rows of ``width``."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def answer(
    item: ServiceItem,
    facet: Facet,
    catalog: Catalog,
    others: Iterable[ServiceItem] = (),
    replaces: bool = False,
) -> Reply:
    """The asked facet first, then online access and what to prepare, then the source."""
    hotline, guide = catalog.district.hotline, item.guide
    others = [other for other in others if other.id != item.id][: MOST_CANDIDATES - 1]
    blocks = (
        Title(text=item.name),
        *status_blocks(item),
        *facet_blocks(item, facet, hotline),
        *online_and_materials(guide, facet),
        *source_note(guide, hotline),
    )
    facets = [facet_button(item, other) for other in offered_facets(item) if other is not facet]
    related = [catalog.items_by_id[link.id] for link in item.related_services]
    beside = list(dict.fromkeys([*(one.id for one in others), *(one.id for one in related)]))[:MOST_CANDIDATES]
    buttons = (
        *in_rows(facets, 3),
        *in_rows([item_button(catalog.items_by_id[one]) for one in beside], 1),
        (NOT_MINE,),
    )
    refs = (ItemRef(id=item.id, name=item.name), *(ItemRef(id=one.id, name=one.name) for one in others))
    return Reply(ending=Ending.ANSWERED, blocks=blocks, buttons=buttons, items=refs, facet=facet, replaces=replaces)


def whole_guide(item: ServiceItem, catalog: Catalog) -> Reply:
    """Every stated part of the guide, for reading in one piece."""
    hotline = catalog.district.hotline
    about = f"{catalog.department_name(item)} · {item.type} · {'、'.join(item.audiences)}"
    parts = (block for facet in (Facet.ONLINE, *_WHOLE) for block in stated_blocks(item, facet))
    summary = (Paragraph(text=item.guide.summary),) if item.guide.summary else ()
    return Reply(
        ending=Ending.ANSWERED,
        blocks=(
            Title(text=item.name),
            Paragraph(text=about),
            *status_blocks(item),
            *summary,
            *parts,
            *source_note(item.guide, hotline),
        ),
        items=(ItemRef(id=item.id, name=item.name),),
        facet=Facet.OVERVIEW,
    )


def clarify(items: Sequence[ServiceItem], sentence: str = wording.CLARIFY) -> Reply:
    """Up to four candidates as buttons."""
    chosen = items[:MOST_CANDIDATES]
    return Reply(
        ending=Ending.CLARIFIED,
        blocks=(Paragraph(text=sentence),),
        buttons=(*in_rows([item_button(item) for item in chosen], 1), (NOT_MINE,)),
        items=tuple(ItemRef(id=item.id, name=item.name) for item in chosen),
    )


def decline(nearest: Sequence[ServiceItem], hotline: str) -> Reply:
    """An honest no: the nearest items, if any, and the ways on."""
    chosen = nearest[:3]
    said = wording.DECLINED_NEAREST if chosen else wording.DECLINED_WAYS
    return Reply(
        ending=Ending.DECLINED,
        blocks=(Paragraph(text=wording.DECLINED), Paragraph(text=said.format(hotline=hotline))),
        buttons=(*in_rows([item_button(item) for item in chosen], 1), *ways_on()),
        items=tuple(ItemRef(id=item.id, name=item.name) for item in chosen),
    )


def ways_on() -> tuple[tuple[Button, ...], ...]:
    """Where a person can go when no item fits."""
    return (
        (Button(label=wording.BY_DEPARTMENT, action="b:d"), Button(label=wording.CALL_HUMAN, action="human")),
        (
            Button(label=wording.WRITE_LETTER, action="letter"),
            Button(label=wording.APPLY_DISCLOSURE, action="disclosure"),
        ),
    )


def say(ending: Ending, *sentences: str) -> Reply:
    """A reply of plain sentences."""
    return Reply(ending=ending, blocks=tuple(Paragraph(text=sentence) for sentence in sentences))

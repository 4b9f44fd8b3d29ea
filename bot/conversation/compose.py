"""Replies about items: the answer, the clarifying question, the honest no."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.conversation import wording
from bot.conversation.availability import Availability, availability, availability_blocks, is_open
from bot.conversation.guide_text import facet_blocks, offered_facets, online_and_materials, source_note
from bot.conversation.messages import Block, Bullets, Button, Ending, Facet, ItemRef, Paragraph, Reply, Title
from bot.conversation.sisters import Difference, Family, are_sisters, family
from catalog.models import Catalog, ServiceItem

LABEL_LENGTH = 40
MOST_CANDIDATES = 4
SHORT_WHEN = 12
"""Characters of a case that still stands on a button."""


def item_button(item: ServiceItem, label: str | None = None) -> Button:
    """A button that opens ``item``, under its name or a shorter ``label``."""
    name = label or item.name
    return Button(
        label=name if len(name) <= LABEL_LENGTH else name[: LABEL_LENGTH - 1] + "…", action=f"i:{item.id}"
    )


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
    today: date,
    others: Iterable[ServiceItem] = (),
    replaces: bool = False,
) -> Reply:
    """The asked facet first, then online access and what to prepare, then the source.

    An item that cannot be done ``today`` says so first and offers others; one that is withdrawn says no more.
    """
    hotline = catalog.district.hotline
    others = [other for other in others if other.id != item.id][: MOST_CANDIDATES - 1]
    withdrawn = availability(item, today) is Availability.WITHDRAWN
    facets = [] if withdrawn else [one for one in offered_facets(item) if one is not facet]
    beside = _beside(item, others, catalog, today)
    blocks: list[Block] = [Title(text=item.name), *availability_blocks(item, today)]
    if not is_open(item, today):
        said = wording.INSTEAD if beside else wording.NOTHING_INSTEAD
        blocks.append(Paragraph(text=said.format(hotline=hotline)))
    if not withdrawn:
        blocks += [*facet_blocks(item, facet, hotline), *online_and_materials(item.guide, facet)]
    buttons = (
        *in_rows([facet_button(item, other) for other in facets], 3),
        *in_rows([item_button(other) for other in beside], 1),
        (NOT_MINE,),
    )
    return Reply(
        ending=Ending.ANSWERED,
        blocks=(*blocks, *source_note(item.guide, hotline)),
        buttons=buttons,
        items=(ItemRef(id=item.id, name=item.name), *(ItemRef(id=one.id, name=one.name) for one in others)),
        facet=facet,
        replaces=replaces,
    )


def _beside(item: ServiceItem, others: Sequence[ServiceItem], catalog: Catalog, today: date) -> list[ServiceItem]:
    """What is offered beside ``item``; when that cannot be done, only what can, its sisters included."""
    found = [*others, *(catalog.items_by_id[link.id] for link in item.related_services)]
    if not is_open(item, today):
        found += [other for other in catalog.items if other.id != item.id and are_sisters(item, other)]
        found = [other for other in found if is_open(other, today)]
    return list({other.id: other for other in found}.values())[:MOST_CANDIDATES]


def clarify(items: Sequence[ServiceItem], sentence: str = wording.CLARIFY) -> Reply:
    """Up to four candidates as buttons; between sisters, the question is in which case the person is."""
    chosen = items[:MOST_CANDIDATES]
    sisters = family(chosen)
    if sisters is not None and any(item.distinguish for item in sisters.items):
        return _between_sisters(chosen, sisters)
    return _choice((Paragraph(text=sentence),), [item_button(item) for item in chosen], chosen)


def _between_sisters(items: Sequence[ServiceItem], sisters: Family) -> Reply:
    differences = [sisters.difference(item) for item in items]
    lines = tuple(
        wording.DIFFERENCE.format(label=one.label, when=one.when) if one.when else one.label for one in differences
    )
    question = Bullets(label=wording.CLARIFY_SISTERS.format(stem=sisters.stem), items=lines)
    buttons = [item_button(item, _short(one)) for item, one in zip(items, differences, strict=True)]
    return _choice((question,), buttons, items)


def _short(difference: Difference) -> str:
    if difference.when is None or len(difference.when) > SHORT_WHEN:
        return difference.label
    return wording.SHORT_DIFFERENCE.format(when=difference.when, label=difference.label)


def _choice(blocks: tuple[Block, ...], buttons: Sequence[Button], items: Sequence[ServiceItem]) -> Reply:
    return Reply(
        ending=Ending.CLARIFIED,
        blocks=blocks,
        buttons=(*in_rows(buttons, 1), (NOT_MINE,)),
        items=tuple(ItemRef(id=item.id, name=item.name) for item in items),
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

"""A life event (人生事件、一件事) as one list: what is done in which order, and why."""

from datetime import date

from bot.conversation import wording
from bot.conversation.availability import is_open, mark
from bot.conversation.compose import NOT_MINE, in_rows, item_button
from bot.conversation.messages import Block, Bullets, Button, Ending, ItemRef, Paragraph, Reply
from catalog.models import Catalog, LifeEvent, LifeEventStep, ServiceItem

ALIKE = 2
"""Steps that two events have in common when one may be taken for the other (买新房, 买二手房)."""
_MOST_ALIKE = 2
_LABEL_LENGTH = 40


def event_button(event: LifeEvent) -> Button:
    """A button that shows all steps of ``event``."""
    return Button(label=wording.EVENT_ALL.format(name=event.name)[:_LABEL_LENGTH], action=f"b:e:{event.id}")


def event_answer(event: LifeEvent, catalog: Catalog, today: date) -> Reply:
    """The answer to words that mean the whole of ``event``; events alike are offered beside it."""
    alike = [event_button(other) for other in _alike(event, catalog)]
    rows = (*_step_rows(event, catalog), *in_rows(alike, 1), (NOT_MINE,))
    return _reply(Ending.ANSWERED, event, catalog, today, rows)


def event_page(event: LifeEvent, catalog: Catalog, today: date) -> Reply:
    """The same list as a page of browsing."""
    rows = (*_step_rows(event, catalog), (Button(label=wording.BACK_TO_BROWSE, action="b:e"),))
    return _reply(Ending.BROWSED, event, catalog, today, rows).model_copy(update={"replaces": True})


def _reply(
    ending: Ending, event: LifeEvent, catalog: Catalog, today: date, rows: tuple[tuple[Button, ...], ...]
) -> Reply:
    items = [catalog.items_by_id[step.item] for step in event.steps]
    lines = tuple(_line(item, step, today) for item, step in zip(items, event.steps, strict=True))
    blocks: tuple[Block, ...] = (
        Bullets(label=wording.EVENT_STEPS.format(name=event.name), items=lines, numbered=True),
        Paragraph(text=_first(items, catalog.district.hotline, today)),
    )
    refs = tuple(ItemRef(id=item.id, name=item.name) for item in items)
    return Reply(ending=ending, blocks=blocks, buttons=rows, items=refs)


def _line(item: ServiceItem, step: LifeEventStep, today: date) -> str:
    said = mark(item, today)
    sentence = wording.MARKED if said else wording.UNMARKED
    return sentence.format(name=item.name, why=step.why, mark=said)


def _first(items: list[ServiceItem], hotline: str, today: date) -> str:
    """What to do first: the first step that can be done now."""
    first = next((item for item in items if is_open(item, today)), None)
    if first is None:
        return wording.EVENT_NONE_OPEN.format(hotline=hotline)
    return wording.EVENT_FIRST.format(name=first.name)


def _step_rows(event: LifeEvent, catalog: Catalog) -> tuple[tuple[Button, ...], ...]:
    return in_rows([item_button(catalog.items_by_id[step.item]) for step in event.steps], 1)


def _alike(event: LifeEvent, catalog: Catalog) -> list[LifeEvent]:
    """Events that begin with the same word and share steps with ``event``, those with most in common first."""
    steps = {step.item for step in event.steps}
    others = (other for other in catalog.life_events if other.id != event.id and other.name[0] == event.name[0])
    shared = [(len(steps & {step.item for step in other.steps}), other) for other in others]
    alike = sorted((row for row in shared if row[0] >= ALIKE), key=lambda row: (-row[0], row[1].id))
    return [other for _, other in alike[:_MOST_ALIKE]]

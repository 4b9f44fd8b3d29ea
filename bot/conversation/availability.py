"""Whether an item can be done on a given day: its status and its planned dates (计划生效日期、计划取消日期)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from enum import Enum, auto

from bot.conversation import wording
from bot.conversation.messages import Block, Paragraph
from bot.conversation.sisters import are_sisters
from catalog.models import ServiceItem
from catalog.values import Status
from index.results import Hit

_BEHIND = 0.8
"""What the score of an item that cannot be done is worth beside a sister that can: the words must name it."""


class Availability(Enum):
    """How an item stands on one day."""

    OPEN = auto()
    PLANNED = auto()
    """Not before ``effective_from``."""
    SUSPENDED = auto()
    WITHDRAWN = auto()
    """Cancelled, or later than ``effective_until``, the last day on which it is done."""


def availability(item: ServiceItem, today: date) -> Availability:
    """How ``item`` stands on ``today``."""
    if item.status is Status.CANCELLED or (item.effective_until is not None and item.effective_until < today):
        return Availability.WITHDRAWN
    if item.effective_from is not None and item.effective_from > today:
        return Availability.PLANNED
    return Availability.SUSPENDED if item.status is Status.SUSPENDED else Availability.OPEN


def is_open(item: ServiceItem, today: date) -> bool:
    """Whether ``item`` can be done on ``today``."""
    return availability(item, today) is Availability.OPEN


def availability_blocks(item: ServiceItem, today: date) -> Iterator[Block]:
    """What has to be said before anything else: not yet, not now, not any more, or only until a day."""
    note = item.status_note or ""
    stands = availability(item, today)
    if stands is Availability.WITHDRAWN:
        ended = item.status is not Status.CANCELLED and item.effective_until
        said = wording.WITHDRAWN_ON.format(date=ended) if ended else wording.WITHDRAWN
        yield Paragraph(text=said + note)
        return
    if stands is Availability.PLANNED:
        yield Paragraph(text=wording.PLANNED.format(date=item.effective_from) + note)
    if stands is Availability.SUSPENDED:
        yield Paragraph(text=wording.SUSPENDED + note)
    if item.effective_until is not None:
        yield Paragraph(text=wording.DONE_UNTIL.format(date=item.effective_until))


def mark(item: ServiceItem, today: date) -> str:
    """What stands in brackets behind its name in a list: that it cannot be done, or that it can be done online."""
    online = wording.CAN_BE_ONLINE if item.guide.online.available else ""
    marks = {
        Availability.OPEN: online,
        Availability.PLANNED: wording.MARK_PLANNED.format(date=item.effective_from),
        Availability.SUSPENDED: wording.MARK_SUSPENDED,
        Availability.WITHDRAWN: wording.MARK_WITHDRAWN,
    }
    return marks[availability(item, today)]


def open_first(hits: Sequence[Hit], today: date) -> tuple[Hit, ...]:
    """``hits`` with every item that cannot be done on ``today`` behind its sisters that can.

    Only its score is lowered, so words that clearly name the item still find it first.
    """
    can = [hit.item for hit in hits if is_open(hit.item, today)]
    if len(can) == len(hits):
        return tuple(hits)
    return tuple(sorted((_weighed(hit, can) for hit in hits), key=lambda hit: -hit.score))


def _weighed(hit: Hit, can: Iterable[ServiceItem]) -> Hit:
    sister = any(one.id != hit.item.id and are_sisters(one, hit.item) for one in can)
    open_itself = any(one.id == hit.item.id for one in can)
    return replace(hit, score=hit.score * _BEHIND) if sister and not open_itself else hit

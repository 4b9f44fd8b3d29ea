"""What a catalogue holds, in numbers: how much is handled online, and in what state its guides are."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.lint import STALE_AFTER_DAYS
from catalog.models import Catalog, ServiceItem
from catalog.values import Status


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of items in use (在用; suspended and cancelled ones are not counted).

    ``online``: handled on the internet at least in part; ``fully_online``: without any visit. ``complete``: every
    part of a complete guide is stated; ``unverified``: something in the guide is marked unverified or it bears no
    date of verification; ``stale``: verified longer ago than the days given.
    """

    items: int
    online: int
    fully_online: int
    complete: int
    unverified: int
    stale: int

    @property
    def online_rate(self) -> float:
        """Share of the items that are handled online, 0 to 1."""
        return round(self.online / self.items, 4) if self.items else 0.0


@dataclass(frozen=True, slots=True)
class Stats:
    """The whole catalogue and its parts, the biggest first. An item with several themes counts in each."""

    total: Counts
    by_department: Mapping[str, Counts]
    by_type: Mapping[str, Counts]
    by_theme: Mapping[str, Counts]


def stats(catalog: Catalog, today: date, stale_days: int = STALE_AFTER_DAYS) -> Stats:
    """Count the items of ``catalog``."""
    items = [item for item in catalog.items if item.status is Status.ACTIVE]

    def counted(chosen: Iterable[ServiceItem]) -> Counts:
        return _counts(tuple(chosen), today, stale_days)

    def grouped(names: Callable[[ServiceItem], Iterable[str]]) -> dict[str, Counts]:
        groups: dict[str, list[ServiceItem]] = {}
        for item in items:
            for name in dict.fromkeys(names(item)):
                groups.setdefault(name, []).append(item)
        return {name: counted(groups[name]) for name in sorted(groups, key=lambda name: (-len(groups[name]), name))}

    return Stats(
        total=counted(items),
        by_department=grouped(lambda item: (catalog.department_name(item),)),
        by_type=grouped(lambda item: (item.type.value,)),
        by_theme=grouped(lambda item: item.themes),
    )


def _counts(items: tuple[ServiceItem, ...], today: date, stale_days: int) -> Counts:
    return Counts(
        items=len(items),
        online=sum(item.guide.online.available for item in items),
        fully_online=sum(item.guide.online.available and item.guide.online.fully for item in items),
        complete=sum(item.guide.is_complete for item in items),
        unverified=sum(bool(item.guide.unverified) or item.guide.verified_on is None for item in items),
        stale=sum(_is_stale(item, today, stale_days) for item in items),
    )


def _is_stale(item: ServiceItem, today: date, stale_days: int) -> bool:
    verified = item.guide.verified_on
    return verified is not None and (today - verified).days > stale_days

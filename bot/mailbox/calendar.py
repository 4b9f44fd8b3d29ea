"""Working days of China: the State Council's yearly arrangement of holidays and make-up working days.

The only module that knows ``chinese_calendar``. A year that the library does not publish is never guessed:
its weekends are off, nothing else is known, and ``is_published`` says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """Which days are worked; ``holidays`` and ``make_up`` map a day to the Chinese name of the holiday."""

    holidays: Mapping[date, str]
    make_up: Mapping[date, str]
    published: frozenset[int]

    def is_published(self, day: date) -> bool:
        """Whether the arrangement of the year of ``day`` is known."""
        return day.year in self.published

    def holiday(self, day: date) -> str | None:
        """Name of the public holiday on ``day``; None when there is none or it is not published."""
        return self.holidays.get(day) if self.is_published(day) else None

    def is_make_up(self, day: date) -> bool:
        """Whether ``day`` is a weekend day that is worked to make up for a holiday."""
        return self.is_published(day) and day in self.make_up

    def is_working(self, day: date) -> bool:
        """Whether ``day`` is worked."""
        if self.is_make_up(day):
            return True
        return day.weekday() < SATURDAY and self.holiday(day) is None

    def working_day_after(self, start: date, days: int) -> date:
        """The ``days``-th working day after ``start`` (day 0 = ``start``)."""
        if days < 1:
            raise ValueError("days must be at least 1")
        working = (day for day in days_after(start) if self.is_working(day))
        return next(day for number, day in enumerate(working, 1) if number == days)

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days come after ``start``, up to and with ``end``."""
        return sum(self.is_working(start + timedelta(days=step)) for step in range(1, (end - start).days + 1))


def days_after(start: date) -> Iterator[date]:
    """Every day after ``start``, without end (OverflowError after the year 9999)."""
    day = start
    while True:
        day += ONE_DAY
        yield day


def day_of(moment: datetime) -> date:
    """The date in China at ``moment``. Raises ValueError for a moment without time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(CHINA).date()


@cache
def national_calendar() -> Calendar:
    """The calendar as far as the installed ``chinesecalendar`` knows it."""
    import chinese_calendar as source  # type: ignore[import-untyped]  # noqa: PLC0415  (30 ms; only when used)

    names = {one.value: one.chinese for one in source.Holiday}
    holidays = {day: names[name] for day, name in source.holidays.items()}
    make_up = {day: names[name] for day, name in source.workdays.items()}
    # a January holiday alone may come from the year before: a year counts as published with its National Day
    published = frozenset(day.year for day in holidays if (day.month, day.day) == (10, 1))
    return Calendar(holidays, make_up, published)

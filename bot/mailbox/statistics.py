"""Table 3 of the annual report (国办公开办函〔2021〕30号) and the mailbox's figures. Pure.

Counts come from the plain columns of a case only, so they are the same after its personal data is erased.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from bot.mailbox.calendar import Calendar
from bot.mailbox.cases import Case, Rating
from bot.mailbox.outcomes import OUTCOMES, Outcome
from bot.mailbox.people import ApplicantKind
from bot.mailbox.stages import Kind

NEW, CARRIED_OVER, TOTAL, CARRIED_FORWARD = "new", "carried_over", "total", "carried_forward"
_NUMERALS = "一二三四五六七"


@dataclass(frozen=True)
class Row:
    """One row: its key (an outcome's code, or one of the four above), its label, the count of each column."""

    key: str
    label: str
    counts: dict[ApplicantKind, int]

    @property
    def total(self) -> int:
        """The last column."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class LetterFigures:
    """Letters of one year; ``in_time`` and ``late`` are those answered in it, ``ratings`` what was said of them.

    A letter that ended before a term ran (declined, sent elsewhere, withdrawn) was in time.
    """

    received: int
    answered: int
    in_time: int
    late: int
    carried_forward: int
    ratings: dict[Rating, int]


def table_3(cases: Iterable[Case], year: int) -> tuple[Row, ...]:
    """The rows of ``year``. In every column 一 + 二 = 三（七） + 四 holds; years are those of China's dates."""
    counted: Counter[tuple[str, ApplicantKind]] = Counter()
    for case in cases:
        if case.kind is Kind.DISCLOSURE:
            counted.update((key, case.applicant_kind) for key in _keys(case, year))
    return tuple(Row(key, label, {kind: counted[key, kind] for kind in ApplicantKind}) for key, label in _labels())


def letter_figures(cases: Iterable[Case], year: int, calendar: Calendar) -> LetterFigures:
    """What became of the letters in ``year``."""
    letters = [case for case in cases if case.kind is Kind.LETTER and case.arrived.year <= year]
    answered = [case for case in letters if case.answered is not None and case.answered.year == year]
    late = sum(_is_late(case, calendar) for case in answered)
    rated = Counter(case.rating for case in answered)
    return LetterFigures(
        received=sum(case.arrived.year == year for case in letters),
        answered=len(answered),
        in_time=len(answered) - late,
        late=late,
        carried_forward=sum(case.answered is None or case.answered.year > year for case in letters),
        ratings={rating: rated[rating] for rating in Rating},
    )


def _keys(case: Case, year: int) -> Iterable[str]:
    """The rows that a request counts in."""
    answered = case.answered.year if case.answered else None
    if case.arrived.year > year or (answered is not None and answered < year):
        return
    yield NEW if case.arrived.year == year else CARRIED_OVER
    if answered == year:
        # every way to an end names its outcome; should one ever not, it is still counted
        yield (case.outcome or Outcome.OTHER_3).value
        yield TOTAL
    else:
        yield CARRIED_FORWARD


def _is_late(case: Case, calendar: Calendar) -> bool:
    deadline = case.deadline(calendar)
    return deadline is not None and case.answered is not None and case.answered > deadline.due


def _labels() -> Iterable[tuple[str, str]]:
    """Key and label of every row, in the order of the form."""
    yield NEW, "一、本年新收政府信息公开申请数量"
    yield CARRIED_OVER, "二、上年结转政府信息公开申请数量"
    groups = groupby(OUTCOMES.items(), key=lambda item: item[1].group)
    for numeral, (group, rows) in zip(_NUMERALS, groups, strict=False):
        for at, (outcome, row) in enumerate(rows, 1):
            alone = row.label == group
            yield outcome.value, f"三、（{numeral}）{group}" + ("" if alone else f" {at}.{row.label}")
    yield TOTAL, f"三、（{_NUMERALS[-1]}）总计"
    yield CARRIED_FORWARD, "四、结转下年度继续办理"

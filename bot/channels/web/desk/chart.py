"""Bars: a few figures as a picture. Pure geometry; the sentence beside it says the same."""

from collections.abc import Mapping
from dataclasses import dataclass

ROW, SIGN, GAP, LONGEST, VALUE = 30, 15, 12, 200, 60
"""Pixels: a row, a sign of a label, between label and bar, the longest bar, the figure after it."""


@dataclass(frozen=True)
class Bar:
    """One row of the picture."""

    y: int
    label: str
    value: int
    width: float


@dataclass(frozen=True)
class Chart:
    """A picture of bars; ``left`` is where they begin."""

    title: str
    left: int
    height: int
    bars: tuple[Bar, ...]

    @property
    def width(self) -> int:
        """Of the whole picture."""
        return self.left + LONGEST + VALUE

    @property
    def words(self) -> str:
        """Every figure in one sentence, for those who do not see the picture."""
        return f"{self.title}：" + "，".join(f"{bar.label} {bar.value}" for bar in self.bars) + "。"


def chart(title: str, figures: Mapping[str, int]) -> Chart:
    """The bars of ``figures``, in their order."""
    most = max(figures.values(), default=0) or 1
    bars = tuple(
        Bar(at * ROW, label, value, round(LONGEST * value / most, 1))
        for at, (label, value) in enumerate(figures.items())
    )
    left = SIGN * max(map(len, figures), default=0) + GAP
    return Chart(title, left, ROW * len(bars), bars)

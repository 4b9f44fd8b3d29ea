"""Bars: a few figures as a picture. Pure geometry; the table beside it says the same."""

from collections.abc import Mapping
from dataclasses import dataclass

ROW, LABEL, BAR, VALUE = 30, 220, 340, 60
"""Height of a row; widths of the label, of the longest bar, and of the figure after it."""


@dataclass(frozen=True)
class Bar:
    """One row of the picture."""

    y: int
    label: str
    value: int
    width: float


@dataclass(frozen=True)
class Chart:
    """A picture of bars; ``words`` says the same for those who do not see it."""

    title: str
    width: int
    height: int
    bars: tuple[Bar, ...]

    @property
    def words(self) -> str:
        """Every figure in one sentence."""
        return f"{self.title}：" + "，".join(f"{bar.label} {bar.value}" for bar in self.bars) + "。"


def chart(title: str, figures: Mapping[str, int]) -> Chart:
    """The bars of ``figures``, in their order."""
    most = max(figures.values(), default=0) or 1
    bars = tuple(
        Bar(at * ROW, label, value, round(BAR * value / most, 1))
        for at, (label, value) in enumerate(figures.items())
    )
    return Chart(title, LABEL + BAR + VALUE, ROW * len(bars), bars)

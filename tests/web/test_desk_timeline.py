"""The picture of a case, as figures."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from bot.channels.web.desk.chart import chart
from bot.channels.web.desk.timeline import Timeline, timeline
from bot.mailbox.cases import Case, Event
from bot.mailbox.people import Actor
from tests.mailbox.moves import CALENDAR, CITIZEN, TODAY, A, D, L, S, does, fresh

START, DUE = date(2026, 3, 2), date(2026, 3, 30)


def drawn(case: Case, *steps: tuple[A, date, dict[str, Any]], today: date = TODAY) -> Timeline:
    """The picture after ``steps``."""
    events = [event(CITIZEN, A.SUBMIT, None, case, TODAY)]
    for action, day, fields in steps:
        before, case = case.stage, does(case, action, on=day, **fields)
        events.append(event(CITIZEN, action, before, case, day))
    return timeline(case, events, case.deadline(CALENDAR), today)


def event(actor: Actor, action: A, before: S | None, case: Case, day: date) -> Event:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return Event(at=at, actor=actor, action=action, before=before, after=case.stage)


def states(picture: Timeline) -> str:
    return " ".join(f"{node.name}:{node.state}" for node in picture.nodes)


@pytest.mark.parametrize(
    ("kind", "steps", "expected"),
    [
        (
            D,
            (),
            "已提交:now 已登记:next 收集材料:next 起草答复:next 法制审核:next 待签发:next 已签发:next 已答复:next",
        ),
        (
            L,
            (),
            "已提交:now 已受理:next 已转部门:next 起草答复:next 法制审核:next 待签发:next 已签发:next 已答复:next",
        ),
        (L, (A.DECLINE,), "已提交:done 不予受理:now"),
        (D, (A.REGISTER, A.WITHDRAW), "已提交:done 已登记:done 已撤回:now"),
    ],
)
def test_the_stages_in_a_row(kind: Any, steps: tuple[A, ...], expected: str) -> None:
    assert states(drawn(fresh(kind), *((step, TODAY, {}) for step in steps))) == expected


def test_only_the_way_that_was_gone() -> None:
    picture = drawn(
        fresh(), (A.REGISTER, TODAY, {}), (A.CORRECT, TODAY, {}), (A.SUPPLEMENT, date(2026, 3, 4), {}),
        (A.ASSIGN, date(2026, 3, 5), {}), (A.CONSULT, date(2026, 3, 6), {}), (A.OPINION, date(2026, 3, 10), {}),
        today=date(2026, 3, 10),
    )  # fmt: skip
    assert states(picture).startswith("已提交:done 已登记:done 待补正:done 已补正:done 征求意见:done 收集材料:now")
    assert picture.nodes[3].day == date(2026, 3, 4)
    assert [node.day for node in picture.nodes[4:6]] == [date(2026, 3, 6), date(2026, 3, 10)]
    assert [part.title for part in picture.parts if part.why == "pause"] == ["征求第三方意见，4 天不计"]
    assert picture.words.endswith("到期。")


def test_the_bar_has_every_day_of_the_term_once() -> None:
    picture = drawn(fresh(), (A.REGISTER, TODAY, {}))
    ends = [(part.x, round(part.x + part.width, 1)) for part in picture.parts]
    assert all(abs(one[1] - following[0]) < 0.3 for one, following in pairwise(ends))
    assert sum(part.why == "off" for part in picture.parts) == 4
    assert [mark.label for mark in picture.marks if mark.kind == "due"] == ["03-30 到期"]
    assert all(0 <= mark.x <= picture.width for mark in picture.marks)


@pytest.mark.parametrize(
    ("today", "late"), [(DUE, []), (date(2026, 3, 31), ["超期 1 天"]), (date(2026, 5, 1), ["超期 32 天"])]
)
def test_what_is_overdue(today: date, late: list[str]) -> None:
    picture = drawn(fresh(), (A.REGISTER, TODAY, {}), today=today)
    assert [part.title for part in picture.parts if part.why == "late"] == late
    last = picture.parts[-1]
    assert last.x + last.width <= picture.width


def test_neighbouring_days_do_not_cover_each_other() -> None:
    marks = drawn(fresh(), (A.REGISTER, TODAY, {}), today=date(2026, 3, 27)).marks
    assert [(mark.kind, mark.above) for mark in marks] == [("start", False), ("today", False), ("due", True)]


def test_no_term_no_bar() -> None:
    picture = drawn(fresh())
    assert (picture.parts, picture.marks) == ((), ())
    assert "期限没有起算" in picture.words


@pytest.mark.parametrize(("figures", "widths"), [({}, []), ({"a": 0}, [0]), ({"a": 1, "b": 4}, [50, 200])])
def test_bars_are_as_long_as_their_figures(figures: dict[str, int], widths: list[float]) -> None:
    picture = chart("数字", figures)
    assert [bar.width for bar in picture.bars] == widths
    assert picture.words == "数字：" + "，".join(f"{name} {value}" for name, value in figures.items()) + "。"

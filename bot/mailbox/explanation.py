"""A deadline in Chinese: which days counted, which did not, and by which article."""

from collections.abc import Iterable
from datetime import date

from bot.mailbox.deadlines import COUNTED, Cause, Consulted, Deadline, Pause, Run, Why

# what happened on day 0, and the article that makes it day 0
STARTS = {
    Cause.SUBMITTED: ("当面提交", "条例第三十一条第（一）项"),
    Cause.SIGNED_FOR: ("签收邮件", "条例第三十一条第（二）项"),
    Cause.POST_CONFIRMED: ("收到平常信函并与申请人确认", "条例第三十一条第（二）项"),
    Cause.CONFIRMED: ("双方确认", "条例第三十一条第（三）项"),
    Cause.CORRECTED: ("收到补正的申请，期限重新计算", "条例第三十条"),
    Cause.LETTER_ACCEPTED: ("受理来信", "本区信箱办理时限"),
    Cause.GIVEN: ("为起算日", ""),
}
CONSULTED = {Consulted.THIRD_PARTY: "第三方", Consulted.CO_AUTHOR: "共同制作机关"}
SILENT = {
    Consulted.THIRD_PARTY: "逾期未提出意见，由本机关决定是否公开（条例第三十二条）",
    Consulted.CO_AUTHOR: "逾期未提出意见，视为同意公开（条例第三十四条）",
}
NOT_COUNTED = "条例第三十三条第三款"
WEEKDAYS = "一二三四五六日"


def summary(deadline: Deadline) -> str:
    """One sentence: start, due date, and the days in between that do not count."""
    happened, _ = STARTS[deadline.start.cause]
    start, due = _day(deadline.start.day, deadline), _day(deadline.due, deadline)
    skipped = _skipped(deadline)
    return (
        f"{start}{happened}，从次日起算；第{deadline.days}个工作日为{due}"
        + (f"，其间{skipped}不计" if skipped else "")
        + "。"
    )


def explanation(deadline: Deadline) -> tuple[str, ...]:
    """The summary, each run of days, and what the reader has to know about them."""
    return (
        summary(deadline),
        *(_run_line(run, deadline) for run in deadline.runs),
        *_articles(deadline),
        *(_pause_line(pause, deadline) for pause in deadline.pauses),
        *_provisional(deadline),
    )


def _skipped(deadline: Deadline) -> str:
    """Days that do not count, by reason: 2月7日至8日（周末）、2月15日至23日（春节）."""
    by_reason: dict[str, list[Run]] = {}
    for run in deadline.runs:
        if run.why not in COUNTED:
            by_reason.setdefault(_reason(run), []).append(run)
    return "，".join(f"{_days(runs, deadline)}（{reason}）" for reason, runs in by_reason.items())


def _reason(run: Run) -> str:
    if run.why is Why.PAUSE:
        return f"征求{CONSULTED[Consulted(run.name)]}意见"
    return {Why.WEEKEND: "周末", Why.HOLIDAY: run.name, Why.MAKE_UP: "调休上班", Why.WORKING: "工作日"}[run.why]


def _run_line(run: Run, deadline: Deadline) -> str:
    days = _span(run.first, run.last, deadline)
    if run.why not in COUNTED:
        return f"{days}：{_reason(run)}，{run.length}天不计"
    first = run.number - run.length + 1
    numbers = f"第{first}个" if run.length == 1 else f"第{first}至{run.number}个"
    made_up = f"为{run.name}调休上班，" if run.why is Why.MAKE_UP else ""
    return f"{days}：{made_up}{numbers}工作日"


def _articles(deadline: Deadline) -> Iterable[str]:
    cause = deadline.start.cause
    if article := STARTS[cause][1]:
        yield f"起算依据：{article}。"
    if deadline.extended_by:
        base = deadline.days - deadline.extended_by
        yield f"答复期限{base}个工作日，经批准延长{deadline.extended_by}个工作日（条例第三十三条第二款）。"


def _pause_line(pause: Pause, deadline: Deadline) -> str:
    whom = CONSULTED[pause.whom]
    last = _day(pause.last, deadline)
    if pause.answered:
        return f"征求{whom}意见至{last}答复为止，所需时间不计算在期限内（{NOT_COUNTED}）。"
    return f"征求{whom}意见，未答复，计到最迟答复日{last}，不计算在期限内（{NOT_COUNTED}）；{SILENT[pause.whom]}。"


def _provisional(deadline: Deadline) -> Iterable[str]:
    if deadline.provisional:
        years = "、".join(f"{year}年" for year in deadline.unpublished)
        yield f"日期为暂定：{years}的放假安排尚未公布或日历未收录，暂只除去周末；有了以后重新计算，日期可能变动。"


def _days(runs: Iterable[Run], deadline: Deadline) -> str:
    return "、".join(_span(run.first, run.last, deadline) for run in runs)


def _span(first: date, last: date, deadline: Deadline) -> str:
    if first == last:
        return _day(first, deadline)
    if (first.year, first.month) == (last.year, last.month):
        return f"{_day(first, deadline)}至{last.day}日"
    return f"{_day(first, deadline)}至{_day(last, deadline)}"


def _day(day: date, deadline: Deadline) -> str:
    """The date; with its year only where that is not the year of the start."""
    year = "" if day.year == deadline.start.day.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def full_date(day: date) -> str:
    """The date with year and weekday: 2026年12月22日（星期二）."""
    return f"{day.year}年{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）"

"""Deadlines of the 政府信息公开条例 (2019, articles 30-34) and of letters: values in, values out.

A deadline is the N-th working day after its start (day 0 = start). Days between which a third party or a
co-author is asked are not counted. Nothing here reads a clock; every date is passed in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby

from bot.errors import UserError
from bot.mailbox.calendar import ONE_DAY, Calendar, days_after

REPLY_DAYS = 20  # article 33, paragraph 2
EXTENSION_DAYS = 20  # article 33, paragraph 2: at most
CORRECTION_NOTICE_DAYS = 7  # article 30
CONSULTATION_DAYS = 15  # articles 32 and 34
CONFIRMATION_DAYS = 1  # ours: an older unconfirmed request is an alarm


class DeadlineError(UserError):
    """A step that the law does not allow, or dates that contradict each other."""


class ReceivedBy(StrEnum):
    """How a request came in (article 31)."""

    IN_PERSON = "in_person"
    REGISTERED_POST = "registered_post"
    PLAIN_POST = "plain_post"
    INTERNET = "internet"
    CHAT = "chat"
    FAX = "fax"


class Cause(StrEnum):
    """What set a clock going."""

    SUBMITTED = "submitted"
    SIGNED_FOR = "signed_for"
    POST_CONFIRMED = "post_confirmed"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    LETTER_ACCEPTED = "letter_accepted"
    GIVEN = "given"


CAUSES = {
    ReceivedBy.IN_PERSON: Cause.SUBMITTED,
    ReceivedBy.REGISTERED_POST: Cause.SIGNED_FOR,
    ReceivedBy.PLAIN_POST: Cause.POST_CONFIRMED,
    ReceivedBy.INTERNET: Cause.CONFIRMED,
    ReceivedBy.CHAT: Cause.CONFIRMED,
    ReceivedBy.FAX: Cause.CONFIRMED,
}


class Consulted(StrEnum):
    """Whose opinion is asked: a third party (article 32) or the agency that made it with us (article 34)."""

    THIRD_PARTY = "third_party"
    CO_AUTHOR = "co_author"


class Silence(StrEnum):
    """What no answer within 15 working days means."""

    AUTHORITY_DECIDES = "authority_decides"
    CONSENT = "consent"


SILENCE = {Consulted.THIRD_PARTY: Silence.AUTHORITY_DECIDES, Consulted.CO_AUTHOR: Silence.CONSENT}


class Why(StrEnum):
    """Why a day counts (the first two) or does not."""

    WORKING = "working"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSE = "pause"


COUNTED = frozenset({Why.WORKING, Why.MAKE_UP})


@dataclass(frozen=True)
class Start:
    """Day 0 of a clock and what happened on it."""

    day: date
    cause: Cause = Cause.GIVEN


@dataclass(frozen=True)
class Correction:
    """The one notice that asks the applicant to correct the request (article 30)."""

    notified: date
    answer_by: date
    received: date | None = None

    def __post_init__(self) -> None:
        _in_order("补正", self.notified, self.answer_by)
        _in_order("补正", self.notified, self.received)


@dataclass(frozen=True)
class Consultation:
    """Asking a third party or a co-author; its 15 days run from the day it received our letter.

    Until that day is known the day of sending stands in for it: the stricter reading for us.
    """

    whom: Consulted
    sent: date
    received: date | None = None
    answered: date | None = None

    def __post_init__(self) -> None:
        _in_order("征求意见", self.sent, self.received)
        _in_order("征求意见", self.received or self.sent, self.answered)


@dataclass(frozen=True)
class Extension:
    """The one extension (article 33, paragraph 2): approved by a named head and told to the applicant."""

    days: int
    approver: str
    notified: date

    def __post_init__(self) -> None:
        if not 1 <= self.days <= EXTENSION_DAYS:
            raise DeadlineError(f"延长的期限应为1至{EXTENSION_DAYS}个工作日（条例第三十三条第二款）。")
        if not self.approver.strip():
            raise DeadlineError("延长须经政府信息公开工作机构负责人同意，请写明批准人（条例第三十三条第二款）。")


@dataclass(frozen=True)
class Clock:
    """All that moves the deadline of one disclosure request."""

    start: Start
    correction: Correction | None = None
    consultations: tuple[Consultation, ...] = ()
    extension: Extension | None = None


@dataclass(frozen=True)
class Pause:
    """Days, both included, that do not count (article 33, paragraph 3); ``answered``: it ended by an answer."""

    whom: Consulted
    first: date
    last: date
    answered: bool

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Run:
    """Neighbouring days with one reason; ``number`` is the count reached on its last day."""

    first: date
    last: date
    why: Why
    name: str
    number: int

    @property
    def length(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def counted(self) -> int:
        """How many of its days count."""
        return self.length if self.why in COUNTED else 0


@dataclass(frozen=True)
class Deadline:
    """A due date and every day that led to it; ``unpublished`` are the years whose calendar is not known."""

    start: Start
    days: int
    due: date
    runs: tuple[Run, ...]
    unpublished: tuple[int, ...] = ()
    pauses: tuple[Pause, ...] = ()
    extended_by: int = 0

    @property
    def provisional(self) -> bool:
        """Whether the date may still move because a year's calendar is not published."""
        return bool(self.unpublished)


def clock_start(way: ReceivedBy, arrived: date, confirmed: date | None = None) -> Start | None:
    """Day 0 of a request by its way of receipt (article 31); None while both sides have yet to confirm."""
    cause = CAUSES[way]
    if cause not in {Cause.CONFIRMED, Cause.POST_CONFIRMED}:
        return Start(arrived, cause)
    _in_order("确认", arrived, confirmed)
    return Start(confirmed, cause) if confirmed else None


def confirmation_late(way: ReceivedBy, arrived: date, today: date, calendar: Calendar) -> bool:
    """Whether a request that nobody confirmed is older than one working day: an alarm (article 31)."""
    if clock_start(way, arrived) is not None:
        return False
    return today > calendar.working_day_after(arrived, CONFIRMATION_DAYS)


def correction_notice_due(start: Start, calendar: Calendar) -> Deadline:
    """Last day for the correction notice: 7 working days after receipt (article 30)."""
    return reckon(start, CORRECTION_NOTICE_DAYS, calendar)


def ask_correction(clock: Clock, correction: Correction, calendar: Calendar) -> Clock:
    """The clock after the correction notice: once only, within 7 working days (article 30)."""
    if clock.correction is not None:
        raise DeadlineError("补正只能一次性告知，已经告知过了（条例第三十条）。")
    _in_order("补正", clock.start.day, correction.notified)
    if correction.notified > correction_notice_due(clock.start, calendar).due:
        raise DeadlineError(
            f"补正应在收到申请之日起{CORRECTION_NOTICE_DAYS}个工作日内告知，已经过了（条例第三十条）。"
        )
    return replace(clock, correction=correction)


def is_abandoned(clock: Clock, today: date) -> bool:
    """Whether the applicant let the correction period pass (article 30; a good reason is for a person to judge)."""
    correction = clock.correction
    return correction is not None and correction.received is None and today > correction.answer_by


def extend(clock: Clock, extension: Extension, calendar: Calendar) -> Clock:
    """The clock with its one extension, told to the applicant before the reply is due (article 33, paragraph 2)."""
    if clock.extension is not None:
        raise DeadlineError("答复期限只能延长一次，已经延长过了（条例第三十三条第二款）。")
    deadline = reply_deadline(clock, calendar)
    if deadline is None:
        raise DeadlineError("正在等申请人补正，答复期限没有起算，不用延长（条例第三十条）。")
    _in_order("延长", deadline.start.day, extension.notified)
    if extension.notified > deadline.due:
        raise DeadlineError("答复期限已经过了，不能再延长（条例第三十三条第二款）。")
    return replace(clock, extension=extension)


def answer_due(consultation: Consultation, calendar: Calendar) -> date:
    """Last day to answer: 15 working days after the letter was received (articles 32 and 34)."""
    return calendar.working_day_after(consultation.received or consultation.sent, CONSULTATION_DAYS)


def silence(consultation: Consultation, today: date, calendar: Calendar) -> Silence | None:
    """What the silence means once the 15 days are over (articles 32 and 34); None before, or when answered."""
    said = consultation.answered or today
    return SILENCE[consultation.whom] if said > answer_due(consultation, calendar) else None


def pause(consultation: Consultation, calendar: Calendar) -> Pause | None:
    """Days not counted: from the day after sending to the answer, at most to the last day to answer (33¶3).

    An open consultation is taken to last to that day. None when the answer came the same day.
    """
    limit = answer_due(consultation, calendar)
    answered = consultation.answered is not None and consultation.answered <= limit
    last = consultation.answered if consultation.answered is not None and answered else limit
    first = consultation.sent + ONE_DAY
    return Pause(consultation.whom, first, last, answered) if first <= last else None


def running_start(clock: Clock) -> Start | None:
    """The start that counts: the corrected request restarts the clock (article 30); None while it is awaited."""
    if clock.correction is None:
        return clock.start
    received = clock.correction.received
    return Start(received, Cause.CORRECTED) if received else None


def reply_deadline(clock: Clock, calendar: Calendar) -> Deadline | None:
    """When the reply is due (article 33): 20 working days, extension added, consultation left out.

    None while a correction is awaited.
    """
    start = running_start(clock)
    if start is None:
        return None
    extra = clock.extension.days if clock.extension else 0
    pauses = [found for one in clock.consultations if (found := pause(one, calendar))]
    return replace(reckon(start, REPLY_DAYS + extra, calendar, pauses), extended_by=extra)


def letter_deadline(accepted: date, days: int, calendar: Calendar) -> Deadline:
    """When a letter to the district head is due: ``days`` working days, set by the district."""
    return reckon(Start(accepted, Cause.LETTER_ACCEPTED), days, calendar)


def reckon(start: Start, days: int, calendar: Calendar, pauses: Sequence[Pause] = ()) -> Deadline:
    """The ``days``-th working day after ``start`` outside all pauses, with every day on the way."""
    if days < 1:
        raise DeadlineError("天数至少是1个工作日。")
    walked: list[tuple[date, Why, str]] = []
    missing = days
    try:
        for day in days_after(start.day):
            why, name = _reason(day, calendar, pauses)
            walked.append((day, why, name))
            missing -= why in COUNTED
            if not missing:
                break
    except OverflowError as error:
        raise DeadlineError("日期太远，算不到。") from error
    due = walked[-1][0]
    unpublished = tuple(sorted({day.year for day, _, _ in walked} - calendar.published))
    met = tuple(one for one in pauses if one.first < due and one.last > start.day)
    return Deadline(start, days, due, _runs(walked), unpublished, met)


def _reason(day: date, calendar: Calendar, pauses: Sequence[Pause]) -> tuple[Why, str]:
    for one in pauses:
        if day in one:
            return Why.PAUSE, one.whom.value
    if calendar.is_make_up(day):
        return Why.MAKE_UP, calendar.make_up[day]
    if name := calendar.holiday(day):
        return Why.HOLIDAY, name
    return (Why.WORKING if calendar.is_working(day) else Why.WEEKEND), ""


def _runs(walked: Iterable[tuple[date, Why, str]]) -> tuple[Run, ...]:
    runs: list[Run] = []
    number = 0
    for (why, name), group in groupby(walked, key=lambda step: step[1:]):
        days = [step[0] for step in group]
        number += len(days) if why in COUNTED else 0
        runs.append(Run(days[0], days[-1], why, name, number))
    return tuple(runs)


def _in_order(what: str, earlier: date, later: date | None) -> None:
    if later is not None and later < earlier:
        raise DeadlineError(f"{what}的日期不对：{later.isoformat()} 早于 {earlier.isoformat()}。")

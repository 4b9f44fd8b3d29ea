"""A case as it stands, the steps asked of it, and the events that record them."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from bot.frozen import Frozen
from bot.mailbox.calendar import Calendar
from bot.mailbox.content import Content
from bot.mailbox.deadlines import Clock, Consulted, Deadline, ReceivedBy, letter_deadline, reply_deadline
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import Actor, ApplicantKind
from bot.mailbox.stages import ANSWERED, Action, Kind, Stage


class Rating(StrEnum):
    """What the citizen thinks of the reply (好差评 scale)."""

    VERY_GOOD = "非常满意"
    GOOD = "满意"
    FAIR = "基本满意"
    BAD = "不满意"
    VERY_BAD = "非常不满意"


BAD_RATINGS = frozenset({Rating.BAD, Rating.VERY_BAD})


class Origin(Frozen):
    """Where the citizen is reached: the channel and the key in it (``tg:123``, ``terminal:local``, an address)."""

    channel: str
    user_key: str


class LetterClock(Frozen):
    """The running term of a letter, in working days after its acceptance (the district's own rule)."""

    accepted: date
    days: int = Field(ge=1)


class Case(Frozen):
    """One disclosure request or letter. ``content``, ``draft``, ``parties`` and ``query_code`` are sealed.

    ``confirmed_by_applicant`` and ``confirmed_by_office``: receipt by internet, chat or fax counts from the day
    both have confirmed (article 31, item 3). ``version`` rises with every step (optimistic locking).
    """

    number: CaseNumber
    stage: Stage
    applicant_kind: ApplicantKind
    origin: Origin = Origin(channel="", user_key="")
    """Empty once the case is erased."""
    received_by: ReceivedBy
    arrived: date
    confirmed_by_applicant: date | None = None
    confirmed_by_office: date | None = None
    clock: Clock | None = None
    letter_clock: LetterClock | None = None
    department: str | None = None
    suggested_department: str | None = None
    outcome: Outcome | None = None
    reviewed_by: str | None = None
    signed_by: str | None = None
    signed_on: date | None = None
    answered: date | None = None
    rating: Rating | None = None
    parties: tuple[str, ...] = ()
    """Names of those whose opinion was asked, in the order of ``clock.consultations``."""
    content: Content | None = None
    draft: str | None = None
    query_code: str | None = None
    version: int = 0

    @property
    def kind(self) -> Kind:
        """Which kind of case."""
        return self.number.kind

    @property
    def is_open(self) -> bool:
        """Whether an answer is still owed."""
        return self.stage not in ANSWERED

    def deadline(self, calendar: Calendar) -> Deadline | None:
        """When the reply is (or was) due; None while no term runs (not confirmed, correction awaited)."""
        if self.letter_clock is not None:
            return letter_deadline(self.letter_clock.accepted, self.letter_clock.days, calendar)
        return reply_deadline(self.clock, calendar) if self.clock is not None else None

    def days_left(self, calendar: Calendar, today: date) -> int | None:
        """Working days to the due date, 0 on it, negative once it is over; None while or since no term runs."""
        deadline = self.deadline(calendar) if self.is_open else None
        if deadline is None:
            return None
        if deadline.due >= today:
            return calendar.working_days_between(today, deadline.due)
        return -max(1, calendar.working_days_between(deadline.due, today))


class Step(Frozen):
    """A step that someone asks for. Which fields it needs is in the table of stages."""

    action: Action
    text: str | None = Field(None, max_length=20_000)
    """Reason, notice, draft or supplement."""
    day: date | None = None
    """When it happened, if not today (a letter signed for yesterday, an opinion of last week)."""
    answer_by: date | None = None
    received: date | None = None
    """When the party asked for its opinion received our letter."""
    department: str | None = None
    outcome: Outcome | None = None
    whom: Consulted | None = None
    authority: str | None = Field(None, max_length=200)
    """Third party, co-author or the authority it goes to; with its contact."""
    email: str | None = None
    """Where the consultation letter goes, if by mail."""
    days: int | None = None
    approver: str | None = Field(None, max_length=40)
    rating: Rating | None = None


class Event(Frozen):
    """What happened to a case: append-only. ``step`` may hold personal data and is sealed at rest."""

    at: datetime
    actor: Actor
    action: Action
    before: Stage | None
    after: Stage
    due: date | None = None
    provisional: bool = False
    step: Step | None = None

    @property
    def said(self) -> tuple[str, ...]:
        """What was said with the step, line by line; nothing once it is erased."""
        if self.step is None:
            return ()
        named = (("对方", self.step.authority), ("批准人", self.step.approver))
        lines = (self.step.text or "").splitlines()
        return (*(f"{label}：{name}" for label, name in named if name), *lines)

"""Opening cases and taking steps on them: state, event, documents and messages in one transaction."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.conversation.messages import Attachment
from bot.mailbox.calendar import day_of
from bot.mailbox.cases import BAD_RATINGS, Case, Event, Origin, Step
from bot.mailbox.content import Content
from bot.mailbox.deadlines import ReceivedBy
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.people import SYSTEM, Actor, Role
from bot.mailbox.stages import Action, Kind, Stage
from bot.mailbox.workflow import StepRefused, possible, take
from bot.office.desk import Desk
from bot.office.notices import notices
from bot.office.sending import Post
from bot.store.cases import Due, Stored
from bot.store.papers import Attached
from bot.store.people import Task
from bot.store.store import Store, Transaction

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 1 I L O, which people mix up."""
CODE_LENGTH = 8
FOLLOW_UP_TASK = "follow_up"


@dataclass(frozen=True)
class Submission:
    """What opens a case. ``key`` names the update or mail it came by: unique, so a repeat opens no second case.

    ``confirmed``: whether the applicant has confirmed it (a chat's summary); a mail has yet to be confirmed.
    ``arrived``: the day it came in, when that is not today (paper that is entered later).
    """

    key: str
    content: Content
    origin: Origin
    received_by: ReceivedBy
    attachments: tuple[Attachment, ...] = ()
    suggested_department: str | None = None
    confirmed: bool = True
    arrived: date | None = None


class Office:
    """The one way to change a case. Blocking; raises UserErrors, and then nothing has changed."""

    def __init__(self, store: Store, desk: Desk, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.desk = desk
        self.clock = clock

    def act(self, number: CaseNumber, step: Step, actor: Actor, version: int | None = None) -> Case:
        """Take ``step``. ``version``: the one the actor has seen. Raises StepRefused, NotYours, Changed …"""
        with self.store.transaction() as t:
            stored = self.find(t, number)
            if version is not None and stored.case.version != version:
                raise StepRefused(f"{number} 刚刚被别人办理过。请重新打开看看，再决定怎么办。")
            return self.step(t, stored, step, actor).case

    def find(self, t: Transaction, number: CaseNumber) -> Stored:
        """The case. Raises StepRefused when there is none."""
        stored = t.cases.get(number)
        if stored is None:
            raise StepRefused(f"没有 {number} 这件。请核对编号。")
        return stored

    def open(self, t: Transaction, submission: Submission, direct: bool = False) -> tuple[Stored, bool]:
        """Open a case, and whether it is new. ``direct``: the receipt is the reply of a conversation going on."""
        known = t.cases.of_submission(submission.key)
        if known is not None:
            return known, False
        now, content = self.clock(), submission.content
        today = day_of(now)
        arrived = submission.arrived or today
        if arrived > today:
            raise StepRefused(f"收到日 {arrived} 还没有到。请写实际收到的那天。")
        case = Case(
            number=t.cases.next_number(Kind(content.kind), arrived.year),
            stage=Stage.SUBMITTED,
            applicant_kind=content.applicant.kind,
            origin=submission.origin,
            received_by=submission.received_by,
            arrived=arrived,
            confirmed_by_applicant=arrived if submission.confirmed else None,
            suggested_department=submission.suggested_department,
            content=content,
            query_code="".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)),
        )
        due = Due()
        stored = t.cases.add(case, submission.key, due, now)
        ids = tuple(one.id for one in submission.attachments)
        t.papers.attach(stored, ids, submission.origin.user_key)
        step = Step(action=Action.SUBMIT)
        actor = Actor(role=Role.CITIZEN, id="applicant", channel=submission.origin.channel)
        self._happened(t, stored, None, step, actor, due, direct)
        return stored, True

    def step(self, t: Transaction, stored: Stored, step: Step, actor: Actor, direct: bool = False) -> Stored:
        """Take ``step`` within a transaction; ``direct`` as in ``open``."""
        now, before = self.clock(), stored.case
        if step.department is not None and step.department not in self.desk.departments:
            names = "、".join(f"{name}（{one}）" for one, name in self.desk.departments.items())
            raise StepRefused(f"没有“{step.department}”这个部门。可以写：{names}。")
        after = take(before, step, actor, day_of(now), self.desk.calendar, self.desk.rules)
        due = self.due(after)
        saved = t.cases.save(stored, after, due, now)
        self._happened(t, saved, before.stage, step, actor, due, direct)
        return saved

    def enclose(self, number: CaseNumber, files: Sequence[Attached], actor: Actor) -> Case:
        """Add files that go out with the reply, before it is reviewed. Raises StepRefused, NotYours."""
        with self.store.transaction() as t:
            stored = self._drafting(t, number, actor)
            for file in files:
                t.papers.enclose(stored, file, self.clock())
            names = "、".join(file.name for file in files)
            return self.step(t, stored, Step(action=Action.NOTE, text=f"随答复发出的文件：{names}"), actor).case

    def take_back(self, number: CaseNumber, actor: Actor) -> int:
        """Remove all files that would go out with the reply; returns how many. Raises StepRefused, NotYours."""
        with self.store.transaction() as t:
            stored = self._drafting(t, number, actor)
            removed = t.papers.remove_enclosed(stored)
            self.step(t, stored, Step(action=Action.NOTE, text=f"撤下随答复发出的文件 {removed} 个"), actor)
            return removed

    def _drafting(self, t: Transaction, number: CaseNumber, actor: Actor) -> Stored:
        """The case, if ``actor`` may write its reply now: what goes out is reviewed and signed with the text."""
        stored = self.find(t, number)
        if Action.DRAFT not in possible(stored.case, actor):
            raise StepRefused("只有起草答复的人，在送审以前，才能加上或撤下随答复发出的文件。")
        return stored

    def redate(self, t: Transaction, stored: Stored) -> bool:
        """Count the term anew with the calendar of today; an event when the date has moved."""
        if not self.has_moved(t, stored):
            return False
        self.step(t, stored, Step(action=Action.REDATE), SYSTEM)
        return True

    def has_moved(self, t: Transaction, stored: Stored) -> bool:
        """Whether the calendar of today gives another date than the last event has."""
        due, last = self.due(stored.case), t.cases.events(stored)[-1]
        return (last.due, last.provisional) != (due.day, due.provisional)

    def due(self, case: Case) -> Due:
        """When the answer is due; nothing when none is owed any more."""
        deadline = case.deadline(self.desk.calendar) if case.is_open else None
        return Due(deadline.due, deadline.provisional) if deadline else Due()

    def _happened(
        self,
        t: Transaction,
        stored: Stored,
        before: Stage | None,
        step: Step,
        actor: Actor,
        due: Due,
        direct: bool,
    ) -> None:
        now = self.clock()
        event = Event(
            at=now,
            actor=actor,
            action=step.action,
            before=before,
            after=stored.case.stage,
            due=due.day,
            provisional=due.provisional,
            step=step,
        )
        t.cases.record(stored, event)
        if step.action is Action.RATE and step.rating in BAD_RATINGS:
            limit = self.desk.calendar.working_day_after(day_of(now), self.desk.rules.follow_up_days)
            key = f"{FOLLOW_UP_TASK}:{stored.case.number.ref}:{stored.case.version}"
            t.people.add_task(Task(key, Role.REGISTRAR, FOLLOW_UP_TASK, stored.id, limit), now)
        if step.action in {Action.FOLLOW_UP, Action.CLOSE}:
            t.people.finish_tasks_of(stored.id, FOLLOW_UP_TASK, actor.id, now)
        post = Post(t, self.desk, stored, step, now, quiet=direct)
        for notice in notices(stored.case, step):
            post.send(notice)

"""Random lives of cases: what holds whatever people try, in whatever order."""

from datetime import date, timedelta
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.errors import UserError
from bot.mailbox.cases import Case, Rating, Step
from bot.mailbox.deadlines import Consulted, DeadlineError
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import STAFF_ROLES, SYSTEM, Actor
from bot.mailbox.stages import (
    Action,
    Kind,
    rows,
)
from bot.mailbox.workflow import StepRefused, possible, take
from tests.mailbox.moves import (
    ADMIN,
    CALENDAR,
    CITIZEN,
    CLERK,
    LEADER,
    LEGAL,
    OTHER_CLERK,
    REGISTRAR,
    TODAY,
    A,
    D,
    L,
    R,
    S,
    actor,
    due,
    finished,
    fresh,
    step,
)

DAYS = st.integers(-3, 40)
WORDS = st.sampled_from([None, "", "  ", "内容", "依据【条款】"])
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "text": WORDS,
        "department": st.sampled_from([None, "zhujian", "chengguan"]),
        "outcome": st.sampled_from([None, *Outcome]),
        "whom": st.sampled_from([None, *Consulted]),
        "authority": WORDS,
        "days": st.sampled_from([None, -1, 0, 1, 5, 10, 20, 21]),
        "approver": WORDS,
        "rating": st.sampled_from([None, *Rating]),
    },
)


ENDINGS = {A.WITHDRAW, A.TRANSFER, A.DECLINE, A.REDIRECT, A.CLOSE, A.NOTE}
"""Seldom enough, so that lives get long."""


class Life(RuleBasedStateMachine):
    """Random people take random steps while days go by."""

    kind: ClassVar[Kind]

    def __init__(self) -> None:
        super().__init__()
        self.case = fresh(self.kind, confirmed_by_applicant=None)
        self.today = TODAY
        self.since_change: list[Action] = []
        self.last_due: date | None = None

    @rule(days=st.integers(0, 25))
    def days_go_by(self, days: int) -> None:
        self.today += timedelta(days)

    @rule(action=st.sampled_from(Action), who=st.sampled_from([CITIZEN, REGISTRAR, CLERK, OTHER_CLERK, LEGAL, LEADER, ADMIN, SYSTEM]), changes=CHANGES, data=st.data())  # fmt: skip
    def anyone_tries_anything(
        self, action: Action, who: Actor, changes: dict[str, Any], data: st.DataObject
    ) -> None:
        self._try(action, who, changes | self._days(data))

    @rule(choices=st.lists(st.integers(0, 60), min_size=1, max_size=6))
    def staff_and_citizen_do_what_is_offered(self, choices: list[int]) -> None:
        for choice in choices:
            self._one_of_the_offered(choice, {})

    @rule(choice=st.integers(0, 60), changes=CHANGES)
    def someone_does_what_is_offered_somehow(self, choice: int, changes: dict[str, Any]) -> None:
        self._one_of_the_offered(choice, changes)

    def _one_of_the_offered(self, choice: int, changes: dict[str, Any]) -> None:
        people = [actor(role, self.case.department) for role in (R.CITIZEN, *STAFF_ROLES)]
        offered = [(who, action) for who in people for action in possible(self.case, who) if action not in ENDINGS]
        if offered:
            who, action = offered[choice % len(offered)]
            self._try(action, who, changes)

    def _days(self, data: st.DataObject) -> dict[str, Any]:
        days = data.draw(st.fixed_dictionaries({}, optional={"day": DAYS, "answer_by": DAYS, "received": DAYS}))
        return {name: self.today + timedelta(number) for name, number in days.items()}

    def _try(self, action: Action, who: Actor, changes: dict[str, Any]) -> None:
        before, copy = self.case, self.case.model_copy(deep=True)
        answer_by = {"answer_by": self.today + timedelta(10)} if action in {A.CORRECT, A.PROLONG} else {}
        asked = step(action, self.kind, **{**answer_by, **changes})
        refusal: UserError | None = None
        try:
            self.case = take(before, asked, who, self.today, CALENDAR)
        except UserError as error:
            refusal = error
        assert before == copy
        if refusal is not None:
            assert isinstance(refusal, StepRefused | DeadlineError)
            assert refusal.message.endswith("。")
            return
        self._moved_along_the_table(before, action, who)
        self._changed_sensibly(before, asked)
        self._due_moved_sensibly(action)

    def _moved_along_the_table(self, before: Case, action: Action, who: Actor) -> None:
        after = self.case
        assert action in possible(before, who)
        assert who.role is not R.DEPARTMENT or who.department == before.department
        (row,) = [r for r in rows(before.kind, before.stage, who.role) if r.action is action]
        stays = action is A.OPINION and after.stage is S.CONSULTING
        assert after.stage is (row.to or before.stage) or stays
        assert after.version == before.version + 1

    def _changed_sensibly(self, before: Case, asked: Step) -> None:
        self.since_change.append(asked.action)
        after = self.case
        if after.draft != before.draft or asked.action in {A.DRAFT, A.SEND_BACK, A.FOLLOW_UP}:
            self.since_change.clear()
            assert (after.reviewed_by, after.signed_by) == (None, None)
        if asked.action is A.REPLY:
            assert {A.PASS_REVIEW, A.SIGN} <= set(self.since_change)
        same = {"number", "kind", "applicant_kind", "origin", "received_by", "arrived", "query_code"}
        assert all(getattr(before, name) == getattr(after, name) for name in same)
        assert (before.content == after.content) is (asked.action is not A.SUPPLEMENT)

    def _due_moved_sensibly(self, action: Action) -> None:
        """A date moves earlier only by an early opinion; a restart (correction, follow-up) never does so here."""
        now = due(self.case)
        if now is not None and self.last_due is not None:
            assert now >= self.last_due or action is A.OPINION
        self.last_due = now or self.last_due

    @invariant()
    def the_deadline_is_there_while_the_clock_runs(self) -> None:
        case, now = self.case, due(self.case)
        waiting = case.clock and case.clock.correction and case.clock.correction.received is None
        runs = case.letter_clock is not None if case.kind is L else case.clock is not None and not waiting
        assert (now is not None) is runs
        assert now is None or CALENDAR.is_working(now)
        started = case.confirmed_by_office is not None
        assert started is ((case.clock or case.letter_clock) is not None)

    @invariant()
    def the_end_is_known(self) -> None:
        case = self.case
        assert (case.answered is not None) is (not case.is_open)
        if case.kind is D:
            assert case.is_open or case.outcome is not None
        else:
            assert case.outcome is None
        assert case.rating is None or case.stage in {S.RATED, S.CLOSED}

    @invariant()
    def it_can_be_kept_and_read(self) -> None:
        assert Case.model_validate_json(self.case.model_dump_json()) == self.case

    def teardown(self) -> None:
        """No dead end: staff can always bring it to its end."""
        assert not finished(self.case, self.today).is_open


class DisclosureLife(Life):
    kind = D


class LetterLife(Life):
    kind = L


LIVES = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestDisclosureLife = DisclosureLife.TestCase
TestDisclosureLife.settings = LIVES
TestLetterLife = LetterLife.TestCase
TestLetterLife.settings = LIVES

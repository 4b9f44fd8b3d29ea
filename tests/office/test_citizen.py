"""What a conversation wants of the office: own cases only, codes that cannot be guessed, everything kept once."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.terminal import plain
from bot.conversation.messages import Attachment, Reply
from bot.conversation.turn import Count, Effect, ListCases, ShowCase, SubmitCase, TakeStep
from bot.mailbox.cases import Rating, Step
from bot.mailbox.content import DisclosureRequest, Letter, LetterKind, Medium, Way
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.people import Applicant, Role, Staff
from bot.mailbox.stages import Action, Kind
from bot.mailbox.workflow import StepRefused
from bot.office import wording
from bot.office.citizen import GUESSES, GUESSES_ABOUT_CASE, Citizen
from bot.office.office import Office
from bot.store.papers import Attached
from tests.office.kill_child import NOW, office_in

NUMBER = CaseNumber(Kind.DISCLOSURE, 2026, 1)
IDENTITY = "11010519491231002X"
PHONE = "13812345678"
REQUEST = DisclosureRequest(
    applicant=Applicant(name="李明明", identity=IDENTITY, phone=PHONE),
    description="解放路片区征收补偿方案",
    medium=Medium.PAPER,
    way=Way.POST,
)
LETTER = Letter(
    applicant=Applicant(name="王芳", phone=PHONE), letter_kind=LetterKind.HELP, subject="停水", text="停水三天了"
)


class Town:
    """An office, and citizens who talk to it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.messages = 0

    def says(self, user_key: str, effect: Effect, submission: str | None = None) -> str:
        """What the person reads."""
        reply = self.replies(user_key, effect, submission)
        return plain(reply) if reply else ""

    def replies(self, user_key: str, effect: Effect, submission: str | None = None) -> Reply | None:
        self.messages += 1
        with self.office.store.transaction() as t:
            citizen = Citizen(self.office, t, "telegram", user_key, submission or f"telegram:{self.messages}")
            return citizen.carry_out(effect)

    def code(self, number: CaseNumber = NUMBER) -> str:
        with self.office.store.reading() as t:
            return self.office.find(t, number).case.query_code or ""

    def clerk(self, *steps: Step) -> None:
        """The registrar, the law and the leader take these steps as an admin."""
        actor = Staff(id="boss", name="管理员", role=Role.ADMIN).acting("terminal")
        for step in steps:
            self.office.act(NUMBER, step, actor)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    office = office_in(tmp_path)
    yield Town(office)
    office.store.close()


@pytest.fixture
def asked(town: Town) -> Town:
    """李明明 (tg:1) has submitted a request."""
    town.says("tg:1", SubmitCase(REQUEST, (), None))
    return town


def test_a_submission_gives_number_code_and_what_happens_next(town: Town) -> None:
    said = town.says("tg:1", SubmitCase(REQUEST, (), None))
    assert "沙依申〔2026〕0001号" in said
    assert town.code() in said
    assert "20个工作日" in said
    assert IDENTITY not in said


def test_the_same_message_twice_opens_one_case(town: Town) -> None:
    first, second = [town.says("tg:1", SubmitCase(REQUEST, (), None), "telegram:9") for _ in range(2)]
    assert first == second
    with town.office.store.reading() as t:
        assert len(t.cases.find()) == 1


def test_letters_have_their_own_numbers(asked: Town) -> None:
    assert "沙区信〔2026〕0001号" in asked.says("tg:2", SubmitCase(LETTER, (), None))


def test_only_ones_own_cases_are_listed(asked: Town) -> None:
    listed = asked.replies("tg:1", ListCases())
    assert listed is not None
    assert [b.action for row in listed.buttons for b in row] == ["c:D2026-0001"]
    assert asked.says("tg:2", ListCases()) == wording.NO_CASES


def test_the_status_explains_the_due_date_day_by_day(asked: Town) -> None:
    asked.clerk(Step(action=Action.REGISTER))
    said = asked.says("tg:1", ShowCase(NUMBER, None))
    assert "2026年12月22日（星期二）" in said
    assert "11月24日双方确认" in said
    assert "第20个工作日" in said
    assert "条例第三十一条第（三）项" in said


@pytest.mark.parametrize(
    "effect",
    [
        ShowCase(NUMBER, None),
        ShowCase(NUMBER, "AAAAAAAA"),
        ShowCase(CaseNumber(Kind.DISCLOSURE, 2026, 2), "AAAAAAAA"),
        TakeStep(NUMBER, Step(action=Action.WITHDRAW)),
        TakeStep(NUMBER, Step(action=Action.SUPPLEMENT, text="x")),
        TakeStep(CaseNumber(Kind.LETTER, 2026, 7), Step(action=Action.WITHDRAW)),
    ],
)
def test_another_citizen_learns_nothing_and_changes_nothing(
    asked: Town, effect: Effect, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert asked.says("tg:2", effect) == wording.REFUSED
    assert "refused" in caplog.text
    assert "tg:2" not in caplog.text
    with asked.office.store.reading() as t:
        assert asked.office.find(t, NUMBER).case.version == 0


def test_the_code_opens_the_case_for_good_in_another_chat(asked: Town) -> None:
    assert "解放路片区" in asked.says("tg:2", ShowCase(NUMBER, asked.code().lower()))
    assert "解放路片区" in asked.says("tg:2", ShowCase(NUMBER, None))
    assert "撤回" in asked.says("tg:2", TakeStep(NUMBER, Step(action=Action.WITHDRAW)))


def test_guessing_is_limited_by_person_also_with_the_right_code(asked: Town) -> None:
    for _ in range(GUESSES):
        assert asked.says("tg:2", ShowCase(NUMBER, "AAAAAAAA")) == wording.REFUSED
    assert asked.says("tg:2", ShowCase(NUMBER, asked.code())) == wording.TOO_MANY.format(hotline="12345")
    assert "解放路片区" in asked.says("tg:1", ShowCase(NUMBER, None)), "the owner is never locked out"
    later = NOW + timedelta(hours=1, seconds=1)
    asked.office.clock = lambda: later
    assert "解放路片区" in asked.says("tg:2", ShowCase(NUMBER, asked.code()))


def test_guessing_about_one_case_is_limited_for_everybody(asked: Town) -> None:
    for person in range(GUESSES_ABOUT_CASE):
        asked.says(f"tg:{100 + person}", ShowCase(NUMBER, "AAAAAAAA"))
    assert asked.says("tg:99", ShowCase(NUMBER, asked.code())) == wording.TOO_MANY.format(hotline="12345")


def test_supplement_and_more_time(asked: Town) -> None:
    by = NOW.date() + timedelta(days=20)
    asked.clerk(Step(action=Action.REGISTER), Step(action=Action.CORRECT, text="哪一年的？", answer_by=by))
    said = asked.says("tg:1", TakeStep(NUMBER, Step(action=Action.ASK_MORE_TIME, text="出差")))
    assert said == wording.MORE_TIME_ASKED
    asked.clerk(Step(action=Action.PROLONG, answer_by=by + timedelta(days=5)))
    assert "补正" in asked.says("tg:1", TakeStep(NUMBER, Step(action=Action.SUPPLEMENT, text="2025年的")))
    with asked.office.store.reading() as t:
        content = asked.office.find(t, NUMBER).case.content
    assert content is not None
    assert "2025年的" in content.subject or "2025年的" in getattr(content, "description", "")


def test_only_ones_own_uploads_come_with_the_case(town: Town) -> None:
    with town.office.store.transaction() as t:
        t.papers.upload(Attached("mine", "证.pdf", "application/pdf", b"%PDF-1"), "tg:1", NOW)
        t.papers.upload(Attached("theirs", "别人.pdf", "application/pdf", b"%PDF-2"), "tg:2", NOW)
    files = tuple(
        Attachment(id=one, name="x", content_type="application/pdf", size=6) for one in ("mine", "theirs")
    )
    town.says("tg:1", SubmitCase(REQUEST, files, None))
    with town.office.store.reading() as t:
        kept = t.papers.attached(town.office.find(t, NUMBER))
    assert [(one.name, one.content) for one in kept] == [("证.pdf", b"%PDF-1")]


def test_the_reply_and_its_rating(asked: Town) -> None:
    draft = Step(action=Action.DRAFT, text="经审查，予以公开。", outcome="granted")
    steps = [Action.FINISH_DRAFT, Action.PASS_REVIEW, Action.SIGN, Action.REPLY]
    assign = Step(action=Action.ASSIGN, department="gongan")
    asked.clerk(Step(action=Action.REGISTER), assign, draft, *(Step(action=action) for action in steps))
    shown = asked.replies("tg:1", ShowCase(NUMBER, None))
    assert shown is not None
    assert "经审查，予以公开。" in plain(shown)
    assert [b.label for row in shown.buttons for b in row] == list(Rating)
    assert "感谢" in asked.says("tg:1", TakeStep(NUMBER, Step(action=Action.RATE, rating=Rating.VERY_BAD)))
    with asked.office.store.reading() as t:
        assert [task.kind for task, _ in t.people.open_tasks() if task.kind == "follow_up"] == ["follow_up"]


def test_a_step_that_is_not_possible_says_so_and_changes_nothing(asked: Town) -> None:
    with pytest.raises(StepRefused, match="已提交"):
        asked.says("tg:1", TakeStep(NUMBER, Step(action=Action.RATE, rating=Rating.GOOD)))


def test_a_citizen_cannot_take_a_step_of_the_staff(asked: Town) -> None:
    for action in (Action.REGISTER, Action.SIGN, Action.REPLY, Action.REDATE):
        with pytest.raises(StepRefused):
            asked.says("tg:1", TakeStep(NUMBER, Step(action=action)))


def test_documents_shown_and_solved_are_counted(town: Town) -> None:
    for name in ("documents_shown", "documents_shown", "documents_solved"):
        assert town.replies("tg:1", Count(name)) is None
    with town.office.store.reading() as t:
        assert t.conversations.counts() == {"documents_shown": 2, "documents_solved": 1}


def test_the_year_of_the_number_is_the_year_in_china(town: Town) -> None:
    town.office.clock = lambda: datetime.fromisoformat("2026-12-31T16:30:00+00:00")
    assert "沙依申〔2027〕0001号" in town.says("tg:1", SubmitCase(REQUEST, (), None))

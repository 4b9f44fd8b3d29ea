"""kill -9 at every point of intake, transition, outbox and inbox: nothing lost, nothing doubled.

Each piece of work is first done undisturbed. Then a process does it on a copy of the folder and kills itself at its
first point, another at its second, and so on until one gets through; each time the work is then taken up again, and
the store must be as after the undisturbed run.
"""

import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa

from bot.conversation.intake.form import Form
from bot.conversation.messages import Ending, Paragraph, Reply
from bot.conversation.session import Session
from bot.mailbox.cases import Step
from bot.mailbox.mail.tags import Tag, tagged
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.people import Actor, Role, Staff
from bot.mailbox.stages import Action, Kind
from bot.mailbox.workflow import StepRefused
from bot.store.database import open_database
from bot.store.tables import attachments, cases, documents, events, inbox, outbox, tasks, updates
from tests.conftest import write_catalog
from tests.office.kill_child import NOW, office_in, snapshot_beside, work

LATER = NOW + timedelta(minutes=5)
"""After every lease has run out."""
FEWEST_KILLS = 300

STAFF = (
    Staff(id="registrar", name="登记员", role=Role.REGISTRAR, email="registrar@example.cn", telegram_id=11),
    Staff(id="police", name="民警", role=Role.DEPARTMENT, department="gongan", email="police@example.cn"),
    Staff(id="legal", name="法制员", role=Role.LEGAL, email="legal@example.cn"),
    Staff(id="leader", name="区长", role=Role.LEADER, telegram_id=14),
)
LIFE = (
    ("registrar", Step(action=Action.REGISTER)),
    ("registrar", Step(action=Action.CORRECT, text="请写明年份", answer_by=NOW.date() + timedelta(days=20))),
    ("citizen", Step(action=Action.SUPPLEMENT, text="2025年的")),
    ("registrar", Step(action=Action.ASSIGN, department="gongan")),
    ("police", Step(action=Action.DRAFT, text="经审查，予以公开。", outcome="granted")),
    ("police", Step(action=Action.FINISH_DRAFT)),
    ("legal", Step(action=Action.PASS_REVIEW)),
    ("leader", Step(action=Action.SIGN)),
    ("registrar", Step(action=Action.REPLY)),
)
UNDISTURBED = frozenset({Action.CORRECT, Action.SUPPLEMENT, Action.ASSIGN, Action.FINISH_DRAFT})
"""Written like the others; left out to save time."""


def run(home: Path, kind: str, argument: str, fatal: int) -> int:
    """Do the work in a process of its own that kills itself at a point; its exit code, or minus the signal.

    A plain fork: what is imported here need not be imported again 300 times.
    """
    process = os.fork()
    if process == 0:
        code = 1
        try:
            work(kind, argument, str(home), NOW.isoformat(), fatal)
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def summary(home: Path) -> dict[str, object]:
    """What the store holds, without random ids and moments."""
    engine = open_database(home / "wenban.db")
    with engine.connect() as connection:
        found: dict[str, object] = {
            table.name: Counter(tuple(row) for row in connection.execute(sa.select(*columns)))
            for table, columns in (
                (cases, (cases.c.kind, cases.c.year, cases.c.sequence, cases.c.stage, cases.c.version)),
                (events, (events.c.case_id, events.c.seq, events.c.action, events.c.after)),
                (documents, (documents.c.case_id, documents.c.seq, documents.c.name)),
                (outbox, (outbox.c.case_id, outbox.c.channel, outbox.c.recipient, outbox.c.state)),
                (inbox, (inbox.c.message_id, inbox.c.state, inbox.c.verdict)),
                (tasks, (tasks.c.key,)),
                (attachments, (attachments.c.case_id, attachments.c.content_type, attachments.c.size)),
                (updates, (updates.c.update_id, updates.c.state)),
            )
        }
    engine.dispose()
    out = home / "out"
    found["sent"] = Counter(str(message_from_bytes(path.read_bytes())["Subject"]) for path in out.rglob("new/*"))
    return found


class Killer:
    """Runs work on copies and kills it at every point."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.kills = 0
        self._copies = 0

    def everywhere(self, home: Path, kind: str, argument: str = "") -> None:
        """Kill at each point, take up again, compare with the undisturbed run; then do the work in ``home``."""
        clean = self._copy(home)
        work(kind, argument, str(clean), NOW.isoformat(), 0)
        expected = summary(clean)
        for point in range(1, 1000):
            copy = self._copy(home)
            code = run(copy, kind, argument, point)
            if code == 0:
                break
            assert code == -signal.SIGKILL, (kind, argument, point, code)
            self.kills += 1
            with suppress(StepRefused):  # the step was taken before the kill
                work(kind, argument, str(copy), LATER.isoformat(), 0)
            assert summary(copy) == expected, f"{kind} {argument} killed at point {point}"
            shutil.rmtree(copy)
        else:
            raise AssertionError("the work never came to its end")
        shutil.rmtree(home)
        clean.rename(home)

    def _copy(self, home: Path) -> Path:
        self._copies += 1
        copy = self._folder / f"copy-{self._copies}"
        shutil.copytree(home, copy)
        return copy


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a killed process loses nothing there either, and it is fast."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as name:
        yield Path(name)


@pytest.fixture
def home(folder: Path) -> Path:
    """A home with the staff; a small catalogue and its index lie beside it."""
    write_catalog(folder / "catalog", {})
    snapshot_beside(folder)
    office = office_in(folder / "home")
    with office.store.transaction() as t:
        for person in STAFF:
            t.people.add(person)
    office.store.close()
    return folder / "home"


def mail(home: Path, sender: str, to: str, subject: str, text: str) -> None:
    """A mail lies in the Maildir."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{abs(hash((sender, subject)))}@example.com>"
    message.set_content(text)
    new = home / "in" / "new"
    for name in ("new", "cur", "tmp"):
        (home / "in" / name).mkdir(parents=True, exist_ok=True)
    (new / f"{len(list(new.iterdir()))}.mail").write_bytes(message.as_bytes())


def at_the_summary(home: Path) -> None:
    """The citizen's form is filled in; only 提交 is left."""
    answers = {
        "kind": "自然人",
        "name": "李明",
        "identity": "11010519491231002X",
        "phone": "13812345678",
        "description": "解放路片区征收补偿方案",
        "medium": "电子邮件",
        "email": "li@example.com",
        "mail_too": "要",
        "purpose": "",
    }
    form = Form(kind=Kind.DISCLOSURE, started_at=NOW, answers=answers)
    assert form.missing(NOW.date()) is None
    office = office_in(home)
    with office.store.transaction() as t:
        reply = Reply(ending=Ending.HELPED, blocks=(Paragraph(text="。"),))
        t.conversations.save_turn("telegram", "tg:1", Session(form=form, updated_at=NOW), reply, NOW, None)
    office.store.close()


def undisturbed(home: Path, who: str, step: Step) -> None:
    """The step without a kill."""
    office = office_in(home)
    with office.store.reading() as t:
        person = t.people.get(who)
    citizen = Actor(role=Role.CITIZEN, id="applicant", channel="telegram")
    actor = person.acting("telegram") if person else citizen
    office.act(CaseNumber(Kind.DISCLOSURE, 2026, 1), step, actor)
    office.store.close()


def staff_tag(home: Path) -> str:
    """The address that the leader answers to at the present version."""
    office = office_in(home)
    number = CaseNumber(Kind.DISCLOSURE, 2026, 1)
    with office.store.reading() as t:
        tag = Tag(number, Role.LEGAL, office.find(t, number).case.version)
        address = tagged("mailbox@localhost", tag, t.cases.keyed)
    office.store.close()
    return address


@pytest.mark.timeout(400)
def test_nothing_is_lost_and_nothing_is_doubled(home: Path, folder: Path) -> None:
    killer = Killer(folder)
    at_the_summary(home)
    killer.everywhere(home, "press", "f:send")
    killer.everywhere(home, "send")
    for version, (who, step) in enumerate(LIFE):
        step_text = step.model_dump_json(exclude_none=True)
        if step.action in UNDISTURBED:
            undisturbed(home, who, step)
        elif who == "legal":
            # this one by mail, among mails from people
            mail(home, "legal@example.cn", staff_tag(home), "Re: 审核", "通过")
            mail(home, "stranger@example.com", "mailbox@localhost", "你好", "在吗")
            mail(home, "wang@example.com", "mailbox@localhost", "投诉", "小区停水三天了，投诉物业，请督促解决")
            killer.everywhere(home, "receive")
        else:
            killer.everywhere(home, "step", f"D2026-0001|{who}|{version}|{step_text}")
        if step.action is Action.SUPPLEMENT:
            killer.everywhere(home, "chores")
    killer.everywhere(home, "send")
    assert killer.kills >= FEWEST_KILLS
    with office_in(home).store.reading() as t:
        assert [str(one.case.number) for one in t.cases.find()] == ["沙依申〔2026〕0001号", "沙区信〔2026〕0001号"]
        assert t.outbox.waiting("mail") == 0

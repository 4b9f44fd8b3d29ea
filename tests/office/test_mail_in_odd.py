"""Mail in: machines, mails that a person decides on, faults, several processes; nothing dropped, nothing doubled."""

import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.errors import UserError
from bot.mailbox.cases import Step
from bot.mailbox.stages import Action, Kind
from bot.office import mail_in
from bot.office.office import Office
from bot.store.database import open_database
from bot.store.store import Store
from bot.store.vault import Vault
from tests.office.mailing import (
    ASKS,
    CITIZEN,
    COMPLAINS,
    LETTER,
    MAILBOX,
    PDF,
    REQUEST,
    STAFF,
    STRANGER,
    Clock,
    actions,
    answer,
    case,
    events,
    files,
    held,
    office_with,
    receive,
    sent,
    tasks,
    text_of,
    written,
)
from tests.store.conftest import KEY, Place, engine, kind, opened, place, postgresql, processes, store  # noqa: F401
from tests.store.conftest import migrated_file as migrated_file

# --- machines


def bounce(mail: EmailMessage, permanent: bool = True) -> bytes:
    """A delivery report (RFC 3464) for a mail of ours."""
    action, status = ("failed", "5.1.1") if permanent else ("delayed", "4.4.1")
    return "\r\n".join(
        [
            "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>",
            f"To: {MAILBOX}",
            "Subject: Undelivered Mail Returned to Sender",
            f"Message-ID: <{os.urandom(6).hex()}@mx.example.com>",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.example.com",
            "",
            f"Final-Recipient: rfc822; {mail['To']}",
            f"Action: {action}",
            f"Status: {status}",
            "Diagnostic-Code: smtp; 550 no such user",
            "",
            "--b",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: {mail['Message-ID']}",
            f"Subject: {REQUEST.ref}",
            "",
            "--b--",
            "",
        ]
    ).encode()


def test_a_bounce_is_an_event_and_a_task_once(office: Office, receipt: EmailMessage) -> None:
    assert receive(office, bounce(receipt), bounce(receipt)) == {"bounced": 2}
    assert actions(office) == [Action.SUBMIT, Action.NOTE]
    assert [key for key in tasks(office) if key.startswith("undeliverable")] != []
    told = sent(office)
    assert [one["To"] for one in told.sent] == ["registrar@example.cn"]
    # the registrar's mail comes back as well: noted, not mailed again
    assert receive(office, bounce(told.sent[0])) == {"bounced": 1}
    assert actions(office) == [Action.SUBMIT, Action.NOTE, Action.NOTE]
    assert sent(office).sent == []


def test_a_delay_is_no_failure(office: Office, receipt: EmailMessage) -> None:
    assert receive(office, bounce(receipt, permanent=False)) == {"bounced": 1}
    assert actions(office) == [Action.SUBMIT]
    assert tasks(office) == {}


def test_a_bounce_of_no_mail_of_ours_is_held(office: Office, receipt: EmailMessage) -> None:
    receipt.replace_header("Message-ID", "<somebody-else@example.com>")
    assert receive(office, bounce(receipt)) == {"held_bounce": 1}
    assert actions(office) == [Action.SUBMIT]
    with pytest.raises(UserError, match="自动发出"):
        mail_in.open_held(office, held(office)[0].id, Kind.LETTER, STAFF[0].acting("terminal"))
    assert sent(office).sent == []


AUTOMATIC: list[dict[str, str]] = [
    {"auto_submitted": "auto-replied"},
    {"precedence": "auto_reply"},
    {"x_autoreply": "yes"},
]


@pytest.mark.parametrize("headers", AUTOMATIC, ids=lambda one: next(iter(one)))
def test_machines_get_no_answer_and_move_nothing(
    office: Office, receipt: EmailMessage, headers: dict[str, str]
) -> None:
    for raw in (
        written(CITIZEN, "自动回复", "确认", to=receipt["Reply-To"], **headers),
        written(STRANGER, "投诉", COMPLAINS, **headers),
    ):
        assert receive(office, raw) == {"no_person": 1}
    assert actions(office) == [Action.SUBMIT]
    assert sent(office).sent == []


def test_our_own_mail_that_comes_back_without_its_marks_is_held(office: Office, receipt: EmailMessage) -> None:
    raw = written(f"{MAILBOX.upper()}", str(receipt["Subject"]), ASKS, to=receipt["Reply-To"])
    assert receive(office, raw, written(MAILBOX, "投诉", COMPLAINS)) == {"held_other_sender": 2}
    assert actions(office) == [Action.SUBMIT]
    with pytest.raises(UserError, match="自动发出"):
        mail_in.open_held(office, held(office)[0].id, Kind.LETTER, STAFF[0].acting("terminal"))
    assert sent(office).sent == []


def test_mail_of_a_list(office: Office, receipt: EmailMessage) -> None:
    news, asking = (
        written(STRANGER, "周刊", "本周新闻", list_id="<a.b>"),
        written(STRANGER, "投诉", COMPLAINS, list_id="<a.b>"),
    )
    own = written(CITIZEN, "回复", "确认", to=receipt["Reply-To"], list_id="<a.b>")
    assert receive(office, news, asking, own) == {"no_person": 1, "held_unmatched": 1, "citizen_step": 1}
    assert actions(office) == [Action.SUBMIT, Action.CONFIRM]


# --- held mail, by a person

REGISTRAR = STAFF[0].acting("terminal")


def test_a_held_mail_is_attached(office: Office, receipt: EmailMessage) -> None:
    receive(office, written(STRANGER, "你好", "我是他的代理人", file=PDF))
    (one,) = held(office)
    mail_in.attach_held(office, one.id, REQUEST, REGISTRAR)
    noted = events(office)[-1]
    assert noted.step is not None
    assert STRANGER in (noted.step.text or "")
    assert ("补充材料.pdf", PDF) in files(office)
    assert (held(office), tasks(office)) == ([], {})


def test_a_held_mail_is_opened(office: Office) -> None:
    receive(office, written(STRANGER, "你好", "见附件", file=PDF))
    assert mail_in.open_held(office, held(office)[0].id, Kind.LETTER, REGISTRAR) == LETTER
    assert ("补充材料.pdf", PDF) in files(office, LETTER)
    assert "请您确认" in text_of(sent(office).to(STRANGER))
    assert (held(office), tasks(office)) == ([], {})


def test_a_held_mail_is_dropped_but_kept(office: Office) -> None:
    receive(office, written(STRANGER, "你好", "在吗"))
    (one,) = held(office)
    mail_in.drop_held(office, one.id, REGISTRAR)
    assert (held(office), tasks(office)) == ([], {})
    with office.store.reading() as t:
        kept = t.inbox.get(one.id)
    assert kept is not None
    assert (kept.raw, kept.verdict) == (one.raw, "dropped:registrar")
    with pytest.raises(UserError, match="没有第"):
        mail_in.drop_held(office, one.id, REGISTRAR)


# --- what goes wrong


def test_an_odd_mail_stops_no_other(office: Office, receipt: EmailMessage) -> None:
    odd = [
        b"",
        b"\xff\xfe\x00",
        b"From: x\r\n\r\n" + COMPLAINS.encode(),
        written(STRANGER, "投诉", "投诉" + "噪音" * 30_000),
        b"From: a@example.com\r\nSubject: =?utf-8?b?7aCA?=\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+2AA-",
        written(STRANGER, "投诉", COMPLAINS, **{"content_disposition": "x" * 3000}),
    ]
    verdicts = receive(office, *odd, answer(receipt, "确认"))
    assert verdicts["citizen_step"] == 1
    assert sum(verdicts.values()) == len(odd) + 1
    assert verdicts["opens_case"] == 2
    assert case(office).case.confirmed_by_applicant is not None


def test_a_fault_of_ours_holds_the_mail_and_the_rest_goes_on(
    office: Office, receipt: EmailMessage, tmp_path: Path
) -> None:
    database = open_database(tmp_path / "home" / "wenban.db")
    with database.begin() as connection:
        connection.execute(sa.text("CREATE TRIGGER no BEFORE INSERT ON cases BEGIN SELECT RAISE(ABORT, 'no'); END"))
    database.dispose()
    verdicts = receive(office, written(STRANGER, "投诉", COMPLAINS), answer(receipt, "确认"))
    assert verdicts == {"held_refused": 1, "citizen_step": 1}
    assert len(held(office)) == 1


class Meanwhile(logging.Handler):
    """Does something once, at the moment when a mail could not be handled."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self._work = work

    def emit(self, record: logging.LogRecord) -> None:
        logging.getLogger("bot.office.mail_in").removeHandler(self)
        self._work()


def test_a_mail_that_another_process_has_handled_meanwhile_is_not_held(office: Office, tmp_path: Path) -> None:
    database = open_database(tmp_path / "home" / "wenban.db")

    def run(statement: str) -> None:
        with database.begin() as connection:
            connection.execute(sa.text(statement))

    def another() -> None:
        run("DROP TRIGGER no")
        assert mail_in.handle_all(office) == {"opens_case": 1}

    run("CREATE TRIGGER no BEFORE INSERT ON cases BEGIN SELECT RAISE(ABORT, 'no'); END")
    logging.getLogger("bot.office.mail_in").addHandler(Meanwhile(another))
    assert receive(office, written(STRANGER, "投诉", COMPLAINS)) == {}
    database.dispose()
    assert held(office) == []
    assert actions(office, LETTER) == [Action.SUBMIT]


# --- several at once


def handle(place: Place, key: str, start: Any, verdicts: Any) -> None:  # noqa: F811
    """Another process: handles what is in the inbox."""
    office = office_with(Store(open_database(place), Vault([key])), Clock())
    start.wait(30)
    verdicts.put(dict(mail_in.handle_all(office)))


def test_two_processes_handle_each_mail_once(place: Place, store: Store, processes: ForkServerContext) -> None:  # noqa: F811
    office = office_with(store, Clock())
    receive(office, written(CITIZEN, "申请公开", ASKS))
    receipt = sent(office).to(CITIZEN)
    notes = [answer(receipt, f"第{number}次催") for number in range(8)]
    letters = [written(STRANGER, "投诉", f"{COMPLAINS}{number}") for number in range(8)]
    odd = [written(STRANGER, "你好", f"在吗{number}") for number in range(4)]
    kept = [one for three in zip(notes, letters, strict=True) for one in three] + odd
    with store.transaction() as t:
        for number, raw in enumerate(kept):
            t.inbox.keep(f"m{number}", raw, office.clock())
    start, told = processes.Barrier(2), processes.SimpleQueue()
    workers = [processes.Process(target=handle, args=(place, KEY, start, told)) for _ in range(2)]
    for worker in workers:
        worker.start()
    counts = [told.get() for _ in workers]
    for worker in workers:
        worker.join(30)
    total = {name: sum(one.get(name, 0) for one in counts) for name in {**counts[0], **counts[1]}}
    assert total == {"citizen_step": 8, "opens_case": 8, "held_unmatched": 4}
    assert actions(office) == [Action.SUBMIT, *[Action.NOTE] * 8]
    with store.reading() as t:
        assert sorted(one.case.number.sequence for one in t.cases.find(kind=Kind.LETTER)) == list(range(1, 9))
        assert len(t.inbox.held()) == 4


def waits_for_a_lock(engine: sa.Engine) -> bool:  # noqa: F811
    """Whether somebody on this PostgreSQL database waits for somebody else."""
    query = sa.text(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(500):
        with engine.connect() as connection:
            if connection.execute(query).first():
                return True
        time.sleep(0.02)
    return False


def test_a_case_that_changes_at_that_moment_is_no_reason_to_hold_the_mail(
    store: Store,  # noqa: F811
    engine: sa.Engine,  # noqa: F811
    kind: str,  # noqa: F811
) -> None:
    if kind == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    office = office_with(store, Clock())
    receive(office, written(CITIZEN, "申请公开", ASKS))
    receipt = sent(office).to(CITIZEN)
    with store.transaction() as t:
        t.inbox.keep("m1", answer(receipt, "确认"), office.clock())
    with ThreadPoolExecutor(1) as pool:
        with store.transaction() as t:
            office.step(t, office.find(t, REQUEST), Step(action=Action.NOTE, text="电话联系过"), REGISTRAR)
            handling = pool.submit(mail_in.handle_all, office)
            assert waits_for_a_lock(engine)
        assert handling.result(30) == {"citizen_step": 1}
    assert actions(office) == [Action.SUBMIT, Action.NOTE, Action.CONFIRM]

"""Mail out: over a real SMTP server, tried again, given up, and brought back to its case by what it carries."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import docx
import pytest
import sqlalchemy as sa

from bot.channels.mail.maildir import MaildirSource
from bot.channels.mail.smtp import SmtpSender, SmtpSettings
from bot.mailbox.cases import Step
from bot.mailbox.mail.parse import parse
from bot.mailbox.mail.tags import Tag, tag_in
from bot.mailbox.messages import MailMessage
from bot.mailbox.people import SYSTEM, Actor, Role
from bot.mailbox.stages import Action, Stage
from bot.office import mail_in
from bot.office.delivery import GIVE_UP_AFTER, LEAST_ATTEMPTS, LONGEST_PAUSE, Sending, pause_after, send_mail
from bot.office.office import Office
from bot.store.cases import Stored
from bot.store.database import open_database
from bot.store.tables import outbox
from tests.mail.servers import Post, free_port, smtp_server
from tests.office.mailing import (
    CITIZEN,
    MAILBOX,
    REQUEST,
    STAFF,
    Clock,
    Letters,
    actions,
    answer,
    case,
    events,
    read,
    receive,
    sent,
    tasks,
    text_of,
    written,
)

ASKS = "我申请公开解放路片区征收补偿方案这份政府信息。"


@pytest.fixture
def post() -> Post:
    """What the SMTP server of a test does and has got."""
    return Post()


@contextmanager
def server(post: Post, **kind: bool) -> Iterator[SmtpSender]:
    with smtp_server(post, **kind) as port:  # type: ignore[arg-type]
        yield SmtpSender(SmtpSettings("127.0.0.1", port, security="none", timeout=5.0))


@pytest.fixture
def opened(office: Office) -> Stored:
    """A request that came by mail; its receipt and the registrar's mail wait to be sent."""
    assert receive(office, written(CITIZEN, "申请公开", ASKS)) == {"opens_case": 1}
    return case(office)


def ids(post: Post) -> list[str]:
    return [str(read(bytes(one.content or b""))["Message-ID"]) for one in post.arrived]


def error_of(office: Office, message_id: str) -> str | None:
    with office.store.reading() as t:
        leaving = t.outbox.by_message_id(message_id.strip("<>"))
    assert leaving is not None
    return leaving.error


def test_everything_is_sent_once(office: Office, opened: Stored, post: Post) -> None:
    with server(post) as sender:
        assert send_mail(office, sender) == Sending(sent=2)
        assert send_mail(office, sender) == Sending()
    assert [one.rcpt_tos for one in post.arrived] == [[CITIZEN], ["registrar@example.cn"]]
    assert {one.mail_from for one in post.arrived} == {MAILBOX}
    mails = [read(bytes(one.content or b"")) for one in post.arrived]
    assert len({mail["Message-ID"] for mail in mails}) == 2
    assert "确认" in text_of(mails[0])
    with office.store.reading() as t:
        assert t.outbox.waiting() == 0


@pytest.mark.parametrize("answer_", ["451 4.7.1 greylisted, come back later", "421 busy", "450 4.2.2 mailbox full"])
def test_what_works_later_is_sent_later_under_the_same_id(
    office: Office, opened: Stored, post: Post, clock: Clock, answer_: str
) -> None:
    post.answers[CITIZEN] = [answer_, "250 OK"]
    with server(post) as sender:
        assert send_mail(office, sender) == Sending(sent=1, later=1)
        assert send_mail(office, sender) == Sending()
        clock.move(seconds=29)
        assert send_mail(office, sender) == Sending()
        clock.move(seconds=1)
        assert send_mail(office, sender) == Sending(sent=1)
    assert not [key for key in tasks(office) if key.startswith("undeliverable")]
    assert len(set(ids(post))) == 2


def test_a_line_lost_in_the_middle_of_the_mail(office: Office, opened: Stored, post: Post, clock: Clock) -> None:
    with server(post, drops=True) as sender:
        assert send_mail(office, sender) == Sending(later=2)
    clock.move(seconds=30)
    with server(post) as sender:
        assert send_mail(office, sender) == Sending(sent=2)
    assert len(ids(post)) == 2


def test_after_a_kill_between_sending_and_noting_it_goes_again_under_the_same_id(
    office: Office, opened: Stored, clock: Clock
) -> None:
    with office.store.transaction() as t:
        (killed,) = t.outbox.take("mail", clock(), most=1)
    assert [one["To"] for one in sent(office).sent] == ["registrar@example.cn"]
    clock.move(minutes=3)
    (again,) = sent(office).sent
    assert (again["To"], again["Message-ID"]) == (CITIZEN, f"<{killed.message_id}>")


def test_no_server_at_all(office: Office, opened: Stored, clock: Clock) -> None:
    sender = SmtpSender(SmtpSettings("127.0.0.1", free_port(), security="none", timeout=5.0))
    assert send_mail(office, sender) == Sending(later=2)


def test_pauses_double_up_to_six_hours() -> None:
    pauses = [pause_after(attempts) for attempts in range(40)]
    assert [one.total_seconds() for one in pauses[:4]] == [30, 60, 120, 240]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def test_refused_for_good_is_an_event_a_task_and_told(office: Office, opened: Stored, post: Post) -> None:
    post.answers[CITIZEN] = ["550 5.1.1 no such user"]
    with server(post) as sender:
        assert send_mail(office, sender) == Sending(sent=2, failed=1)
        assert send_mail(office, sender) == Sending()
    (noted,) = [one for one in events(office) if one.action is Action.NOTE]
    assert noted.actor == SYSTEM
    assert noted.step is not None
    assert "送不到" in (noted.step.text or "")
    assert [role for key, role in tasks(office).items() if key.startswith("undeliverable")] == [Role.REGISTRAR]
    told = [one for one in post.arrived if one.rcpt_tos == ["registrar@example.cn"]]
    assert len(told) == 2  # the new request, and that its receipt did not arrive


def test_mail_to_staff_that_is_refused_is_not_told_by_mail(office: Office, opened: Stored, post: Post) -> None:
    post.answers["registrar@example.cn"] = ["550 5.1.1 no such user"]
    with server(post) as sender:
        assert send_mail(office, sender) == Sending(sent=1, failed=1)
        assert send_mail(office, sender) == Sending()
    assert actions(office)[-1] is Action.NOTE
    assert [key for key in tasks(office) if key.startswith("undeliverable")]


def test_given_up_after_five_days_of_trying(office: Office, opened: Stored, post: Post, clock: Clock) -> None:
    post.answers[CITIZEN] = ["451 4.7.1 not now"]
    start, tries = clock(), 0
    with server(post) as sender:
        while True:
            round_ = send_mail(office, sender)
            tries += round_.later
            if round_.failed:
                break
            clock.move(hours=6)
    assert GIVE_UP_AFTER < clock() - start <= GIVE_UP_AFTER + timedelta(hours=6)
    assert tries > LEAST_ATTEMPTS
    assert [key for key in tasks(office) if key.startswith("undeliverable")]
    assert actions(office)[-1] is Action.NOTE


def test_after_a_downtime_of_ours_the_other_side_still_gets_its_time(
    office: Office, opened: Stored, post: Post, clock: Clock
) -> None:
    clock.move(days=9)
    post.answers[CITIZEN] = ["451 4.7.1 greylisted", "250 OK"]
    with server(post) as sender:
        assert send_mail(office, sender) == Sending(sent=1, later=1)
        clock.move(minutes=10)
        assert send_mail(office, sender) == Sending(sent=1)


# --- mails that cannot be written

BROKEN = {
    "a line break in the address": {"to": "a@example.com\nBcc: thief@example.com"},
    "a line break in the subject": {"subject": "回执\r\nX-Evil: 1"},
    "a document that there is not": {"documents": (7,)},
    "two addresses": {"to": "a@example.com, b@example.com"},
    "no address": {"to": "李明"},
    "nothing": {"to": ""},
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_mail_that_cannot_be_written_stops_no_other(
    office: Office, opened: Stored, post: Post, broken: dict[str, object]
) -> None:
    known: dict[str, object] = {"to": "a@example.com", "subject": "回执", "text": "好"}
    with office.store.transaction() as t:
        t.outbox.add("broken@x", MailMessage(**{**known, **broken}), opened, office.clock())  # type: ignore[arg-type]
        t.outbox.add("next@x", MailMessage(to="b@example.com", subject="好", text="好"), None, office.clock())
    with server(post) as sender:
        done = send_mail(office, sender)
        assert (done.failed, done.later) == (1, 0)
        assert send_mail(office, sender) == Sending()
    assert "<next@x>" in ids(post)
    assert "<broken@x>" not in ids(post)
    assert [key for key in tasks(office) if key.startswith("undeliverable")]
    assert actions(office)[-1] is Action.NOTE
    assert error_of(office, "broken@x")


def test_a_fault_of_the_sender_is_tried_again_and_stops_no_other(
    office: Office, opened: Stored, clock: Clock
) -> None:
    letters = Letters()
    letters.raises[CITIZEN] = ZeroDivisionError("a fault of ours")
    assert send_mail(office, letters) == Sending(sent=1, later=1)
    letters.raises.clear()
    clock.move(seconds=30)
    assert send_mail(office, letters) == Sending(sent=1)


def test_a_damaged_document_is_tried_again(office: Office, opened: Stored, clock: Clock, tmp_path: Path) -> None:
    engine = open_database(tmp_path / "home" / "wenban.db")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE documents SET sealed = 'x'"))
    engine.dispose()
    with office.store.transaction() as t:
        message = MailMessage(to="a@example.com", subject="好", text="好", documents=(1,))
        t.outbox.add("damaged@x", message, opened, clock())
    assert send_mail(office, Letters()) == Sending(sent=2, later=1)


def test_a_mail_of_no_case_has_no_tag(office: Office) -> None:
    with office.store.transaction() as t:
        t.outbox.add("a@x", MailMessage(to="a@example.com", subject="好", text="好"), None, office.clock())
    assert sent(office).to("a@example.com")["Reply-To"] == MAILBOX


# --- what a mail carries


def act(office: Office, action: Action, who: str, **fields: object) -> None:
    person = next(one for one in STAFF if one.id == who)
    office.act(REQUEST, Step(action=action, **fields), person.acting("terminal"))  # type: ignore[arg-type]


def test_documents_come_as_docx_that_word_reads(office: Office, opened: Stored, post: Post) -> None:
    office.act(REQUEST, Step(action=Action.CONFIRM), Actor(role=Role.CITIZEN, id="applicant", channel="mail"))
    act(office, Action.REGISTER, "registrar")
    with server(post) as sender:
        send_mail(office, sender)
    mails = [read(bytes(one.content or b"")) for one in post.arrived if one.rcpt_tos == [CITIZEN]]
    (file,) = mails[-1].iter_attachments()
    name, content = str(file.get_filename()), file.get_content()
    assert name.endswith(".docx")
    said = "\n".join(one.text for one in docx.Document(io.BytesIO(content)).paragraphs)
    assert name.removesuffix(".docx") in said
    assert str(REQUEST) in said


def test_each_gets_a_tag_of_their_own(office: Office, opened: Stored) -> None:
    act(office, Action.CONFIRM, "registrar")
    act(office, Action.REGISTER, "registrar")
    act(office, Action.ASSIGN, "registrar", department="gongan")
    act(office, Action.CONSULT, "registrar", whom="third_party", authority="某公司", email="company@example.com")
    letters = sent(office)
    with office.store.reading() as t:
        found = {str(one["To"]): tag_in([str(one["Reply-To"])], t.cases.keyed) for one in letters.sent}
    assert found == {
        CITIZEN: Tag(REQUEST),
        "registrar@example.cn": Tag(REQUEST, Role.REGISTRAR, 1),
        "police@example.cn": Tag(REQUEST, Role.DEPARTMENT, 3),
        "company@example.com": Tag(REQUEST, party=True),
    }


@pytest.mark.parametrize("upper", [False, True])
def test_an_answer_in_a_maildir_moves_the_case(office: Office, opened: Stored, tmp_path: Path, upper: bool) -> None:
    receipt = sent(office).to(CITIZEN)
    to = str(receipt["Reply-To"])
    raw = answer(receipt, "确认", to=to.upper() if upper else to, thread=False)
    source = MaildirSource(tmp_path / "in")
    (tmp_path / "in" / "new" / "1.mail").write_bytes(raw)
    assert mail_in.fetch(office, source) == 1
    assert mail_in.handle_all(office) == {"citizen_step": 1}
    assert case(office).case.confirmed_by_applicant is not None
    assert case(office).case.stage is Stage.SUBMITTED


def test_our_own_mail_is_known_as_a_machine_s(office: Office, opened: Stored) -> None:
    mails = sent(office).sent
    assert {parse(one.as_bytes()).kind for one in mails} == {"auto_reply"}
    assert receive(office, *(one.as_bytes() for one in mails)) == {"no_person": 2}
    assert sent(office).sent == []


def test_the_outbox_stays_sealed(office: Office, opened: Stored, tmp_path: Path, post: Post) -> None:
    post.answers[CITIZEN] = [f"550 5.1.1 {CITIZEN} unknown"]
    with server(post) as sender:
        send_mail(office, sender)
    engine = open_database(tmp_path / "home" / "wenban.db")
    with engine.connect() as connection:
        rows = connection.execute(sa.select(outbox)).all()
    engine.dispose()
    assert CITIZEN not in repr(rows)

"""A request from its first mail to its rating, all by mail: real SMTP out, real IMAP in, programs' own answers."""

import io
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest

from bot.channels.mail.imap import ImapSettings, ImapSource
from bot.channels.mail.smtp import SmtpSender, SmtpSettings
from bot.mailbox.cases import Rating, Step
from bot.mailbox.outcomes import Outcome
from bot.mailbox.stages import Action, Stage
from bot.office import mail_in
from bot.office.delivery import send_mail
from bot.office.office import Office
from tests.mail.conftest import Authority
from tests.mail.servers import DOVECOT, PASSWORD, ImapServer, Post, imap_server, smtp_server
from tests.office.mailing import (
    CITIZEN,
    REQUEST,
    STAFF,
    Clock,
    actions,
    answer,
    case,
    events,
    held,
    office_at,
    read,
    tasks,
    text_of,
    written,
)

USER = "mailbox@letters.example.cn"
DRAFT = "经审查，您申请公开的征收补偿方案予以公开。"
PDF = b"%PDF-1.7 \x00\xff"


@pytest.fixture(scope="module")
def imap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    """The IMAP server that is installed, dovecot first."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    with imap_server("dovecot" if DOVECOT else "mail-devel", authority.server) as server:
        yield server


class Town:
    """The office between a real SMTP server and a real IMAP server, and everybody's programs."""

    def __init__(self, office: Office, post: Post, smtp: int, imap: ImapServer) -> None:
        self.office = office
        self._post = post
        self._imap = imap
        self._sender = SmtpSender(SmtpSettings("127.0.0.1", smtp, security="none"))
        self._source = ImapSource(ImapSettings("127.0.0.1", imap.port, USER, PASSWORD, "none"))

    def writes(self, raw: bytes) -> str:
        """Somebody's mail arrives by IMAP and is handled, what follows is sent; the verdict."""
        self._imap.deliver(USER, raw)
        assert mail_in.fetch(self.office, self._source) == 1
        (verdict,) = mail_in.handle_all(self.office)
        self.send()
        return verdict

    def send(self) -> None:
        sending = send_mail(self.office, self._sender)
        assert (sending.later, sending.failed) == (0, 0)

    def got(self, address: str) -> EmailMessage:
        """The last mail that came to this person over SMTP."""
        envelope = next(one for one in reversed(self._post.arrived) if one.rcpt_tos == [address])
        return read(bytes(envelope.content or b""))

    def answers(self, address: str, text: str, file: bytes | None = None) -> str:
        """The person answers the last mail."""
        return self.writes(answer(self.got(address), text, file=file))

    @property
    def stage(self) -> Stage:
        return case(self.office).case.stage


@pytest.fixture
def town(tmp_path: Path, imap: ImapServer) -> Iterator[Town]:
    post = Post()
    office = office_at(tmp_path / "home", Clock(), USER)
    with smtp_server(post) as port:
        yield Town(office, post, port, imap)
    office.store.close()


def docx_words(mail: EmailMessage) -> str:
    (file,) = mail.iter_attachments()
    assert str(file.get_filename()).endswith(".docx")
    return "\n".join(one.text for one in docx.Document(io.BytesIO(file.get_content())).paragraphs)


def test_a_whole_life_by_mail(town: Town) -> None:
    registrar, police, legal, leader = (f"{who}@example.cn" for who in ("registrar", "police", "legal", "leader"))
    clerk = STAFF[0].acting("terminal")
    first = written(f"李明 <{CITIZEN}>", "申请公开", "我申请公开解放路片区征收补偿方案这份政府信息。", to=USER)
    assert town.writes(first) == "opens_case"
    assert town.answers(registrar, "登记") == "held_refused"  # nobody has confirmed it
    assert town.answers(CITIZEN, "确认") == "citizen_step"
    assert town.answers(registrar, "登记") == "staff_step"
    assert town.stage is Stage.REGISTERED

    step = Step(action=Action.CORRECT, text="请写明是哪一年的", answer_by=date(2026, 12, 15))
    town.office.act(REQUEST, step, clerk)
    town.send()
    assert "请写明是哪一年的" in docx_words(town.got(CITIZEN))
    assert town.answers(CITIZEN, "2025年的那份，见附件。", PDF) == "citizen_step"
    assert town.stage is Stage.CORRECTED

    town.office.act(REQUEST, Step(action=Action.ASSIGN, department="gongan"), clerk)
    town.send()
    assert town.answers(police, f"答复结果：予以公开\n\n{DRAFT}") == "staff_step"
    assert town.stage is Stage.LEGAL_REVIEW
    assert DRAFT in text_of(town.got(legal))
    assert town.answers(legal, "退回：写明方案的名称") == "staff_step"
    assert town.stage is Stage.DRAFTING
    final = f"{DRAFT}\n方案名称见附件一。"
    assert town.answers(police, final) == "staff_step"
    assert town.answers(legal, "通过") == "staff_step"
    assert town.answers(leader, "签发") == "staff_step"
    assert town.answers(registrar, "答复") == "staff_step"
    assert town.stage is Stage.REPLIED

    reply = town.got(CITIZEN)
    assert "方案名称见附件一。" in text_of(reply)
    assert "方案名称见附件一。" in docx_words(reply)
    assert town.answers(CITIZEN, "非常满意，谢谢！") == "citizen_step"
    found = case(town.office).case
    assert (found.stage, found.outcome, found.rating) == (Stage.RATED, Outcome.GRANTED, Rating.VERY_GOOD)
    assert (found.reviewed_by, found.signed_by) == ("legal", "leader")

    A = Action
    assert actions(town.office) == [
        A.SUBMIT, A.CONFIRM, A.REGISTER, A.CORRECT, A.SUPPLEMENT, A.ASSIGN,
        A.DRAFT, A.FINISH_DRAFT, A.SEND_BACK, A.DRAFT, A.FINISH_DRAFT, A.PASS_REVIEW, A.SIGN, A.REPLY, A.RATE,
    ]  # fmt: skip
    by_mail = [one.actor.id for one in events(town.office) if one.actor.channel == "mail"]
    assert by_mail == [
        "applicant", "applicant", "registrar", "applicant", *["police"] * 2, "legal", *["police"] * 2,
        "legal", "leader", "registrar", "applicant",
    ]  # fmt: skip
    with town.office.store.reading() as t:
        files = [one.content for one in t.papers.attached(t.cases.get(REQUEST))]  # type: ignore[arg-type]
        assert t.outbox.waiting() == 0
    assert PDF in files
    assert len(held(town.office)) == 1
    assert list(tasks(town.office)) == [f"held_mail:{held(town.office)[0].id}"]

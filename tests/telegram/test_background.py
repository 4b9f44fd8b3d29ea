"""The office's other work beside the bot."""

from pathlib import Path

import pytest

from bot.channels.mail.maildir import MaildirSender, MaildirSource
from bot.channels.mail.wire import TemporaryFailure
from bot.mailbox.cases import Origin
from bot.mailbox.content import Letter, LetterKind
from bot.mailbox.deadlines import ReceivedBy
from bot.mailbox.people import Applicant, Role, Staff
from bot.office.background import Background
from bot.office.office import Office, Submission


class Broken(MaildirSource):
    """A server that is down."""

    def fetch(self, keep: object) -> int:
        raise TemporaryFailure("connection refused")


@pytest.mark.parametrize("broken", [False, True])
def test_what_fails_is_logged_and_stops_nothing(
    office: Office, tmp_path: Path, broken: bool, caplog: pytest.LogCaptureFixture
) -> None:
    applicant = Applicant(name="李明", email="li@example.com")
    letter = Letter(applicant=applicant, letter_kind=LetterKind.HELP, subject="路灯", text="不亮", mail_too=True)
    with office.store.transaction() as t:
        t.people.add(Staff(id="mail", name="邮", role=Role.REGISTRAR, email="office@example.cn"))
        office.open(t, Submission("k", letter, Origin(channel="telegram", user_key="tg:1"), ReceivedBy.CHAT))
    source = (Broken if broken else MaildirSource)(tmp_path / "in")
    background = Background(office, MaildirSender(tmp_path / "out"), source)
    background.once()
    assert len(list((tmp_path / "out").glob("*/new/*"))) == 2
    assert ("mail in failed" in caplog.text) == broken
    background.stop()
    background.once()

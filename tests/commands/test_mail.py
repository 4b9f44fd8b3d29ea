"""Mail by commands: through folders on the disk (Maildir), as without settings."""

import mailbox
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest

from tests.commands.conftest import ANSWERED, EMAIL, LETTER, REQUEST, Run

Opened = Callable[..., str]
Steps = Callable[..., None]


@pytest.fixture
def deliver(home: Path) -> Callable[..., None]:
    """Puts a mail into the folder that mail is fetched from."""

    def put(sender: str, subject: str, text: str, file: bytes | None = None) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "mailbox@localhost", subject
        mail["Message-ID"] = f"<{abs(hash((sender, subject, text)))}@example.com>"
        mail.set_content(text)
        if file is not None:
            mail.add_attachment(file, maintype="application", subtype="pdf", filename="证据.pdf")
        (home / "mail").mkdir(exist_ok=True)
        mailbox.Maildir(home / "mail" / "in").add(mail)

    return put


def sent(home: Path) -> list[EmailMessage]:
    """Every mail in the folder that mail is sent to."""
    files = sorted((home / "mail" / "out").glob("*/new/*"))
    return [BytesParser(EmailMessage, policy=default).parsebytes(file.read_bytes()) for file in files]


def test_what_was_written_is_sent_once(run: Run, opened: Opened, steps: Steps, home: Path) -> None:
    steps(opened(REQUEST), *ANSWERED)
    first = run("mail", "send", "--json")
    assert (first.code, first.json["later"], first.json["failed"]) == (0, 0, 0)
    assert first.json["sent"] == len(sent(home)) >= 3
    assert {mail["To"] for mail in sent(home)} == {EMAIL}
    assert "发出 0 封" in run("mail", "send").out


def test_fetching(run: Run, deliver: Callable[..., None]) -> None:
    deliver("wangfang@example.com", "投诉路灯不亮", "塔桥路12号门口的路灯坏了半个月，我要投诉，请派人修。")
    assert run("mail", "fetch", "--json").json == {"fetched": 1, "verdicts": {"opens_case": 1}}
    assert [row["kind"] for row in run("case", "list", "--as", "reg", "--json").json] == ["letter"]
    again = run("mail", "fetch")
    assert (again.code, "收到 0 封" in again.out) == (0, True)


@pytest.fixture
def waiting(run: Run, deliver: Callable[..., None]) -> int:
    """A mail that fits nothing; gives its number in the list."""
    deliver("stranger@example.com", "你好", "见附件", b"%PDF-1.7")
    assert "待人工处理：1 封" in run("mail", "fetch").out
    (row,) = run("mail", "held", "--as", "reg", "--json").json
    assert row.keys() == {"id", "received_at", "from", "subject", "verdict", "guesses"}
    assert (row["from"], row["subject"]) == ("s***@example.com", "你好")
    return int(row["id"])


def test_a_held_mail_is_shown(run: Run, waiting: int) -> None:
    assert "你好" in run("mail", "held", "--as", "reg").out
    shown = run("mail", "held", "show", waiting, "--as", "boss").out
    for part in ("stranger@example.com", "见附件", "证据.pdf"):
        assert part in shown


@pytest.mark.parametrize(("kind", "letter"), [("来信", "L"), ("申请", "D")])
def test_a_held_mail_becomes_a_case(run: Run, waiting: int, kind: str, letter: str) -> None:
    assert run("mail", "held", "open", waiting, "--kind", kind, "--as", "reg").code == 0
    (row,) = run("case", "list", "--as", "reg", "--json").json
    assert row["ref"].startswith(letter)
    shown = run("case", "show", row["ref"], "--as", "reg", "--json").json
    assert "证据.pdf" in [one["name"] for one in shown["attachments"]]
    assert "没有待处理的来信" in run("mail", "held", "--as", "reg").out


def test_a_held_mail_belongs_to_a_case(run: Run, opened: Opened, waiting: int) -> None:
    number = opened(LETTER)
    wrong = run("mail", "held", "attach", waiting, "D2020-0001", "--as", "reg")
    assert (wrong.code, "没有 沙依申〔2020〕0001号" in wrong.err) == (2, True)
    assert run("mail", "held", "attach", waiting, number, "--as", "reg").code == 0
    shown = run("case", "show", number, "--as", "reg", "--json").json
    assert "证据.pdf" in [one["name"] for one in shown["attachments"]]
    assert "没有待处理的来信" in run("mail", "held", "--as", "reg").out


def test_a_held_mail_is_nothing(run: Run, waiting: int) -> None:
    assert run("mail", "held", "drop", waiting, "--as", "reg").code == 0
    assert "没有待处理的来信" in run("mail", "held", "--as", "reg").out
    again = run("mail", "held", "drop", waiting, "--as", "reg")
    assert (again.code, "没有第" in again.err) == (2, True)


@pytest.mark.parametrize("words", [(), ("show", 1), ("open", 1), ("drop", 1)])
def test_held_mail_is_for_the_registrar(run: Run, waiting: int, words: tuple[object, ...]) -> None:
    done = run("mail", "held", *words, "--as", "dep")
    assert (done.code, done.out) == (3, "")
    assert len(run("mail", "held", "--as", "reg", "--json").json) == 1


def test_servers_that_are_written_wrongly(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_MAIL_IN", "pop3://somewhere")
    monkeypatch.setenv("WENBAN_MAIL_OUT", "ftp://somewhere")
    assert "imaps://" in run("mail", "fetch").err
    assert "smtps://" in run("mail", "send").err


def test_watching(run: Run, opened: Opened, deliver: Callable[..., None], home: Path) -> None:
    opened(REQUEST)
    command = [sys.executable, "-m", "bot", "mail", "fetch", "--watch"]
    with subprocess.Popen(
        command, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watch:
        assert watch.stdout is not None
        assert watch.stdout.readline() == "收到 0 封。\n"
        assert watch.stdout.readline().startswith("发出 ")
        deliver("wangfang@example.com", "投诉路灯不亮", "塔桥路12号门口的路灯坏了半个月，我要投诉，请派人修。")
        assert watch.stdout.readline() == "收到 1 封。\n"
        assert "新立办件：1 封" in watch.stdout.readline()
        watch.send_signal(signal.SIGINT)
        _, err = watch.communicate(timeout=20)
    assert (watch.returncode, err.strip()) == (130, "")

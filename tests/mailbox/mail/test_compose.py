"""Outgoing mails as another program reads them."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mailbox.mail.compose import Enclosure, OutgoingMail, compose
from bot.mailbox.mail.parse import parse
from bot.mailbox.mail.parsed import MailKind

DATE = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)
TAGGED = "mailbox+d2026-0001.abcdefghij@localhost"


def mail(**changes: object) -> OutgoingMail:
    known: dict[str, object] = {
        "message_id": "d2026-0001.3.1.0123456789ab@localhost",
        "sender_name": "试验区人民政府办公室",
        "sender": "mailbox@localhost",
        "reply_to": TAGGED,
        "to": "li@example.com",
        "subject": "[沙依申〔2026〕0001号] 政府信息公开申请回执",
        "text": "您好：\n收到了。",
        "date": DATE,
    }
    return OutgoingMail(**{**known, **changes})  # type: ignore[arg-type]


def read(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_what_the_receiver_sees() -> None:
    seen = read(compose(mail()))
    assert seen["From"].addresses[0].display_name == "试验区人民政府办公室"
    assert seen["From"].addresses[0].addr_spec == "mailbox@localhost"
    assert [seen[name] for name in ("To", "Reply-To", "Message-ID")] == [
        "li@example.com", TAGGED, "<d2026-0001.3.1.0123456789ab@localhost>",
    ]  # fmt: skip
    assert seen["Date"].datetime == DATE
    assert seen.get_content().splitlines() == ["您好：", "收到了。"]


def test_machines_are_asked_not_to_answer_and_we_know_it_ourselves() -> None:
    raw = compose(mail())
    assert (read(raw)["Auto-Submitted"], read(raw)["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert parse(raw).kind is MailKind.AUTO_REPLY


def test_enclosures() -> None:
    files = (Enclosure("政府信息公开申请答复书.docx", b"PK\x03\x04\xff"), Enclosure('a"b.docx', b""))
    seen = read(compose(mail(enclosures=files)))
    assert [(one.get_filename(), one.get_content()) for one in seen.iter_attachments()] == [
        (one.name, one.content) for one in files
    ]
    body = seen.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == ["您好：", "收到了。"]
    assert [one.name for one in parse(compose(mail(enclosures=files[:1]))).attachments] == [files[0].name]


@pytest.mark.parametrize(
    ("told", "sent"),
    [
        ("application/pdf", "application/pdf"),
        ("text/plain", "text/plain"),
        *((odd, "application/octet-stream") for odd in ("", "image", "message/rfc822", "multipart/mixed")),
        *((odd, "application/octet-stream") for odd in ("a b/c", "text/中", "text/x\r\nBcc: thief@example.com")),
    ],
)
def test_a_file_of_any_type_arrives_whole(told: str, sent: str) -> None:
    content = b"From: x\n\n\xff"
    (file,) = read(compose(mail(enclosures=(Enclosure("附件.bin", content, told),)))).iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == (sent, "附件.bin")
    assert file.get_payload(decode=True) == content


LINES = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1).map(
    lambda text: " ".join(text.split())
)


@given(LINES, LINES, st.text(st.characters(exclude_categories=("C",)) | st.just("\n")))
def test_any_words_come_through(subject: str, name: str, text: str) -> None:
    raw = compose(mail(subject=subject, sender_name=name, text=text))
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    parsed = parse(raw)
    assert parsed.subject == subject[:500]
    assert parsed.sender is not None
    assert parsed.sender.email == "mailbox@localhost"
    assert read(raw).get_content().replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")


def test_the_same_values_give_the_same_mail() -> None:
    assert compose(mail()) == compose(mail())


@pytest.mark.parametrize("field", ["to", "subject", "reply_to", "message_id", "sender"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_nobody_smuggles_in_a_header(field: str, end: str) -> None:
    with pytest.raises(ValueError, match=r"linefeed|line"):
        compose(mail(**{field: f"a@example.com{end}Bcc: thief@example.com"}))


def test_half_a_character() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        compose(mail(text="\ud800"))


def test_an_address_in_chinese_stays_whole() -> None:
    raw = compose(mail(to="李明@例子.中国"))
    assert "To: 李明@例子.中国\r\n".encode() in raw
    assert parse(raw).recipients[0].email == "李明@例子.中国"

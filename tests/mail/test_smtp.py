"""Mail out by SMTP against real servers: every answer a server may give, TLS, logins, connections that break."""

import logging
import socket
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, default

import pytest

from bot.channels.mail.smtp import SmtpSender, SmtpSettings
from bot.channels.mail.wire import MailFailure, PermanentFailure, Refusal, TemporaryFailure
from bot.errors import UserError
from tests.mail.conftest import Authority
from tests.mail.servers import PASSWORD, USER, Post, free_port, smtp_server, talking_server

SENDER = "letters@example.cn"
CITIZEN = "wang@example.com"


def mail(
    text: str = "您好，您的申请已经收到。\n.\n..点开头的行\n", utf8: bool = False, cte: str = "base64"
) -> bytes:
    """A mail as the composer makes it."""
    message = EmailMessage()
    message["From"] = f"沙市区信箱 <{SENDER}>"
    message["To"] = CITIZEN
    message["Subject"] = "收到您的来信"
    message["Message-ID"] = "<a1@example.cn>"
    message.set_content(text, cte=cte)
    return message.as_bytes(policy=SMTP.clone(utf8=utf8, cte_type="8bit"))


def sender(port: int, **kwargs: object) -> SmtpSender:
    values: dict[str, object] = {"host": "127.0.0.1", "port": port, "security": "none", "timeout": 5.0, **kwargs}
    return SmtpSender(SmtpSettings(**values))  # type: ignore[arg-type]


def failure(sending: SmtpSender, message: bytes = b"", to: tuple[str, ...] = (CITIZEN,)) -> MailFailure:
    """The failure of a sending that must fail."""
    with pytest.raises(MailFailure) as caught:
        sending.send(message or mail(), SENDER, to)
    assert isinstance(caught.value, UserError)
    assert caught.value.message.endswith("。")
    assert not caught.value.message.isascii()
    return caught.value


def text_of(content: object) -> str:
    assert isinstance(content, bytes)
    return str(BytesParser(policy=default).parsebytes(content).get_content()).replace("\r\n", "\n")


def test_a_mail_arrives_byte_for_byte(post: Post) -> None:
    with smtp_server(post) as port:
        sender(port).send(mail(), SENDER, [CITIZEN])
    (arrived,) = post.arrived
    assert (arrived.mail_from, arrived.rcpt_tos) == (SENDER, [CITIZEN])
    assert arrived.content == mail()


@pytest.mark.parametrize(
    ("where", "answer", "kind", "code"),
    [
        (CITIZEN, "550 5.1.1 no such user", PermanentFailure, 550),
        (CITIZEN, "452 4.2.2 mailbox full", TemporaryFailure, None),
        (CITIZEN, "421 4.3.2 going down", TemporaryFailure, None),
        (CITIZEN, "530 5.7.0 authentication required", TemporaryFailure, None),
        (SENDER, "553 Mail from must equal authorized user", PermanentFailure, 553),
        (SENDER, "530 5.7.0 authentication required", TemporaryFailure, None),
        (SENDER, "451 4.1.8 try later", TemporaryFailure, None),
        ("data", "554 DT:SPM", PermanentFailure, 554),
        ("data", "552 5.3.4 too big", PermanentFailure, 552),
        ("data", "451 4.7.1 greylisted", TemporaryFailure, None),
    ],
)
def test_what_the_server_says(
    post: Post, where: str, answer: str, kind: type[MailFailure], code: int | None
) -> None:
    if where == "data":
        post.after_data = answer
    else:
        post.answers[where] = [answer]
    with smtp_server(post) as port:
        failed = failure(sender(port))
    assert type(failed) is kind
    assert answer in failed.detail
    assert not isinstance(failed, PermanentFailure) or failed.code == code
    assert post.arrived == []


def test_greylisted_then_accepted(post: Post) -> None:
    post.answers[CITIZEN] = ["451 4.7.1 greylisted, come back", "250 OK"]
    with smtp_server(post) as port:
        sending = sender(port)
        assert isinstance(failure(sending), TemporaryFailure)
        sending.send(mail(), SENDER, [CITIZEN])
    assert len(post.arrived) == 1


def test_a_partial_refusal_names_who_has_not_got_it(post: Post) -> None:
    post.answers = {"gone@example.com": ["550 unknown"], "full@example.com": ["452 full"]}
    with smtp_server(post) as port:
        failed = failure(sender(port), to=("gone@example.com", CITIZEN))
        mixed = failure(sender(port), to=("gone@example.com", CITIZEN, "full@example.com"))
    assert isinstance(failed, PermanentFailure)
    assert failed.refused == (Refusal("gone@example.com", 550, "unknown"),)
    assert isinstance(mixed, TemporaryFailure)
    assert [(one.recipient, one.code) for one in mixed.refused] == [
        ("gone@example.com", 550),
        ("full@example.com", 452),
    ]
    assert [arrived.rcpt_tos for arrived in post.arrived] == [[CITIZEN], [CITIZEN]]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_encrypted_and_logged_in(post: Post, trusted: Authority, security: str) -> None:
    tls, starttls = (trusted.context, None) if security == "tls" else (None, trusted.context)
    with smtp_server(post, tls=tls, starttls=starttls, login=True) as port:
        sender(port, user=USER, password=PASSWORD, security=security).send(mail(), SENDER, [CITIZEN])
    assert len(post.arrived) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("doubt", ["unknown authority", "another name"])
def test_a_doubtful_certificate_gets_nothing(
    post: Post, authority: Authority, monkeypatch: pytest.MonkeyPatch, security: str, doubt: str
) -> None:
    if doubt == "another name":
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.trusted))
    host = "127.0.0.1" if doubt == "unknown authority" else "127.0.0.2"
    tls, starttls = (authority.context, None) if security == "tls" else (None, authority.context)
    with smtp_server(post, tls=tls, starttls=starttls, host=host) as port:
        failed = failure(sender(port, host=host, security=security))
    assert isinstance(failed, TemporaryFailure)
    assert "证书" in failed.message
    assert post.arrived == []


def test_starttls_never_falls_back_to_plain_text(post: Post) -> None:
    with smtp_server(post) as port:
        failed = failure(sender(port, security="starttls"))
    assert isinstance(failed, TemporaryFailure)
    assert "smtps://" in failed.message
    assert post.arrived == []


def test_tls_to_a_server_without_it_is_temporary(post: Post) -> None:
    with smtp_server(post) as port:
        assert isinstance(failure(sender(port, security="tls")), TemporaryFailure)


def test_a_wrong_password_is_the_operators_to_mend(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with smtp_server(post, login=True) as port:
        sending = sender(port, user=USER, password="wr0ng-pass")
        failed = failure(sending)
    assert isinstance(failed, TemporaryFailure)
    assert "授权码" in failed.message
    assert "535" in failed.detail
    shown = "".join(traceback.format_exception(failed)) + caplog.text + repr(sending._settings)
    assert "wr0ng-pass" not in shown


def test_a_login_that_is_not_possible_is_temporary(post: Post) -> None:
    with smtp_server(post) as port:
        assert isinstance(failure(sender(port, user=USER, password=PASSWORD)), TemporaryFailure)


def echo_of_login(connection: socket.socket) -> None:
    """Quotes the AUTH command back, as some servers do with what they do not understand."""
    connection.sendall(b"220 hello\r\n")
    for line in connection.makefile("rb"):
        if line.startswith(b"EHLO"):
            connection.sendall(b"250-hello\r\n250 AUTH PLAIN\r\n")
        else:
            connection.sendall(b"535 not understood: %b (wr0ng-pass)\r\n" % line.strip())


def test_a_password_echoed_by_the_server_is_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with talking_server(echo_of_login) as port:
        failed = failure(sender(port, user=USER, password="wr0ng-pass"))
    shown = "".join(traceback.format_exception(failed)) + caplog.text + failed.detail
    assert "not understood: AUTH PLAIN *** (***)" in shown
    assert "wr0ng-pass" not in shown
    assert "AGxldHRlcnN" not in shown  # base64 of \0letters


def silent(connection: socket.socket) -> None:
    connection.recv(1)  # until the client gives up


def busy(connection: socket.socket) -> None:
    connection.sendall(b"554 no service for you here\r\n")


def nonsense(connection: socket.socket) -> None:
    connection.sendall(b"\xff\xfe what?\r\n")


@pytest.mark.parametrize("talk", [silent, busy, nonsense, lambda connection: None])
def test_a_server_that_does_not_play_along_is_temporary(talk: Callable[[socket.socket], None]) -> None:
    with talking_server(talk) as port:
        assert isinstance(failure(sender(port, timeout=0.3)), TemporaryFailure)


@pytest.mark.parametrize("then_silent", [False, True])
@pytest.mark.parametrize(("commands", "sent"), [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (6, 1)])
def test_a_server_lost_at_any_moment(commands: int, sent: int, then_silent: bool) -> None:
    """EHLO, AUTH, MAIL, RCPT, DATA with the mail, QUIT: sent is what was answered with 250, no matter what follows."""
    arrived: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        lines = connection.makefile("rb")
        answers = {
            b"EHLO": b"250-hello\r\n250 AUTH PLAIN\r\n",
            b"AUTH": b"235 welcome\r\n",
            b"QUIT": b"221 bye\r\n",
        }
        for _ in range(commands):
            verb = next(lines, b"").split(b" ")[0].strip()
            if verb == b"DATA":
                connection.sendall(b"354 go ahead\r\n")
                arrived.append(b"".join(iter(lambda: next(lines, b".\r\n"), b".\r\n")))
            connection.sendall(answers.get(verb, b"250 OK\r\n"))
        while then_silent and connection.recv(4096):
            pass

    with talking_server(talk) as port:
        sending = sender(port, user=USER, password=PASSWORD, timeout=1.5 if sent else 0.3)
        if sent:
            sending.send(mail(), SENDER, [CITIZEN])
        else:
            assert isinstance(failure(sending), TemporaryFailure)
    assert len(arrived) == sent


def test_nobody_listens() -> None:
    assert isinstance(failure(sender(free_port())), TemporaryFailure)


def test_a_name_that_does_not_exist() -> None:
    failed = failure(sender(25, host="mail.invalid"))
    assert isinstance(failed, TemporaryFailure)
    assert "服务器地址" in failed.message


def test_a_connection_dropped_in_the_middle_of_the_mail(post: Post) -> None:
    with smtp_server(post, drops=True) as port:
        failed = failure(sender(port), mail("很长的信\n" * 100_000))
    assert isinstance(failed, TemporaryFailure)
    assert failed.refused == ()


def test_a_big_mail_gets_more_time_than_a_small_one(post: Post) -> None:
    post.delay = 2.0
    with smtp_server(post) as port:
        sending = sender(port, timeout=1.0)
        assert isinstance(failure(sending), TemporaryFailure)
        sending.send(mail("很长的信\n" * 30_000), SENDER, [CITIZEN])  # half a megabyte


@pytest.mark.parametrize(
    ("utf8_server", "seven_bit_server", "utf8_mail", "cte", "options"),
    [
        (True, False, False, "8bit", ["BODY=8BITMIME"]),
        (True, False, True, "8bit", ["SMTPUTF8", "BODY=8BITMIME"]),
        (False, False, True, "8bit", []),
        (False, True, False, "8bit", []),
        (False, False, False, "base64", []),
    ],
)
def test_eight_bits_are_announced_or_avoided(
    post: Post, utf8_server: bool, seven_bit_server: bool, utf8_mail: bool, cte: str, options: list[str]
) -> None:
    with smtp_server(post, utf8=utf8_server, seven_bit=seven_bit_server) as port:
        sender(port).send(mail("您好\n", utf8_mail, cte), SENDER, [CITIZEN])
    (arrived,) = post.arrived
    assert [option for option in arrived.mail_options if not option.lower().startswith("size=")] == options
    content = arrived.content.encode("ascii") if isinstance(arrived.content, str) else arrived.content
    assert isinstance(content, bytes)
    assert content.isascii() is not bool(options)
    assert text_of(content) == "您好\n"
    assert BytesParser(policy=default).parsebytes(content)["Subject"] == "收到您的来信"


def test_a_chinese_address_where_the_server_knows_them(post: Post) -> None:
    with smtp_server(post) as port:
        sender(port).send(mail(), SENDER, ["王伟@example.com"])
    assert post.arrived[0].rcpt_tos == ["王伟@example.com"]


def test_a_chinese_address_where_it_does_not(post: Post) -> None:
    with smtp_server(post, utf8=False) as port:
        failed = failure(sender(port), to=("王伟@example.com",))
    assert isinstance(failed, PermanentFailure)
    assert failed.code is None


@pytest.mark.parametrize(
    "to",
    [
        ("a@example.com>\r\nRCPT TO:<evil@example.com",),
        ("a\n@example.com",),
        ("王伟 <wang@example.com>",),
        ("wang",),
        ("a b@example.com",),
        ("",),
        (CITIZEN, "wang"),
        (),
    ],
)
def test_a_mail_to_an_odd_address_goes_to_nobody(post: Post, to: tuple[str, ...]) -> None:
    with smtp_server(post) as port:
        failed = failure(sender(port), to=to)
    assert isinstance(failed, PermanentFailure)
    assert "地址" in failed.message
    assert post.arrived == []


def test_the_null_sender(post: Post) -> None:
    with smtp_server(post) as port:
        sender(port).send(mail(), "", [CITIZEN])
    assert post.arrived[0].mail_from == "<>"  # as aiosmtpd writes it


def test_two_threads_at_once(post: Post) -> None:
    with smtp_server(post) as port, ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: sender(port).send(mail(), SENDER, [CITIZEN]), range(10)))
    assert len(post.arrived) == 10

"""Mail in by IMAP against real servers: kept before marked, whatever is killed, refused or broken in between."""

import logging
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.channels.mail.imap import KEYWORD, ImapSettings, ImapSource
from bot.channels.mail.wire import TemporaryFailure, UnreadableMail
from tests.mail.conftest import Authority
from tests.mail.fetching import fetch_and_kill
from tests.mail.servers import PASSWORD, ImapServer, free_port, talking_server

only_dovecot = pytest.mark.parametrize("imap", ["dovecot"], indirect=True)
"""For what mail-devel has not: IDLE that tells, TLS, keywords, folders that are not there."""
CHINESE = {"已处理": "&XfJZBHQG-", "来信箱": "&Z2VP4Xux-"}


def numbered(number: int) -> bytes:
    return f"Message-ID: <{number}@example.cn>\r\nSubject: s\r\n\r\n第 {number} 封\r\n".encode()


def settings(server: ImapServer, user: str, **kwargs: object) -> ImapSettings:
    values: dict[str, object] = {"host": "127.0.0.1", "port": server.port, "security": "none", "timeout": 20.0}
    return ImapSettings(**{"user": user, "password": PASSWORD, **values, **kwargs})  # type: ignore[arg-type]


def source(server: ImapServer, user: str, **kwargs: object) -> ImapSource:
    return ImapSource(settings(server, user, **kwargs))


def unplayable(**kwargs: object) -> TemporaryFailure:
    """The failure of a fetch that cannot begin."""
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "user": "u",
        "password": "wr0ng-pass",
        "timeout": 0.3,
        **kwargs,
    }
    with pytest.raises(TemporaryFailure) as caught:
        ImapSource(ImapSettings(**values)).fetch(lambda _: None)  # type: ignore[arg-type]
    assert caught.value.message.endswith("。")
    return caught.value


def test_mails_are_kept_then_moved(imap: ImapServer, user: str) -> None:
    imap.deliver(user, numbered(1), numbered(2))
    kept: list[bytes] = []
    fetching = source(imap, user)
    assert fetching.fetch(kept.append) == 2
    assert kept == [numbered(1), numbered(2)]
    assert imap.folder(user) == []
    assert len(imap.folder(user, "Processed")) == 2
    assert fetching.fetch(kept.append) == 0
    imap.deliver(user, numbered(3))
    assert fetching.fetch(kept.append) == 1
    assert len(imap.folder(user, "Processed")) == 3


def test_nothing_is_marked_before_keep_returns(imap: ImapServer, user: str) -> None:
    imap.deliver(user, numbered(1))
    seen_on_server: list[list[bytes]] = []
    source(imap, user).fetch(lambda _: seen_on_server.append(imap.folder(user)))
    ((mail,),) = seen_on_server
    assert b"Seen" not in mail


def test_chinese_folders(imap: ImapServer, user: str) -> None:
    with imap.client(user) as client:
        client.create(f'"{CHINESE["来信箱"]}"')
        client.append(f'"{CHINESE["来信箱"]}"', None, None, numbered(1))
    kept: list[bytes] = []
    assert source(imap, user, folder="来信箱", done_folder="已处理").fetch(kept.append) == 1
    assert len(imap.folder(user, f'"{CHINESE["已处理"]}"')) == 1


def test_a_mail_that_a_person_has_opened_or_marked_is_not_lost(imap: ImapServer, user: str) -> None:
    imap.deliver(user, numbered(1), numbered(2))
    with imap.client(user) as client:
        client.select()
        client.store("1", "+FLAGS", "(\\Seen)")
        client.store("2", "+FLAGS", "(\\Flagged \\Deleted)")
    assert source(imap, user).fetch(lambda _: None) == 2


@only_dovecot
@pytest.mark.parametrize("done_folder", ["a/b", "..", ".x"])
def test_where_mails_cannot_be_moved_they_are_flagged(imap: ImapServer, user: str, done_folder: str) -> None:
    imap.deliver(user, numbered(1), numbered(2))
    with imap.client(user) as client:
        client.select()
        client.store("1", "+FLAGS", "(\\Seen)")
    fetching = source(imap, user, done_folder=done_folder)
    assert fetching.fetch(lambda _: None) == 2
    assert fetching.fetch(lambda _: None) == 0
    mails = imap.folder(user)
    assert len(mails) == 2
    assert all(b"\\Seen" in mail and KEYWORD.encode() in mail for mail in mails)


def test_one_bad_mail_stops_no_other(imap: ImapServer, user: str, caplog: pytest.LogCaptureFixture) -> None:
    imap.deliver(user, *map(numbered, range(5)))
    kept: list[bytes] = []

    def keep(mail: bytes) -> None:
        if b"<2@" in mail or b"<3@" in mail:
            raise OSError("the database is full")
        kept.append(mail)

    fetching = source(imap, user)
    with pytest.raises(OSError, match="the database is full"):
        fetching.fetch(keep)
    assert kept == [numbered(0), numbered(1), numbered(4)]
    assert caplog.text.count("stays new") == 2
    assert len(imap.folder(user)) == 2
    assert fetching.wait(0.1) is False  # they are no news
    assert fetching.fetch(kept.append) == 2
    assert imap.folder(user) == []


def test_a_mail_that_goes_while_others_are_kept(imap: ImapServer, user: str) -> None:
    imap.deliver(user, numbered(1), numbered(2))

    def keep_and_sweep(_: bytes) -> None:
        with imap.client(user) as client:
            client.select()
            client.store("2", "+FLAGS", "(\\Deleted)")
            client.expunge()

    assert source(imap, user).fetch(keep_and_sweep) == 1


def test_a_mail_of_25_megabytes(imap: ImapServer, user: str) -> None:
    line = b"A" * 74 + b"\r\n"
    big = b"Message-ID: <big@example.cn>\r\n\r\n" + line * (25 * 1024 * 1024 // len(line))
    imap.deliver(user, big, numbered(1))
    kept: list[bytes] = []
    assert source(imap, user).fetch(kept.append) == 2
    assert kept == [big, numbered(1)]


def test_an_empty_and_a_broken_mail(imap: ImapServer, user: str) -> None:
    broken = b'Subject: \xc4\xe3\xba\xc3\r\nno colon here\r\n\r\n\xff\xfe(")\\ {5}\r\n)\r\n'
    imap.deliver(user, b"\r\n", broken)
    kept: list[bytes] = []
    assert source(imap, user).fetch(kept.append) == 2
    assert kept == [b"\r\n", broken]


@only_dovecot
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_encrypted(imap: ImapServer, user: str, trusted: Authority, security: str) -> None:
    imap.deliver(user, numbered(1))
    port = imap.tls_port if security == "tls" else imap.port
    assert source(imap, user, port=port, security=security).fetch(lambda _: None) == 1


@only_dovecot
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_doubtful_certificate_gets_no_password(imap: ImapServer, user: str, security: str) -> None:
    port = imap.tls_port if security == "tls" else imap.port
    failed = unplayable(port=port, security=security, timeout=10.0)
    assert "证书" in failed.message


def test_a_wrong_password_is_the_operators_to_mend(
    imap: ImapServer, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    failed = unplayable(port=imap.port, user=user, security="none", timeout=20.0)
    assert "授权码" in failed.message
    assert "wr0ng-pass" not in "".join(traceback.format_exception(failed)) + caplog.text + failed.detail


def test_a_password_in_chinese(imap: ImapServer, user: str) -> None:
    failed = unplayable(port=imap.port, user=user, password="密码", security="none", timeout=20.0)
    assert "授权码" in failed.message


@only_dovecot  # mail-devel makes every folder that is asked for
def test_a_folder_that_is_not_there(imap: ImapServer, user: str) -> None:
    with pytest.raises(TemporaryFailure, match="文件夹"):
        source(imap, user, folder="没有").fetch(lambda _: None)


def echo_of_login(connection: socket.socket) -> None:
    connection.sendall(b"* OK IMAP4rev1\r\n")
    for line in connection.makefile("rb"):
        tag, _, rest = line.strip().partition(b" ")
        if rest == b"CAPABILITY":
            connection.sendall(b"* CAPABILITY IMAP4rev1\r\n%b OK done\r\n" % tag)
        else:
            connection.sendall(b"%b BAD do not understand %b\r\n" % (tag, rest))


def test_a_password_echoed_by_the_server_is_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with talking_server(echo_of_login) as port:
        failed = unplayable(port=port, security="none")
    shown = "".join(traceback.format_exception(failed)) + caplog.text + failed.detail
    assert 'do not understand LOGIN "u" "***"' in shown
    assert "wr0ng-pass" not in shown


def silent(connection: socket.socket) -> None:
    connection.recv(1)


def nonsense(connection: socket.socket) -> None:
    connection.sendall(b"\xff\xfe what?\r\n" * 3)


def bye(connection: socket.socket) -> None:
    connection.sendall(b"* BYE too many connections\r\n")


@pytest.mark.parametrize("security", ["none", "tls", "starttls"])
@pytest.mark.parametrize("talk", [silent, nonsense, bye, lambda connection: None])
def test_a_server_that_does_not_play_along_is_temporary(
    talk: Callable[[socket.socket], None], security: str
) -> None:
    with talking_server(talk) as port:
        unplayable(port=port, security=security)


def test_nobody_is_there() -> None:
    assert "服务器地址" in unplayable(port=free_port()).message
    assert "服务器地址" in unplayable(port=143, host="mail.invalid").message


def refuse(_: bytes) -> None:
    raise ValueError


@contextmanager
def later(seconds: float, act: Callable[[], object]) -> Iterator[None]:
    timer = threading.Timer(seconds, act)
    timer.start()
    yield
    timer.join()


@only_dovecot
@pytest.mark.parametrize("security", ["none", "tls"])
def test_idle_tells_of_a_mail(imap: ImapServer, user: str, trusted: Authority, security: str) -> None:
    port = imap.tls_port if security == "tls" else imap.port
    # It would look by itself too late for anybody; several mails, for the first may come before it waits.
    waiting = ImapSource(settings(imap, user, port=port, security=security), look_again=3600.0)
    told: list[bool] = []
    thread = threading.Thread(target=lambda: told.append(waiting.wait(3600)))
    thread.start()
    for number in range(20):
        thread.join(0.5)
        if told:
            break
        imap.deliver(user, numbered(number))
    waiting.close()
    thread.join()
    assert told == [True]


def test_a_waiting_connection_looks_itself(imap: ImapServer, user: str) -> None:
    waiting = ImapSource(settings(imap, user), look_again=0.2)
    with later(0.3, lambda: imap.deliver(user, numbered(1))):
        assert waiting.wait(3600) is True


def test_a_mail_that_came_before_waiting_is_news(imap: ImapServer, user: str) -> None:
    imap.deliver(user, numbered(1))
    assert source(imap, user).wait(50) is True


def test_waiting_ends_when_closed(imap: ImapServer, user: str) -> None:
    waiting = ImapSource(settings(imap, user), look_again=3600.0)
    with later(0.3, waiting.close):
        assert waiting.wait(3600) is False
    assert waiting.wait(3600) is False


def oldest(
    commands: int = 99, then_silent: bool = False, asks_who: bool = False, refuses: bytes = b"-", can: bytes = b""
) -> Callable[[socket.socket], None]:
    """A server of the oldest kind with one mail; answers so many commands, then is silent or hangs up.

    ``asks_who``: like 163, it opens no folder to a client that has not said its name. ``refuses`` is the beginning
    of a command that it answers with NO, ``can`` what it is capable of.
    """

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"* OK IMAP4rev1\r\n")
        named = False
        for number, line in enumerate(connection.makefile("rb")):
            if number == commands:
                break
            tag, _, rest = line.strip().partition(b" ")
            answers = {
                b"CAPABILITY": b"* CAPABILITY IMAP4rev1" + can + b"\r\n",
                b"LOGOUT": b"* BYE\r\n",
                b"SELECT INBOX": b"* 1 EXISTS\r\n* OK [PERMANENTFLAGS (\\Seen)] x\r\n",
                b"UID SEARCH UNSEEN": b"* SEARCH 7\r\n",
                b"UID SEARCH ALL": b"* SEARCH 7\r\n",
                b"UID FETCH 7 (BODY.PEEK[])": b"* 1 FETCH (UID 7 BODY[] {4}\r\nmail)\r\n",
            }
            named = named or rest.startswith(b'ID ("name" "wenban"')
            if rest.startswith(refuses) or (rest.startswith(b"SELECT") and asks_who and not named):
                connection.sendall(tag + b" NO Unsafe Login. Please contact kefu@188.com for help\r\n")
            elif rest.startswith(b"ID") and not asks_who:
                connection.sendall(tag + b" BAD unknown command\r\n")
            else:
                connection.sendall(answers.get(rest, b"") + tag + b" OK done\r\n")
        if then_silent:
            connection.recv(1)

    return talk


def of_oldest(port: int, timeout: float = 5.0) -> ImapSource:
    return ImapSource(ImapSettings("127.0.0.1", port, "u", "p", "none", timeout=timeout))


@pytest.mark.parametrize("asks_who", [False, True])
def test_a_server_that_can_do_little(asks_who: bool) -> None:
    kept: list[bytes] = []
    with talking_server(oldest(asks_who=asks_who)) as port:
        assert of_oldest(port).fetch(kept.append) == 1
    assert kept == [b"mail"]


def test_a_mail_that_the_server_does_not_give_stays_and_is_told() -> None:
    with talking_server(oldest(refuses=b"UID FETCH")) as port, pytest.raises(UnreadableMail, match="网页"):
        of_oldest(port).fetch(refuse)


@pytest.mark.parametrize(("refuses", "works"), [(b"UID MOVE", True), (b"UID", False), (b"UID STORE", True)])
def test_where_moving_fails_flagging_must_do(refuses: bytes, works: bool) -> None:
    kept: list[bytes] = []
    with talking_server(oldest(can=b" MOVE", refuses=refuses)) as port:
        if works:
            assert of_oldest(port).fetch(kept.append) == 1
        else:
            with pytest.raises(TemporaryFailure):
                of_oldest(port).fetch(kept.append)
    assert len(kept) == works


def test_a_mail_that_cannot_be_marked_at_all_is_told() -> None:
    with talking_server(oldest(refuses=b"UID STORE")) as port, pytest.raises(TemporaryFailure):
        of_oldest(port).fetch(lambda _: None)


@pytest.mark.parametrize("then_silent", [False, True])
@pytest.mark.parametrize(
    ("commands", "kept_then"),
    # capability, login, capability, id, select, search, fetch, store, logout
    [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 1), (8, 1)],
)
def test_a_server_lost_at_any_moment(commands: int, kept_then: int, then_silent: bool) -> None:
    kept: list[bytes] = []
    with talking_server(oldest(commands, then_silent)) as port:
        fetching = of_oldest(port, timeout=1.5 if kept_then else 0.3)
        if commands == 8:  # being let go unkindly harms nothing
            assert fetching.fetch(kept.append) == 1
        else:
            with pytest.raises(TemporaryFailure):
                fetching.fetch(kept.append)
    assert len(kept) == kept_then


def test_without_idle_waiting_is_sleeping() -> None:
    with talking_server(oldest(), oldest(), oldest()) as port:
        waiting = of_oldest(port)
        with pytest.raises(ValueError, match="^$"):
            waiting.fetch(refuse)
        assert waiting.wait(0.3) is True  # it cannot know
        with later(0.3, waiting.close):
            assert waiting.wait(60) is False


def test_a_server_lost_while_waiting_is_temporary() -> None:
    def lost(connection: socket.socket) -> None:
        connection.sendall(b"* OK IMAP4rev1\r\n")
        for line in connection.makefile("rb"):
            tag, _, rest = line.strip().partition(b" ")
            if rest == b"IDLE":
                connection.sendall(b"+ idling\r\n")
                return
            more = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\n"}.get(rest, b"")
            more += b"* SEARCH\r\n" if b"SEARCH" in rest else b""
            connection.sendall(more + tag + b" OK done\r\n")

    with talking_server(lost) as port, pytest.raises(TemporaryFailure):
        of_oldest(port).wait(60)


def test_killed_again_and_again_every_mail_is_kept(imap: ImapServer, user: str, tmp_path: Path) -> None:
    imap.deliver(user, *map(numbered, range(60)))
    kept = tmp_path / "kept"
    fetch_and_kill(f"imap://{quote(user)}:{quote(PASSWORD)}@127.0.0.1:{imap.port}", kept, times=5)
    assert set(kept.read_text().splitlines()) == {f"Message-ID: <{number}@example.cn>" for number in range(60)}
    assert imap.folder(user) == []
    assert len(imap.folder(user, "Processed")) == 60

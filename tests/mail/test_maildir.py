"""Mail out and in as files: laid down once, whole, below a folder that a person can read; nothing lost when killed."""

import mailbox
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.channels.mail.maildir import MaildirSender, MaildirSource
from bot.channels.mail.wire import TemporaryFailure, UnreadableMail
from tests.mail.fetching import fetch_and_kill

SENDER = "letters@example.cn"
MAIL = "Message-ID: <a1@example.cn>\r\nSubject: s\r\n\r\n您好\r\n".encode()


def numbered(number: int) -> bytes:
    return f"Message-ID: <{number}@example.cn>\r\n\r\n第 {number} 封\r\n".encode()


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def deliver(folder: Path, *mails: bytes) -> list[str]:
    """As a mail server does it, with the stdlib's Maildir."""
    return [mailbox.Maildir(folder).add(mail) for mail in mails]


# out


def test_one_folder_a_recipient_that_mail_programs_can_read(tmp_path: Path) -> None:
    MaildirSender(tmp_path / "sent").send(MAIL, SENDER, ["Wang@example.com", "li@example.com"])
    assert sorted(path.name for path in (tmp_path / "sent").iterdir()) == ["li@example.com", "wang@example.com"]
    (mail,) = mailbox.Maildir(tmp_path / "sent" / "wang@example.com", create=False)
    assert mail.as_bytes() == MAIL.replace(b"\r\n", b"\n")


def test_the_bytes_are_left_alone(tmp_path: Path) -> None:
    MaildirSender(tmp_path).send(MAIL, SENDER, ["wang@example.com"])
    (name,) = files(tmp_path)
    assert (tmp_path / name).read_bytes() == MAIL
    assert name.startswith("wang@example.com/new/")
    assert name.endswith(".eml")


@pytest.mark.parametrize("read", [False, True])
def test_a_repeat_gives_no_second_file(tmp_path: Path, read: bool) -> None:
    sending = MaildirSender(tmp_path)
    sending.send(MAIL, SENDER, ["wang@example.com"])
    if read:
        (new,) = (tmp_path / "wang@example.com" / "new").iterdir()
        new.rename(tmp_path / "wang@example.com" / "cur" / f"{new.name}:2,S")
    sending.send(MAIL.replace(b"Subject: s", b"Subject: again"), SENDER, ["wang@example.com"])
    assert len(files(tmp_path)) == 1


def test_different_mails_are_different_files(tmp_path: Path) -> None:
    sending = MaildirSender(tmp_path)
    for mail in (numbered(1), numbered(2), b"no id\r\n\r\n1", b"no id\r\n\r\n2", b"no id\r\n\r\n2"):
        sending.send(mail, SENDER, ["wang@example.com"])
    assert len(files(tmp_path)) == 4


@pytest.mark.parametrize(
    "address",
    [
        "../../etc/x@example.com",
        "..",
        ".",
        "",
        "/",
        "a/b@example.com",
        ".hidden@example.com",
        "x\0y@e.cn",
        "王" * 300,
    ],
)
def test_no_address_leaves_or_hides_from_the_folder(tmp_path: Path, address: str) -> None:
    sent = tmp_path / "a" / "sent"
    MaildirSender(sent).send(MAIL, SENDER, [address])
    (name,) = files(tmp_path)
    assert name.startswith("a/sent/")
    assert name.count("/") == 4
    assert not any(part.startswith(".") for part in name.split("/"))


def test_addresses_that_share_a_folder_share_no_file(tmp_path: Path) -> None:
    MaildirSender(tmp_path).send(MAIL, SENDER, ["a/b@example.com", "a:b@example.com"])
    assert len(files(tmp_path)) == 2


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "sent").write_text("a file")
    with pytest.raises(TemporaryFailure, match="写不进文件夹"):
        MaildirSender(tmp_path / "sent").send(MAIL, SENDER, ["wang@example.com"])


def test_threads_that_repeat_each_other(tmp_path: Path) -> None:
    sending = MaildirSender(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: sending.send(numbered(number % 5), SENDER, ["wang@example.com"]), range(40)))
    assert len(files(tmp_path)) == 5


# in


def test_new_mails_are_kept_and_marked(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "Maildir"
    source = MaildirSource(folder)
    deliver(folder, numbered(1), numbered(2))
    kept: list[bytes] = []
    assert source.fetch(kept.append) == 2
    assert sorted(kept) == [numbered(1), numbered(2)]
    assert source.fetch(kept.append) == 0
    assert all(name.startswith("cur/") and name.endswith(":2,S") for name in files(folder))
    assert [mail.get_flags() for mail in mailbox.Maildir(folder, create=False)] == ["S", "S"]


def test_a_mail_that_a_mail_program_has_moved_is_still_new(tmp_path: Path) -> None:
    source = MaildirSource(tmp_path)
    for name in ("1.x:2,", "2.x:2,F", "3.x"):
        (tmp_path / "cur" / name).write_bytes(MAIL)
    assert source.fetch(lambda _: None) == 3
    assert files(tmp_path) == ["cur/1.x:2,S", "cur/2.x:2,FS", "cur/3.x:2,S"]


def test_one_bad_mail_stops_no_other(tmp_path: Path) -> None:
    source = MaildirSource(tmp_path)
    deliver(tmp_path, *map(numbered, range(5)))
    kept: list[bytes] = []

    def keep(mail: bytes) -> None:
        if b"<2@" in mail or b"<3@" in mail:
            raise OSError("the database is full")
        kept.append(mail)

    with pytest.raises(OSError, match="the database is full"):
        source.fetch(keep)
    assert len(kept) == 3
    assert source.fetch(kept.append) == 2


def test_an_unreadable_mail_stays_and_is_told(tmp_path: Path) -> None:
    source = MaildirSource(tmp_path)
    (tmp_path / "new" / "0.folder").mkdir()
    deliver(tmp_path, MAIL)
    kept: list[bytes] = []
    with pytest.raises(UnreadableMail, match="来信文件"):
        source.fetch(kept.append)
    assert len(kept) == 1
    assert (tmp_path / "new" / "0.folder").exists()


def test_a_mail_that_goes_while_others_are_kept(tmp_path: Path) -> None:
    source = MaildirSource(tmp_path)
    deliver(tmp_path, numbered(1), numbered(2))

    def keep_and_sweep(_: bytes) -> None:
        for path in (tmp_path / "new").iterdir():
            path.unlink()

    assert source.fetch(keep_and_sweep) == 1


def test_a_source_that_cannot_be_made_or_has_gone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TemporaryFailure, match="收信文件夹"):
        MaildirSource(tmp_path / "file")
    source = MaildirSource(tmp_path / "in")
    (tmp_path / "in").rename(tmp_path / "elsewhere")
    with pytest.raises(TemporaryFailure, match="收信文件夹"):
        source.fetch(lambda _: None)


def test_waiting_ends_with_a_mail(tmp_path: Path) -> None:
    source = MaildirSource(tmp_path)
    assert source.wait(0.01) is False
    delivery = threading.Timer(0.1, deliver, (tmp_path, MAIL))
    delivery.start()
    assert source.wait(30) is True
    delivery.join()


def test_a_mail_that_was_refused_is_no_news(tmp_path: Path) -> None:
    source = MaildirSource(tmp_path)
    deliver(tmp_path, MAIL)

    def refuse(_: bytes) -> None:
        raise ValueError

    with pytest.raises(ValueError, match="^$"):
        source.fetch(refuse)
    assert source.wait(0.01) is False
    deliver(tmp_path, numbered(2))
    assert source.wait(0.01) is True


def test_waiting_ends_when_closed(tmp_path: Path) -> None:
    source = MaildirSource(tmp_path)
    closing = threading.Timer(0.1, source.close)
    closing.start()
    assert source.wait(60) is False
    closing.join()
    assert source.wait(60) is False


def test_killed_again_and_again_every_mail_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    MaildirSource(folder)
    deliver(folder, *map(numbered, range(200)))
    kept = tmp_path / "kept"
    fetch_and_kill(f"maildir:{folder}", kept, times=5)
    assert set(kept.read_text().splitlines()) == {f"Message-ID: <{number}@example.cn>" for number in range(200)}
    assert list((folder / "new").iterdir()) == []

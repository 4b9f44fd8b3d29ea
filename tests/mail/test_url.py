"""Addresses of settings: what they open, and faults that say what to write without ever showing the password."""

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.channels.mail.imap import ImapSettings, ImapSource
from bot.channels.mail.maildir import MaildirSender, MaildirSource
from bot.channels.mail.smtp import SmtpSender, SmtpSettings
from bot.channels.mail.url import open_sender, open_source
from bot.errors import UserError


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("smtp://mail.example.cn", SmtpSettings("mail.example.cn", 25, security="none")),
        ("smtp://u:p@mail.example.cn:2525", SmtpSettings("mail.example.cn", 2525, "u", "p", "none")),
        ("smtp+starttls://u:p@mail.example.cn", SmtpSettings("mail.example.cn", 587, "u", "p", "starttls")),
        ("smtps://u%40qq.com:a%2Fb%3A@smtp.qq.com", SmtpSettings("smtp.qq.com", 465, "u@qq.com", "a/b:", "tls")),
        ("smtps://u@qq.com:p@smtp.qq.com:465/", SmtpSettings("smtp.qq.com", 465, "u@qq.com", "p", "tls")),
        ("smtp://[::1]:25", SmtpSettings("::1", 25, security="none")),
    ],
)
def test_senders(url: str, settings: SmtpSettings) -> None:
    sender = open_sender(url)
    assert isinstance(sender, SmtpSender)
    assert sender._settings == settings
    assert "p@" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("imaps://u:p@mail.example.cn", ImapSettings("mail.example.cn", 993, "u", "p", "tls")),
        ("imap://u:p@127.0.0.1:1143", ImapSettings("127.0.0.1", 1143, "u", "p", "none")),
        ("imap+starttls://u:p@mail.example.cn", ImapSettings("mail.example.cn", 143, "u", "p", "starttls")),
        (
            "imaps://u:p@mail.example.cn/?folder=来信&done=%E5%B7%B2%E5%A4%84%E7%90%86",
            ImapSettings("mail.example.cn", 993, "u", "p", "tls", "来信", "已处理"),
        ),
    ],
)
def test_sources(url: str, settings: ImapSettings) -> None:
    source = open_source(url)
    assert isinstance(source, ImapSource)
    assert source._settings == settings


@pytest.mark.parametrize("form", ["maildir:{}", "maildir://{}"])
def test_folders(tmp_path: Path, form: str) -> None:
    folder = tmp_path / "信 箱"
    assert isinstance(open_sender(form.format(folder)), MaildirSender)
    assert isinstance(open_source(form.format(folder)), MaildirSource)
    assert (folder / "new").is_dir()


SECRET = "s3cret"


@pytest.mark.parametrize("opening", [open_sender, open_source])
@pytest.mark.parametrize(
    "login",
    [
        f"u:{SECRET}/x@mail.example.cn",
        f"u:x/{SECRET}@mail.example.cn",
        f"u:{SECRET}#x@mail.example.cn",
        f"u:{SECRET}?x@mail.example.cn",
        f"u:x?{SECRET}@mail.example.cn",
        f"u:{SECRET}[x@mail.example.cn",
        f"u:{SECRET}@",
        f"u:{SECRET}@:25",
        f"u:{SECRET}@mail.example.cn:port",
        f"u:{SECRET}@mail.example.cn:0",
        f"u:{SECRET}@mail.example.cn:70000",
        f":{SECRET}@mail.example.cn",
        f"u%0A:{SECRET}@mail.example.cn",
        f"u:{SECRET}@mail.example.cn\n",
        f"u:{SECRET}@mail.example.cn/INBOX",
        "u@mail.example.cn",
        "",
    ],
)
@pytest.mark.parametrize("scheme", ["smtps://", "imaps://", "http://", "", "maildir://"])
def test_faults_say_what_to_write_and_hide_the_password(
    opening: Callable[[str], object], scheme: str, login: str
) -> None:
    with pytest.raises(UserError) as caught:
        opening(scheme + login)
    shown = "".join(traceback.format_exception(caught.value))
    assert caught.value.message.startswith(("发信地址要写成 smtps://", "收信地址要写成 imaps://"))
    assert "maildir:/" in caught.value.message
    assert SECRET not in shown.partition("Error: ")[2]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("imaps://mail.example.cn", "用户名和密码"),
        ("imaps://u:p@mail.example.cn?box=x", "folder=文件夹名"),
        ("imaps://u:p@mail.example.cn?folder=", "folder=文件夹名"),
        ("imaps://u:p@mail.example.cn?folder=a&done=a", "不能是同一个"),
        ("imaps://u:p@mail.example.cn?folder=a%0Ab", "看不见的字"),
        ("maildir:", "缺文件夹"),
        ("maildir://in", "不要写 //"),
        ("imap.qq.com", "开头不对"),
    ],
)
def test_faults_of_sources(url: str, told: str) -> None:
    with pytest.raises(UserError, match="收信地址要写成") as caught:
        open_source(url)
    assert told in caught.value.message

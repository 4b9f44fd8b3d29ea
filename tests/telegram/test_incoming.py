"""What an update says, and what a file is."""

import io
import zipfile
from typing import Any

import pytest
from telegram import Update

from bot.channels.telegram.file_kind import DOC, DOCX, HEIC, JPEG, OFD, PDF, PNG, XLS, XLSX, FileKind, kind_of
from bot.channels.telegram.translate import Delivery, delivery
from tests.telegram.double_values import as_sent

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", PDF),
        (b"\xef\xbb\xbf\n%PDF-1.4", PDF),
        (b"\xff\xd8\xff\xe1abc", JPEG),
        (b"\x89PNG\r\n\x1a\nabc", PNG),
        (b"\0\0\0\x18ftypheic\0\0", HEIC),
        (b"\0\0\0\x18ftypmp42\0\0", None),
        (OLE + "WordDocument".encode("utf-16-le") + bytes(2), DOC),
        (OLE + "Workbook".encode("utf-16-le") + bytes(2), XLS),
        (OLE + "Setup".encode("utf-16-le") + bytes(2), None),
        (zipped("word/document.xml"), DOCX),
        (zipped("xl/workbook.xml"), XLSX),
        (zipped("OFD.xml"), OFD),
        (zipped("word/document.xml", "word/vbaProject.bin"), None),
        (zipped("a.exe"), None),
        (zipped("word/document.xml")[:40], None),
        (b"MZ" + bytes(20) + b"%PDF-", None),
        (b"<svg onload='x'/>", None),
        (b"GIF89a", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, kind: FileKind | None) -> None:
    assert kind_of(content) == kind


FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 3}
BOT = {"id": 5, "is_bot": True, "first_name": "问办", "username": "wenban_bot"}
HUMAN = {"id": 7, "is_bot": False, "first_name": "甲"}


def translated(chat: int = 7, **message: Any) -> Delivery | None:
    where = {"id": chat, "type": "private" if chat > 0 else "group"}
    whole = {"message_id": 1, "date": 0, "chat": where, "from": HUMAN, **message}
    return delivery(Update.de_json({"update_id": 1, "message": whole}, None), "wenban_bot")


@pytest.mark.parametrize(
    ("message", "file", "said"),
    [
        ({"photo": as_sent("photo", FILE, "")}, "f", None),
        ({"document": as_sent("document", FILE, "a.pdf")}, "f", None),
        ({"document": as_sent("document", FILE, "a.mp4"), "animation": as_sent("video", FILE, "")}, None, "视频"),
        ({"voice": as_sent("voice", FILE, "")}, None, "语音"),
        ({"sticker": as_sent("sticker", FILE, "")}, None, "表情"),
        ({"location": {"latitude": 30.3, "longitude": 112.2}}, None, "位置"),
        ({"contact": {"phone_number": "1", "first_name": "甲"}}, None, "名片"),
        ({"game": {"title": "x", "description": "y", "photo": []}}, None, "看不懂"),
        ({"text": "你好"}, None, None),
    ],
)
def test_what_can_be_taken_and_what_not(message: dict[str, Any], file: str | None, said: str | None) -> None:
    found = translated(**message)
    assert found is not None
    assert (found.file.id if found.file else None) == file
    assert (said is None) == (found.instead is None)
    assert said is None or said in (found.instead or "")


@pytest.mark.parametrize(
    ("author", "known"), [(BOT, "题\n办理码：x"), (HUMAN, None), (BOT | {"username": "other"}, None)]
)
def test_only_our_own_message_counts_as_replied_to(author: dict[str, Any], known: str | None) -> None:
    original = {
        "message_id": 2,
        "date": 0,
        "chat": {"id": 7, "type": "private"},
        "from": author,
        "text": "题\n办理码：x",
    }
    found = translated(text="好", reply_to_message=original)
    assert found is not None
    assert found.incoming.reply_to == known


def test_in_a_group_a_person_is_nobody_with_cases() -> None:
    here, there = translated(text="/cases"), translated(chat=-100, text="/cases@wenban_bot")
    assert here is not None
    assert there is not None
    assert (here.user_key, there.user_key) == ("tg:7", "tg:7@-100")
    assert there.incoming.text == "/cases"

"""Inbound mail beyond the corpus: fields, quoting, kinds, names, hostile shapes and any bytes whatsoever."""

import base64
import struct
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mailbox.mail.charset import decode
from bot.mailbox.mail.html_text import text_of
from bot.mailbox.mail.parse import parse
from bot.mailbox.mail.parsed import Address, MailKind, ParsedMail
from bot.mailbox.mail.quote import split
from bot.mailbox.mail.tnef import TnefError, unpack
from bot.mailbox.mail.transfer import from_base64

CORPUS = {path.stem: path.read_bytes() for path in sorted((Path(__file__).parent / "eml").glob("*.eml"))}
HEAD = b"From: a@example.cn\r\nMessage-ID: <x@y>\r\n"
ORIGINAL = "d2026-0001.1@mail.shashi.example.cn"
AUTO, BOUNCE, LIST, RECEIPT, PERSON = (
    MailKind.AUTO_REPLY,
    MailKind.BOUNCE,
    MailKind.LIST,
    MailKind.RECEIPT,
    MailKind.PERSON,
)


def strings_of(mail: ParsedMail) -> Iterable[str]:
    yield from (mail.message_id, mail.subject, mail.text, mail.quoted, *mail.defects, *mail.references)
    yield from (file.name for file in mail.attachments)
    yield from (address.name + address.email for address in (*mail.recipients, mail.sender) if address)


def check(mail: ParsedMail) -> None:
    """What holds for every mail: it can be stored as UTF-8, shown in one line and written to a disk."""
    for text in strings_of(mail):
        text.encode()
        assert "\x00" not in text
    assert mail.message_id
    assert len(mail.subject) <= 500
    assert "\n" not in mail.subject
    assert mail.date is None or mail.date.utcoffset() is not None
    for file in mail.attachments:
        assert 0 < len(file.name) <= 150
        assert not set(file.name) & set('/\\\n\r<>:"|?*')
    assert (mail.bounce is not None) == (mail.kind is MailKind.BOUNCE)


def test_threading_fields() -> None:
    mail = parse(CORPUS["08_outlook_cn_gb2312"])
    assert mail.message_id == "TY0PR03MB65438A1B2C3D4E5F@TY0PR03MB6543.apcprd03.prod.outlook.example.com"
    assert mail.in_reply_to == (ORIGINAL,)
    assert mail.references == ("a.0@mail.shashi.example.cn", ORIGINAL)


def test_recipients_hold_the_plus_tags_in_lower_case() -> None:
    mail = parse(CORPUS["64_plus_tag_envelope"])
    assert [address.email for address in mail.recipients] == [
        "mailbox@example.cn",
        "bc@example.com",
        "d@example.com",
        "mailbox+d2026-0009.ab12@example.cn",
    ]
    assert mail.recipients[0].name == "沙市, 政务邮箱"
    assert mail.reply_to == Address("回信,请发这里", "home@example.com")


@pytest.mark.parametrize(
    ("sent", "date"),
    [
        (b"Tue, 24 Nov 2026 10:15:22 +0800 (CST)", datetime(2026, 11, 24, 10, 15, 22, tzinfo=timezone(timedelta(hours=8)))),
        (b"24 Nov 2026 10:15:22 -0000", datetime(2026, 11, 24, 10, 15, 22, tzinfo=UTC)),
        (b"Fri, 31 Dec 9999 23:59:59 -0800", None),
        (b"yesterday", None),
        (b"Tue, 99 Nov 2026 10:15:22 +0800", None),
        (b"Tue, 24 Nov 2026 10:15:22 +99999999999999", None),
    ],
)  # fmt: skip
def test_date(sent: bytes, date: datetime | None) -> None:
    assert parse(HEAD + b"Date: " + sent + b"\r\n\r\nx").date == date


@pytest.mark.parametrize(
    "field", [b"", b"Message-ID: \r\n", b"Message-ID: <a b@c>\r\n", b"Message-ID: <no-at-sign>\r\n", b"Message-ID: <\xd6\xd0@c>\r\n"]
)  # fmt: skip
def test_a_missing_or_malformed_id_is_made_of_the_bytes(field: bytes) -> None:
    raw = b"From: a@example.cn\r\n" + field + b"\r\nx"
    assert parse(raw).message_id == parse(raw).message_id != parse(raw + b"y").message_id
    assert parse(raw).message_id.startswith("sha256-")
    assert parse(raw).message_id.endswith("@no-message-id")


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("好\n\n在 2026年11月24日，XX 写道：\n您好", "好"),
        ("好\n\n在 2026年11月24日，XX <a@b.cn> 写道：\n\n> 您好\n\n又及：再见", "好\n\n又及：再见"),
        ("好\n-----原始邮件-----\n您好", "好"),
        ("好\n------------------ 原始邮件 ------------------\n您好", "好"),
        ("好\n------------------ Original ------------------\n您好", "好"),
        ("好\n-------- 转发邮件信息 --------\n您好", "好"),
        ("好\n________________________________\n发件人: a\n发送时间: b\n收件人: c\n主题: d", "好"),
        ("好\n*发件人:* a\n*日期:* b\n*主题:* d", "好"),
        ("ok\nFrom: a\nSent: b\nTo: c\nSubject: d", "ok"),
        ("ok\nBegin forwarded message:\n\nFrom: a", "ok"),
        ("ok\nAt 2026-11-24 10:00:00, \"a\" <a@b.cn> wrote:\nhi", "ok"),
        ("> 请问地址？\n江津路一号\n> 电话？\n没有", "江津路一号\n没有"),
        ("谢谢\n发自我的华为手机", "谢谢"),
        ("谢谢\nSent from my iPad", "谢谢"),
        ("谢谢\n从 Windows 版邮件发送", "谢谢"),
        # not quoted: the person's own words
        ("贵局于2026年11月3日的答复中写道：\n不予公开。", "贵局于2026年11月3日的答复中写道：\n不予公开。"),
        ("申请人：张三\n电话：123\n收件人：李四", "申请人：张三\n电话：123\n收件人：李四"),
        ("发件人：张三\n这是我的姓名", "发件人：张三\n这是我的姓名"),
        ("从手机上看不到附件", "从手机上看不到附件"),
        ("一\n-----\n二", "一\n-----\n二"),
    ],
)  # fmt: skip
def test_quoted_earlier_mail_is_cut_off(text: str, new: str) -> None:
    assert split(text)[0] == new


LINES = st.sampled_from(
    [
        "您好",
        "> 旧",
        "",
        "发自我的iPhone",
        "-----原始邮件-----",
        "发件人: a",
        "主题: b",
        "日期: c",
        "On 1 May x wrote:",
        "a@b <",
    ]
)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_no_line_is_lost_by_cutting(text: str) -> None:
    new, old = split(text)
    assert sorted(line for line in text.split("\n") if line.strip()) == sorted(
        line for line in f"{new}\n{old}".split("\n") if line.strip()
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>一<br>二</p><p>三</p>", "一\n二\n\n三"),
        ("<div>一</div><div>二&nbsp;&lt;b&gt;</div>", "一\n二 <b>"),
        ("<style>p{}</style><script>if(a<b){}</script>正<!-- 不 -->文", "正文"),
        ("<title>不</title><table><tr><td>姓名</td><td>张三</td></tr></table>", "姓名 张三"),
        ('<blockquote type="cite"><p>旧</p><blockquote>更旧</blockquote></blockquote>新', "> 旧\n\n> 更旧\n\n新"),
        ("<pre>一\n  二</pre>", "一\n  二"),
        ('<a href="https://a.example.cn/x?a=1&amp;b=2">下载</a>', "下载 (https://a.example.cn/x?a=1&b=2)"),
        ('<a href="https://a.example.cn">https://a.example.cn</a>', "https://a.example.cn"),
        ("<p>没有关的<b>标签", "没有关的标签"),
        ("3 < 5，没有标签", "3 < 5，没有标签"),
    ],
)
def test_html_becomes_lines(html: str, text: str) -> None:
    assert text_of(html).strip() == text


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        (b"Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\n", AUTO),
        (b"Auto-Submitted: no\r\n", PERSON),
        (b"X-Autoreply: yes\r\n", AUTO),
        (b"Precedence: auto_reply\r\n", AUTO),
        (b"Subject: Out of Office: hi\r\n", AUTO),
        ("Subject: 自动回复：你好\r\n".encode("gbk"), AUTO),
        ("Subject: 回复：自动回复：你好\r\n".encode("gbk"), PERSON),
        (b"Precedence: list\r\n", LIST),
        (b"List-Id: <a.b>\r\n", LIST),
        (b"X-Auto-Response-Suppress: All\r\n", PERSON),
        (b"Return-Path: <>\r\nSubject: Undeliverable: x\r\n", BOUNCE),
        (b"Return-Path: <>\r\nSubject: hello\r\n", PERSON),
        ("Subject: 已读：来信\r\n".encode(), PERSON),
    ],
)
def test_kind_by_header(fields: bytes, kind: MailKind) -> None:
    assert parse(HEAD + fields + b"\r\nhello").kind is kind


@pytest.mark.parametrize(
    ("words", "permanent", "status"),
    [
        ("550 5.7.1 rejected", True, "5.7.1"),
        ("退信原因：对方服务器繁忙，我们将稍后重试", False, ""),
        ("host said: 421 Try later", False, "4.0.0"),
        ("该用户不存在", True, ""),
        ("connect to 192.0.2.5.1.1 refused", True, ""),
    ],
)
def test_free_form_bounce(words: str, permanent: bool, status: str) -> None:
    raw = (
        f"From: postmaster@mx.example.cn\r\nSubject: 系统退信\r\nIn-Reply-To: <{ORIGINAL}>\r\n\r\n{words}".encode()
    )
    bounce = parse(raw).bounce
    assert bounce is not None
    assert (bounce.permanent, bounce.status, bounce.original_message_id) == (permanent, status, ORIGINAL)


@pytest.mark.parametrize(
    ("action", "status", "permanent"),
    [
        (b"failed", b"5.1.1", True),
        (b"failed", b"4.4.7", False),  # given up after days: sending again may help
        (b"delayed", b"5.1.1", False),
        (b"error", b"", True),
    ],
)
def test_reported_bounce(action: bytes, status: bytes, permanent: bool) -> None:
    block = b"Final-Recipient: rfc822; <A@b.cn>\r\nAction: " + action + b"\r\nStatus: " + status
    bounce = parse(
        HEAD + b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a\r\n\r\n" + block
    ).bounce
    assert bounce is not None
    assert (bounce.permanent, bounce.status, bounce.recipient) == (permanent, status.decode(), "a@b.cn")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'filename="..\\..\\a.doc"', "a.doc"),
        (b'filename=".."', "附件1.pdf"),
        (b'filename="a\x00\x07b.pdf"', "ab.pdf"),
        (b'filename="' + b"a" * 400 + b'.pdf"', "a" * 146 + ".pdf"),
        (b"filename*=utf-8''%E8%A1%A8.pdf; filename=x.pdf", "表.pdf"),
        (b"filename*=gbk''%B1%ED.pdf", "表.pdf"),
        (b"filename*=a; filename*0=b; filename*1*=c", "a"),
        (b"filename*" + b"9" * 5000 + b"=a.pdf", "附件1.pdf"),
    ],
)
def test_file_name(disposition: bytes, name: str) -> None:
    raw = HEAD + b"Content-Type: application/pdf\r\nContent-Disposition: attachment; " + disposition + b"\r\n\r\nx"
    assert [file.name for file in parse(raw).attachments] == [name]


def attached(content: bytes) -> bytes:
    return (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="bb"\r\n\r\n--bb\r\n\r\nhi\r\n--bb\r\n'
        + (
            b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + content
            + b"\r\n--bb--\r\n"
        )
    )


def test_a_big_attachment_comes_out_whole() -> None:
    content = bytes(range(256)) * (4 * 25 * 1024)
    (file,) = parse(attached(base64.encodebytes(content))).attachments
    assert file.content == content
    assert file.size == 25 << 20


@pytest.mark.parametrize("depth", [200, 5000])
def test_nesting_without_end(depth: int) -> None:
    opened = [b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(depth)]
    mail = parse(HEAD + b"".join(opened) + b"\r\n" + "最里面".encode())
    assert "最里面" in mail.text or mail.attachments[0].content.endswith("最里面".encode())


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"Content-Type: text/html\r\n\r\n" + b"<a " * 1_000_000,
        HEAD + b"Content-Type: text/html\r\n\r\n" + b"<!--" * 1_000_000,
        HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 1_000_000,
        HEAD + b"\r\n" + b"\n-" * 1_000_000 + b"x",
        b"From: postmaster@a.cn\r\nSubject: returned mail\r\n\r\n" + (b"reason" + b" " * 300) * 10_000,
        b"From: postmaster@a.cn\r\nSubject: x\r\n\r\n" + b"delivery to " * 100_000,
        HEAD + b"To: " + b"(" * 300_000 + b"\r\n\r\nx",
        HEAD + b"Content-Type: text/plain" + b';a="b;' * 300_000 + b"\r\n\r\nx",
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20_000,
    ],
    ids=["tags", "comments", "divs", "rules", "reasons", "delivery", "parentheses", "parameters", "parts"],
)
@pytest.mark.timeout(60)
def test_hostile_mail_is_read_in_linear_time(raw: bytes) -> None:
    check(parse(raw))


def test_a_charset_that_breaks_the_stdlib() -> None:
    raw = HEAD + b'Content-Type: text/plain; charset="a\x00b"\r\n\r\n' + "您好".encode("gbk")
    assert parse(raw).text == "您好"


def test_a_very_long_text_is_kept_as_a_file_too() -> None:
    raw = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "一行字\n".encode() * 200_000
    mail = parse(raw)
    assert mail.text.startswith("一行字\n一行字")
    assert mail.attachments[0].content == "一行字\n".encode() * 200_000


@given(st.binary(max_size=200), st.binary(max_size=4), st.integers(0, 300))
def test_base64_survives_foreign_bytes(content: bytes, foreign: bytes, where: int) -> None:
    sent = base64.b64encode(content)
    noise = bytes(byte for byte in foreign if not chr(byte).isalnum() and byte not in b"+/=")
    assert from_base64(sent[:where] + noise + sent[where:])[0] == content


@given(
    st.binary(max_size=60),
    st.text(max_size=20) | st.sampled_from(["zlib", "rot13", "utf-7", "hz", "idna", "undefined"]),
)
def test_decoding_never_fails(data: bytes, charset: str) -> None:
    decode(data, charset)[0].encode()


@given(
    st.sampled_from(["gbk", "gb2312", "utf-8", "big5"]),
    st.text("一二三四五六七八九十人民政府申请公开信息", min_size=1, max_size=30),
)
def test_a_right_charset_gives_the_text(charset: str, text: str) -> None:
    sent = text.encode(charset, "ignore")
    assert decode(sent, charset)[0] == sent.decode(charset)


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_winmail_dat_of_any_bytes(tail: bytes, where: int, byte: int) -> None:
    data = bytearray(parse(CORPUS["49_winmail_hostile"]).attachments[0].content + tail)
    data[6 + where % (len(data) - 6)] = byte
    block = struct.pack("<BHHI", 2, 0x9005, 6, len(tail)) + tail + b"\0\0"
    for candidate in (bytes(data), bytes(data[:6]) + struct.pack("<BHHI", 2, 0x9002, 6, 1) + b"x\0\0" + block):
        try:
            unpack(candidate)
        except TnefError:
            continue


@given(st.binary(max_size=500))
@settings(max_examples=300, deadline=None)
def test_any_bytes(raw: bytes) -> None:
    check(parse(raw))
    assert parse(raw).message_id == parse(raw).message_id


TOKENS = st.sampled_from(
    [
        b"\r\n", b"\n\n", b"Content-Type: ", b"multipart/report; report-type=delivery-status", b"multipart/mixed", b"; boundary=b",
        b"--b\r\n", b"--b--", b"message/delivery-status", b"message/rfc822", b"text/html", b"Content-Transfer-Encoding: base64",
        b"From: ", b"mailer-daemon@a.cn", b"Subject: ", b"=?gbk?B?1tA", b"=?=", b"?=", b"boundary*=", b"boundary*0=x;", b"charset=",
        b"Date: ", b"Status: 5.1.1", b"Action: failed", b"\xd6\xd0", b"\x00", b"<a@b>", b"Content-Disposition: attachment; filename*1=", b" ",
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n", b"quoted-printable", b"winmail.dat", b"\x78\x9f\x3e\x22", b">",
    ]
)  # fmt: skip


@given(st.lists(TOKENS, max_size=40).map(b"".join))
@settings(max_examples=400, deadline=None)
def test_any_order_of_the_pieces_of_a_mail(raw: bytes) -> None:
    check(parse(raw))


@given(
    st.sampled_from(sorted(CORPUS)),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=20),
    st.integers(0, 1 << 16),
    st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_mutated_corpus(name: str, flips: list[tuple[int, int]], cut: int, whole: bool) -> None:
    data = bytearray(CORPUS[name])
    for where, byte in flips if data else []:
        data[where % len(data)] = byte
    check(parse(bytes(data if whole else data[: cut % (len(data) + 1)])))


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_cut_off_anywhere(name: str) -> None:
    raw = CORPUS[name]
    cuts = [*range(0, len(raw), max(1, len(raw) // 60)), len(raw)]
    for begin, end in pairwise(cuts):
        check(parse(raw[:end]))
        check(parse(raw[begin:]))

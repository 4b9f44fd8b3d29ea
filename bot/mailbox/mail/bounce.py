"""Why a mail of ours came back: delivery reports (RFC 3464), else the free words of QQ, 163 and others.

Own code: flufl.bounce 6 gives addresses only (no status, no reason, no message id) and knows no QQ or 163 notice.
"""

import re
from collections.abc import Iterator

from bot.mailbox.mail.charset import decode
from bot.mailbox.mail.header import EMAIL, IDENTIFIER, Header, one_line
from bot.mailbox.mail.parsed import Bounce
from bot.mailbox.mail.part import Part, Tree

LONGEST_REASON = 300
LONGEST_REPORT = 100_000  # bytes of a delivery report that are read
FAILED = ("fail", "error")
DAEMON = re.compile(r"mailer-?daemon|post-?master|mail-?daemon|mdaemon|microsoftexchange[0-9a-f]{8}", re.IGNORECASE)
SUBJECT = re.compile(
    r"退信|退回|未传递|未能送达|无法(投递|送达|传递)|(投递|发送|送达)失败|undeliver|not delivered|returned mail"
    r"|failure notice|delivery (status|failure|has failed|incomplete)|delivery to .{0,80} (failed|delayed)"
    r"|mail delivery|could not be delivered",
    re.IGNORECASE,
)
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
CODE = re.compile(r"(?<![\d.-])([45])\d\d(?=[ -]\D|[:：])")
REASON = re.compile(
    r"(?:退信原因|出错原因|失败原因|错误信息|错误原因|英文说明|Bounce reason|reason)"
    r"[ \t/]{0,5}[:：]?[ \t]{0,5}\n?[ \t]{0,20}(\S[^\n]{0,300})",
    re.IGNORECASE,
)
TO = re.compile(
    r"(?:收\s?件\s?人(?:邮件地址)?|无法发送到|Recipient|To)\s{0,3}[:：]?\s{0,3}<?([^\s<>:：,，;@]{1,100}@[^\s<>,，;]{1,200})",
    re.IGNORECASE,
)
TEMPORARY = re.compile(r"稍后|将继续(尝试|重试)|延迟|delayed|will (be )?retr", re.IGNORECASE)
IDENTIFIER_LINE = re.compile(r"message-id:\s{0,3}<([^<>\s]{1,500})>", re.IGNORECASE)


def bounce_of(tree: Tree, text: str) -> Bounce | None:
    """What a delivery failure says; None when the mail is none. ``text`` is all of its words."""
    blocks = [block for part in tree.parts for block in _blocks(part)]
    failed = [block for block in blocks if _action(block).startswith((*FAILED, "delay"))]
    if failed:
        return _reported(failed[0], tree, text)
    return None if blocks else _told(tree, text)


def _blocks(part: Part) -> Iterator[Header]:
    """The groups of fields in a delivery report that speak of one recipient each."""
    if part.content_type == "message/delivery-status":
        for group in re.split(rb"\r?\n(?:[ \t]*\r?\n)+", part.content[:LONGEST_REPORT]):
            header = Header.read(group)
            if header.raw("action") or header.raw("final-recipient"):
                yield header


def _action(block: Header) -> str:
    return block.raw("action").lower() or "failed"


def _reported(block: Header, tree: Tree, text: str) -> Bounce:
    reason = one_line(re.sub(r"^\s*[\w-]+\s*;", "", block.text("diagnostic-code")))
    status = _status(block.raw("status")) or _status(reason)
    recipient = _address(block.raw("original-recipient")) or _address(block.raw("final-recipient"))
    permanent = _action(block).startswith(FAILED) and not status.startswith("4.")
    return Bounce(
        permanent, status, recipient, _original_id(tree, text), (reason or _reason(text))[:LONGEST_REASON]
    )


def _told(tree: Tree, text: str) -> Bounce | None:
    sender = tree.header.raw("from") + " " + tree.header.raw("return-path")
    daemon = DAEMON.search(sender) or tree.header.raw("return-path") == "<>"
    said = SUBJECT.search(tree.header.text("subject")) or (DAEMON.search(sender) and SUBJECT.search(text))
    if not (daemon and said) and not tree.header.raw("x-failed-recipients"):
        return None
    status = _status(text)
    permanent = status.startswith("5") or (not status and not TEMPORARY.search(text))
    return Bounce(permanent, status, _told_recipient(tree, text), _original_id(tree, text), _reason(text))


def _status(text: str) -> str:
    """An enhanced status (RFC 3463); a bare SMTP code gives its class only."""
    if found := STATUS.search(text):
        return found[1]
    code = CODE.search(text)
    return f"{code[1]}.0.0" if code else ""


def _address(text: str) -> str:
    found = EMAIL.search(text.split(";", 1)[-1])
    return found[0].lower() if found else ""


def _told_recipient(tree: Tree, text: str) -> str:
    if stated := _address(tree.header.raw("x-failed-recipients")):
        return stated
    labelled = TO.search(text)
    own = {address.email for address in tree.header.addresses("from", "to", "delivered-to")}
    others = [labelled[1]] if labelled else [email for email in EMAIL.findall(text) if email.lower() not in own]
    return _address(others[0]) if others else ""


def _reason(text: str) -> str:
    stated = REASON.search(text)
    line = stated[1] if stated else next((line for line in text.split("\n") if _status(line)), "")
    return one_line(line)[:LONGEST_REASON]


def _original_id(tree: Tree, text: str) -> str | None:
    """The Message-ID of our mail: from the copy that came back, from the words, from what it answers to."""
    for part in tree.parts:
        if part.content_type in {
            "message/rfc822",
            "text/rfc822-headers",
            "message/global",
            "message/rfc822-headers",
        }:
            if found := IDENTIFIER.search(Header.read(part.content).raw("message-id")):
                return found[1]
            if found := IDENTIFIER_LINE.search(decode(part.content[:20_000])[0]):
                return found[1]
    if found := IDENTIFIER_LINE.search(text):
        return found[1]
    answered = tree.header.identifiers("in-reply-to") or tree.header.identifiers("references")
    return answered[0] if answered else None

"""Who wrote a mail: a person, or a machine that must get no answer."""

import re

from bot.mailbox.mail.parsed import MailKind
from bot.mailbox.mail.part import Tree

AUTO_SUBJECT = re.compile(
    r"\s*(自动回复|自動回覆|自动答复|自动应答|假期自动回复|外出自动"
    r"|automatic reply|auto[- ]?reply|auto[- ]?response|out of (the )?office)",
    re.IGNORECASE,
)
AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-autorespond-to")
READ_SUBJECT = re.compile(r"\s*(已读[:：]|已读回执|阅读回执|read[:：]|read receipt)", re.IGNORECASE)
READ_TEXT = re.compile(r"已读|已被阅读|已阅读|已于.{0,60}阅读|was (read|displayed)", re.IGNORECASE)


def kind_of(tree: Tree, text: str, is_bounce: bool) -> MailKind:
    """The kind, from the header and the report parts first and from words last."""
    if is_bounce:
        return MailKind.BOUNCE
    if _is_receipt(tree, text):
        return MailKind.RECEIPT
    if _is_automatic(tree):
        return MailKind.AUTO_REPLY
    return MailKind.LIST if _is_list(tree) else MailKind.PERSON


def _is_receipt(tree: Tree, text: str) -> bool:
    reports = {"message/disposition-notification", "message/delivery-status"}
    if tree.root_type == "multipart/report" and any(part.content_type in reports for part in tree.parts):
        return True
    return bool(READ_SUBJECT.match(tree.header.text("subject")) and READ_TEXT.search(text))


def _is_automatic(tree: Tree) -> bool:
    header = tree.header
    submitted = header.raw("auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    precedence = header.raw("precedence").lower().replace("-", "_")
    return (
        precedence == "auto_reply"
        or any(header.raw(name).lower() not in {"", "no"} for name in AUTO_HEADERS)
        or bool(AUTO_SUBJECT.match(header.text("subject")))
    )


def _is_list(tree: Tree) -> bool:
    header = tree.header
    bulk = header.raw("precedence").lower() in {"bulk", "list", "junk"}
    return bulk or bool(header.raw("list-id") or header.raw("list-unsubscribe"))

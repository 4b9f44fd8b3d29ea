"""Drawing up documents: notices in one go, replies by way of a draft that a clerk finishes."""

import re
from dataclasses import replace
from pathlib import Path

from bot.errors import UserError
from bot.mailbox.cases import Case
from bot.mailbox.letters.document import Document
from bot.mailbox.letters.facts import Facts, masked, words
from bot.mailbox.letters.names import LetterName, reply_name
from bot.mailbox.letters.rendering import TemplateError, rendered
from bot.mailbox.stages import Kind

_GAP = re.compile(r"【[^【】]*】")


def draw_up(name: LetterName, facts: Facts, own: Path | None = None) -> Document:
    """The document ``name``; templates in ``own`` win. Raises TemplateError (a UserError) for a faulty one."""
    title, *body = _lines(rendered(name, words(facts, name), own)) or [""]
    if not body:
        raise TemplateError(f"文书模板 {name.value}.txt 没有内容：第一行写标题，从第二行起写正文。")
    return _document(name, title, body, facts)


def reply_draft(facts: Facts, own: Path | None = None) -> str:
    """The body a clerk starts from, for the case's outcome; what only the clerk knows is left as 【…】.

    Raises UserError for a disclosure request whose outcome is not chosen yet.
    """
    return draw_up(_reply(facts.case), facts, own).body


def document_of_draft(draft_text: str, facts: Facts, own: Path | None = None) -> Document:
    """The reply as it goes out, dated by its signature. The clerk's text is kept as it is. Raises UserError."""
    name = _reply(facts.case)
    title = draw_up(name, facts, own).title
    body = _lines(draft_text)
    signed = replace(facts, today=facts.case.signed_on or facts.today)
    return _document(name, title, body[1:] if body[:1] == [title] else body, signed)


def gaps(text: str) -> tuple[str, ...]:
    """Every 【…】 that is still to be filled in, in order, once each."""
    return tuple(dict.fromkeys(_GAP.findall(text)))


def _reply(case: Case) -> LetterName:
    if case.kind is Kind.DISCLOSURE and case.outcome is None:
        raise UserError("还没有选定答复结果（如：予以公开、部分公开、不予公开）。请先选定，再写答复。")
    return reply_name(case.outcome)


def _document(name: LetterName, title: str, body: list[str], facts: Facts) -> Document:
    content = facts.case.content
    applicant = content.applicant if content else None
    return Document(
        name=name,
        title=masked(title, applicant),
        number=str(facts.case.number),
        body=masked("\n".join(body), applicant),
        date=facts.today,
        office=facts.district.office,
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]

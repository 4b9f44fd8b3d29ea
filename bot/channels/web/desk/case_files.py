"""The papers of a case: documents to read and to take away, files that came with it, files that go out with it."""

from hashlib import sha256
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.responses import Response

from bot.channels.web.desk import wording
from bot.channels.web.desk.case_facts import may_open
from bot.channels.web.desk.case_page import look
from bot.channels.web.desk.door import Missing, Visit, see
from bot.channels.web.desk.reply_editor import drafted
from bot.channels.web.security import sent
from bot.errors import UserError
from bot.mailbox.letters.document import Document
from bot.mailbox.letters.word import docx
from bot.mailbox.mail.filename import safe_name, type_of
from bot.store.cases import Stored
from bot.store.papers import Attached

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_MB = 10
"""Of one file that goes out with the reply; mail servers refuse much more."""


def document_page(visit: Visit) -> Response:
    """A document as it went out. Raises Missing."""
    stored = look(visit)
    document = _document(visit, stored)
    return visit.page("document", document=document, case=stored.case, word=f"{visit.request.url.path}.docx")


def document_file(visit: Visit) -> Response:
    """A document as a Word file. Raises Missing."""
    document = _document(visit, look(visit))
    return _download(docx(document), f"{document.number} {document.title}.docx", WORD)


def draft_page(visit: Visit) -> Response:
    """The reply as it would go out. Raises UserError."""
    stored = look(visit)
    document = _draft(visit, stored)
    return visit.page("document", document=document, case=stored.case, word=f"{visit.request.url.path}.docx")


def draft_file(visit: Visit) -> Response:
    """The reply as it would go out, as a Word file. Raises UserError."""
    document = _draft(visit, look(visit))
    return _download(docx(document), f"{document.number} {document.title}（稿）.docx", WORD)


def attachment(visit: Visit) -> Response:
    """A file that came with the case; written down. Raises Missing."""
    return _file(visit, outgoing=False)


def enclosure(visit: Visit) -> Response:
    """A file that goes out with the reply. Raises Missing."""
    return _file(visit, outgoing=True)


def add_enclosures(visit: Visit) -> Response:
    """Add the files that were sent. Raises UserError."""
    stored = look(visit)
    ref = stored.case.number.ref
    sent_files = [
        one for one in sent(visit.request).getlist("file") if isinstance(one, UploadFile) and one.filename
    ]
    if not sent_files:
        raise UserError(wording.NO_FILE)
    visit.office.enclose(stored.case.number, [_enclosed(one, ref) for one in sent_files], visit.actor)
    return see(f"/desk/cases/{ref}?done=enclosed#files")


def take_back_enclosures(visit: Visit) -> Response:
    """Take back every file that would go out. Raises UserError."""
    number = look(visit).case.number
    visit.office.take_back(number, visit.actor)
    return see(f"/desk/cases/{number.ref}?done=taken_back#files")


def _document(visit: Visit, stored: Stored) -> Document:
    with visit.office.store.reading() as t:
        documents = t.papers.documents(stored)
    return documents[_at(visit, len(documents))]


def _draft(visit: Visit, stored: Stored) -> Document:
    if not stored.case.draft:
        raise Missing("还没有答复稿。")
    return drafted(visit.office, stored.case)


def _file(visit: Visit, outgoing: bool) -> Response:
    stored = look(visit)
    with visit.office.store.reading() as t:
        files = t.papers.enclosed(stored) if outgoing else t.papers.attached(stored)
    at = _at(visit, len(files))
    file = files[at]
    if not may_open(file, visit.actor):
        raise Missing(wording.NOT_FOUND)
    visit.note(f"file {at + 1} of {stored.case.number.ref} opened by {visit.person.id}")
    return _download(file.content, safe_name(file.name, file.content_type, at + 1))


def _at(visit: Visit, count: int) -> int:
    """The number in the address, counted from 0. Raises Missing."""
    at = int(visit.request.path_params["at"])
    if not 1 <= at <= count:
        raise Missing("没有这份材料。请回到办件重新打开。")
    return at - 1


def _enclosed(file: UploadFile, ref: str) -> Attached:
    content = file.file.read(MOST_MB * 1024 * 1024 + 1)
    if len(content) > MOST_MB * 1024 * 1024:
        raise UserError(wording.TOO_BIG.format(most=MOST_MB))
    name = safe_name(file.filename or "", file.content_type or "", 1)
    return Attached(f"out-{ref}-{sha256(content).hexdigest()[:20]}", name, type_of(name), content)


def _download(content: bytes, name: str, kind: str = "application/octet-stream") -> Response:
    """Always to be saved, never shown inside our own pages."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type=kind, headers=headers)

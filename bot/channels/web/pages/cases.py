"""A citizen's own cases: found by number and query code, looked at, their papers taken along."""

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web import wording
from bot.channels.web.security import text_of
from bot.channels.web.site import CHANNEL, Site, site_of, user_key
from bot.channels.web.templating import page
from bot.conversation.case_talk import query_code
from bot.conversation.turn import ShowCase
from bot.errors import UserError
from bot.mailbox.numbers import CaseNumber, case_number
from bot.office.card import document_blocks, subject
from bot.office.citizen import MOST_LISTED, Citizen
from bot.store.cases import Stored
from bot.store.store import Transaction


def status(request: Request) -> Response:
    """The form for number and code, and this session's own cases."""
    return _form(request)


def look(request: Request) -> Response:
    """Number and code: the case, or the sentence that tells nothing about it."""
    site, key = site_of(request), user_key(request)
    site.lookups.check(request.client.host if request.client else "")
    written = text_of(request, "number"), text_of(request, "code")
    try:
        number = case_number(written[0])
    except UserError:
        return _form(request, 422, written, wording.BAD_NUMBER)
    if not written[1].strip():
        return _form(request, 422, written, wording.NO_CODE)
    code = query_code(written[1]) or written[1].strip().upper()
    with site.office.store.transaction() as t:
        reply = _citizen(site, t, key).carry_out(ShowCase(number, code))
        stored = t.cases.get(number)
        found = stored is not None and t.cases.belongs_to(stored, key)
    if found:
        return RedirectResponse(f"/cases/{number.ref}", 303)
    said = " ".join(block.text for block in reply.blocks if block.kind == "paragraph") if reply else ""
    return _form(request, 403, written, said)


def case(request: Request) -> Response:
    """``/cases/<ref>``: how it stands, and what the citizen may do now."""
    site, key = site_of(request), user_key(request)
    number = _number(request)
    with site.office.store.transaction() as t:
        stored = _mine(t, number, key)
        if stored is None:
            return RedirectResponse("/status", 303)
        reply = _citizen(site, t, key).carry_out(ShowCase(number, None))
        files = _files(t, stored)
    assert reply is not None  # noqa: S101 (what shows a case always says something)
    here = f"c:{number.ref}"
    buttons = [[button for button in row if button.action != here] for row in reply.buttons]
    return page(request, "case.html", number=number, reply=reply, buttons=buttons, files=files)


def receipt(request: Request) -> Response:
    """``/cases/<ref>/receipt``: number and query code, to print or to photograph."""
    key, number = user_key(request), _number(request)
    with site_of(request).office.store.reading() as t:
        stored = _mine(t, number, key)
        documents = t.papers.documents(stored) if stored else []
    if stored is None or not documents:
        return RedirectResponse("/status", 303)
    return page(request, "receipt.html", number=number, case=stored.case, blocks=document_blocks(documents[0]))


def file(request: Request) -> Response:
    """A file that came with the reply."""
    key, number, wanted = user_key(request), _number(request), request.path_params["id"]
    with site_of(request).office.store.reading() as t:
        stored = _mine(t, number, key)
        files = t.papers.enclosed(stored) if stored and _replied(stored) else []
    found = next((one for one in files if one.id == wanted), None)
    if found is None:
        raise HTTPException(404)
    named = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    return Response(found.content, media_type=found.content_type, headers={"Content-Disposition": named})


def newest_case(site: Site, key: str) -> Stored | None:
    """The case that this session opened last."""
    with site.office.store.reading() as t:
        mine = t.cases.find(owner=t.cases.owner(key))
    own = (one for one in mine if one.case.origin.user_key == key)
    return max(own, key=lambda one: one.id, default=None)


def _form(
    request: Request, status: int = 200, written: tuple[str, str] = ("", ""), fault: str | None = None
) -> Response:
    with site_of(request).office.store.reading() as t:
        mine = t.cases.find(owner=t.cases.owner(user_key(request)))[-MOST_LISTED:]
    cases = [(one.case.number, subject(one.case)) for one in reversed(mine)]
    return page(request, "status.html", status, cases=cases, written=written, fault=fault)


def _number(request: Request) -> CaseNumber:
    try:
        return case_number(request.path_params["ref"])
    except UserError as error:
        raise HTTPException(404) from error


def _mine(t: Transaction, number: CaseNumber, key: str) -> Stored | None:
    """The case, if this session opened it or has shown its code before."""
    stored = t.cases.get(number)
    return stored if stored is not None and t.cases.belongs_to(stored, key) else None


def _replied(stored: Stored) -> bool:
    """Whether the reply, and with it its files, went out."""
    return not stored.case.is_open and stored.case.signed_by is not None


def _files(t: Transaction, stored: Stored) -> list[tuple[str, str]]:
    """(name, address) of each file that came with the reply."""
    files = t.papers.listed(stored, outgoing=True) if _replied(stored) else []
    return [(one.name, f"/cases/{stored.case.number.ref}/files/{one.id}") for one in files]


def _citizen(site: Site, t: Transaction, key: str) -> Citizen:
    return Citizen(site.office, t, CHANNEL, key, "web:look")

"""The two forms as pages: fill, look over, send. What is written is the same form that the conversation fills."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web.pages.cases import newest_case
from bot.channels.web.security import FILES_AT_ONCE, sent
from bot.channels.web.sheet import Sheet, sheet
from bot.channels.web.site import CHANNEL, Site, site_of, user_key
from bot.channels.web.templating import page
from bot.channels.web.uploads import keep_all, sent_files
from bot.conversation.attachments import joined
from bot.conversation.compose import say
from bot.conversation.intake import pages, talk
from bot.conversation.intake import wording as forms
from bot.conversation.intake.form import Form, Standing
from bot.conversation.mailbox_routes import likely_department
from bot.conversation.messages import Attachment, Ending, Incoming, Reply
from bot.conversation.session import Session
from bot.mailbox.calendar import day_of
from bot.mailbox.stages import Kind
from index.documents import find_documents

_KEPT = ("identity",)


def choose(request: Request) -> Response:
    """Which form, and the one that is not finished."""
    form = _session(request).form
    return page(request, "forms.html", form=form, titles=forms.TITLES)


def mine(request: Request) -> Response:
    """The form that is not finished, as a page."""
    form = _session(request).form
    return RedirectResponse(f"/forms/{form.kind}" if form else "/forms", 303)


def fill(request: Request) -> Response:
    """The form with what was written before."""
    kind, session = _kind(request), _session(request)
    form = session.form
    if form is not None and form.kind is not kind:
        return page(request, "forms.html", form=form, titles=forms.TITLES, wanted=kind)
    answers = dict(form.answers) if form else {}
    kept = {key: answers.pop(key) for key in _KEPT if answers.get(key)}
    asked = session.question if form is None else form.suggestion
    begun = sheet(kind, answers, kept, _today(request)).fresh()
    return _page(request, begun, form.attachments if form else (), asked=asked if not answers else None)


def fields(request: Request) -> Response:
    """For htmx: the places that change with the answers so far."""
    kind, written = _kind(request), _texts(sent(request))
    form = _session(request).form
    kept = _kept(form, kind)
    rows = frozenset(value for value in sent(request).getlist("row") if isinstance(value, str))
    changed = sheet(kind, written, kept, _today(request)).fresh().changed(rows)
    return page(request, "slots.html", slots=changed, kind=kind)


def check(request: Request) -> Response:
    """All answers checked: the summary, or the page again with what is wrong beside each field. Blocking."""
    site, key, kind = site_of(request), user_key(request), _kind(request)
    session = _session(request)
    form = session.form
    if form is not None and form.kind is not kind:
        return RedirectResponse(f"/forms/{kind}", 303)
    written = sheet(kind, _texts(sent(request)), _kept(form, kind), _today(request))
    attachments, said = _attachments(site, key, sent(request), form.attachments if form else ())
    begun = form or Form(kind=kind, started_at=site.office.clock())
    answers = dict(written.answers)
    changed = begun.model_copy(
        update={"answers": answers, "attachments": attachments, "asked": None, "standing": Standing.SAVED}
    )
    _save(site, key, session.filling(changed), _today(request))
    if written.errors or said:
        return _page(request, written, attachments, said=said, status=422)
    return RedirectResponse(f"/forms/{kind}/check", 303)


def look_over(request: Request) -> Response:
    """The summary: nothing is sent that was not seen like this."""
    return _summary(request, _session(request).form)


def _summary(request: Request, form: Form | None, fault: str | None = None) -> Response:
    kind, today = _kind(request), _today(request)
    if form is None or form.kind is not kind or form.asked is not None or form.missing(today) is not None:
        return RedirectResponse(f"/forms/{kind}", 303)
    snapshot = site_of(request).snapshot()
    disclosure = kind is Kind.DISCLOSURE
    fits_other = not form.insisted and talk.fits_other(form, snapshot)
    department = None if disclosure else likely_department(form.main, snapshot)
    return page(
        request,
        "summary.html",
        422 if fault else 200,
        kind=kind,
        title=forms.TITLES[kind],
        lines=[(f.words.label, pages.shown_value(f, form.answers.get(f.key, ""))) for f in form.fields],
        attachments=form.attachments,
        after=forms.NEXT_DISCLOSURE if disclosure else forms.NEXT_LETTER,
        hint=forms.DEPARTMENT.format(department=department.name) if department else None,
        published=find_documents(form.main, snapshot.catalog, snapshot.index.analyser) if disclosure else (),
        why=(forms.WHY_LETTER if disclosure else forms.WHY_DISCLOSURE) if fits_other else None,
        switch=forms.SWITCH[kind],
        fault=fault,
    )


async def send(request: Request) -> Response:
    """Open the case, by the same way as the conversation's button; a second press shows the same receipt."""
    site, key, kind = site_of(request), user_key(request), _kind(request)
    reply = await site.reception.answer(CHANNEL, key, Incoming(action="f:send"))
    return await asyncio.to_thread(_sent, request, kind, reply)


def _sent(request: Request, kind: Kind, reply: Reply) -> Response:
    stored = newest_case(site_of(request), user_key(request))
    if stored is not None and stored.case.kind is kind:
        day = stored.case.arrived
        if reply.ending is Ending.STATUS or (reply.ending is Ending.DECLINED and day == _today(request)):
            return RedirectResponse(f"/cases/{stored.case.number.ref}/receipt", 303)
    said = " ".join(block.text for block in reply.blocks if block.kind == "paragraph")
    return _summary(request, _session(request).form, said)


def switch(request: Request) -> Response:
    """The same as the other kind of form; what fits there is carried over."""
    session = _session(request)
    if session.form is None:
        return RedirectResponse("/forms", 303)
    changed = session.form.switched(_today(request)).standing_as(Standing.SAVED)
    _save(site_of(request), user_key(request), session.filling(changed), _today(request))
    return RedirectResponse(f"/forms/{changed.kind}", 303)


def drop(request: Request) -> Response:
    """Throw away what was written."""
    site, key = site_of(request), user_key(request)
    with site.office.store.transaction() as t:
        session = t.conversations.session(key).filling(None)
        dropped = say(Ending.CANCELLED, forms.DROPPED)
        t.conversations.save_turn(CHANNEL, key, session, dropped, site.office.clock(), None)
    return RedirectResponse("/forms", 303)


def _page(
    request: Request,
    written: Sheet,
    attachments: tuple[Attachment, ...],
    *,
    said: tuple[str, ...] = (),
    asked: str | None = None,
    status: int = 200,
) -> Response:
    values: dict[str, Any] = {"title": forms.TITLES[written.kind], "kind": written.kind, "slots": written.slots}
    values |= {"attachments": attachments, "said": said, "asked": asked, "errors": written.errors}
    return page(request, "form.html", status, **values, most=site_of(request).web.upload_mb, at_once=FILES_AT_ONCE)


def _kind(request: Request) -> Kind:
    try:
        return Kind(request.path_params["kind"])
    except ValueError as error:
        raise HTTPException(404) from error


def _today(request: Request) -> date:
    return day_of(site_of(request).office.clock())


def _session(request: Request) -> Session:
    site = site_of(request)
    with site.office.store.reading() as t:
        return t.conversations.session(user_key(request)).fresh(site.office.clock())


def _kept(form: Form | None, kind: Kind) -> Mapping[str, str]:
    given = form.answers if form is not None and form.kind is kind else {}
    return {key: given[key] for key in _KEPT if given.get(key)}


def _texts(form: FormData) -> dict[str, str]:
    return {key: value for key, value in form.multi_items() if isinstance(value, str)}


def _attachments(
    site: Site, key: str, form: FormData, before: tuple[Attachment, ...]
) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """What stays of the files there were, and what came; with a sentence for each that was not kept."""
    dropped = set(form.getlist("drop"))
    came, refused = keep_all(site, key, sent_files(form))
    kept, said = joined(tuple(one for one in before if one.id not in dropped), came)
    return kept, (*refused, *said[1:])


def _save(site: Site, key: str, session: Session, today: date) -> None:
    assert session.form is not None  # noqa: S101 (called with a form only)
    reply = pages.page(session.form, today)
    with site.office.store.transaction() as t:
        t.conversations.save_turn(CHANNEL, key, session, reply, site.office.clock(), None)

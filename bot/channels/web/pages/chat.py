"""The conversation: the first page, what a person says or presses, and what the office wrote meanwhile."""

import asyncio
import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web import wording
from bot.channels.web.metrics import Metrics
from bot.channels.web.security import FILES_AT_ONCE, sent, text_of
from bot.channels.web.site import CHANNEL, Site, site_of, user_key
from bot.channels.web.templating import is_partial, page
from bot.channels.web.transcripts import Exchange
from bot.channels.web.uploads import keep_all, sent_files
from bot.conversation.compose import say
from bot.conversation.messages import Attachment, Ending, Incoming, Paragraph, Reply
from bot.office.pickup import waiting_replies

POPULAR = 8
_ACTION = re.compile(r"[\x21-\x7e]{1,64}")
_CASE = re.compile(r"c:([A-Z]\d{4}-\d{1,6})")
_SHOWN = 500
"""Characters of what a person said that the page repeats."""


def home(request: Request) -> Response:
    """The first page, and the same within the frame of another site."""
    site, key = site_of(request), user_key(request)
    collect(site, key)
    catalog = site.snapshot().catalog
    popular = sorted(catalog.items, key=lambda item: -item.popularity)[:POPULAR]
    said = site.transcripts.of(key)
    values = {"popular": popular, "events": catalog.life_events[:POPULAR], "exchanges": said}
    return page(request, "home.html", **values, most=site.web.upload_mb, at_once=FILES_AT_ONCE)


async def talk(request: Request) -> Response:
    """One message or one pressed button."""
    site, key = site_of(request), user_key(request)
    files = sent_files(sent(request))
    kept, refused = await asyncio.to_thread(keep_all, site, key, files) if files else ((), ())
    incoming = _incoming(request, kept)
    shown = _shown(incoming, len(files), site, key)
    if refused and not incoming.attachments and not incoming.text:
        reply = say(Ending.REFUSED_INPUT, *refused)
    else:
        reply = _led(await site.reception.answer(CHANNEL, key, incoming), refused)
    metrics: Metrics = request.app.state.metrics
    metrics.answer(reply.ending)
    exchange = Exchange(shown, reply)
    site.transcripts.add(key, exchange)
    if not is_partial(request):
        place = "/embed" if text_of(request, "embedded") else "/"
        return RedirectResponse(f"{place}#last", 303)
    return page(request, "exchanges.html", exchanges=(exchange,))


def news(request: Request) -> Response:
    """What the office wrote since the page was loaded; nothing, and no page, when it wrote nothing."""
    arrived = collect(site_of(request), user_key(request))
    return page(request, "exchanges.html", exchanges=arrived) if arrived else Response(status_code=204)


def collect(site: Site, key: str) -> tuple[Exchange, ...]:
    """Messages of the office for this person, now taken over into what was said."""
    with site.office.store.reading() as t:
        if not t.outbox.waiting(CHANNEL):
            return ()
    taken = []
    for reply, files in waiting_replies(site.office, key):
        case = next((found[1] for row in reply.buttons for b in row if (found := _CASE.match(b.action))), None)
        links = tuple((file.name, f"/cases/{case}/files/{file.id}") for file in files) if case else ()
        taken.append(Exchange(None, reply, links))
        site.transcripts.add(key, taken[-1])
    return tuple(taken)


def suggest(request: Request) -> Response:
    """Guides that fit what is being typed."""
    words = request.query_params.get("text", "").strip()[:60]
    hits = site_of(request).snapshot().index.find(words, 5) if len(words) > 1 else ()
    return page(request, "suggestions.html", items=[hit.item for hit in hits if hit.coverage > 0.3])


def _incoming(request: Request, kept: tuple[Attachment, ...]) -> Incoming:
    """What was said or pressed; a button takes no files along."""
    action = text_of(request, "action")
    if action:
        return Incoming(action=action if _ACTION.fullmatch(action) else "?")
    return Incoming(text=text_of(request, "text"), attachments=kept)


def _shown(incoming: Incoming, files: int, site: Site, key: str) -> str:
    """What the page repeats of it."""
    if incoming.action:
        return site.transcripts.label(key, incoming.action) or wording.PRESSED
    said = (incoming.text or "").strip()[:_SHOWN]
    return f"{said}{wording.FILE_SAID.format(count=files)}" if files else said


def _led(reply: Reply, sentences: tuple[str, ...]) -> Reply:
    lead = tuple(Paragraph(text=sentence) for sentence in sentences)
    return reply.model_copy(update={"blocks": (*lead, *reply.blocks)}) if lead else reply

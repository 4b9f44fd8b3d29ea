"""The core: (Session, Incoming) -> (Session, Reply, effects). Pure; reads top to bottom as its steps."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.conversation import compose, cues, mailbox_routes, wording
from bot.conversation.browse import browse
from bot.conversation.decide import Choice, decide
from bot.conversation.messages import Ending, Facet, Incoming, Reply
from bot.conversation.session import Session
from bot.conversation.understand import FIRM_COVERAGE, Meaning, Route, route, small_talk, understand
from catalog.models import ServiceItem
from index.results import Hit
from index.snapshot import Snapshot

MOST_CHARACTERS = 2000
CANDIDATES = 8
_LETTERS = re.compile(r"\w", re.UNICODE)
_FRAGMENT = re.compile(r"^那么?.{1,8}呢?[?？]?$")


@dataclass(frozen=True, slots=True)
class IntakeWanted:
    """Effect: the citizen wants to open a case of this kind; ``text`` is what was written."""

    kind: Literal["disclosure", "letter"]
    text: str


Effect = IntakeWanted


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of one message."""

    session: Session
    reply: Reply
    effects: tuple[Effect, ...] = ()


def respond(session: Session, incoming: Incoming, snapshot: Snapshot, now: datetime) -> Turn:
    """Answer one message. Never raises for anything a person can send."""
    session = session.fresh(now)
    if incoming.action is not None:
        turn = _pressed(session, incoming.action, snapshot)
    else:
        turn = _written(session, incoming.text or "", snapshot)
    return Turn(turn.session.model_copy(update={"updated_at": now}), turn.reply, turn.effects)


def _written(session: Session, text: str, snapshot: Snapshot) -> Turn:
    # A lone surrogate (from broken JSON or a broken argument) can be kept nowhere.
    text = text.encode("utf-8", "replace").decode()
    refusal = _refusal(text)
    if refusal is not None:
        return Turn(session, compose.say(Ending.REFUSED_INPUT, refusal))
    if text.lstrip().startswith("/"):
        return _command(session, text.strip(), snapshot)
    if text.strip() == wording.NOT_MINE:
        return _not_mine(session, snapshot)
    talk = _small_talk(text)
    if talk is not None:
        return Turn(session, talk)
    return _question(session, text, snapshot)


def _refusal(text: str) -> str | None:
    if len(text) > MOST_CHARACTERS:
        return wording.TOO_LONG.format(length=len(text), limit=MOST_CHARACTERS)
    if not text.strip():
        return wording.EMPTY
    return None if _LETTERS.search(text) else wording.NO_WORDS


def _small_talk(text: str) -> Reply | None:
    kind = small_talk(text)
    sentences = {
        "greeting": wording.GREETING,
        "thanks": wording.THANKS,
        "goodbye": wording.GOODBYE,
        "who": wording.WHO,
    }
    return compose.say(Ending.SMALL_TALK, sentences[kind]) if kind else None


def _command(session: Session, text: str, snapshot: Snapshot) -> Turn:
    name, _, rest = text.partition(" ")
    name = name.lower().partition("@")[0]
    hotline = snapshot.catalog.district.hotline
    if name == "/search" and rest.strip():
        return _question(session, rest.strip(), snapshot, searched=True)
    if name == "/browse":
        home = browse("b", snapshot.catalog)
        if home is not None:
            return Turn(session, home.model_copy(update={"replaces": False}))
    if name == "/cancel":
        return Turn(Session(), compose.say(Ending.CANCELLED, wording.CANCELLED))
    sentences = {
        "/start": wording.START,
        "/help": wording.HELP.format(hotline=hotline),
        "/search": wording.SEARCH_USAGE,
    }
    return Turn(session, compose.say(Ending.HELPED, sentences.get(name, wording.UNKNOWN_COMMAND)))


def _question(session: Session, text: str, snapshot: Snapshot, searched: bool = False) -> Turn:
    meaning = understand(text)
    context = snapshot.catalog.items_by_id.get(session.item_id or "")
    if cues.BACK.match(meaning.text):
        return _previous(session, snapshot)
    if meaning.bare:
        if context is None:
            return Turn(session, compose.say(Ending.CLARIFIED, wording.NO_CONTEXT))
        return _answer(session, context, meaning.facet or Facet.OVERVIEW, snapshot)
    hits = _search(meaning, context, snapshot)
    where, _ = route(meaning, hits[0] if hits else None)
    if where not in (Route.ITEM, Route.NONE) and not searched:
        return _routed(session, where, text, snapshot)
    choice = decide(hits, out_of_scope=where is Route.NONE)
    return _offer(session.model_copy(update={"question": text}), choice, meaning, snapshot)


def _search(meaning: Meaning, context: ServiceItem | None, snapshot: Snapshot) -> tuple[Hit, ...]:
    """Hits for the words; a fragment ("那换领呢", "那护照呢") means the sister of the item in context."""
    if context is None or not _FRAGMENT.match(meaning.text):
        return snapshot.index.find(meaning.words, CANDIDATES)
    tokens = snapshot.index.analyser.tokens
    known = set(tokens(context.name))
    wider = snapshot.index.find(meaning.words, CANDIDATES * 5)
    sisters = [hit for hit in wider if hit.coverage >= FIRM_COVERAGE and hit.item.id != context.id]
    sisters.sort(key=lambda hit: len(known.intersection(tokens(hit.item.name))), reverse=True)
    return tuple(sisters[:CANDIDATES]) or wider[:CANDIDATES]


def _offer(session: Session, choice: Choice, meaning: Meaning, snapshot: Snapshot) -> Turn:
    items = [hit.item for hit in choice.hits]
    session = session.model_copy(update={"offered": tuple(item.id for item in items)})
    if choice.ending is Ending.ANSWERED:
        return _answer(session, items[0], meaning.facet or Facet.OVERVIEW, snapshot, items[1:])
    if choice.ending is Ending.CLARIFIED:
        return Turn(session, compose.clarify(items))
    return Turn(session, compose.decline(items, snapshot.catalog.district.hotline))


def _answer(
    session: Session,
    item: ServiceItem,
    facet: Facet,
    snapshot: Snapshot,
    others: list[ServiceItem] | None = None,
    replaces: bool = False,
) -> Turn:
    reply = compose.answer(item, facet, snapshot.catalog, others or (), replaces)
    return Turn(session.about(item.id, facet), reply)


def _previous(session: Session, snapshot: Snapshot) -> Turn:
    """Back to the item before the one in context; after a clarifying question, to the one in context."""
    if not session.history:
        return Turn(session, compose.say(Ending.CLARIFIED, wording.NO_CONTEXT))
    earlier = snapshot.catalog.items_by_id.get(session.history[-2:][0])
    kept = session.model_copy(update={"history": session.history[:-1] or session.history})
    if earlier is None:
        return Turn(kept, compose.say(Ending.DECLINED, wording.GONE))
    return _answer(kept, earlier, Facet.OVERVIEW, snapshot)


def _routed(session: Session, where: Route, text: str, snapshot: Snapshot) -> Turn:
    hotline = snapshot.catalog.district.hotline
    if where is Route.DISCLOSURE:
        reply = mailbox_routes.disclosure(text, snapshot)
        return Turn(session, reply, (IntakeWanted("disclosure", text),))
    if where is Route.LETTER:
        return Turn(session, mailbox_routes.letter(text, snapshot), (IntakeWanted("letter", text),))
    if where is Route.STATUS:
        return Turn(session, compose.say(Ending.STATUS, wording.STATUS.format(hotline=hotline)))
    return Turn(session, compose.say(Ending.HANDOVER, wording.HANDOVER.format(hotline=hotline)))


def _pressed(session: Session, action: str, snapshot: Snapshot) -> Turn:
    if action == "b" or action.startswith("b:"):
        page = browse(action, snapshot.catalog)
        return Turn(session, page or compose.say(Ending.DECLINED, wording.STALE_BUTTON))
    if action.startswith("i:"):
        return _opened(session, action, snapshot)
    routes = {"human": Route.HUMAN, "letter": Route.LETTER, "disclosure": Route.DISCLOSURE}
    if action in routes:
        return _routed(session, routes[action], session.question or "", snapshot)
    if action == "no":
        return _not_mine(session, snapshot)
    return Turn(session, compose.say(Ending.DECLINED, wording.STALE_BUTTON))


def _opened(session: Session, action: str, snapshot: Snapshot) -> Turn:
    _, item_id, facet = (*action.split(":"), "")[:3]
    item = snapshot.catalog.items_by_id.get(item_id)
    if item is None:
        return Turn(session, compose.say(Ending.DECLINED, wording.GONE))
    named = Facet(facet) if facet in set(Facet) else None
    asked = named if facet else _asked(session)
    return _answer(session, item, asked or Facet.OVERVIEW, snapshot, replaces=bool(facet))


def _asked(session: Session) -> Facet | None:
    """The facet of the question that led to the candidates, so that choosing one answers it."""
    return understand(session.question).facet if session.question else None


def _not_mine(session: Session, snapshot: Snapshot) -> Turn:
    """Candidates for the last question that were not offered yet; else an honest no."""
    hits: tuple[Hit, ...] = ()
    if session.question:
        meaning = understand(session.question)
        hits = snapshot.index.find(meaning.words, CANDIDATES * 2)
    rest = [hit.item for hit in hits if hit.item.id not in session.offered][: compose.MOST_CANDIDATES]
    offered = (*session.offered, *(item.id for item in rest))
    kept = session.model_copy(update={"offered": offered, "history": session.history[:-1]})
    if not rest:
        return Turn(kept, compose.decline((), snapshot.catalog.district.hotline))
    return Turn(kept, compose.clarify(rest, wording.SECOND_TRY))

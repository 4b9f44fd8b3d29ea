"""The core: (Session, Incoming) -> (Session, Reply, effects). Pure; reads top to bottom as its steps."""

import re
from dataclasses import replace
from datetime import datetime

from bot.conversation import case_talk, compose, cues, wording
from bot.conversation.attachments import Attachments, joined
from bot.conversation.availability import open_first
from bot.conversation.browse import browse
from bot.conversation.decide import Choice, decide
from bot.conversation.event_match import matcher_of
from bot.conversation.intake import entry, talk, words
from bot.conversation.intake.form import Form, Standing
from bot.conversation.life_event import event_answer, event_button
from bot.conversation.messages import Ending, Facet, Incoming, Reply
from bot.conversation.session import Session
from bot.conversation.turn import Turn
from bot.conversation.understand import (
    CERTAIN_AT,
    FIRM_COVERAGE,
    Meaning,
    Route,
    both_ways,
    route,
    small_talk,
    understand,
)
from bot.mailbox.calendar import day_of
from bot.mailbox.stages import Kind
from catalog.models import ServiceItem
from index.results import Hit
from index.snapshot import Snapshot

MOST_CHARACTERS = 2000
MOST_CHARACTERS_TO_OFFICE = 5000
"""In an answer to a form and in the text of a step."""
CANDIDATES = 8
_SHORT = 8
_LETTERS = re.compile(r"\w", re.UNICODE)
_FRAGMENT = re.compile(r"^那么?.{1,8}呢?[?？]?$")
_ASKING = re.compile(r"怎么|如何|咋|什么|啥|么子|多少|几多|多久|哪|谁|吗|呢|能不能|可不可以|要不要|[?？]")
_MAILBOX = {Route.DISCLOSURE: Kind.DISCLOSURE, Route.LETTER: Kind.LETTER}
_ENTRIES = {"disclosure": Kind.DISCLOSURE, "letter": Kind.LETTER}


def respond(session: Session, incoming: Incoming, snapshot: Snapshot, now: datetime) -> Turn:
    """Answer one message. Never raises for anything a person can send."""
    session = session.fresh(now)
    if incoming.action is not None:
        turn = _pressed(session, incoming.action, snapshot, now)
    else:
        # A lone surrogate (from broken JSON or a broken argument) can be kept nowhere.
        text = (incoming.text or "").encode("utf-8", "replace").decode()
        turn = _written(session, text, incoming.attachments, snapshot, now)
    return Turn(turn.session.model_copy(update={"updated_at": now}), turn.reply, turn.effects)


def _written(session: Session, text: str, attachments: Attachments, snapshot: Snapshot, now: datetime) -> Turn:
    if attachments and not text.strip():
        return _received(session, attachments, now)
    refusal = _refusal(text, MOST_CHARACTERS_TO_OFFICE if _to_office(session) else MOST_CHARACTERS)
    if refusal is not None:
        return _back_to_open(Turn(session, compose.say(Ending.REFUSED_INPUT, refusal)), now)
    if text.lstrip().startswith("/"):
        return _back_to_open(_command(session, text.strip(), snapshot, now), now)
    if session.step is not None:
        hotline = snapshot.catalog.district.hotline
        return _back_to_open(case_talk.written(session, session.step, text, attachments, hotline), now)
    action = words.meant(session, text)
    if action is not None:
        return _pressed(session, action, snapshot, now)
    if session.form is not None and session.form.standing is Standing.OPEN:
        return _filled_in(session, session.form, text, attachments, snapshot, now)
    return _back_to_open(_said(session, text, attachments, snapshot, now), now)


def _received(session: Session, attachments: Attachments, now: datetime) -> Turn:
    if session.step is not None:
        return case_talk.received(session, session.step, attachments)
    return talk.received(session, attachments, now)


def _to_office(session: Session) -> bool:
    """Whether what is written goes to the office and may be long."""
    return session.step is not None or (session.form is not None and session.form.standing is Standing.OPEN)


def _back_to_open(turn: Turn, now: datetime) -> Turn:
    """After something else, what is still open is asked again: a step before a form."""
    return case_talk.afterwards(turn) if turn.session.step is not None else talk.afterwards(turn, now)


def _filled_in(
    session: Session,
    form: Form,
    text: str,
    attachments: Attachments,
    snapshot: Snapshot,
    now: datetime,
) -> Turn:
    """An answer to the form. What its check refuses may be a question: that is answered, the form waits."""
    form, lead = talk.with_attachments(form, attachments)
    session = session.filling(form)
    if _is_no_answer(text):
        return _back_to_open(_said(session, text, (), snapshot, now), now)
    answer = talk.written(session, form, text, snapshot, now, *lead)
    if isinstance(answer, Turn):
        return answer
    other = _said(session, text, (), snapshot, now)
    if other.for_office or other.reply.ending is Ending.HANDOVER or (other.reply.items and _ASKING.search(text)):
        return _back_to_open(other, now)
    return talk.refused(session, form, answer, now)


def _is_no_answer(text: str) -> bool:
    """Small talk, "查进度" and "转人工" answer no question of a form."""
    human = len(text) <= _SHORT and cues.score(cues.HUMAN, text) >= CERTAIN_AT
    return human or case_talk.asks_for_all(text) or _small_talk(text) is not None


def _said(session: Session, text: str, attachments: Attachments, snapshot: Snapshot, now: datetime) -> Turn:
    """What was said outside any form."""
    about_cases = case_talk.about_cases(session, text, snapshot.catalog.district.hotline)
    if about_cases is not None:
        return about_cases
    if text.strip() == wording.NOT_MINE:
        return _not_mine(session, snapshot, now)
    small = _small_talk(text)
    if small is not None:
        return Turn(session, small)
    kept, _ = joined(session.unnamed_attachments, attachments)
    return _question(session.model_copy(update={"attachments": kept}), text, snapshot, now)


def _refusal(text: str, limit: int) -> str | None:
    if len(text) > limit:
        return wording.TOO_LONG.format(length=len(text), limit=limit)
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


def _command(session: Session, text: str, snapshot: Snapshot, now: datetime) -> Turn:
    name, _, rest = text.partition(" ")
    name = name.lower().partition("@")[0]
    hotline = snapshot.catalog.district.hotline
    if name == "/search" and rest.strip():
        return _question(session, rest.strip(), snapshot, now, searched=True)
    if name == "/browse":
        home = browse("b", snapshot.catalog, day_of(now))
        if home is not None:
            return Turn(session, home.model_copy(update={"replaces": False}))
    if name == "/cancel":
        return Turn(Session(), compose.say(Ending.CANCELLED, wording.CANCELLED))
    if name == "/cases":
        return case_talk.listed(session, hotline)
    sentences = {
        "/start": wording.START,
        "/help": wording.HELP.format(hotline=hotline),
        "/search": wording.SEARCH_USAGE,
    }
    return Turn(session, compose.say(Ending.HELPED, sentences.get(name, wording.UNKNOWN_COMMAND)))


def _question(session: Session, text: str, snapshot: Snapshot, now: datetime, searched: bool = False) -> Turn:
    meaning = understand(text)
    context = snapshot.catalog.items_by_id.get(session.item_id or "")
    if cues.BACK.match(meaning.text):
        return _previous(session, snapshot, now)
    if meaning.bare:
        if context is None:
            return Turn(session, compose.say(Ending.CLARIFIED, wording.NO_CONTEXT))
        return _answer(session, context, meaning.facet or Facet.OVERVIEW, snapshot, now)
    hits = open_first(_search(meaning, context, snapshot), day_of(now))
    where, _ = route(meaning, hits[0] if hits else None)
    if where in _MAILBOX and both_ways(meaning) and not searched:
        return entry.both_ways(session, _MAILBOX[where], text)
    if where not in (Route.ITEM, Route.NONE) and not searched:
        return _routed(session, where, text, snapshot)
    session = session.model_copy(update={"question": text})
    if where is Route.ITEM and not searched:
        return _item_or_event(session, hits, meaning, snapshot, now)
    return _offer(session, decide(hits, out_of_scope=where is Route.NONE), meaning, snapshot, now)


def _item_or_event(
    session: Session, hits: tuple[Hit, ...], meaning: Meaning, snapshot: Snapshot, now: datetime
) -> Turn:
    """All steps of a life event when the words are about the whole of it; else the item, the event beside it."""
    guess = matcher_of(snapshot).guess(meaning.text, hits)
    if guess is not None and guess.sure:
        reply = event_answer(guess.event, snapshot.catalog, day_of(now))
        # No single item is talked about any more, so "多少钱" has to be asked about one of the steps.
        offered = tuple(item.id for item in reply.items)
        return Turn(session.model_copy(update={"history": (), "offered": offered}), reply)
    turn = _offer(session, decide(hits), meaning, snapshot, now)
    if guess is None:
        return turn
    rows = (*turn.reply.buttons[:-1], (event_button(guess.event),), *turn.reply.buttons[-1:])
    return replace(turn, reply=turn.reply.model_copy(update={"buttons": rows}))


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


def _offer(session: Session, choice: Choice, meaning: Meaning, snapshot: Snapshot, now: datetime) -> Turn:
    items = [hit.item for hit in choice.hits]
    session = session.model_copy(update={"offered": tuple(item.id for item in items)})
    if choice.ending is Ending.ANSWERED:
        return _answer(session, items[0], meaning.facet or Facet.OVERVIEW, snapshot, now, items[1:])
    if choice.ending is Ending.CLARIFIED:
        return Turn(session, compose.clarify(items))
    return Turn(session, compose.decline(items, snapshot.catalog.district.hotline))


def _answer(
    session: Session,
    item: ServiceItem,
    facet: Facet,
    snapshot: Snapshot,
    now: datetime,
    others: list[ServiceItem] | None = None,
    replaces: bool = False,
) -> Turn:
    reply = compose.answer(item, facet, snapshot.catalog, day_of(now), others or (), replaces)
    return Turn(session.about(item.id, facet), reply)


def _previous(session: Session, snapshot: Snapshot, now: datetime) -> Turn:
    """Back to the item before the one in context; after a clarifying question, to the one in context."""
    if not session.history:
        return Turn(session, compose.say(Ending.CLARIFIED, wording.NO_CONTEXT))
    earlier = snapshot.catalog.items_by_id.get(session.history[-2:][0])
    kept = session.model_copy(update={"history": session.history[:-1] or session.history})
    if earlier is None:
        return Turn(kept, compose.say(Ending.DECLINED, wording.GONE))
    return _answer(kept, earlier, Facet.OVERVIEW, snapshot, now)


def _routed(session: Session, where: Route, text: str, snapshot: Snapshot) -> Turn:
    hotline = snapshot.catalog.district.hotline
    if where in _MAILBOX:
        return entry.routed(session, _MAILBOX[where], text, snapshot)
    if where is Route.STATUS:
        return case_talk.listed(session, hotline)
    return Turn(session, compose.say(Ending.HANDOVER, wording.HANDOVER.format(hotline=hotline)))


def _pressed(session: Session, action: str, snapshot: Snapshot, now: datetime) -> Turn:
    """A button: of a form, of a case, or anything else."""
    if action.startswith("f:"):
        return talk.pressed(session.model_copy(update={"step": None}), action, snapshot, now)
    if action in _ENTRIES:
        return entry.chosen(session.model_copy(update={"step": None}), _ENTRIES[action], snapshot, now)
    hotline = snapshot.catalog.district.hotline
    if action.startswith("c:"):
        turn = case_talk.pressed(session, action, hotline)
        # A step that was just begun has asked for its text already.
        if turn is not None and turn.session.step is not None:
            return turn
        return _back_to_open(turn or Turn(session, _stale()), now)
    return _back_to_open(_opened_other(session, action, snapshot, now), now)


def _opened_other(session: Session, action: str, snapshot: Snapshot, now: datetime) -> Turn:
    if action == "b" or action.startswith("b:"):
        return Turn(session, browse(action, snapshot.catalog, day_of(now)) or _stale())
    if action.startswith("i:"):
        return _opened(session, action, snapshot, now)
    if action == "human":
        return _routed(session, Route.HUMAN, "", snapshot)
    if action == "status":
        return case_talk.listed(session, snapshot.catalog.district.hotline)
    return _not_mine(session, snapshot, now) if action == "no" else Turn(session, _stale())


def _stale() -> Reply:
    return compose.say(Ending.DECLINED, wording.STALE_BUTTON)


def _opened(session: Session, action: str, snapshot: Snapshot, now: datetime) -> Turn:
    _, item_id, facet = (*action.split(":"), "")[:3]
    item = snapshot.catalog.items_by_id.get(item_id)
    if item is None:
        return Turn(session, compose.say(Ending.DECLINED, wording.GONE))
    named = Facet(facet) if facet in set(Facet) else None
    asked = named if facet else _asked(session)
    return _answer(session, item, asked or Facet.OVERVIEW, snapshot, now, replaces=bool(facet))


def _asked(session: Session) -> Facet | None:
    """The facet of the question that led to the candidates, so that choosing one answers it."""
    return understand(session.question).facet if session.question else None


def _not_mine(session: Session, snapshot: Snapshot, now: datetime) -> Turn:
    """Candidates for the last question that were not offered yet; else an honest no."""
    hits: tuple[Hit, ...] = ()
    if session.question:
        meaning = understand(session.question)
        hits = open_first(snapshot.index.find(meaning.words, CANDIDATES * 2), day_of(now))
    rest = [hit.item for hit in hits if hit.item.id not in session.offered][: compose.MOST_CANDIDATES]
    offered = (*session.offered, *(item.id for item in rest))
    kept = session.model_copy(update={"offered": offered, "history": session.history[:-1]})
    if not rest:
        return Turn(kept, compose.decline((), snapshot.catalog.district.hotline))
    return Turn(kept, compose.clarify(rest, wording.SECOND_TRY))

"""A citizen's own cases: asking how they stand, and the steps that only the citizen takes.

Actions: ``c:<ref>`` shows a case; ``c:<ref>:confirm``; ``c:<ref>:withdraw`` asks, ``c:<ref>:withdraw:yes`` does
it; ``c:<ref>:supplement`` and ``c:<ref>:moretime`` ask for the text; ``c:<ref>:rate`` asks and
``c:<ref>:rate:1`` … ``:5`` (the best) rates; ``c:<ref>:keep`` drops the step that waits.
"""

import re
import unicodedata

from bot.conversation import wording
from bot.conversation.attachments import Attachments, joined
from bot.conversation.compose import in_rows, say
from bot.conversation.messages import Button, Ending, Reply
from bot.conversation.session import PendingStep, Session
from bot.conversation.turn import ListCases, ShowCase, TakeStep, Turn
from bot.errors import UserError
from bot.mailbox.cases import Rating, Step
from bot.mailbox.numbers import WORDS, CaseNumber, case_number, numbers_in
from bot.mailbox.stages import Action

RATINGS = tuple(Rating)[::-1]
"""From the worst to the best: the number in a button, less one."""
_NEEDING_TEXT = {"supplement": Action.SUPPLEMENT, "moretime": Action.ASK_MORE_TIME}
_ASKED = {Action.SUPPLEMENT: wording.WRITE_SUPPLEMENT, Action.ASK_MORE_TIME: wording.WRITE_MORE_TIME}
_LIST = re.compile(
    r"^(查询?(一?下)?进度|进度查询|(查(一?下)?)?我的(办件|申请|来信|信)(的?进度)?|办件进度|查办件)[\s。.!！?？]*$"
)
_NUMBER = re.compile(
    rf"[A-Z]\d{{4}}-\d{{1,6}}|({'|'.join(WORDS.values())})\W*\d{{4}}\W*第?\s*\d{{1,6}}", re.IGNORECASE
)
# No 0 1 I O: they are taken for each other.
_CODE = re.compile(r"(?<![0-9A-Z])[2-9A-HJ-NP-Z](?:[\s-]?[2-9A-HJ-NP-Z]){7}(?![0-9A-Z])", re.IGNORECASE)
_NEVER_MIND = re.compile(r"^(取消|返回|上一步|算了|先不办|不办了)[\s。.!！]*$")


def about_cases(session: Session, text: str, hotline: str) -> Turn | None:
    """What ``text`` asks about cases: one by its number, or all; None when it asks nothing of the kind."""
    numbers = numbers_in(text)
    if numbers:
        return _for_office(session, ShowCase(numbers[0], query_code(text)), hotline)
    return listed(session, hotline) if asks_for_all(text) else None


def asks_for_all(text: str) -> bool:
    """Whether ``text`` is nothing but "查进度" or "我的办件"."""
    return _LIST.match(text.strip()) is not None


def listed(session: Session, hotline: str) -> Turn:
    """The person's own cases."""
    return _for_office(session, ListCases(), hotline)


def query_code(text: str) -> str | None:
    """The 8-character query code beside a case number, in upper case without spaces and hyphens."""
    rest = _NUMBER.sub(" ; ", unicodedata.normalize("NFKC", text))
    found = _CODE.search(rest)
    return re.sub(r"[\s-]", "", found[0]).upper() if found else None


def pressed(session: Session, action: str, hotline: str) -> Turn | None:
    """A button of a case; None when it does not fit."""
    _, ref, verb, value = (*action.split(":"), "", "", "")[:4]
    try:
        number = case_number(ref)
    except UserError:
        return None
    session = session.model_copy(update={"step": None})
    if verb in _NEEDING_TEXT:
        step = PendingStep(ref=number.ref, action=_NEEDING_TEXT[verb])
        return Turn(session.model_copy(update={"step": step}), _asking(step))
    if verb == "keep":
        return Turn(session, say(Ending.CANCELLED, wording.STEP_DROPPED))
    if verb == "rate" or verb == "withdraw":
        return (
            _rate(session, number, value, hotline) if verb == "rate" else _withdraw(session, number, value, hotline)
        )
    if verb == "confirm":
        return _for_office(session, TakeStep(number, Step(action=Action.CONFIRM)), hotline)
    return None if verb else _for_office(session, ShowCase(number, None), hotline)


def _rate(session: Session, number: CaseNumber, value: str, hotline: str) -> Turn:
    rating = {str(at): one for at, one in enumerate(RATINGS, 1)}.get(value)
    if rating is not None:
        return _for_office(session, TakeStep(number, Step(action=Action.RATE, rating=rating)), hotline)
    buttons = [Button(label=one, action=f"c:{number.ref}:rate:{RATINGS.index(one) + 1}") for one in Rating]
    return Turn(session, _with_rows((wording.RATE.format(number=number),), in_rows(buttons, 2)))


def _withdraw(session: Session, number: CaseNumber, value: str, hotline: str) -> Turn:
    if value == "yes":
        return _for_office(session, TakeStep(number, Step(action=Action.WITHDRAW)), hotline)
    yes = Button(label=wording.WITHDRAW, action=f"c:{number.ref}:withdraw:yes")
    no = Button(label=wording.KEEP, action=f"c:{number.ref}:keep")
    return Turn(session, _with_rows((wording.SURE_TO_WITHDRAW.format(number=number),), ((yes, no),)))


def written(session: Session, step: PendingStep, text: str, attachments: Attachments, hotline: str) -> Turn:
    """The text that ``step`` waits for; "取消" drops it."""
    done = session.model_copy(update={"step": None})
    if _NEVER_MIND.match(text.strip()):
        return Turn(done, say(Ending.CANCELLED, wording.STEP_DROPPED))
    together, _ = joined(step.attachments, attachments)
    taken = TakeStep(case_number(step.ref), Step(action=step.action, text=text.strip()), together)
    return _for_office(done, taken, hotline)


def received(session: Session, step: PendingStep, attachments: Attachments) -> Turn:
    """Attachments without a word: kept for the step, which still wants its text."""
    together, said = joined(step.attachments, attachments)
    kept = session.model_copy(update={"step": step.model_copy(update={"attachments": together})})
    return Turn(kept, _asking(step, *said, wording.STEP_WANTS_WORDS))


def afterwards(turn: Turn) -> Turn:
    """``turn`` about something else, and after it what the step still waits for."""
    step = turn.session.step
    if step is None:
        return turn
    if turn.for_office:
        return Turn(turn.session.model_copy(update={"step": None}), turn.reply, turn.effects)
    asked = _asking(step)
    both = {"blocks": (*turn.reply.blocks, *asked.blocks), "buttons": (*turn.reply.buttons, *asked.buttons)}
    return Turn(turn.session, turn.reply.model_copy(update=both), turn.effects)


def _asking(step: PendingStep, *said: str) -> Reply:
    sentences = said or (_ASKED[step.action].format(number=case_number(step.ref)),)
    return _with_rows(sentences, ((Button(label=wording.NOT_YET, action=f"c:{step.ref}:keep"),),))


def _with_rows(sentences: tuple[str, ...], rows: tuple[tuple[Button, ...], ...]) -> Reply:
    return say(Ending.ASKED, *sentences).model_copy(update={"buttons": rows})


def _for_office(session: Session, effect: ListCases | ShowCase | TakeStep, hotline: str) -> Turn:
    """The reply is only for channels without an office."""
    if isinstance(effect, TakeStep):
        reply = say(Ending.HANDOVER, wording.STEP_NOT_CONNECTED.format(hotline=hotline))
    else:
        reply = say(Ending.STATUS, wording.STATUS.format(hotline=hotline))
    return Turn(session, reply, (effect,))

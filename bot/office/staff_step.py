"""A step that staff ask for by a button, or write in reply to a prompt: which it is and how it is read."""

import hmac
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from bot.errors import UserError
from bot.mailbox.calendar import Calendar
from bot.mailbox.cases import Step
from bot.mailbox.deadlines import Consulted
from bot.mailbox.numbers import CaseNumber, case_number
from bot.mailbox.outcomes import Outcome, outcome_named
from bot.mailbox.stages import ACTION_NAMES, Action
from bot.mailbox.workflow import StepRefused
from bot.office import staff_wording

Keyed = Callable[[str], str]
"""A keyed digest of a text; only the store knows its key."""
PREFIX = "s:"
CORRECTION_DAYS = 15
"""Working days that an applicant has to correct a request when the notice names no date."""
_NUMBER = re.compile(r"\d{1,9}")
_DAYS = re.compile(r"(\d{1,3})\s*(个?工作日|天|日)?")
_DATE = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})\s*日?")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_PROMPT = re.compile(rf"\n{staff_wording.CODE}(?P<code>[\x21-\x7e]+):(?P<mark>[A-Z0-9]{{10}})\Z")
_OUTCOME = re.compile(r"^答复结果[:：]\s*(.+)$")
_SILENT = re.compile(r"^(对方)?(期满)?没有?(答复|意见|回复)[。.]?$")


@dataclass(frozen=True, slots=True)
class Asked:
    """``<ref>:<version>:<action>[:<argument>]`` of a button or at the end of a prompt; the case alone to see it."""

    number: CaseNumber
    version: int | None = None
    action: Action | None = None
    argument: str = ""

    def code(self, *more: str) -> str:
        """As text, with further arguments."""
        known = [self.argument] if self.argument else []
        return ":".join([self.number.ref, str(self.version), str(self.action), *known, *more])

    def button(self, *more: str) -> str:
        """As the action of a button."""
        return f"{PREFIX}{self.code(*more)}"


def asked(code: str) -> Asked | None:
    """What ``code`` (without the prefix) asks for; None when it is malformed."""
    ref, _, rest = code.partition(":")
    try:
        number = case_number(ref)
        if not rest:
            return Asked(number)
        version, action, argument = (*rest.split(":", 2), "", "")[:3]
        return Asked(number, int(version), Action(action), argument) if _NUMBER.fullmatch(version) else None
    except (UserError, ValueError):
        return None


def signed(one: Asked, keyed: Keyed) -> str:
    """The last line of a prompt: the step, and a keyed digest so that no citizen's words can stand for it."""
    return f"{staff_wording.CODE}{one.code()}:{_mark(one.code(), keyed)}"


def is_prompt(text: str | None) -> bool:
    """Whether the message that was replied to looks like a prompt."""
    return _PROMPT.search((text or "").rstrip()) is not None


def asked_in(prompt: str | None, keyed: Keyed) -> Asked | None:
    """The step that a genuine prompt of ours asks for."""
    found = _PROMPT.search((prompt or "").rstrip())
    if found is None or not hmac.compare_digest(_mark(found["code"], keyed), found["mark"]):
        return None
    return asked(found["code"])


def _mark(code: str, keyed: Keyed) -> str:
    return keyed(f"prompt:{code}")[:10]


def step_of(one: Asked, prompt: str, text: str, today: date, calendar: Calendar) -> Step:
    """The step that ``text``, written in reply to ``prompt``, means. Raises UserError for what is malformed."""
    assert one.action is not None  # noqa: S101 (a prompt always names its step)
    fields = _choice(one)
    title = staff_wording.PROMPT.format(number=one.number, action=ACTION_NAMES[one.action])
    lines = _Lines(text.strip(), title, prompt, today, calendar)
    fields |= _READERS.get(one.action, _text)(lines)
    try:
        return Step(action=one.action, **fields)
    except ValidationError as error:
        raise StepRefused(staff_wording.TOO_LONG) from error


def step_without_words(one: Asked, department: str | None = None) -> Step:
    """The step of a button that needs nothing written."""
    assert one.action is not None  # noqa: S101 (asked for by its name)
    return Step(action=one.action, department=department)


def default_answer_by(today: date, calendar: Calendar) -> date:
    """Until when a correction is due when nobody says otherwise."""
    return calendar.working_day_after(today, CORRECTION_DAYS)


@dataclass(frozen=True)
class _Lines:
    text: str
    title: str
    prompt: str
    today: date
    calendar: Calendar

    @property
    def lines(self) -> list[str]:
        """The lines that are not blank."""
        return [line.strip() for line in self.text.split("\n") if line.strip()]

    @property
    def first(self) -> str:
        """The first line, full-width signs made plain."""
        return unicodedata.normalize("NFKC", next(iter(self.lines), "")).strip()

    def after(self, number: int) -> str | None:
        """What follows the first ``number`` lines."""
        return "\n".join(self.lines[number:]) or None


def _choice(one: Asked) -> dict[str, Any]:
    """What was chosen by button before the writing began."""
    if one.action is Action.DRAFT:
        return {"outcome": Outcome(one.argument)} if one.argument in set(Outcome) else {}
    return {"whom": Consulted(one.argument)} if one.argument in set(Consulted) else {}


def _text(lines: _Lines) -> dict[str, Any]:
    return {"text": lines.text}


def _draft(lines: _Lines) -> dict[str, Any]:
    """The text without what was copied around it; a first line may name another outcome."""
    head, _, rest = lines.prompt.partition(f"\n{staff_wording.RULE}\n")
    tail = rest.rpartition(f"\n{staff_wording.RULE}\n")[2]
    copied = {line.strip() for line in (*head.split("\n"), *tail.split("\n"), lines.title, staff_wording.RULE, "")}
    kept = [line.strip() for line in lines.text.split("\n")]
    outcome: Outcome | None = None
    while kept and (kept[0] in copied or _OUTCOME.match(kept[0])):
        named = _OUTCOME.match(kept.pop(0))
        outcome = outcome_named(named[1]) if named else outcome
    while kept and kept[-1] in copied:
        kept.pop()
    return {"text": "\n".join(kept)} | ({"outcome": outcome} if outcome else {})


def _addressed(lines: _Lines) -> dict[str, Any]:
    return {"authority": next(iter(lines.lines), ""), "text": lines.after(1)}


def _consult(lines: _Lines) -> dict[str, Any]:
    mail = _MAIL.search(lines.first)
    return _addressed(lines) | {"email": mail[0] if mail else None}


def _opinion(lines: _Lines) -> dict[str, Any]:
    return {} if _SILENT.match(lines.text) else {"text": lines.text}


def _correct(lines: _Lines) -> dict[str, Any]:
    named = _date(lines.first)
    if named is None:
        return {"text": lines.text, "answer_by": default_answer_by(lines.today, lines.calendar)}
    return {"text": lines.after(1), "answer_by": named}


def _prolong(lines: _Lines) -> dict[str, Any]:
    named = _date(lines.first)
    if named is None:
        raise StepRefused(staff_wording.NO_DATE)
    return {"answer_by": named, "text": lines.after(1)}


def _extend(lines: _Lines) -> dict[str, Any]:
    days = _DAYS.fullmatch(lines.first)
    if days is None:
        raise StepRefused(staff_wording.NO_DAYS)
    return {"days": int(days[1]), "approver": next(iter(lines.lines[1:]), ""), "text": lines.after(2)}


def _date(line: str) -> date | None:
    """The date that ``line`` is; None when it is none. Raises StepRefused for a day that does not exist."""
    found = _DATE.fullmatch(line)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise StepRefused(staff_wording.WRONG_DATE.format(said=line)) from error


_READERS: dict[Action, Callable[[_Lines], dict[str, Any]]] = {
    Action.DRAFT: _draft,
    Action.REDIRECT: _addressed,
    Action.TRANSFER: _addressed,
    Action.CONSULT: _consult,
    Action.OPINION: _opinion,
    Action.CORRECT: _correct,
    Action.PROLONG: _prolong,
    Action.EXTEND: _extend,
}

"""What an inbound mail means for the mailbox: (ParsedMail, what the store knows) -> Decision. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.errors import UserError
from bot.mailbox.cases import Case, Rating, Step
from bot.mailbox.mail.parsed import MailKind, ParsedMail
from bot.mailbox.mail.tags import Tag
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.outcomes import Outcome, outcome_named
from bot.mailbox.people import Role, Staff
from bot.mailbox.stages import Action, Kind, Stage


class Verdict(StrEnum):
    """What is done with a mail. Everything that starts with ``held`` waits for a person."""

    STAFF_STEP = "staff_step"
    CITIZEN_STEP = "citizen_step"
    OPENS_CASE = "opens_case"
    BOUNCED = "bounced"
    NO_PERSON = "no_person"
    HELD_UNMATCHED = "held_unmatched"
    HELD_OTHER_SENDER = "held_other_sender"
    HELD_FORGED = "held_forged"
    HELD_STALE = "held_stale"
    HELD_UNCLEAR = "held_unclear"
    HELD_BOUNCE = "held_bounce"
    HELD_REFUSED = "held_refused"


@dataclass(frozen=True)
class Known:
    """What the store knows that bears on a mail.

    ``tag``: a genuine tag in its addresses. ``case``: the case by tag, by the mails it answers or, failing that, by
    the number in its subject. ``staff``: the account of its sender. ``bounced``: whether it returns a mail of ours.
    ``looks_like``: what a new case would be, judged by its words.
    """

    tag: Tag | None = None
    case: Case | None = None
    staff: Staff | None = None
    bounced: bool = False
    looks_like: Literal["disclosure", "letter"] | None = None


@dataclass(frozen=True)
class Decision:
    """The verdict; ``steps`` are taken one after the other on the case ``number``."""

    verdict: Verdict
    number: CaseNumber | None = None
    steps: tuple[Step, ...] = ()


_YES = re.compile(r"^\s*(审核)?(同意|通过|签发|批准|没有意见|无意见)")
_BACK = re.compile(r"^\s*(退回|不同意|修改|重写)(修改)?\s*[:：,，。]?\s*(?P<why>.*)", re.DOTALL)
_SEND = re.compile(r"^\s*(答复|发出|寄出|可以发)")
_REGISTER = re.compile(r"^\s*(登记|受理)")
_CONFIRM = re.compile(r"^\s*(我?确认|是我(本人)?(提交|写|寄|发)的)")
_WITHDRAW = re.compile(r"^\s*(我?要?撤回|撤销)(申请|来信|这件)?\s*[。.!！]?\s*(\n|$)")
_RESULT = re.compile(r"^\s*答复结果\s*[:：]\s*(?P<outcome>.+?)\s*(\n|$)")
_RATINGS = sorted(Rating, key=len, reverse=True)


def decide(mail: ParsedMail, known: Known) -> Decision:
    """The one decision on a mail; nothing that a person wrote is ever dropped."""
    if mail.kind is MailKind.BOUNCE:
        return Decision(Verdict.BOUNCED if known.bounced else Verdict.HELD_BOUNCE)
    if mail.kind is not MailKind.PERSON:
        return Decision(Verdict.NO_PERSON, known.case.number if known.case else None)
    if known.tag is not None and known.tag.role is not None:
        return _of_staff(mail, known, known.tag.role)
    if known.case is not None:
        return _of_citizen(mail, known.case)
    return Decision(Verdict.OPENS_CASE if known.looks_like else Verdict.HELD_UNMATCHED)


def _of_staff(mail: ParsedMail, known: Known, role: Role) -> Decision:
    """A tag alone moves nothing: the sender must be registered for the role that the tag names."""
    case, staff, tag = known.case, known.staff, known.tag
    if case is None or staff is None or staff.role is not role or tag is None:
        return Decision(Verdict.HELD_FORGED, case.number if case else None)
    if tag.version != case.version:
        return Decision(Verdict.HELD_STALE, case.number)
    steps = _staff_steps(mail.text, case, role)
    return Decision(Verdict.STAFF_STEP if steps else Verdict.HELD_UNCLEAR, case.number, steps)


def _staff_steps(text: str, case: Case, role: Role) -> tuple[Step, ...]:
    back = _BACK.match(text)
    if role is Role.DEPARTMENT and case.stage is not Stage.LEGAL_REVIEW:
        return _department_steps(text, case, back)
    if back and role in {Role.LEGAL, Role.LEADER}:
        return (Step(action=Action.SEND_BACK, text=back["why"].strip() or text.strip()),)
    if role is Role.LEGAL and _YES.match(text):
        return (Step(action=Action.PASS_REVIEW),)
    if role is Role.LEADER and _YES.match(text):
        return (Step(action=Action.SIGN),)
    if role is Role.REGISTRAR and _SEND.match(text):
        return (Step(action=Action.REPLY),)
    if role is Role.REGISTRAR and _REGISTER.match(text):
        return (Step(action=Action.REGISTER if case.kind is Kind.DISCLOSURE else Action.ACCEPT),)
    return ()


def _department_steps(text: str, case: Case, back: re.Match[str] | None) -> tuple[Step, ...]:
    """The whole text is the draft; it goes on to legal review. ``退回：…`` returns the case."""
    if back and case.stage in {Stage.ASSIGNED, Stage.COLLECTING}:
        return (Step(action=Action.RETURN, text=back["why"].strip() or text.strip()),)
    result = _RESULT.match(text)
    outcome: Outcome | None = None
    if result:
        try:
            outcome = outcome_named(result["outcome"])
        except UserError:
            return ()
        text = text[result.end() :]
    if not text.strip():
        return ()
    taken = (Step(action=Action.TAKE),) if case.stage is Stage.ASSIGNED else ()
    draft = Step(action=Action.DRAFT, text=text.strip(), outcome=outcome)
    return (*taken, draft, Step(action=Action.FINISH_DRAFT))


def _of_citizen(mail: ParsedMail, case: Case) -> Decision:
    """What the applicant writes about an own case. Anyone else's mail waits for a person."""
    if mail.sender is None or mail.sender.email not in _addresses(case):
        return Decision(Verdict.HELD_OTHER_SENDER, case.number)
    return Decision(Verdict.CITIZEN_STEP, case.number, (_citizen_step(mail.text, case),))


def _citizen_step(text: str, case: Case) -> Step:
    words = text.strip() or "（没有文字，见附件）"
    if case.is_open and _WITHDRAW.match(text):
        return Step(action=Action.WITHDRAW, text=words)
    if case.stage is Stage.SUBMITTED and case.confirmed_by_applicant is None and _CONFIRM.match(text):
        return Step(action=Action.CONFIRM)
    if case.stage is Stage.NEEDS_CORRECTION:
        return Step(action=Action.SUPPLEMENT, text=words)
    if case.stage is Stage.REPLIED:
        rating = next((one for one in _RATINGS if words.startswith(one)), None)
        if rating is not None:
            return Step(action=Action.RATE, rating=rating, text=words)
    return Step(action=Action.NOTE, text=words)


def _addresses(case: Case) -> set[str]:
    given = case.content.applicant.email if case.content else None
    return {one.lower() for one in (given, case.origin.user_key) if one}

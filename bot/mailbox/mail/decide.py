"""What an inbound mail means for the mailbox: (ParsedMail, what the store knows) -> Decision. Pure.

A sender's address can be forged and a case number guessed, so neither moves a case: whoever wants more than a note
needs what only our own mail to that person gave away, a tag or a Message-ID. The sender is ``From`` alone; a
``Reply-To`` names where an answer is wanted, not who wrote.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.mailbox.cases import Case, Step
from bot.mailbox.mail import words
from bot.mailbox.mail.parsed import MailKind, ParsedMail
from bot.mailbox.mail.tags import Tag
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.people import Role, Staff
from bot.mailbox.stages import Action, Kind, Stage

LONGEST_TEXT = 20_000
"""What a step takes; the whole mail lies beside it as a file."""
HARMLESS = frozenset({Action.NOTE, Action.REDATE, Action.CONFIRM, Action.ASK_MORE_TIME})
"""Steps after which an answer to the mail before them still means what it says."""
_NO_WORDS, _FILES_ONLY = "（空白的来信）", "（没有文字，见附件）"


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
    HELD_NO_TAG = "held_no_tag"
    HELD_STALE = "held_stale"
    HELD_UNCLEAR = "held_unclear"
    HELD_BOUNCE = "held_bounce"
    HELD_REFUSED = "held_refused"


@dataclass(frozen=True)
class Known:
    """What the store knows that bears on a mail.

    ``tag``: a genuine tag in its addresses. ``case``: the case by tag, by the mails it answers or, failing that, by
    the number in its subject. ``answers_us``: whether it answers a mail that we sent to the applicant of ``case``.
    ``since_tag``: what has happened since the version that a staff tag names. ``staff``: the account of its sender.
    ``from_us``: whether the sender is the mailbox itself. ``bounced``: whether it returns a mail of ours.
    ``looks_like``: what a new case would be, judged by its words.
    """

    tag: Tag | None = None
    case: Case | None = None
    answers_us: bool = False
    since_tag: tuple[Action, ...] = ()
    staff: Staff | None = None
    from_us: bool = False
    bounced: bool = False
    looks_like: Literal["disclosure", "letter"] | None = None


@dataclass(frozen=True)
class Decision:
    """The verdict; ``steps`` are taken one after the other on the case ``number``."""

    verdict: Verdict
    number: CaseNumber | None = None
    steps: tuple[Step, ...] = ()


def decide(mail: ParsedMail, known: Known) -> Decision:
    """The one decision on a mail; nothing that a person wrote is ever dropped."""
    number = known.case.number if known.case else None
    if mail.kind is MailKind.BOUNCE:
        return Decision(Verdict.BOUNCED if known.bounced else Verdict.HELD_BOUNCE)
    if mail.kind in {MailKind.AUTO_REPLY, MailKind.RECEIPT}:
        return Decision(Verdict.NO_PERSON, number)
    if known.from_us:
        return Decision(Verdict.HELD_OTHER_SENDER, number)
    if mail.kind is MailKind.LIST and known.case is None:
        return Decision(Verdict.HELD_UNMATCHED if known.looks_like else Verdict.NO_PERSON)
    if known.tag is not None and known.tag.role is not None:
        return _of_staff(mail, known, known.tag.role)
    if known.case is not None:
        return _of_citizen(mail, known, known.case)
    opens = known.looks_like and known.staff is None
    return Decision(Verdict.OPENS_CASE if opens else Verdict.HELD_UNMATCHED)


def _of_staff(mail: ParsedMail, known: Known, role: Role) -> Decision:
    """A tag alone moves nothing: the sender must be registered for the role that the tag names."""
    case, staff = known.case, known.staff
    if case is None or staff is None or staff.role is not role:
        return Decision(Verdict.HELD_FORGED, case.number if case else None)
    if not HARMLESS.issuperset(known.since_tag):
        return Decision(Verdict.HELD_STALE, case.number)
    steps = _staff_steps(mail.text, case, role) if len(mail.text) <= LONGEST_TEXT else ()
    return Decision(Verdict.STAFF_STEP if steps else Verdict.HELD_UNCLEAR, case.number, steps)


def _staff_steps(text: str, case: Case, role: Role) -> tuple[Step, ...]:
    """The steps that the words ask for; none when they are not plain."""
    if role is Role.DEPARTMENT:
        return _department_steps(text, case)
    reason = words.sent_back(text)
    if reason and case.stage in _SENDS_BACK.get(role, frozenset()):
        return (Step(action=Action.SEND_BACK, text=reason),)
    if role is Role.LEGAL and words.says(words.APPROVED, text):
        return (Step(action=Action.PASS_REVIEW),)
    if role is Role.LEADER and words.says(words.APPROVED, text):
        return (Step(action=Action.SIGN),)
    if role is Role.REGISTRAR and words.says(words.SEND, text):
        return (Step(action=Action.REPLY),)
    if role is Role.REGISTRAR and words.says(words.REGISTER, text):
        return (Step(action=Action.REGISTER if case.kind is Kind.DISCLOSURE else Action.ACCEPT),)
    return ()


_SENDS_BACK = {
    Role.LEGAL: frozenset({Stage.LEGAL_REVIEW}),
    Role.LEADER: frozenset({Stage.SIGN_OFF}),
    Role.REGISTRAR: frozenset({Stage.APPROVED}),
}
_RETURNABLE = frozenset({Stage.ASSIGNED, Stage.COLLECTING})


def _department_steps(text: str, case: Case) -> tuple[Step, ...]:
    """The whole text is the draft; it goes on to legal review. ``退回：…`` returns the case."""
    if case.stage not in _RETURNABLE | {Stage.DRAFTING}:
        return ()
    reason = words.returned(text)
    if reason:
        return (Step(action=Action.RETURN, text=reason),) if case.stage in _RETURNABLE else ()
    draft = words.draft_in(text)
    if draft is None:
        return ()
    taken = (Step(action=Action.TAKE),) if case.stage is Stage.ASSIGNED else ()
    drafted = Step(action=Action.DRAFT, text=draft.text, outcome=draft.outcome)
    return (*taken, drafted, Step(action=Action.FINISH_DRAFT))


def _of_citizen(mail: ParsedMail, known: Known, case: Case) -> Decision:
    """What the applicant writes about an own case. Anyone else's mail waits for a person."""
    party = known.tag is not None and known.tag.party
    if mail.sender is None or mail.sender.email not in addresses(case) or party:
        answers_for_staff = known.staff is not None and known.tag is None
        return Decision(Verdict.HELD_NO_TAG if answers_for_staff else Verdict.HELD_OTHER_SENDER, case.number)
    proven = known.tag is not None or known.answers_us
    step = (_citizen_step(mail, case) if proven else None) or Step(action=Action.NOTE, text=_said(mail))
    return Decision(Verdict.CITIZEN_STEP, case.number, (step,))


def _citizen_step(mail: ParsedMail, case: Case) -> Step | None:
    """The step that the words ask for at this stage; None when they are only to be noted."""
    text, said = mail.text, _said(mail)
    if case.is_open and words.says(words.WITHDRAW, text):
        return Step(action=Action.WITHDRAW, text=said)
    if case.stage is Stage.SUBMITTED and case.confirmed_by_applicant is None and words.says(words.CONFIRM, text):
        return Step(action=Action.CONFIRM)
    if case.stage is Stage.NEEDS_CORRECTION and words.asks_more_time(text):
        return Step(action=Action.ASK_MORE_TIME, text=said)
    if case.stage is Stage.NEEDS_CORRECTION and (mail.attachments or not words.acknowledges(text)):
        return Step(action=Action.SUPPLEMENT, text=said)
    rating = words.rating_in(text) if case.stage is Stage.REPLIED else None
    return Step(action=Action.RATE, rating=rating, text=said) if rating else None


def _said(mail: ParsedMail) -> str:
    return mail.text.strip()[:LONGEST_TEXT] or (_FILES_ONLY if mail.attachments else _NO_WORDS)


def addresses(case: Case) -> frozenset[str]:
    """Where the applicant writes from, in lower case; none once the case is erased."""
    given = case.content.applicant.email if case.content else None
    by_mail = case.origin.user_key if case.origin.channel == "mail" else None
    return frozenset(one.lower() for one in (given, by_mail) if one)

"""What a template may say: the facts of a case, reduced to plain words that are safe to print.

A template gets these words and nothing else: the identity number, telephone and address of the applicant are
not among them, so that no district's own template can print them.
"""

import re
from dataclasses import dataclass
from datetime import date

from bot.mailbox.cases import BAD_RATINGS, Case, Step
from bot.mailbox.content import DisclosureRequest
from bot.mailbox.deadlines import CAUSES, Deadline
from bot.mailbox.explanation import STARTS, explanation, full_date, summary
from bot.mailbox.letters.document import chinese_date
from bot.mailbox.letters.names import NOT_TO_APPLICANT, LetterName
from bot.mailbox.outcomes import OUTCOMES
from bot.mailbox.people import Applicant, ApplicantKind
from bot.mailbox.stages import Action, Kind

Word = str | int | bool | None
NO_STEP = Step(action=Action.NOTE)
MASK = "×××"
ANONYMOUS = {Kind.DISCLOSURE: "申请人", Kind.LETTER: "来信人"}
# a citizen's 【…】 is no gap for the clerk to fill in; and the templates set “ ” around it
_QUOTED = str.maketrans("【】“”", "〔〕‘’")
_FIRST_PART = re.compile(r"[，,；;（(\n]")


@dataclass(frozen=True)
class District:
    """Who signs. ``review_authority`` hears 行政复议 (行政复议法第二十四条); None leaves a gap in the replies."""

    name: str
    office: str
    hotline: str
    review_authority: str | None = None


@dataclass(frozen=True)
class Facts:
    """All that a document is drawn up from. ``step`` is the step that causes it, with the staff's words."""

    case: Case
    district: District
    today: date
    deadline: Deadline | None = None
    step: Step | None = None
    department_name: str | None = None


def words(facts: Facts, name: LetterName) -> dict[str, Word]:
    """The names a template may use. What is not known is None."""
    content = facts.case.content
    secret = name in NOT_TO_APPLICANT
    found = {
        **_district_words(facts),
        **_case_words(facts.case, secret),
        **_deadline_words(facts.deadline),
        **_step_words(facts.step or NO_STEP),
    }
    if secret and content:
        found |= {key: _anonymous(str(found[key]), content.applicant) for key in ("subject", "text") if found[key]}
    return found


def masked(text: str, applicant: Applicant | None) -> str:
    """``text`` without the applicant's identity number, however it is spaced."""
    return _without(text, applicant.identity) if applicant else text


def _district_words(facts: Facts) -> dict[str, Word]:
    district = facts.district
    return {
        "district": district.name,
        "office": district.office,
        "hotline": district.hotline,
        "review_authority": district.review_authority,
        "department": facts.department_name,
        "today": chinese_date(facts.today),
    }


def _case_words(case: Case, secret: bool) -> dict[str, Word]:
    clock, content = case.clock, case.content
    start = clock.start.day if clock else case.arrived
    corrected = clock.correction.received if clock and clock.correction else None
    request = content if isinstance(content, DisclosureRequest) else None
    known = content.applicant.name if content and not secret else ANONYMOUS[case.kind]
    return {
        "number": str(case.number),
        "kind": case.kind.value,
        "applicant": " ".join(known.split()),
        "you": "您" if case.applicant_kind is ApplicantKind.NATURAL_PERSON else "贵单位",
        "subject": _subject(case),
        "medium": request.medium.value if request else None,
        "way": request.way.value if request else None,
        "received": chinese_date(start),
        "receipt_article": STARTS[CAUSES[case.received_by]][1],
        "corrected": chinese_date(corrected) if corrected else None,
        "query_code": None if secret else case.query_code,
        "outcome": case.outcome.value if case.outcome else None,
        "outcome_name": OUTCOMES[case.outcome].name if case.outcome else None,
        "rating": case.rating.value if case.rating else None,
        "bad_rating": case.rating in BAD_RATINGS,
    }


def _deadline_words(deadline: Deadline | None) -> dict[str, Word]:
    if deadline is None:
        return {"due": None, "summary": None, "provisional": None}
    return {
        "due": full_date(deadline.due),
        "summary": summary(deadline),
        "provisional": explanation(deadline)[-1] if deadline.provisional else None,
    }


def _step_words(step: Step) -> dict[str, Word]:
    authority = " ".join(step.authority.split()) if step.authority else None
    return {
        "text": step.text.strip() if step.text else None,
        "answer_by": full_date(step.answer_by) if step.answer_by else None,
        "authority": authority,
        "addressee": _FIRST_PART.split(authority)[0].strip() if authority else None,
        "days": step.days,
        "approver": step.approver,
    }


def _subject(case: Case) -> str | None:
    """What it is about, on one line."""
    content = case.content
    if content is None:
        return None
    text = content.description if isinstance(content, DisclosureRequest) else content.subject
    return " ".join(text.split()).translate(_QUOTED)


def _anonymous(text: str, who: Applicant) -> str:
    """``text`` without what tells who applied; the identity number is taken out of every document anyway."""
    for one in (who.name, who.contact_person, who.phone, who.email, who.address):
        text = _without(text, one)
    return text


def _without(text: str, secret: str | None) -> str:
    signs = [re.escape(sign) for sign in secret or "" if not sign.isspace()]
    return re.sub(r"[\s-]*".join(signs), MASK, text, flags=re.IGNORECASE) if signs else text

"""Which step tells whom what: one table."""

from dataclasses import dataclass
from enum import StrEnum

from bot.mailbox.cases import BAD_RATINGS, Case, Step
from bot.mailbox.deadlines import Consulted
from bot.mailbox.letters.names import LetterName, reply_name
from bot.mailbox.stages import Action, Kind


class To(StrEnum):
    """Who is told."""

    CITIZEN = "citizen"
    PARTY = "party"
    REGISTRAR = "registrar"
    DEPARTMENT = "department"
    LEGAL = "legal"
    LEADER = "leader"


@dataclass(frozen=True)
class Notice:
    """``letter`` is the document for a citizen or a party; staff get the case's card instead (None)."""

    to: To
    letter: LetterName | None = None


_A, _N, _T = Action, LetterName, To
_BOTH: dict[Action, tuple[Notice, ...]] = {
    _A.CONFIRM: (Notice(_T.REGISTRAR),),
    _A.ASK_MORE_TIME: (Notice(_T.REGISTRAR),),
    _A.ABANDON: (Notice(_T.CITIZEN, _N.ABANDONED),),
    _A.RETURN: (Notice(_T.REGISTRAR),),
    _A.OPINION: (Notice(_T.DEPARTMENT),),
    _A.FINISH_DRAFT: (Notice(_T.LEGAL),),
    _A.PASS_REVIEW: (Notice(_T.LEADER),),
    _A.SEND_BACK: (Notice(_T.DEPARTMENT),),
    _A.SIGN: (Notice(_T.REGISTRAR),),
    _A.WITHDRAW: (Notice(_T.CITIZEN, _N.WITHDRAWN), Notice(_T.REGISTRAR)),
    _A.FOLLOW_UP: (Notice(_T.DEPARTMENT),),
    _A.REDATE: (Notice(_T.REGISTRAR),),
}
_OF_KIND: dict[tuple[Action, Kind], tuple[Notice, ...]] = {
    (_A.SUBMIT, Kind.DISCLOSURE): (Notice(_T.CITIZEN, _N.RECEIPT), Notice(_T.REGISTRAR)),
    (_A.SUBMIT, Kind.LETTER): (Notice(_T.CITIZEN, _N.LETTER_RECEIPT), Notice(_T.REGISTRAR)),
    (_A.REGISTER, Kind.DISCLOSURE): (Notice(_T.CITIZEN, _N.REGISTERED),),
    (_A.ACCEPT, Kind.LETTER): (Notice(_T.CITIZEN, _N.LETTER_ACCEPTED),),
    (_A.DECLINE, Kind.LETTER): (Notice(_T.CITIZEN, _N.LETTER_DECLINED),),
    (_A.REDIRECT, Kind.LETTER): (Notice(_T.CITIZEN, _N.LETTER_REDIRECTED),),
    (_A.CORRECT, Kind.DISCLOSURE): (Notice(_T.CITIZEN, _N.CORRECTION),),
    (_A.PROLONG, Kind.DISCLOSURE): (Notice(_T.CITIZEN, _N.CORRECTION),),
    (_A.SUPPLEMENT, Kind.DISCLOSURE): (Notice(_T.CITIZEN, _N.SUPPLEMENT_RECEIVED), Notice(_T.REGISTRAR)),
    (_A.ASSIGN, Kind.DISCLOSURE): (Notice(_T.DEPARTMENT),),
    (_A.ASSIGN, Kind.LETTER): (Notice(_T.CITIZEN, _N.LETTER_ASSIGNED), Notice(_T.DEPARTMENT)),
    (_A.EXTEND, Kind.DISCLOSURE): (Notice(_T.CITIZEN, _N.EXTENSION),),
    (_A.EXTEND, Kind.LETTER): (Notice(_T.CITIZEN, _N.LETTER_EXTENSION),),
    (_A.TRANSFER, Kind.DISCLOSURE): (Notice(_T.CITIZEN, _N.TRANSFER),),
}


def notices(case: Case, step: Step) -> tuple[Notice, ...]:
    """Who is told of ``step``, ``case`` being as it is afterwards."""
    if step.action is Action.REPLY:
        return (Notice(To.CITIZEN, reply_name(case.outcome)),)
    if step.action is Action.CONSULT:
        third = step.whom is Consulted.THIRD_PARTY
        letter = LetterName.CONSULTATION_THIRD_PARTY if third else LetterName.CONSULTATION_CO_AUTHOR
        return (Notice(To.PARTY, letter),)
    if step.action is Action.RATE:
        told = (Notice(To.REGISTRAR),) if step.rating in BAD_RATINGS else ()
        return (Notice(To.CITIZEN, LetterName.RATING_THANKS), *told)
    return _OF_KIND.get((step.action, case.kind), _BOTH.get(step.action, ()))

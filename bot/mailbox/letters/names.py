"""Which documents there are; the value is the name of the template file."""

from enum import StrEnum

from bot.mailbox.outcomes import Outcome


class LetterName(StrEnum):
    """A document. ``reply_…`` and ``letter_reply`` are drafts that a clerk finishes."""

    RECEIPT = "receipt"
    LETTER_RECEIPT = "letter_receipt"
    REGISTERED = "registered"
    CORRECTION = "correction"
    SUPPLEMENT_RECEIVED = "supplement_received"
    CONSULTATION_THIRD_PARTY = "consultation_third_party"
    CONSULTATION_CO_AUTHOR = "consultation_co_author"
    EXTENSION = "extension"
    TRANSFER = "transfer"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"
    LETTER_ACCEPTED = "letter_accepted"
    LETTER_ASSIGNED = "letter_assigned"
    LETTER_REDIRECTED = "letter_redirected"
    LETTER_DECLINED = "letter_declined"
    LETTER_EXTENSION = "letter_extension"
    LETTER_REPLY = "letter_reply"
    RATING_THANKS = "rating_thanks"
    REPLY_GRANTED = "reply_granted"
    REPLY_PARTLY = "reply_partly"
    REPLY_REFUSED = "reply_refused"
    REPLY_UNAVAILABLE = "reply_unavailable"
    REPLY_NOT_PROCESSED = "reply_not_processed"
    REPLY_OTHER = "reply_other"


NOT_TO_APPLICANT = frozenset({LetterName.CONSULTATION_THIRD_PARTY, LetterName.CONSULTATION_CO_AUTHOR})
"""Who reads these must not learn who applied."""

_REPLIES = {
    "granted": LetterName.REPLY_GRANTED,
    "partly": LetterName.REPLY_PARTLY,
    "refused": LetterName.REPLY_REFUSED,
    "unavailable": LetterName.REPLY_UNAVAILABLE,
    "not": LetterName.REPLY_NOT_PROCESSED,
    "other": LetterName.REPLY_OTHER,
}


def reply_name(outcome: Outcome | None) -> LetterName:
    """The reply for a disclosure request that ended so; None: the reply to a letter."""
    return _REPLIES[outcome.value.partition("_")[0]] if outcome else LetterName.LETTER_REPLY

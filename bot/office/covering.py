"""What a citizen wrote, as staff may read it: without identity numbers, and with contacts covered."""

import re
from unicodedata import category

from bot.mailbox.identity import without_identities
from bot.mailbox.letters.facts import MASK, masked
from bot.mailbox.people import Applicant

_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)", re.ASCII)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


def shown(text: str) -> str:
    """``text`` without signs that cannot be seen: none may turn its direction or steer a terminal."""
    return "".join(sign for sign in text if sign in "\n\t" or category(sign) not in _UNSEEN)


def without_identity(text: str, applicant: Applicant | None) -> str:
    """``text`` without identity numbers, and the rest as it was written."""
    return without_identities(masked(text, applicant))


def covered(text: str, applicant: Applicant | None) -> str:
    """``text`` without identity and mobile numbers, mail addresses, and the applicant's other contacts."""
    text = without_identity(text, applicant)
    contacts = (applicant.phone, applicant.email, applicant.address) if applicant else ()
    for contact in contacts:
        if contact:
            text = re.sub(re.escape(contact), MASK, text, flags=re.IGNORECASE)
    return _EMAIL.sub(lambda found: masked_email(found[0]), _MOBILE.sub(r"\1****\2", text))


def masked_email(address: str) -> str:
    """``address`` with only the first letter of its user: z***@qq.com."""
    user, _, domain = address.rpartition("@")
    return f"{user[:1]}***@{domain}"

"""Tags in a mail address that bring an answer back to its case: ``mailbox+d2026-0001.k7f3a2b4c5@…``.

The tag of a member of staff names the role and the case's version too: ``mailbox+d2026-0001.legal.9.k7f3a2b4c5@…``,
so that an answer to an old mail is not taken for one about the present draft. That of a party whose opinion is
asked says so (``mailbox+d2026-0001.party.k7f3a2b4c5@…``): with it nobody can act as the applicant. The last part is
a keyed digest of the rest, so no tag can be guessed from a case number or from another tag.
"""

import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.mailbox.numbers import CaseNumber, numbers_in
from bot.mailbox.people import STAFF_ROLES, Role

Keyed = Callable[[str], str]
"""A keyed digest of a text; only the store knows its key."""
_LENGTH = 10
_ROLES = "|".join(STAFF_ROLES)
_TAG = re.compile(
    r"\+(?P<ref>[dl]\d{4}-\d{4,6})"
    rf"(?:\.(?P<role>{_ROLES})\.(?P<version>\d{{1,6}})|\.(?P<party>party))?"
    rf"\.(?P<token>[a-z0-9]{{{_LENGTH}}})@",
    re.ASCII,
)


@dataclass(frozen=True)
class Tag:
    """Which case an answer belongs to, and who was written to: the citizen when nothing else is said.

    ``role`` and ``version``: the staff role that was asked, and the version of the case it was told about.
    ``party``: someone whose opinion was asked (articles 32 and 34).
    """

    number: CaseNumber
    role: Role | None = None
    version: int | None = None
    party: bool = False


def tagged(address: str, tag: Tag, keyed: Keyed) -> str:
    """``address`` with ``tag`` behind its local part."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{_plain(tag)}.{_token(tag, keyed)}@{domain}"


def tag_in(addresses: Iterable[str], keyed: Keyed) -> Tag | None:
    """The first genuine tag in ``addresses``; a forged one is none."""
    for address in addresses:
        found = _TAG.search(address.lower())
        if found is None:
            continue
        role = Role(found["role"]) if found["role"] else None
        version = int(found["version"]) if found["version"] else None
        tag = Tag(numbers_in(found["ref"])[0], role, version, bool(found["party"]))
        if hmac.compare_digest(_token(tag, keyed), found["token"]):
            return tag
    return None


def _plain(tag: Tag) -> str:
    whom = f".{tag.role}.{tag.version}" if tag.role else ".party" if tag.party else ""
    return tag.number.ref.lower() + whom


def _token(tag: Tag, keyed: Keyed) -> str:
    return keyed(f"tag:{_plain(tag)}")[:_LENGTH].lower()

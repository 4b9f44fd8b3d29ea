"""Tags in a mail address that bring an answer back to its case: ``mailbox+d2026-0001.k7f3a2b4@…``.

The tag of a member of staff names the role and the case's version too: ``mailbox+d2026-0001.legal.9.k7f3a2b4@…``,
so that an answer to an old mail is not taken for one about the present draft. The last part is a keyed digest of
the rest, so a tag cannot be guessed from a case number.
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
    rf"(?:\.(?P<role>{_ROLES})\.(?P<version>\d{{1,6}}))?"
    rf"\.(?P<token>[a-z0-9]{{{_LENGTH}}})@"
)


@dataclass(frozen=True)
class Tag:
    """Which case an answer belongs to; the staff role that was asked and the version it saw (None: the citizen)."""

    number: CaseNumber
    role: Role | None = None
    version: int | None = None


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
        number = numbers_in(found["ref"])[0]
        tag = Tag(number, Role(found["role"]), int(found["version"])) if found["role"] else Tag(number)
        if hmac.compare_digest(_token(tag, keyed), found["token"]):
            return tag
    return None


def _plain(tag: Tag) -> str:
    return tag.number.ref.lower() + (f".{tag.role}.{tag.version}" if tag.role else "")


def _token(tag: Tag, keyed: Keyed) -> str:
    return keyed(f"tag:{_plain(tag)}")[:_LENGTH].lower()

"""Tags in addresses: they come back as they went out, and nobody can make one."""

import hashlib
import hmac
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mailbox.mail.tags import Tag, tag_in, tagged
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.people import STAFF_ROLES, Role
from bot.mailbox.stages import Kind
from bot.store.vault import digest

OURS = "mailbox@letters.example.cn"
NUMBER = CaseNumber(Kind.DISCLOSURE, 2026, 1)


def keyed(text: str) -> str:
    return digest(b"pepper", text)


def other_key(text: str) -> str:
    return digest(b"another", text)


numbers = st.builds(CaseNumber, st.sampled_from(Kind), st.integers(2000, 9999), st.integers(1, 999_999))
tags = st.one_of(
    st.builds(Tag, numbers),
    st.builds(Tag, numbers, st.none(), st.none(), st.just(True)),
    st.builds(Tag, numbers, st.sampled_from(STAFF_ROLES), st.integers(0, 999_999)),
)


@given(tags, st.sampled_from([OURS, "a+b@x.cn", "信箱@例子.cn"]))
def test_round_trip(tag: Tag, address: str) -> None:
    sent = tagged(address, tag, keyed)
    assert sent.partition("@")[2] == address.partition("@")[2]
    for written in (sent, sent.upper(), sent.title()):
        assert tag_in([address, written], keyed) == tag
    assert tag_in([sent], other_key) is None


@given(tags, tags)
def test_the_token_of_one_tag_fits_no_other(one: Tag, other: Tag) -> None:
    token = tagged(OURS, one, keyed).rpartition("@")[0][-10:]
    forged = tagged(OURS, other, keyed).rpartition("@")[0][:-10] + token + "@x.cn"
    assert tag_in([forged], keyed) == (one if one == other else None)


@given(st.text(alphabet=string.ascii_lowercase + string.digits, min_size=10, max_size=10))
def test_a_guessed_token(token: str) -> None:
    address = f"mailbox+d2026-0001.{token}@x.cn"
    assert (tag_in([address], keyed) is not None) == (
        address.split("@")[0] == tagged(OURS, Tag(NUMBER), keyed).split("@")[0]
    )


@given(st.text())
def test_any_address(address: str) -> None:
    assert tag_in([address, f"m+d2026-0001.{address}@x", f"+{address}@"], keyed) is None


@pytest.mark.parametrize(
    "address",
    [
        OURS,
        "mailbox+d2026-0001@x.cn",
        "mailbox+d2026-0001.legal.3@x.cn",
        "mailbox+d٢٠٢٦-٠٠٠١.aaaaaaaaaa@x.cn",  # digits that are no ASCII
        "mailbox+d2026-0001.nobody.3.aaaaaaaaaa@x.cn",
        "",
    ],
)
def test_no_tag(address: str) -> None:
    assert tag_in([address], keyed) is None


def test_the_first_genuine_one_counts() -> None:
    forged = "mailbox+l2026-0009.aaaaaaaaaa@x.cn"
    genuine = [tagged(OURS, Tag(NUMBER, Role.LEGAL, 3), keyed), tagged(OURS, Tag(NUMBER), keyed)]
    assert tag_in([forged, *genuine], keyed) == Tag(NUMBER, Role.LEGAL, 3)
    assert tag_in([], keyed) is None


@given(tags)
def test_it_is_an_address_that_servers_take(tag: Tag) -> None:
    local, _, domain = tagged(OURS, tag, keyed).rpartition("@")
    assert domain == "letters.example.cn"
    assert len(local) <= 64  # RFC 5321
    assert re.fullmatch(r"[a-z0-9.+-]+", local)


def test_another_digest_works_too() -> None:
    def hexed(text: str) -> str:
        return hmac.new(b"k", text.encode(), hashlib.sha256).hexdigest()

    assert tag_in([tagged(OURS, Tag(NUMBER), hexed)], hexed) == Tag(NUMBER)

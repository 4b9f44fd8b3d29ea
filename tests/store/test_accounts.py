"""Signing in: what is kept of passwords, one-time codes, sessions and wrong tries."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.mailbox.people import Role, Staff
from bot.store.accounts import IDLE, LASTS, Login, pause_after
from bot.store.one_time import address_of, new_secret, time_of
from bot.store.passwords import hashed, is_right
from bot.store.store import Store
from bot.store.vault import new_master_key
from tests.conftest import NOW
from tests.store.conftest import KEY, Place, everything

WANG = Staff(id="wang", name="王敏", role=Role.REGISTRAR)
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of RFC 6238's examples."""


@pytest.fixture
def store(store: Store) -> Store:
    with store.transaction() as t:
        t.people.add(WANG)
        t.people.add(Staff(id="li", name="李强", role=Role.LEGAL))
    return store


def test_a_password_is_kept_as_a_hash_and_compared() -> None:
    kept = hashed("correct-horse")
    assert kept.startswith("$argon2id$")
    assert "correct-horse" not in kept
    assert kept != hashed("correct-horse"), "salted"
    assert is_right(kept, "correct-horse")
    assert not any(is_right(kept, wrong) for wrong in ("", "Correct-horse", kept))
    assert not any(is_right(none, "nobody") for none in (None, "", "no hash"))


@pytest.mark.parametrize(
    ("code", "off", "expected"),
    [
        *((code, 0, None) for code in ("", "12", "abcdef", "１２３４５６")),
        *((None, off, off) for off in (0, -1, 1)),
        *((None, off, None) for off in (2, -2)),
    ],
)
def test_a_one_time_code_fits_its_half_minute_and_the_neighbours(
    code: str | None, off: int, expected: int | None
) -> None:
    import pyotp

    present = int(NOW.timestamp()) // 30
    said = code if code is not None else pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=30 * off))
    found = time_of(SECRET, said, NOW)
    assert found == (None if expected is None else present + expected)


def test_a_telephone_is_told_who_it_is_for() -> None:
    secret = new_secret()
    assert (len(secret), secret != new_secret()) == (32, True)
    assert address_of(secret, "wang").startswith("otpauth://totp/%E9%97%AE%E5%8A%9E:wang?secret=" + secret)


def test_logins_are_set_changed_and_closed(store: Store) -> None:
    with store.transaction() as t:
        assert t.accounts.login("wang") is None
        assert not t.accounts.set_totp("wang", SECRET), "no password, no one-time code"
        t.accounts.set_password("wang", "hash-1")
        assert t.accounts.login("wang") == Login("hash-1")
        assert t.accounts.set_totp("wang", SECRET)
        t.accounts.set_password("wang", "hash-2")
        assert t.accounts.login("wang") == Login("hash-2", SECRET), "a new password keeps the one-time code"
        assert [t.accounts.use_code("wang", at) for at in (5, 5, 4, 6)] == [True, False, False, True]
        assert t.accounts.set_totp("wang", SECRET)
        assert t.accounts.use_code("wang", 1), "a new secret begins anew"
        t.accounts.close("wang")
        assert t.accounts.login("wang") is None
        assert not t.accounts.use_code("wang", 9)


def test_a_session_lasts_as_long_as_it_is_used_and_no_longer_than_a_day_of_work(store: Store) -> None:
    with store.transaction() as t:
        token = t.accounts.begin_session("wang", NOW)
        moment = NOW
        while moment + IDLE < NOW + LASTS:
            moment += IDLE - timedelta(seconds=1)
            assert t.accounts.session(token, moment) == "wang"
            t.accounts.seen(token, moment)
        assert t.accounts.session(token, NOW + LASTS) is None
        assert t.accounts.session("", NOW) is None
        assert t.accounts.session(token[:-1], NOW) is None
        idle = t.accounts.begin_session("wang", NOW)
        assert t.accounts.session(idle, NOW + IDLE - timedelta(seconds=1)) == "wang"
        assert t.accounts.session(idle, NOW + IDLE) is None


def test_the_last_use_is_not_written_every_time(store: Store) -> None:
    with store.transaction() as t:
        token = t.accounts.begin_session("wang", NOW)
        assert not t.accounts.is_stale(token, NOW + timedelta(seconds=59))
        assert t.accounts.is_stale(token, NOW + timedelta(seconds=60))
        assert not t.accounts.is_stale("x", NOW + timedelta(hours=1))


def test_sessions_end_one_by_one_by_account_and_by_a_new_password(store: Store) -> None:
    with store.transaction() as t:
        tokens = [t.accounts.begin_session(one, NOW) for one in ("wang", "wang", "li")]
        assert len(set(tokens)) == 3
        t.accounts.end_session(tokens[0])
        assert [t.accounts.session(one, NOW) for one in tokens] == [None, "wang", "li"]
        t.accounts.set_password("wang", "hash")
        assert [t.accounts.session(one, NOW) for one in tokens] == [None, None, "li"]
        t.accounts.close("li")
        assert t.accounts.session(tokens[2], NOW) is None


@pytest.mark.parametrize(
    ("wrong", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (12, 60), (10_000, 60)]
)
def test_the_pause_grows(wrong: int, minutes: int) -> None:
    assert pause_after(wrong) == timedelta(minutes=minutes)


def test_tries_are_counted_until_one_is_right_or_a_day_has_passed(store: Store) -> None:
    with store.transaction() as t:
        for _ in range(5):
            assert t.accounts.locked_until("account:wang", NOW) is None
            t.accounts.try_begins("account:wang", NOW)
        assert t.accounts.locked_until("account:wang", NOW) == NOW + timedelta(minutes=1)
        assert t.accounts.locked_until("account:wang", NOW + timedelta(minutes=1)) is None
        assert t.accounts.locked_until("account:li", NOW) is None
        later = NOW + timedelta(hours=25)
        t.accounts.try_begins("account:wang", later)
        assert t.accounts.locked_until("account:wang", later) is None, "forgotten after a day"
        for _ in range(6):
            t.accounts.try_begins("from:1", later)
        t.accounts.try_was_right("from:1")
        assert t.accounts.locked_until("from:1", later) is None


def test_nothing_of_it_lies_in_the_open(place: Place, store: Store) -> None:
    with store.transaction() as t:
        t.accounts.set_password("wang", hashed("correct-horse"))
        t.accounts.set_totp("wang", SECRET)
        token = t.accounts.begin_session("wang", NOW)
        t.accounts.try_begins("account:my-secret-password", NOW)
        t.accounts.try_begins("from:203.0.113.7", NOW)
    kept = everything(place)
    for secret in (b"correct-horse", SECRET.encode(), token.encode(), b"my-secret-password", b"203.0.113.7"):
        assert secret not in kept


def test_one_time_codes_come_along_to_a_new_key(place: Place, opened: Callable[..., Store], store: Store) -> None:
    with store.transaction() as t:
        t.accounts.set_password("wang", "hash")
        t.accounts.set_totp("wang", SECRET)
    new = new_master_key()
    opened(place, new, KEY).rotate()
    with opened(place, new).reading() as t:
        login = t.accounts.login("wang")
    assert login is not None
    assert login.totp_secret == SECRET

"""Who is at the desk: signing in and out, and the person behind a session as the account is now."""

from datetime import datetime

from bot.channels.web.desk import wording
from bot.errors import UserError
from bot.mailbox.people import Staff
from bot.office.office import Office
from bot.store.accounts import Login
from bot.store.one_time import time_of
from bot.store.passwords import is_right
from bot.store.store import Transaction

LONGEST_PASSWORD = 200


class SignInRefused(UserError):
    """Not signed in; the sentence never says which of account, password and code was wrong."""


def sign_in(office: Office, staff_id: str, password: str, code: str, address: str) -> str:
    """A session's token. Raises SignInRefused, also while the account or the address has to wait."""
    subjects = (f"account:{staff_id}", f"from:{address}")
    now = office.clock()
    with office.store.transaction() as t:
        _must_not_wait(t, subjects, now)
        for subject in subjects:
            t.accounts.try_begins(subject, now)
        person, login = t.people.get(staff_id), t.accounts.login(staff_id)
    # outside of the transaction: it takes a good part of a second on purpose
    right = is_right(login.password_hash if login and person else None, password[:LONGEST_PASSWORD])
    with office.store.transaction() as t:
        # the password may have been changed, or the account removed, in the meantime
        same = t.people.get(staff_id) is not None and t.accounts.login(staff_id) == login
        if not (right and same and login and _code_is_right(t, staff_id, login, code, now)):
            raise SignInRefused(wording.WRONG_SIGN_IN)
        t.accounts.try_was_right(*subjects)
        return t.accounts.begin_session(staff_id, now)


def signed_in(office: Office, token: str | None) -> Staff | None:
    """The person behind the session; None when it is over or the account is removed."""
    if not token:
        return None
    now = office.clock()
    with office.store.reading() as t:
        staff_id = t.accounts.session(token, now)
        person = t.people.get(staff_id) if staff_id else None
        stale = person is not None and t.accounts.is_stale(token, now)
    if stale:
        with office.store.transaction() as t:
            t.accounts.seen(token, now)
    return person


def sign_out(office: Office, token: str | None) -> None:
    """End the session."""
    if token:
        with office.store.transaction() as t:
            t.accounts.end_session(token)


def _must_not_wait(t: Transaction, subjects: tuple[str, ...], now: datetime) -> None:
    waits = [until for subject in subjects if (until := t.accounts.locked_until(subject, now))]
    if waits:
        minutes = -(-int((max(waits) - now).total_seconds()) // 60)
        raise SignInRefused(wording.LOCKED.format(minutes=max(1, minutes)))


def _code_is_right(t: Transaction, staff_id: str, login: Login, code: str, now: datetime) -> bool:
    """Whether the one-time code is right, where the account asks for one; each works once."""
    if login.totp_secret is None:
        return True
    at = time_of(login.totp_secret, code, now)
    return at is not None and t.accounts.use_code(staff_id, at)

"""How staff sign in: passwords, one-time codes, sessions, and the growing pause after wrong tries."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.tables import staff_logins, staff_sessions, staff_tries
from bot.store.upsert import count_up, upsert
from bot.store.vault import Vault, digest

LASTS, IDLE = timedelta(hours=8), timedelta(minutes=30)
"""How long a session lasts at most, and how long nothing may happen in it."""
TRIES = 5
"""Wrong tries before the first pause."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""The pause doubles with each further wrong try."""
FORGOTTEN = timedelta(hours=24)
"""After so long without a try the count begins anew."""
_NOTED_EVERY = timedelta(minutes=1)
"""A session's last use is written at most so often: not every page is a write."""


@dataclass(frozen=True, slots=True)
class Login:
    """What an account signs in with. ``code_used``: the half minute of the last one-time code, which works once."""

    password_hash: str
    totp_secret: str | None = None
    code_used: int | None = None


class Accounts:
    """All of one transaction's work on signing in."""

    def __init__(self, connection: Connection, vault: Vault, pepper: bytes) -> None:
        self._connection = connection
        self._vault = vault
        self._pepper = pepper

    def login(self, staff_id: str) -> Login | None:
        """What this account signs in with; None while it has no password."""
        query = sa.select(staff_logins).where(staff_logins.c.staff_id == staff_id)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        sealed = row["totp_sealed"]
        return Login(row["password_hash"], self._vault.text(sealed) if sealed else None, row["code_used"])

    def set_password(self, staff_id: str, password_hash: str) -> None:
        """Keep a new password; every session of the account ends."""
        upsert(self._connection, staff_logins, {"staff_id": staff_id}, {"password_hash": password_hash})
        self.end_sessions(staff_id)

    def set_totp(self, staff_id: str, secret: str | None) -> bool:
        """Ask for one-time codes of ``secret`` from now on, or no more. False while there is no password."""
        values: dict[str, object] = {"totp_sealed": self._vault.seal(secret) if secret else None, "code_used": None}
        return self._change(staff_id, values, sa.true())

    def use_code(self, staff_id: str, at: int) -> bool:
        """Whether a one-time code of this half minute may still be used; not twice, nor after a later one."""
        unused = sa.or_(staff_logins.c.code_used.is_(None), staff_logins.c.code_used < at)
        return self._change(staff_id, {"code_used": at}, unused)

    def close(self, staff_id: str) -> None:
        """The account is removed: password, one-time codes and sessions go."""
        self.end_sessions(staff_id)
        self._connection.execute(sa.delete(staff_logins).where(staff_logins.c.staff_id == staff_id))

    def begin_session(self, staff_id: str, now: datetime) -> str:
        """A new session; its token is known to the browser alone. Sessions that are over are forgotten."""
        over = sa.or_(staff_sessions.c.begun_at <= now - LASTS, staff_sessions.c.seen_at <= now - IDLE)
        self._connection.execute(sa.delete(staff_sessions).where(over))
        token = secrets.token_urlsafe(32)
        values = {"token": self._kept(token), "staff_id": staff_id, "begun_at": now, "seen_at": now}
        self._connection.execute(sa.insert(staff_sessions).values(values))
        return token

    def session(self, token: str, now: datetime) -> str | None:
        """Whose session this is; None when there is none, or it is over."""
        query = sa.select(staff_sessions).where(
            staff_sessions.c.token == self._kept(token),
            staff_sessions.c.begun_at > now - LASTS,
            staff_sessions.c.seen_at > now - IDLE,
        )
        row = self._connection.execute(query).mappings().first()
        return str(row["staff_id"]) if row else None

    def is_stale(self, token: str, now: datetime) -> bool:
        """Whether the session's last use is old enough to be written anew."""
        query = sa.select(staff_sessions.c.seen_at).where(staff_sessions.c.token == self._kept(token))
        seen: datetime | None = self._connection.execute(query).scalar()
        return seen is not None and seen <= now - _NOTED_EVERY

    def seen(self, token: str, now: datetime) -> None:
        """The session was used."""
        same = staff_sessions.c.token == self._kept(token)
        self._connection.execute(sa.update(staff_sessions).where(same).values(seen_at=now))

    def end_session(self, token: str) -> None:
        """The session is over."""
        self._connection.execute(sa.delete(staff_sessions).where(staff_sessions.c.token == self._kept(token)))

    def end_sessions(self, staff_id: str) -> None:
        """Every session of the account is over."""
        self._connection.execute(sa.delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id))

    def locked_until(self, subject: str, now: datetime) -> datetime | None:
        """Until when ``subject`` (an account, an address) has to wait; None when it may try."""
        query = sa.select(staff_tries).where(staff_tries.c.subject == self._kept(subject))
        row = self._connection.execute(query).mappings().first()
        until = row["last_at"] + pause_after(row["wrong"]) if row else now
        return until if until > now else None

    def try_begins(self, subject: str, now: datetime) -> None:
        """Count a try before it is known whether it is right: many at once are no way round the pause."""
        key = {"subject": self._kept(subject)}
        old = sa.and_(staff_tries.c.subject == key["subject"], staff_tries.c.last_at < now - FORGOTTEN)
        self._connection.execute(sa.delete(staff_tries).where(old))
        count_up(self._connection, staff_tries, key, "wrong")
        same = staff_tries.c.subject == key["subject"]
        self._connection.execute(sa.update(staff_tries).where(same).values(last_at=now))

    def try_was_right(self, *subjects: str) -> None:
        """The count of these begins anew."""
        right = [self._kept(subject) for subject in subjects]
        self._connection.execute(sa.delete(staff_tries).where(staff_tries.c.subject.in_(right)))

    def _change(self, staff_id: str, values: dict[str, object], condition: sa.ColumnElement[bool]) -> bool:
        same = sa.and_(staff_logins.c.staff_id == staff_id, condition)
        return self._connection.execute(sa.update(staff_logins).where(same).values(values)).rowcount == 1

    def _kept(self, text: str) -> str:
        """Tokens, addresses and what somebody took for an account are kept as keyed digests only."""
        return digest(self._pepper, f"sign-in:{text}")


def pause_after(wrong: int) -> timedelta:
    """How long to wait after so many wrong tries: nothing, then one minute, two, four … an hour."""
    if wrong < TRIES:
        return timedelta()
    doubled = FIRST_PAUSE * (1 << min(wrong - TRIES, 10))
    return min(doubled, LONGEST_PAUSE)

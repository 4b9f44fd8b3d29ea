"""Passwords as they may be kept: Argon2id (RFC 9106). The only module that knows argon2."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


def hashed(password: str) -> str:
    """``password`` as it may be kept; what it was cannot be told from it."""
    return _hasher().hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Whether ``password`` was ``kept``; takes as long when there is none: nobody learns which accounts exist."""
    try:
        return _hasher().verify(_nobody() if kept is None else kept, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    return hashed("nobody")

"""Errors of the store."""

from bot.errors import UserError


class StoreError(UserError):
    """The database cannot be opened, read or written, or its key is wrong."""


class Changed(UserError):
    """Someone else changed the case in between; look again before acting."""

"""Errors of the store."""

from bot.errors import UserError


class StoreError(UserError):
    """The database cannot be opened, read or written."""

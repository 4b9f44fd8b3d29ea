"""Errors of the index package.

SearchError
├── IndexMissing     the index directory is absent, incomplete or of another version
└── BadQuery         a query in the query language that cannot be parsed
"""


class SearchError(Exception):
    """Base of all errors of this package. ``message`` is Chinese and may be shown to a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class IndexMissing(SearchError):
    """The index directory cannot be opened; building it again mends that."""


class BadQuery(SearchError):
    """The words given are no valid query of the query language."""

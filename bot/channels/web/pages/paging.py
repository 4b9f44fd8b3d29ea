"""A long list, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.requests import Request

T = TypeVar("T")
SIZE = 20


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """One page of a list; addresses of the pages beside it, None where there is none."""

    rows: Sequence[T]
    number: int
    pages: int
    count: int
    before: str | None
    after: str | None


def paged(request: Request, rows: Sequence[T]) -> Paged[T]:
    """The page that ``?page=`` asks for; a number that is none, or too high, is put right."""
    said = request.query_params.get("page", "1")
    pages = max(1, -(-len(rows) // SIZE))
    number = min(max(1, int(said)), pages) if said.isascii() and said.isdigit() and len(said) < 6 else 1

    def address(at: int) -> str | None:
        return str(request.url.include_query_params(page=at).query) if 1 <= at <= pages else None

    part = rows[(number - 1) * SIZE : number * SIZE]
    return Paged(part, number, pages, len(rows), address(number - 1), address(number + 1))

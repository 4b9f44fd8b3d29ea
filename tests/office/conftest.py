"""One office for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.office.office import Office
from tests.office.mailing import Clock, office_at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """An office with staff that write mails, and no case."""
    one = office_at(tmp_path / "home", clock)
    yield one
    one.store.close()

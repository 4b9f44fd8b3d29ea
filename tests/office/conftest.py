"""One office for each test."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.office.office import Office
from tests.office.mailing import ASKS, CITIZEN, Clock, office_at, receive, sent, written


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """An office with staff that write mails, and no case."""
    one = office_at(tmp_path / "home", clock)
    yield one
    one.store.close()


@pytest.fixture
def receipt(office: Office) -> EmailMessage:
    """A request was opened by mail; its receipt."""
    assert receive(office, written(CITIZEN, "申请公开", ASKS)) == {"opens_case": 1}
    return sent(office).to(CITIZEN)

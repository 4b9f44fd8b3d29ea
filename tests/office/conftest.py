"""One office for each test."""

import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.office.office import Office
from tests.office.mailing import ASKS, CITIZEN, Clock, office_at, receive, sent, written


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office with staff and no case, made once."""
    home = tmp_path_factory.mktemp("office") / "home"
    office_at(home, Clock()).store.close()
    return home


@pytest.fixture
def office(empty_home: Path, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """An office with staff that write mails, and no case."""
    one = office_at(Path(shutil.copytree(empty_home, tmp_path / "home")), clock)
    yield one
    one.store.close()


@pytest.fixture
def receipt(office: Office) -> EmailMessage:
    """A request was opened by mail; its receipt."""
    assert receive(office, written(CITIZEN, "申请公开", ASKS)) == {"opens_case": 1}
    return sent(office).to(CITIZEN)

"""An office with a SQLite store of its own, with and without people in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.mailbox.calendar import national_calendar
from bot.mailbox.letters.facts import District
from bot.mailbox.workflow import Rules
from bot.office.desk import Desk
from bot.store.database import open_database
from bot.store.store import Store
from bot.store.vault import Vault, new_master_key
from tests.office.world import (
    OTHERS,
    STAFF,
    World,
)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("office") / "wenban.db"
    open_database(path).dispose()
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(
        district=District("试验区人民政府", "试验区人民政府办公室", "12345", "试验市人民政府"),
        departments={"zhujian": "区住建局", "chengguan": "区城管局"},
        rules=Rules(),
        calendar=national_calendar(),
        own_letters=None,
        mail_from="mailbox@test.example",
    )


@pytest.fixture
def bare(tmp_path: Path, empty_database: Path, desk: Desk) -> Iterator[World]:
    """An office in which nobody works."""
    engine = open_database(Path(shutil.copy(empty_database, tmp_path / "wenban.db")))
    yield World(Store(engine, Vault([new_master_key()])), desk, engine)
    engine.dispose()


@pytest.fixture
def world(bare: World) -> World:
    bare.hire(*STAFF.values(), OTHERS)
    return bare

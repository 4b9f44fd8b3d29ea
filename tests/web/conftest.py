"""The site for each module of tests, and a real browser where one is installed."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.snapshot import Snapshot
from tests.web.serving import Person, Running, running

CHROMIUM = os.environ.get("WENBAN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PICTURES = Path(os.environ.get("WENBAN_PICTURES", Path(__file__).parents[2] / ".artifacts" / "web"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, shipped: Snapshot) -> Iterator[Running]:
    """The site with the shipped catalogue and nobody's cases yet."""
    with running(tmp_path_factory.mktemp("web"), shipped) as one:
        yield one


@pytest.fixture
def person(site: Running) -> Iterator[Person]:
    """Somebody who has never been here."""
    with site.person() as one:
        yield one


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright; only where it is asked for, because these tests take minutes."""
    if "WENBAN_BROWSER" not in os.environ:
        pytest.skip("browser tests: pip install wenban[browser], apt-get install chromium, WENBAN_BROWSER=1")
    sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install playwright")
    if CHROMIUM is None:
        pytest.skip("no chromium: apt-get install chromium fonts-noto-cjk")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def pictures() -> Path:
    """Where screenshots go; outside git."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES

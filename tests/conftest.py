"""Shared: the shipped snapshot, a small catalogue that tests may break, and the folder of real data."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.load import SHIPPED
from index.snapshot import Snapshot, ensure_snapshot

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SHARED = Path(os.environ.get("WENBAN_SHARED", Path(__file__).parents[2] / "shared"))

SMALL = {
    "district.yaml": "id: test\nname: 试验区\nfull_name: 试验省试验市试验区\n",
    "departments.yaml": "departments:\n  - id: gongan\n    name: 区公安分局\n    aliases: [公安局]\n",
    "items/gongan.yaml": """\
department: gongan
items:
  - id: id-card-reissue
    name: 居民身份证补领
    aliases: [补身份证]
    phrasings: [身份证搞丢了怎么补]
    type: 行政确认
    audiences: [自然人]
    themes: [户籍身份]
    related_services: [{id: passport}]
    guide:
      summary: 身份证丢了重新领一张。
      handling: 承诺件
      statutory_limit: {value: 60, unit: 自然日}
      promised_limit: {value: 20, unit: 工作日}
      online: {available: true, fully: true, web_url: "https://zwfw.hubei.gov.cn"}
      visits: 0
      materials: [{name: 户口簿}]
      steps_online: [登录, 申请]
      fees: [{item: 工本费, amount: 40 元, basis: 发改价格〔2003〕2322号}]
      verified_on: 2026-11-01
  - id: passport
    name: 普通护照首次申领
    aliases: [办护照]
    type: 行政许可
    audiences: [自然人]
    themes: [出境入境]
    guide:
      online: {available: false}
""",
}


def write_catalog(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write ``files`` (SMALL by default changed) into ``folder``."""
    for name, content in {**SMALL, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small faultless catalogue."""
    return write_catalog(tmp_path / "catalog", {})


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The shipped catalogue, indexed once for all tests."""
    return ensure_snapshot(SHIPPED, tmp_path_factory.mktemp("home") / "index")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("real data is not here")
    return SHARED

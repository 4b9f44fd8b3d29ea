"""The catalogue in numbers."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog.load import SHIPPED, load
from catalog.stats import Counts, stats
from tests.conftest import write_catalog

TODAY = date(2026, 11, 24)
COMPLETE = """conditions: [有户口], statutory_limit: {value: 9, unit: 工作日}, promised_limit: {value: 1, unit: 工作日},
      materials: [], fees: [], steps_window: [去], steps_online: [点], result: {name: 证}, visits: 0, source: {name: 法},
      legal_basis: [{title: 法}], faq: [{question: 问, answer: 答}]"""
ITEMS: dict[str, dict[str, Any]] = {
    "full": {"guide": "online: {available: true, fully: true}, verified_on: 2026-11-01, " + COMPLETE},
    "part": {"guide": "online: {available: true}, verified_on: 2025-11-24", "themes": "[住房, 社保, 住房]"},
    "old": {"guide": "online: {available: false}, verified_on: 2025-11-23", "department": "minzheng"},
    "open": {
        "guide": "online: {available: false}, unverified: [电话], verified_on: 2026-11-24",
        "type": "行政许可",
    },
    "undated": {"guide": "online: {available: false, fully: true}"},
    "paused": {"guide": "online: {available: true}", "status": "暂停"},
    "gone": {"guide": "online: {available: true}", "status": "取消"},
}
DEPARTMENTS = "departments:\n  - {id: gongan, name: 区公安分局}\n  - {id: minzheng, name: 区民政局}\n"


def item(name: str, more: dict[str, Any]) -> str:
    return f"""\
  - id: {name}
    name: 事项{name}
    type: {more.get("type", "公共服务")}
    competent_authority: {more.get("department", "gongan")}
    audiences: [自然人]
    themes: {more.get("themes", "[户籍]")}
    status: {more.get("status", "在用")}
    guide: {{{more["guide"]}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    items = "items:\n" + "".join(item(name, more) for name, more in ITEMS.items())
    return write_catalog(tmp_path, {"departments.yaml": DEPARTMENTS, "items/gongan.yaml": items})


def test_only_items_in_use_count(folder: Path) -> None:
    found = stats(load(folder), TODAY)
    assert found.total == Counts(items=5, online=2, fully_online=1, complete=1, unverified=2, stale=1)
    assert found.total.online_rate == 0.4


@pytest.mark.parametrize(("days", "stale"), [(365, 1), (364, 2), (366, 0), (22, 3)])
def test_stale_is_older_than_the_days(folder: Path, days: int, stale: int) -> None:
    assert stats(load(folder), TODAY, days).total.stale == stale


def test_groups_the_biggest_first(folder: Path) -> None:
    found = stats(load(folder), TODAY)
    assert {name: one.items for name, one in found.by_department.items()} == {"区公安分局": 4, "区民政局": 1}
    assert list(found.by_department) == ["区公安分局", "区民政局"]
    assert {name: one.items for name, one in found.by_type.items()} == {"公共服务": 4, "行政许可": 1}
    assert {name: (one.items, one.online) for name, one in found.by_theme.items()} == {
        "户籍": (4, 1),
        "住房": (1, 1),
        "社保": (1, 1),
    }


def test_nothing_in_use_has_a_rate_of_zero(tmp_path: Path) -> None:
    folder = write_catalog(tmp_path, {"items/gongan.yaml": "items:\n" + item("gone", ITEMS["gone"])})
    found = stats(load(folder), TODAY)
    assert (found.total.items, found.total.online_rate, found.by_theme) == (0, 0.0, {})


def test_the_parts_of_the_shipped_catalogue_sum_up() -> None:
    found = stats(load(SHIPPED), TODAY)
    for groups in (found.by_department, found.by_type):
        for name in ("items", "online", "fully_online", "complete", "unverified", "stale"):
            assert sum(getattr(one, name) for one in groups.values()) == getattr(found.total, name)

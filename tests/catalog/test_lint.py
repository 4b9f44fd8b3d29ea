"""Contradictions inside a guide are found; a clean guide gives none."""

from datetime import date
from pathlib import Path

import pytest

from catalog.faults import Severity
from catalog.lint import lint
from catalog.load import load
from tests.conftest import SMALL, write_catalog

TODAY = date(2026, 11, 24)
ITEMS = SMALL["items/gongan.yaml"]


def test_a_clean_guide_has_no_findings(small: Path) -> None:
    assert lint(load(small), TODAY) == ()


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        (
            "promised_limit: {value: 20, unit: 工作日}",
            "promised_limit: {value: 90, unit: 自然日}",
            "promised_limit",
            "超过法定",
        ),
        ("handling: 承诺件", "handling: 即办件", "promised_limit", "即办件"),
        ("visits: 0", "visits: 1", "visits", "全程网办"),
        ('fully: true, web_url: "https://zwfw.hubei.gov.cn"', "fully: false", "online", "没有网址"),
        (", basis: 发改价格〔2003〕2322号", "", "fees.0.basis", "没有依据"),
        ("[登录, 申请]", "[按规定执行]", "steps_online.0", "空话"),
        ("2026-11-01", "2024-11-01", "verified_on", "365 天"),
        ("2026-11-01", "2027-11-01", "verified_on", "今天之后"),
        ("type: 行政许可", "type: 行政许可\n    base_code: '123'", "base_code", "12 位"),
    ],
)
def test_a_contradiction_is_found(tmp_path: Path, old: str, new: str, field: str, said: str) -> None:
    assert old in ITEMS
    found = lint(load(write_catalog(tmp_path, {"items/gongan.yaml": ITEMS.replace(old, new, 1)})), TODAY)
    assert [fault for fault in found if field in fault.field and said in fault.problem], found


def test_a_visit_without_reason(tmp_path: Path) -> None:
    text = ITEMS.replace("fully: true", "fully: false").replace("visits: 0", "visits: 1")
    found = lint(load(write_catalog(tmp_path, {"items/gongan.yaml": text})), TODAY)
    assert [fault.problem for fault in found if fault.severity is Severity.ERROR] == ["要到现场但没写原因"]

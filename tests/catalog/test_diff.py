"""What changes between two catalogues, said in the official names of the elements."""

from pathlib import Path

import pytest

from catalog.diff import CatalogDiff, diff
from catalog.load import SHIPPED, load
from tests.conftest import SMALL, write_catalog

ITEMS = SMALL["items/gongan.yaml"]
LISTS = ITEMS.replace(
    "      steps_online: [登录, 申请]",
    "      steps_online: [登录, 申请]\n      faq: [{question: 贵吗, answer: 不贵}]",
)


def compared(tmp_path: Path, before: dict[str, str], after: dict[str, str]) -> CatalogDiff:
    return diff(load(write_catalog(tmp_path / "a", before)), load(write_catalog(tmp_path / "b", after)))


def edited(old: str, new: str, text: str = ITEMS) -> dict[str, str]:
    assert old in text
    return {"items/gongan.yaml": text.replace(old, new)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: 普通护照首次申领", "name: 护照申领", ["事项名称：普通护照首次申领 → 护照申领"]),
        ("{value: 20, unit: 工作日}", "{value: 15, unit: 工作日}", ["承诺办结时限：20 工作日 → 15 工作日"]),
        ("{value: 20, unit: 工作日}", "{value: 20, unit: 自然日}", ["承诺办结时限：20 工作日 → 20 自然日"]),
        ("      handling: 承诺件\n", "", ["办件类型：删去 承诺件"]),
        ("visits: 0", "visits: 1", ["到办事现场次数：0 → 1"]),
        ("visits: 0", "visits: 0\n      visit_reason: 领证", ["必须现场办理原因说明：新增 领证"]),
        ("available: false", "available: true", ["网上办理·是否网办：否 → 是"]),
        ("40 元", "20 元", ["收费“工本费”·收费标准：40 元 → 20 元"]),
        ("[{name: 户口簿}]", "[{name: 户口簿, copies: 2}]", ["办理材料“户口簿”·份数：1 → 2"]),
        ("[{name: 户口簿}]", "[{name: 户口簿}, {name: 照片}]", ["办理材料：新增 照片"]),
        ("[{name: 户口簿}]", "[{name: 照片}]", ["办理材料：删去 户口簿", "办理材料：新增 照片"]),
        ("[{name: 户口簿}]", "[]", ["办理材料：删去 户口簿"]),
        ("      materials: [{name: 户口簿}]\n", "", ["办理材料：删去 户口簿"]),
        ("[登录, 申请]", "[申请, 登录]", ["办理流程（线上）：顺序变了"]),
        ("[登录, 申请]", "[登录, 申请, 缴费]", ["办理流程（线上）：新增 缴费"]),
        ("[身份证搞丢了怎么补]", "[身份证搞丢了么样补]", ["市民问法：身份证搞丢了怎么补 → 身份证搞丢了么样补"]),
        ("[身份证搞丢了怎么补]", "[身份证搞丢了怎么补, 身份证搞丢了怎么补]", ["市民问法：新增 身份证搞丢了怎么补"]),
        ("type: 行政许可", "type: 公共服务", ["事项类型：行政许可 → 公共服务"]),
        ("verified_on: 2026-11-01", "verified_on: 2026-11-20", ["核实日期：2026-11-01 → 2026-11-20"]),
        ("[{id: passport}]", "[{id: passport, why: 一起办}]", ["相关事项“passport”·关系说明：新增 一起办"]),
        ("answer: 不贵", "answer: 要 40 元", ["常见问题“贵吗”·解答：不贵 → 要 40 元"]),
    ],
)  # fmt: skip
def test_a_field_that_changes(tmp_path: Path, old: str, new: str, said: list[str]) -> None:
    found = compared(tmp_path, {"items/gongan.yaml": LISTS}, edited(old, new, LISTS))
    assert (found.added, found.removed) == ((), ())
    (entry,) = found.changed
    assert [str(change) for change in entry.fields] == said
    assert found.touched_items == {entry.id}


def test_paths_are_those_of_the_file(tmp_path: Path) -> None:
    (entry,) = compared(tmp_path, {}, edited("available: false", "available: true")).changed
    assert (entry.section, entry.id, entry.name) == ("items", "passport", "普通护照首次申领")
    assert [change.field for change in entry.fields] == ["guide.online.available"]


def test_items_come_and_go(tmp_path: Path) -> None:
    without = {"items/gongan.yaml": ITEMS.replace("    related_services: [{id: passport}]\n", "").partition("  - id: passport")[0]}  # fmt: skip
    less, more = compared(tmp_path / "1", {}, without), compared(tmp_path / "2", without, {})
    assert [entry.name for entry in less.removed] == [entry.name for entry in more.added] == ["普通护照首次申领"]
    assert less.touched_items == more.touched_items == {"passport", "id-card-reissue"}


SYNONYMS = "synonyms:\n  - {say: [本本], mean: [护照]}\n  - {say: [本本], mean: [户口簿]}\n"
EVENT = "life_events:\n  - {id: lost, name: 钱包丢了, steps: [{item: passport, why: 补}]}\n"
DOCUMENT = ("documents:\n  - {id: budget, title: 预算报告, kind: 财政预决算, publisher: gongan, "
            "published_on: 2026-01-20, summary: 全年预算。}\n")  # fmt: skip


@pytest.mark.parametrize(
    ("file", "before", "after", "kind", "said"),
    [
        ("district.yaml", SMALL["district.yaml"], SMALL["district.yaml"] + "hotline: '110'\n", "区划", "政务服务热线：12345 → 110"),
        ("district.yaml", SMALL["district.yaml"], SMALL["district.yaml"].replace("test", "other"), "区划", "区划编号：test → other"),
        ("departments.yaml", SMALL["departments.yaml"], SMALL["departments.yaml"].replace("公安局]", "公安局, 派出所]"), "部门", "简称：新增 派出所"),
        ("synonyms.yaml", SYNONYMS, SYNONYMS.replace("户口簿", "户口本"), "同义词", "规范说法：户口簿 → 户口本"),
        ("synonyms.yaml", SYNONYMS, SYNONYMS.replace("[护照]}", "[护照], both_ways: true}"), "同义词", "是否双向：否 → 是"),
        ("life_events.yaml", EVENT, EVENT.replace("why: 补", "why: 去补"), "一件事", "办理顺序“passport”·为什么办：补 → 去补"),
        ("documents/all.yaml", DOCUMENT, DOCUMENT.replace("全年预算。", "今年预算。"), "公开文件", "内容概述：全年预算。 → 今年预算。"),
    ],
)  # fmt: skip
def test_other_entries(tmp_path: Path, file: str, before: str, after: str, kind: str, said: str) -> None:
    (entry,) = compared(tmp_path, {file: before}, {file: after}).changed
    assert (entry.kind, [str(change) for change in entry.fields]) == (kind, [said])


def test_the_same_is_no_difference(tmp_path: Path) -> None:
    one = load(SHIPPED)
    assert not diff(one, one.model_copy(update={"fingerprint": "other"}))
    assert len(diff(None, one).added) > len(one.items)


def test_long_values_are_cut(tmp_path: Path) -> None:
    found = compared(tmp_path, {}, edited("身份证丢了重新领一张。", "很" * 500))
    assert len(str(found.changed[0].fields[0])) < 100

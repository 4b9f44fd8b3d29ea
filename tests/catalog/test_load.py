"""Every faulty catalogue gives its whole list of faults: file, line, field, what, how to mend."""

from pathlib import Path

import pytest

from catalog.errors import CatalogError, CatalogFaults
from catalog.faults import Fault
from catalog.load import SHIPPED, fingerprint, load, load_administration
from tests.conftest import SMALL, write_catalog

ITEMS = SMALL["items/gongan.yaml"]


def faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(CatalogFaults) as caught:
        load(folder)
    return caught.value.faults


def test_a_faultless_folder_loads(small: Path) -> None:
    catalog = load(small)
    assert [item.name for item in catalog.items] == ["居民身份证补领", "普通护照首次申领"]
    assert catalog.department_name(catalog.items[0]) == "区公安分局"
    assert catalog.items[0].guide.fees is not None
    assert catalog.fingerprint == fingerprint(small)


def test_the_shipped_catalogue_loads() -> None:
    catalog = load(SHIPPED)
    assert len(catalog.items) == 320


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nitems: [*c]\n"


@pytest.mark.parametrize(
    ("name", "content", "line", "field", "said"),
    [
        ("items/gongan.yaml", BOMB, 1, "b.1", "锚点"),
        ("items/gongan.yaml", "department: gongan\nitems:\n" + "  - {\n", 4, "", "YAML 格式不对"),
        ("items/gongan.yaml", b"\xef\xbb\xbf" + ITEMS.encode(), 1, "", "BOM"),
        ("items/gongan.yaml", ITEMS.encode("gbk"), 4, "", "GBK"),
        ("items/gongan.yaml", b"department: gongan\nitems:\n  - name: \xff\n", 3, "", "不是 UTF-8"),
        ("items/gongan.yaml", "", 0, "", "空的"),
        ("items/gongan.yaml", "[" * 100_000, 1, "", "嵌套超过"),
        ("items/gongan.yaml", "items: 3\n", 1, "items", "列表"),
        ("items/gongan.yaml", "items: !!python/object:os.system []\n", 1, "items", "标签"),
        ("items/gongan.yaml", ITEMS.replace("id: passport\n", "id: id-card-reissue\n"), 22, "id", "重复"),
        (
            "items/gongan.yaml",
            ITEMS.replace("{id: passport}", "{id: nothing}"),
            10,
            "related_services.0.id",
            "不存在",
        ),
        ("items/gongan.yaml", ITEMS.replace("visits: 0", "visits: 两次"), 17, "guide.visits", "整数"),
        ("items/gongan.yaml", ITEMS.replace("visits: 0", "visits: 12"), 17, "guide.visits", "太大"),
        ("items/gongan.yaml", ITEMS.replace("type: 行政许可", "type: 许可"), 25, "type", "不在可选值里"),
        ("items/gongan.yaml", ITEMS.replace("summary:", "sumary:"), 12, "guide.sumary", "不认识的字段"),
        ("items/gongan.yaml", ITEMS.replace("2026-11-01", "去年"), 21, "guide.verified_on", "日期"),
        ("items/gongan.yaml", ITEMS.replace("    themes: [出境入境]\n", ""), 22, "themes", "缺少"),
        ("items/gongan.yaml", ITEMS.replace("name: 普通护照首次申领", "name: 12"), 23, "name", "文字"),
        ("items/gongan.yaml", ITEMS + "    name: 又一个\n", 30, "items.1.name", "写了两次"),
        (
            "items/gongan.yaml",
            ITEMS.replace("department: gongan", "department: nobody"),
            3,
            "competent_authority",
            "不存在",
        ),
        ("other.yaml", "x: 1\n", 0, "", "不认识的文件"),
        ("district.yaml", "id: test\nname: 试验区\n", 1, "full_name", "缺少"),
        ("synonyms.yaml", "synonyms:\n  - {say: [], mean: [护照]}\n", 2, "say", "至少"),
        (
            "life_events.yaml",
            "life_events:\n  - {id: e, name: 事, steps: [{item: x, why: 因}]}\n",
            2,
            "steps.0.item",
            "不存在",
        ),
    ],
)
def test_a_fault_says_where_what_and_how(
    tmp_path: Path, name: str, content: str | bytes, line: int, field: str, said: str
) -> None:
    found = faults(write_catalog(tmp_path, {name: content}))
    match = [f for f in found if f.file == name and f.line == line and f.field.split("（")[0] == field]
    assert match, [str(fault) for fault in found]
    assert said in match[0].problem
    assert match[0].remedy


def test_a_file_of_fifty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    folder = write_catalog(tmp_path, {})
    with (folder / "items" / "gongan.yaml").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert "50 MB" in faults(folder)[0].problem


def test_district_and_departments_can_be_loaded_alone(tmp_path: Path) -> None:
    alone, whole = load_administration(SHIPPED), load(SHIPPED)
    assert (alone.district, alone.departments) == (whole.district, whole.departments)
    faulty = write_catalog(tmp_path, {"departments.yaml": "departments: [{id: x}]\n"})
    with pytest.raises(CatalogFaults):
        load_administration(faulty)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    broken = ITEMS.replace("visits: 0", "visits: x").replace("type: 行政许可", "type: 许可").replace("GB", "")
    found = faults(write_catalog(tmp_path, {"items/gongan.yaml": broken, "other.yaml": "x: 1\n"}))
    assert len(found) == 3
    assert list(found) == sorted(found)


@pytest.mark.parametrize("content", ["id: x\n  name: y\n\t- z", "[" * 5000, "? {a: b}\n: c\n", "- 1\n", '"\x07"\n'])
def test_no_file_raises_anything_else(tmp_path: Path, content: str) -> None:
    assert faults(write_catalog(tmp_path, {"items/gongan.yaml": content, "district.yaml": content}))


def test_a_folder_that_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="district.yaml"):
        load(tmp_path)
    with pytest.raises(CatalogError, match="找不到"):
        load(tmp_path / "nowhere")

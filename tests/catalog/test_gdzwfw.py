"""The importer of Guangdong's export: what each record becomes, and that nothing is lost unsaid."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from catalog.dump import dump
from catalog.errors import CatalogError
from catalog.guide import ContactPoint, Guide, Material, OnlineAccess, Place, TimeLimit
from catalog.importers.gdzwfw import read
from catalog.importers.numbered import pieces, seems_cut_off
from catalog.importers.report import Doubt, ImportResult
from catalog.load import load
from catalog.models import ServiceItem
from catalog.values import Audience, Channel, ItemType, Level, MaterialForm, Status, TimeUnit

CODE = "11440000006939756B2440101007000"
RECORD: dict[str, Any] = {
    "_id": {"$oid": "60ae6f94e995f7e541f057f2"},
    "TASK_CODE": CODE,
    "ORGCODE": "006939756",
    "TASK_TYPE_TEXT": "行政许可",
    "TASK_STATE": None,
    "CATANAME": "临时价格干预",
    "DEPT_NAME": " 广东省发展和改革委员会 ",
    "TASK_NAME": "临时价格干预范围事项提价申报(变更)",
    "subTaskName": "变更",
    "CATAID": "440101007000",
    "URL": "https://www.gdzwfw.gov.cn/gaio/apply.html#/1",
    "AREACODE": "440000",
    "ONLINECHECK": "1",
    "matter_name": "临时价格干预范围事项提价申报",
    "matter_short": "提价申报",
    "matter_daily": "涨价,提价申报，债权文书(借据、欠单)申报",
    "matter_code": "无",
    "matter_level": "省级",
    "visit_number": "0",
    "co_department": "无",
    "handle_location": "办理地点：广州市越秀区东风中路305号",
    "handle_time": "30(工作日)",
    "handle_time_limit": "7（自然日）",
    "matter_type": "行政许可",
    "accept_standard": "符合以下条件： 1.甲； 2.乙。",
    "consult_phone": "020-34121084",
    "courier_service": "是",
    "bear_paltform": "统一申办平台",
    "complain_phone": "020-12345",
    "online_book": "是",
    "online_book_addr": "http://book.gd.gov.cn/",
    "theme_category": ["其他"],
    "service_object_name": ["自然人", "企业法人"],
    "material_intro": ["申请报告；", "身份证原件及复印件", "营业执照复印件", "护照复印件或军官证"],
}


def export(folder: Path, *lines: dict[str, Any] | str | bytes) -> Path:
    """An export of ``lines``: a mapping is RECORD with these fields changed."""
    path = folder / "policy.json"
    whole = (json.dumps({**RECORD, **line}) if isinstance(line, dict) else line for line in lines)
    path.write_bytes(b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in whole))
    return path


def one(folder: Path, **fields: Any) -> tuple[ServiceItem, tuple[Doubt, ...]]:
    """The item and the doubts of one record with ``fields`` changed."""
    result = read(export(folder, fields))
    assert result.report.rejected == ()
    return result.catalog.items[0], result.report.doubts


def test_a_whole_record(tmp_path: Path) -> None:
    result = read(export(tmp_path, {}))
    item = result.catalog.items[0]
    guide = item.guide
    assert item == ServiceItem(
        id="gd-11440000006939756b2440101007000",
        name="临时价格干预范围事项提价申报(变更)",
        aliases=("提价申报", "债权文书(借据、欠单)申报"),
        keywords=("涨价",),
        base_code="440101007000",
        implementation_code="11440000006939756B2440101007000",
        type=ItemType.LICENCE,
        level=Level.PROVINCE,
        competent_authority="gd-006939756",
        audiences=(Audience.PERSON, Audience.COMPANY),
        themes=("其他",),
        guide=guide,
    )
    assert guide == Guide(
        conditions=("符合以下条件：", "1.甲；", "2.乙。"),
        statutory_limit=TimeLimit(value=30, unit=TimeUnit.WORKING_DAY),
        promised_limit=TimeLimit(value=7, unit=TimeUnit.DAY),
        channels=(Channel.WINDOW, Channel.WEB, Channel.POST),
        online=OnlineAccess(
            available=True,
            fully=True,
            platform="统一申办平台",
            web_url="https://www.gdzwfw.gov.cn/gaio/apply.html#/1",
            note="网上预约地址：http://book.gd.gov.cn/",
        ),
        visits=0,
        materials=(
            Material(name="申请报告"),
            Material(name="身份证原件及复印件", form=MaterialForm.BOTH),
            Material(name="营业执照复印件", form=MaterialForm.COPY),
            Material(name="护照复印件或军官证"),
        ),
        places=(Place(name="广州市越秀区东风中路305号"),),
        contact_point=ContactPoint(consult="020-34121084", supervise="020-12345"),
        unverified=("办理材料：数据来源只有名称，没有说明材料形式、份数和是否必要",),
        source=guide.source,
    )
    assert guide.source
    assert guide.source.name == "广东政务服务网，2021-05-26 采集"
    assert result.report.doubts == ()


def test_the_catalogue_around_the_items(tmp_path: Path) -> None:
    catalog = read(export(tmp_path, {})).catalog
    assert (catalog.district.id, catalog.district.name, catalog.district.code) == (
        "guangdong",
        "广东省",
        "440000",
    )
    assert [(entry.id, entry.name) for entry in catalog.departments] == [("gd-006939756", "广东省发展和改革委员会")]


@pytest.mark.parametrize(
    ("fields", "path", "expected"),
    [
        ({"accept_standard": "无"}, "guide.conditions", None),
        ({"accept_standard": "无条件受理。"}, "guide.conditions", ()),
        ({"accept_standard": "公开信息，无条件限制"}, "guide.conditions", ("公开信息，无条件限制",)),
        ({"handle_time": "无"}, "guide.statutory_limit", None),
        ({"handle_time_limit": "2(小时)"}, "guide.promised_limit", TimeLimit(value=2, unit=TimeUnit.HOUR)),
        ({"handle_time_limit": "3个月"}, "guide.promised_limit", TimeLimit(value=3, unit=TimeUnit.MONTH)),
        ({"visit_number": "1"}, "guide.online.fully", False),
        ({"visit_number": 2}, "guide.visits", 2),
        ({"courier_service": "不支持"}, "guide.channels", (Channel.WINDOW, Channel.WEB)),
        ({"handle_location": "无线下办理窗口"}, "guide.channels", (Channel.WEB, Channel.POST)),
        ({"handle_location": "无线下办理窗口"}, "guide.places", ()),
        ({"material_intro": "无"}, "guide.materials", None),
        ({"material_intro": "申请表"}, "guide.materials", (Material(name="申请表"),)),
        ({"online_book_addr": "无"}, "guide.online.note", None),
        ({"bear_paltform": "无"}, "guide.online.platform", None),
        ({"consult_phone": "拨打12348"}, "guide.contact_point.consult", "拨打12348"),
        ({"consult_phone": "(020)8388 2222"}, "guide.contact_point.consult", "(020)8388 2222"),
        ({"complain_phone": "无。"}, "guide.contact_point.supervise", None),
        ({"_id": "x"}, "guide.source.name", "广东政务服务网"),
        ({"TASK_TYPE_TEXT": "公共服务", "matter_type": "公共服务"}, "type", ItemType.PUBLIC_SERVICE),
        ({"matter_level": "市级"}, "level", Level.CITY),
        ({"TASK_STATE": "挂起"}, "status", Status.SUSPENDED),
        ({"TASK_STATE": "3"}, "status", Status.CANCELLED),
        ({"CATANAME": "价格管理"}, "keywords", ("涨价", "价格管理")),
        ({"matter_short": "涨价的", "matter_daily": "法援  律师"}, "keywords", ("涨价的", "法援", "律师")),
        ({"matter_short": RECORD["TASK_NAME"], "matter_daily": "无"}, "aliases", ()),
        ({"TASK_CODE": CODE + "03"}, "handling_code", CODE + "03"),
        ({"TASK_CODE": CODE + "03"}, "implementation_code", CODE),
    ],
)
def test_fields(tmp_path: Path, fields: dict[str, Any], path: str, expected: object) -> None:
    value: Any = one(tmp_path, **fields)[0]
    for name in path.split("."):
        value = getattr(value, name)
    assert value == expected


@pytest.mark.parametrize(
    ("fields", "field", "reason", "kept"),
    [
        ({"handle_time": "约30天左右"}, "handle_time", "看不懂这个时限", False),
        ({"handle_time_limit": "9999(工作日)"}, "handle_time_limit", "看不懂这个时限", False),
        ({"handle_time_limit": "31(工作日)"}, "handle_time_limit", "承诺时限比法定时限长", True),
        ({"visit_number": "多次"}, "visit_number", "应当是 0 到 9 的次数", False),
        (
            {"visit_number": "1", "handle_location": "无线下办理窗口"},
            "visit_number",
            "要到现场，但没有线下窗口",
            True,
        ),
        ({"URL": None}, "ONLINECHECK", "可网办，但没有能用的网址", True),
        ({"URL": "javascript:alert(1)"}, "URL", "不是 500 字以内的 http(s) 网址", False),
        ({"online_book_addr": "见官网"}, "online_book_addr", "不是 500 字以内的 http(s) 网址", False),
        ({"ONLINECHECK": "0", "online_book": "否"}, "URL", "没有开通网办，不导入平台和网址", False),
        ({"ONLINECHECK": "也许"}, "ONLINECHECK", "不认识的值，当作没有", False),
        ({"complain_phone": "0000swjw"}, "complain_phone", "没有电话号码", False),
        ({"consult_phone": "电" * 2001}, "consult_phone", "超过 2000 字，放不下", False),
        ({"accept_standard": "应符合以下条件："}, "accept_standard", "像是没有写完，请到数据来源核对", True),
        ({"material_intro": []}, "material_intro", "是空的清单，不能当作不需要材料", False),
        ({"material_intro": ["申请表", {"a": 1}]}, "material_intro", "应当是文字", False),
        ({"material_intro": ["料" * 2001]}, "material_intro", "超过 2000 字，放不下", False),
        ({"service_object_name": ["自然人", "外星人"]}, "service_object_name", "不认识的服务对象", False),
        ({"theme_category": []}, "theme_category", "没有主题，归入“其他”", False),
        ({"theme_category": ["题" * 121]}, "theme_category", "超过 120 字，放不下", False),
        ({"matter_daily": "名" * 121}, "matter_daily", "超过 120 字，放不下", False),
        ({"TASK_STATE": "未知"}, "TASK_STATE", "不认识的事项状态，当作在用", False),
        ({"matter_code": "9" * 33}, "matter_code", "业务办理项编码不以实施编码开头", True),
        (
            {"matter_type": "行政确认"},
            "matter_type",
            "与 TASK_TYPE_TEXT 不一致，以 TASK_TYPE_TEXT 为准",
            False,
        ),
        ({"online_book": "否"}, "online_book", "与 ONLINECHECK 不一致，以 ONLINECHECK 为准", False),
    ],
)
def test_doubts(tmp_path: Path, fields: dict[str, Any], field: str, reason: str, kept: bool) -> None:
    item, doubts = one(tmp_path, **fields)
    found = [doubt for doubt in doubts if (doubt.field, doubt.reason) == (field, reason)]
    assert [(doubt.record, doubt.line, doubt.kept) for doubt in found] == [(CODE, 1, kept)]
    told = any(reason in sentence for sentence in item.guide.unverified)
    assert told == (kept and field != "matter_code")


def test_an_item_without_any_way_in_is_doubted(tmp_path: Path) -> None:
    fields = {"handle_location": "无线下办理窗口", "ONLINECHECK": "0", "courier_service": "否"}
    reasons = [doubt.reason for doubt in one(tmp_path, **fields)[1]]
    assert "没有窗口，也没有其他办理形式" in reasons


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"TASK_NAME": ', "不是完整的 JSON"),
        ("[" * 100_000, "不是完整的 JSON"),
        ("[1]", "不是一条记录（应当是 { } 包起来的字段）"),
        ('{"TASK_NAME": "身份证"}'.encode("gbk"), "不是 UTF-8 编码"),
        ({"TASK_NAME": "\ud800"}, "有残缺的字符（只有一半的 \\u 编码）"),
        ({"TASK_NAME": None}, "缺少 TASK_NAME（事项名称）"),
        ({"TASK_NAME": "无"}, "缺少 TASK_NAME（事项名称）"),
        ({"TASK_NAME": ["名"]}, "缺少 TASK_NAME（事项名称）"),
        ({"TASK_CODE": " "}, "缺少 TASK_CODE（实施编码、业务办理项编码）"),
        ({"ORGCODE": None}, "缺少 ORGCODE（实施主体编码）"),
        ({"TASK_TYPE_TEXT": "行政指导"}, "不认识的 TASK_TYPE_TEXT（事项类型）：行政指导"),
        ({"matter_level": None}, "不认识的 matter_level（行使层级）：空"),
        ({"service_object_name": ["外星人"]}, "没有能认出的服务对象"),
        ({"TASK_NAME": "名" * 121}, "name（事项名称）：太长，最多 120 个字"),
        ({"DEPT_NAME": "名" * 121}, "name（部门名称）：太长，最多 120 个字"),
        ({"TASK_CODE": "1" * 60}, "id（事项编号（本系统））：太长，最多 48 个字"),
    ],
)
def test_a_line_that_gives_no_item_is_told_and_skipped(
    tmp_path: Path, line: dict[str, Any] | str | bytes, reason: str
) -> None:
    result = read(export(tmp_path, "", line, {}))
    assert [(entry.line, entry.reason) for entry in result.report.rejected] == [(2, reason)]
    assert (result.report.records, result.report.imported, len(result.catalog.items)) == (2, 1, 1)


def test_a_bom_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    path = export(tmp_path, {})
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read(path).report.imported == 1


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="读不出来"):
        read(tmp_path / "nothing.json")


def test_repeated_codes_are_numbered_and_told(tmp_path: Path) -> None:
    long = "9" * 45
    codes = ["A1", "a1", "A1-2", "A1", long, long]
    lines = [{"TASK_CODE": code, "TASK_NAME": f"事项{number}"} for number, code in enumerate(codes)]
    result = read(export(tmp_path, *lines))
    assert [item.id for item in result.catalog.items] == [
        "gd-a1",
        "gd-a1-2",
        "gd-a1-2-2",
        "gd-a1-3",
        f"gd-{long}",
        f"gd-{long[:39]}-2",
    ]
    assert [(doubt.line, doubt.value) for doubt in result.report.doubts if doubt.field == "TASK_CODE"] == [
        (2, "gd-a1-2"),
        (3, "gd-a1-2-2"),
        (4, "gd-a1-3"),
        (6, f"gd-{long[:39]}-2"),
    ]
    assert_loads(result, tmp_path / "out")


def test_equal_names_in_one_department_are_told(tmp_path: Path) -> None:
    other = {"TASK_CODE": "B", "ORGCODE": "X", "DEPT_NAME": "另一个部门"}
    result = read(export(tmp_path, {"TASK_CODE": "A"}, other, {"TASK_CODE": "C"}))
    found = [doubt for doubt in result.report.doubts if doubt.field == "TASK_NAME"]
    assert [(doubt.record, doubt.line, doubt.value) for doubt in found] == [
        ("C", 3, f"{RECORD['TASK_NAME']}，另一个是 gd-a")
    ]


def test_a_department_with_two_names_keeps_the_first(tmp_path: Path) -> None:
    result = read(export(tmp_path, {"TASK_CODE": "A"}, {"TASK_CODE": "B", "DEPT_NAME": "新名称"}))
    assert [entry.name for entry in result.catalog.departments] == ["广东省发展和改革委员会"]
    assert [doubt.value for doubt in result.report.doubts if doubt.field == "DEPT_NAME"] == [
        "新名称，先出现的是 广东省发展和改革委员会"
    ]


def test_items_stand_by_department_whatever_the_order_of_lines(tmp_path: Path) -> None:
    orgs = ["B", "A", "A-A", "B", "A"]
    lines = [{"TASK_CODE": f"T{number}", "ORGCODE": org} for number, org in enumerate(orgs)]
    result = read(export(tmp_path, *lines))
    assert [item.id for item in result.catalog.items] == ["gd-t2", "gd-t1", "gd-t4", "gd-t0", "gd-t3"]
    assert_loads(result, tmp_path / "out")


def test_the_report_counts_every_field(tmp_path: Path) -> None:
    first: dict[str, Any] = {"TASK_CODE": "A", "co_department": "省级财政", "new_field": 3}
    report = read(export(tmp_path, first, {"TASK_CODE": "B", "URL": "x"})).report
    mapped = {entry.field: entry.records for entry in report.mapped}
    dropped = {entry.field: (entry.records, entry.why) for entry in report.dropped}
    assert (mapped["TASK_NAME"], mapped["URL"]) == (2, 1)
    assert "matter_code" not in mapped
    assert dropped["co_department"] == (1, "目录没有联办机构这一项")
    assert dropped["new_field"] == (1, "不认识的字段")
    stated = {field for field, value in {**RECORD, **first}.items() if value not in (None, "无")}
    assert mapped.keys() | dropped.keys() == stated


def test_the_report_as_text_and_as_data(tmp_path: Path) -> None:
    bad = ["{"] * 25
    report = read(export(tmp_path, {"handle_time": "\x1b[31m半\n年"}, *bad)).report
    text = report.text()
    assert text.startswith("policy.json：读到 26 条，导入 1 个事项、1 个部门，25 条不能用。\n")
    assert "  TASK_NAME → 事项名称：1\n" in text
    assert "  matter_type：1 条，与 TASK_TYPE_TEXT 重复\n" in text
    assert "  handle_time：1 处，看不懂这个时限（未导入）\n    第 1 行： [31m半 年\n" in text
    assert text.endswith("  第 21 行：不是完整的 JSON\n  还有 5 行没有列出。")
    data = json.loads(json.dumps(report.as_dict(), ensure_ascii=False))
    assert data["imported"] == 1
    assert data["doubts"][0]["value"] == "\x1b[31m半\n年"
    assert len(data["rejected"]) == 25


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    path = export(tmp_path, {}, "{", "")
    told: list[int] = []
    read(path, told.append)
    assert told == sorted(told)
    assert (len(told), told[-1]) == (3, path.stat().st_size)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("直接申请", ["直接申请"]),
        ("条件：1、甲；2、乙", ["条件：", "1、甲；", "2、乙"]),
        ("1．甲 2．乙", ["1．甲", "2．乙"]),
        ("条件： 1）甲；2）乙。", ["条件：", "1）甲；", "2）乙。"]),
        ("（1）甲；（2）乙", ["（1）甲；", "（2）乙"]),
        ("①甲②乙", ["①甲", "②乙"]),
        ("a) 甲； b) 乙", ["a) 甲；", "b) 乙"]),
        ("一、甲：1.子 2.丑 二、乙", ["一、甲：1.子 2.丑", "二、乙"]),
        ("（一）甲；（九）不是；（二）乙", ["（一）甲；（九）不是；", "（二）乙"]),
        (
            "。".join(f"（{n}）甲" for n in ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一")),
            11,
        ),
        ("A类：1.甲 2.乙 B类：1.丙 2.丁", ["A类：", "1.甲", "2.乙 B类：", "1.丙", "2.丁"]),
        ("第二十一条（一）申请，宽 1.5 米", ["第二十一条（一）申请，宽 1.5 米"]),
        ("依据《通知》  中规定条件。", ["依据《通知》  中规定条件。"]),
        ("甲。     乙\n丙", ["甲。", "乙", "丙"]),
        ("1.甲", ["1.甲"]),
    ],
)
def test_pieces(text: str, expected: list[str] | int) -> None:
    found = pieces(text, 2000)
    assert (len(found) if isinstance(expected, int) else list(found)) == expected


def test_long_texts_are_split_and_nothing_is_cut() -> None:
    sentences = "条" * 90 + "。" + "件" * 30 + "；" + "长" * 250
    found = pieces(sentences, 100)
    assert [len(piece) for piece in found] == [91, 31, 100, 100, 50]
    assert "".join(found) == sentences


def test_a_long_condition_of_a_record_is_kept_whole(tmp_path: Path) -> None:
    text = "条件很长。" * 1000
    item, _ = one(tmp_path, accept_standard=text)
    assert item.guide.conditions is not None
    assert "".join(item.guide.conditions) == text
    assert max(len(piece) for piece in item.guide.conditions) <= 2000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("应符合以下条件：", True),
        ("1、甲； 2、乙；", True),
        ("满足以下条件： 1.甲。", True),
        ("1.甲； 2.乙。", False),
        ("直接申请", False),
        ("年龄满 18 周岁的公民。", False),
    ],
)
def test_a_text_that_breaks_off(text: str, expected: bool) -> None:
    assert seems_cut_off(text) is expected


def assert_loads(result: ImportResult, folder: Path) -> None:
    """The imported catalogue is dumped and loads as the same catalogue."""
    dump(result.catalog, folder)
    assert load(folder).model_copy(update={"fingerprint": ""}) == result.catalog


def test_the_real_export(shared: Path, tmp_path: Path) -> None:
    path = shared / "data" / "guangdong_gdzwfw_2021" / "policy.json"
    if not path.is_file():
        pytest.skip("the real export is not here")
    result = read(path)
    report = result.report
    assert (report.records, report.imported, report.departments, report.rejected) == (2262, 2262, 177, ())
    assert {"不认识的字段"}.isdisjoint(entry.why for entry in report.dropped)
    assert_loads(result, tmp_path / "out")
    by_code = {item.id: item for item in result.catalog.items}
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        item = by_code[f"gd-{record['TASK_CODE'].lower()}"]
        assert item.name == record["TASK_NAME"].strip()
        assert item.guide.verified_on is None
        said = "".join(item.guide.conditions or ())
        if said:
            assert re.sub(r"\s", "", said) == re.sub(r"\s", "", record["accept_standard"])

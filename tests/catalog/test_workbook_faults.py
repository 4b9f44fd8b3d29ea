"""What a clerk, Excel or chance can do to the workbook: taken where it is harmless, else told cell by cell."""

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from catalog.errors import CatalogError, CatalogFaults
from catalog.faults import Fault
from catalog.guide import Fee, Guide, Material, OnlineAccess, TimeLimit
from catalog.models import (
    Catalog,
    Department,
    District,
    LifeEvent,
    LifeEventStep,
    PublicDocument,
    RelatedService,
    ServiceItem,
    Synonym,
)
from catalog.values import Audience, DocumentKind, ItemType, TimeUnit
from catalog.workbook.export import export
from catalog.workbook.load import load_book
from catalog.workbook.sheets import SHEETS

Edit = Callable[[Any], object]


def item(id_: str, **guide: Any) -> ServiceItem:
    return ServiceItem(
        id=id_,
        name=f"事项{id_}",
        type=ItemType.LICENCE,
        competent_authority="gongan",
        audiences=(Audience.PERSON,),
        themes=("户籍",),
        base_code="0012",
        related_services=(RelatedService(id="b"),),
        guide=Guide(**{"online": OnlineAccess(available=False), **guide}),
    )


CATALOG = Catalog(
    district=District(id="test", name="试验区", full_name="试验省试验区", code="421002"),
    departments=(Department(id="gongan", name="公安分局"), Department(id="minzheng", name="民政局")),
    items=(
        item(
            "a",
            materials=(Material(name="户口簿"), Material(name="照片", copies=2)),
            fees=(),
            steps_online=("登录", "申请"),
            steps_window=("取号",),
            verified_on=date(2026, 11, 1),
            promised_limit=TimeLimit(value=20, unit=TimeUnit.WORKING_DAY),
        ),
        item("b", fees=(Fee(item="工本费", amount="40 元"),)),
    ),
    documents=(
        PublicDocument(
            id="plan",
            title="规划",
            kind=DocumentKind.PLAN,
            publisher="gongan",
            published_on=date(2026, 1, 1),
            summary="概述",
        ),
    ),
    synonyms=(Synonym(say=("护照本",), mean=("普通护照",)),),
    life_events=(LifeEvent(id="abroad", name="出国", steps=(LifeEventStep(item="a", why="要用"),)),),
)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "目录.xlsx"
    export(CATALOG, path)
    return path


@pytest.fixture
def edited(original: Path, tmp_path: Path) -> Callable[[Edit], Path]:
    """The workbook after a clerk did something to it."""

    def after(edit: Edit) -> Path:
        book = openpyxl.load_workbook(original)
        edit(book)
        book.save(tmp_path / "目录.xlsx")
        return tmp_path / "目录.xlsx"

    return after


def at(book: Any, sheet: str, row: int, heading: str) -> Any:
    titles = [cell.value for cell in book[sheet][1]]
    return book[sheet].cell(row, titles.index(heading) + 1)


def put(sheet: str, row: int, heading: str, value: Any) -> Edit:
    def edit(book: Any) -> None:
        cell = at(book, sheet, row, heading)
        cell.value = value

    return edit


def as_number(book: Any, sheet: str, row: int, heading: str) -> None:
    at(book, sheet, row, heading).number_format = "0"


def faults(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(CatalogFaults) as raised:
        load_book(path)
    return raised.value.faults


def test_nothing_done_is_nothing_changed(edited: Callable[[Edit], Path]) -> None:
    result = load_book(edited(lambda book: None))
    assert result.catalog == CATALOG
    assert result.ignored == ()


SAME = [
    put("事项", 2, "是否网办", "×"),
    put("事项", 2, "是否网办", "不 支持"),
    put("事项", 2, "是否网办", False),
    put("事项", 2, "是否收费", "否"),
    put("事项", 2, "是否收费", " 无 "),
    put("事项", 2, "承诺办结时限", "20"),
    put("事项", 2, "承诺办结时限", "２０\xa0"),
    put("事项", 2, "承诺办结时限", 20.0),
    put("事项", 2, "承诺办结时限单位", "个工作日"),
    put("事项", 2, "行使层级", " 县（区）级"),
    put("事项", 2, "行使层级", None),
    put("事项", 2, "服务对象", "个人"),
    put("事项", 2, "事项名称", "\u3000事项a \xa0"),
    put("事项", 2, "事项编号", "ａ "),
    put("事项", 2, "实施主体编号", " gongan"),
    put("事项", 2, "核实日期", "2026-11-01"),
    put("事项", 2, "核实日期", "2026/11/1"),
    put("事项", 2, "核实日期", "2026.11.01"),
    put("事项", 2, "核实日期", "2026年11月1日"),
    put("事项", 2, "核实日期", "20261101"),
    lambda book: (put("事项", 2, "核实日期", 20261101)(book), as_number(book, "事项", 2, "核实日期")),
    put("事项", 2, "核实日期", "2026-11-01 00:00:00"),
    put("事项", 2, "核实日期", datetime.fromisoformat("2026-11-01")),
    put("申请材料", 3, "份数", "2 份"),
    put("申请材料", 2, "材料必要性", "必须"),
    put("申请材料", 2, "事项名称（仅供查看）", "=VLOOKUP(A2,事项!A:B,2)"),
    put("申请材料", 1, "材料名称", "名称"),
    put("申请材料", 1, "份数", " 数量*"),
    put("事项", 1, "事项名称", "服务名称："),
    put("事项", 1, "是否网办", "是否\n网办"),
    put("办理步骤", 2, "线上或线下", "网上"),
    lambda book: setattr(book["申请材料"], "title", "材料清单"),
    lambda book: setattr(book["收费"], "sheet_state", "hidden"),
    lambda book: setattr(book["申请材料"].row_dimensions[2], "hidden", True),
    lambda book: book["申请材料"].insert_rows(3, 4),
    lambda book: book["申请材料"].delete_cols(2),
    lambda book: book.move_sheet("部门", 9),
    lambda book: book.remove(book["说明"]),
    lambda book: book["事项"].move_range("F1:F9", cols=80),
    lambda book: put("事项", 9, "事项名称", "  \xa0")(book),
]


@pytest.mark.parametrize("edit", SAME)
def test_what_means_the_same_is_read_the_same(edited: Callable[[Edit], Path], edit: Edit) -> None:
    assert load_book(edited(edit)).catalog == CATALOG


def test_numbers_in_running_text_are_read_as_they_look(edited: Callable[[Edit], Path]) -> None:
    found = load_book(edited(put("收费", 2, "收费标准", 20.5))).catalog
    fees = found.items_by_id["b"].guide.fees
    assert fees is not None
    assert fees[0].amount == "20.5"


def test_rows_keep_their_order_and_blank_means_the_default(edited: Callable[[Edit], Path]) -> None:
    def edit(book: Any) -> None:
        book["申请材料"].move_range("A2:K2", rows=3)
        for row in (2, 3):
            at(book, "事项", row, "有无申请材料").value = None
        at(book, "申请材料", 3, "份数").value = None

    materials = load_book(edited(edit)).catalog.items[0].guide.materials
    assert materials is not None
    assert [(material.name, material.copies) for material in materials] == [("照片", 1), ("户口簿", 1)]


BAD = [
    (put("事项", 2, "事项类型", "许可"), "“事项”表:2: 【错误】H2 事项类型：“许可”不在可选值里"),
    (put("事项", 3, "事项名称", None), "“事项”表:3: 【错误】B3 事项名称：缺少这一项。请补上"),
    (put("事项", 3, "事项编号", "B_2"), "A3 事项编号：“B_2”的写法不对。编号请只用小写字母、数字和短横线"),
    (put("事项", 3, "事项编号", "a"), "A3 事项编号：事项编号“a”和第 2 行重复。请换一个编号"),
    (put("事项", 2, "实施主体编号", "gong-an"), "J2 实施主体编号：“部门”表里没有编号“gong-an”"),
    (put("事项", 2, "热度", 101), "O2 热度：101 太大，最大是 100"),
    (put("事项", 2, "热度", "很热"), "O2 热度：应当是整数，现在是“很热”"),
    (put("事项", 2, "热度", 2.5), "O2 热度：应当是整数，现在是“2.5”"),
    (put("事项", 2, "热度", True), "O2 热度：这一格应当是文字，现在是逻辑值 TRUE 或 FALSE"),
    (put("事项", 2, "基本编码", 12), "E2 基本编码：这一格被 Excel 变成了数字，开头的 0 可能已经丢了"),
    (
        put("事项", 2, "事项名称", 12345678901234567890),
        "B2 事项名称：这一格被 Excel 变成了数字，后面几位可能已经丢了",
    ),
    (
        put("事项", 2, "事项名称", datetime.fromisoformat("2026-01-01")),
        "B2 事项名称：这一格应当是文字，现在是日期或时间",
    ),
    (put("事项", 2, "事项名称", "=A2&A3"), "B2 事项名称：这一格是公式。请改成算好的值"),
    (put("事项", 2, "事项名称", "#REF!"), "B2 事项名称：这一格是 Excel 的错误值 #REF!"),
    (put("事项", 2, "事项名称", "字" * 121), "B2 事项名称：太长，最多 120 个字"),
    (put("事项", 2, "是否网办", "也许"), "是否网办：应当是“是”或“否”，现在是“也许”"),
    (put("事项", 2, "是否网办", None), "是否网办：缺少这一项"),
    (put("事项", 2, "承诺办结时限单位", None), "承诺办结时限单位：缺少这一项"),
    (put("事项", 2, "服务对象", "自然人\n路人"), "服务对象：“路人”不在可选值里"),
    (put("事项", 2, "服务对象", None), "服务对象：缺少这一项"),
    (put("事项", 2, "日常用语、简称", "甲\n" + "字" * 121), "日常用语、简称：太长"),
    (put("事项", 2, "计算机端办理地址", "www.a.cn"), "计算机端办理地址：“www.a.cn”的写法不对。请写完整的网址"),
    (put("事项", 2, "核实日期", "十一月"), "核实日期：“十一月”不是日期。请写成 2026-11-24 的样子"),
    (put("事项", 2, "核实日期", "2026-02-30"), "核实日期：“2026-02-30”这一天不存在"),
    (
        put("事项", 2, "核实日期", datetime.fromisoformat("2026-01-01T09:00")),
        "核实日期：“2026-01-01 09:00:00”里有几点几分",
    ),
    (put("事项", 2, "核实日期", 20261101), "核实日期：这一格不是日期。请写成 2026-11-24 的样子"),
    (put("事项", 2, "核实日期", time(9)), "核实日期：“09:00:00”不是日期"),
    (put("事项", 2, "是否收费", "有"), "是否收费：写了“有”，可是“收费”表里没有这个事项的内容"),
    (put("事项", 2, "有无申请材料", "无"), "有无申请材料：写了“无”，可是“申请材料”表里有这个事项的内容"),
    (put("事项", 2, "有无申请材料", "大概"), "有无申请材料：应当是“有”“无”或空着，现在是“大概”"),
    (put("申请材料", 3, "份数", 99), "“申请材料”表:3: 【错误】E3 份数：99 太大"),
    (put("申请材料", 3, "事项编号", "zz"), "A3 事项编号：“事项”表里没有编号“zz”"),
    (put("申请材料", 3, "事项编号", None), "A3 事项编号：缺少这一项"),
    (put("申请材料", 3, "材料名称", None), "C3 材料名称：缺少这一项"),
    (put("办理步骤", 2, "线上或线下", "半空"), "C2 线上或线下：“半空”不在可选值里。请从这些值里选：线上、线下"),
    (put("办理步骤", 2, "线上或线下", None), "C2 线上或线下：缺少这一项"),
    (put("办理步骤", 2, "步骤", None), "D2 步骤：是空的"),
    (put("相关事项", 2, "相关事项编号", "zz"), "C2 相关事项编号：“事项”表里没有编号“zz”"),
    (put("人生大事步骤", 2, "事项编号", "zz"), "B2 事项编号：“事项”表里没有编号“zz”"),
    (lambda book: book["人生大事步骤"].delete_rows(2), "A2 事件编号：“人生大事步骤”表里没有它的内容"),
    (put("主动公开文件", 2, "发布机构编号", "zz"), "E2 发布机构编号：“部门”表里没有编号“zz”"),
    (put("同义词", 2, "规范说法", None), "B2 规范说法：缺少这一项"),
    (put("区划", 2, "行政区划代码", "4210"), "“4210”的写法不对。行政区划代码是 6 位数字"),
    (lambda book: book["区划"].delete_rows(2), "“区划”表:2: 【错误】没有填区划"),
    (lambda book: book["区划"].append(["b", "乙", "乙"]), "A3 区划编号：只能有一个区划"),
    (lambda book: book["申请材料"].delete_cols(4), "“申请材料”表:1: 【错误】材料形式：少了这一列"),
    (lambda book: book["申请材料"].delete_cols(3), "“申请材料”表:1: 【错误】材料名称：少了这一列"),
    (lambda book: book["申请材料"].delete_cols(1), "“申请材料”表:1: 【错误】事项编号：少了这一列"),
    (lambda book: book["部门"].delete_cols(1), "“部门”表:1: 【错误】部门编号：少了这一列"),
    (lambda book: book["同义词"].delete_rows(1), "“同义词”表:1: 【错误】第 1 行不是表头"),
    (put("申请材料", 1, "示例样表", "名称"), "有两列（C 列和 J 列）"),
    (lambda book: book.remove(book["部门"]), "目录.xlsx“部门”表: 【错误】没有“部门”这张表"),
    (lambda book: book.remove(book["人生大事步骤"]), "【错误】没有“人生大事步骤”这张表"),
    (lambda book: book.create_sheet("办理材料"), "有两张表都是“申请材料”（另一张叫“办理材料”）"),
    (lambda book: book["申请材料"].merge_cells("A2:A3"), "“申请材料”表: 【错误】A2:A3：这几格合并了"),
]


# What also makes something wrong elsewhere: rows that lose their owner, a heading that is gone.
SEVERAL = (
    "A3 事项编号：事项编号“a”和第 2 行重复。请换一个编号",
    "A3 事项编号：“B_2”的写法不对。编号请只用小写字母、数字和短横线",
    "有两列（C 列和 J 列）",
    "“申请材料”表: 【错误】A2:A3：这几格合并了",
)


@pytest.mark.parametrize(("edit", "said"), BAD)
def test_each_fault_is_told_with_its_cell(edited: Callable[[Edit], Path], edit: Edit, said: str) -> None:
    found = [str(fault) for fault in faults(edited(edit))]
    assert any(said in fault for fault in found), found
    assert len(found) == 1 or said in SEVERAL, found
    assert all(fault.startswith("目录.xlsx“") for fault in found)


def test_all_faults_come_at_once_in_the_order_of_sheets_and_rows(edited: Callable[[Edit], Path]) -> None:
    def edit(book: Any) -> None:
        put("申请材料", 3, "份数", "x")(book)
        put("申请材料", 2, "份数", "y")(book)
        put("事项", 3, "事项类型", "z")(book)
        put("部门", 2, "部门名称", None)(book)

    found = faults(edited(edit))
    assert [(fault.file, fault.line, fault.field) for fault in found] == [
        ("目录.xlsx“部门”表", 2, "B2 部门名称"),
        ("目录.xlsx“事项”表", 3, "H3 事项类型"),
        ("目录.xlsx“申请材料”表", 2, "E2 份数"),
        ("目录.xlsx“申请材料”表", 3, "E3 份数"),
    ]


def test_what_is_not_imported_is_told(edited: Callable[[Edit], Path]) -> None:
    def edit(book: Any) -> None:
        book.create_sheet("草稿").append(["随便"])
        book["收费"]["H1"], book["收费"]["H2"] = "经办人", "老王"
        book["收费"]["J2"] = "无主"

    result = load_book(edited(edit))
    assert result.catalog == CATALOG
    assert [str(fault) for fault in result.ignored] == [
        "目录.xlsx“收费”表:1: 【提醒】H1：不认识 H 列（经办人），没有导入。要导入请改正表头，不要请删掉这一列",
        "目录.xlsx“收费”表:1: 【提醒】J1：不认识 J 列（没有表头），没有导入。要导入请改正表头，不要请删掉这一列",
        "目录.xlsx“草稿”表: 【提醒】不认识这张表，没有导入。要导入请把内容搬到同类的表里",
    ]


def test_a_missing_column_is_one_fault_for_any_number_of_rows(edited: Callable[[Edit], Path]) -> None:
    assert len(faults(edited(lambda book: book["事项"].delete_cols(2)))) == 1


def zipped(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def repacked(original: Path, path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    with zipfile.ZipFile(original) as archive:
        return zipped(path, **{name: change(name, archive.read(name)) for name in archive.namelist()})


def huge(original: Path, path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)


def bomb(original: Path, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(250):
                part.write(bytes(1 << 20))


def entities(_name: str, content: bytes) -> bytes:
    bomb = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 1000 + b'">'
    bomb += b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 50) for n in range(5)) + b"]>"
    return bomb + content.replace(b"</row>", b'<c t="inlineStr"><is><t>&f;</t></is></c></row>')


FILES: list[tuple[str, Callable[[Path, Path], object]]] = [
    ("有 100 MB，超过 20 MB 的上限", huge),
    ("解开后有 250 MB", bomb),
    ("旧格式（.xls）", lambda original, path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))),
    (
        "设了打开密码",
        lambda original, path: path.write_bytes(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999) + "EncryptedPackage".encode("utf-16-le")
        ),
    ),
    ("可能是 csv 或网页改了名", lambda original, path: path.write_text("编号,名称\n1,甲\n", encoding="gb18030")),
    ("可能是 csv 或网页改了名", lambda original, path: path.write_bytes(b"")),
    ("不是完整的 xlsx 文件", lambda original, path: path.write_bytes(original.read_bytes()[:9000])),
    ("里没有工作表", lambda original, path: zipped(path, **{"word/document.xml": b"<w/>"})),
    ("是损坏的 xlsx 文件", lambda original, path: zipped(path, **{"xl/workbook.xml": b"<w/>"})),
    (
        "是损坏的 xlsx 文件",
        lambda original, path: repacked(original, path, lambda name, text: text[: len(text) // 2]),
    ),
    (
        "是损坏的 xlsx 文件",
        lambda original, path: repacked(
            original, path, lambda name, text: entities(name, text) if "sheets/sheet4" in name else text
        ),
    ),
    ("找不到文件", lambda original, path: None),
    ("找不到文件", lambda original, path: path.mkdir()),
]


@pytest.mark.parametrize(("said", "make"), FILES)
def test_a_file_that_is_no_workbook_is_told_in_one_sentence(
    original: Path, tmp_path: Path, said: str, make: Callable[[Path, Path], object]
) -> None:
    path = tmp_path / "坏.xlsx"
    make(original, path)
    with pytest.raises(CatalogError, match="请") as raised:
        load_book(path)
    assert said in raised.value.message
    assert "\n" not in raised.value.message


def test_a_wrong_size_in_the_file_cuts_nothing_off(original: Path, tmp_path: Path) -> None:
    def claim(name: str, text: bytes) -> bytes:
        return text.replace(b"<sheetViews>", b'<dimension ref="A1"/><sheetViews>')

    assert load_book(repacked(original, tmp_path / "b.xlsx", claim)).catalog == CATALOG


def test_a_sheet_full_of_nothing_is_refused(original: Path, tmp_path: Path) -> None:
    def fill(name: str, text: bytes) -> bytes:
        rows = b'<row><c r="XFD%d" t="b"><v>1</v></c></row>'
        more = b"".join(rows % number for number in range(9, 400))
        return text.replace(b"</sheetData>", more + b"</sheetData>") if "sheets/sheet4" in name else text

    with pytest.raises(CatalogError, match="“事项”表超过 100 万格，太大了"):
        load_book(repacked(original, tmp_path / "b.xlsx", fill))


def test_a_mark_far_below_does_not_matter(edited: Callable[[Edit], Path]) -> None:
    def edit(book: Any) -> None:
        book["同义词"].cell(1_048_576, 3).value = " "

    assert load_book(edited(edit)).catalog == CATALOG


def test_every_other_wording_leads_to_a_declared_one() -> None:
    from catalog.workbook import wordings

    by_name = {sheet.name: {column.heading for column in sheet.columns} for sheet in SHEETS}
    assert set(wordings.SHEET_NAMES.values()) <= by_name.keys()
    assert set(wordings.SHEET_NAMES).isdisjoint(by_name)
    for sheet, headings in wordings.HEADINGS.items():
        assert set(headings.values()) <= by_name[sheet]
        assert set(headings).isdisjoint(by_name[sheet])
    for choices, labels in wordings.CHOICES.items():
        assert set(labels.values()) <= set(choices)
        assert {wordings.bare(label) for label in labels}.isdisjoint(set(choices))
        assert all(wordings.label(choices, label.value) == label.value for label in choices)

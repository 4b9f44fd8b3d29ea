"""A catalogue goes out as a workbook and comes back the same; the workbook is fit for a clerk."""

import tempfile
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from catalog.dump import dump
from catalog.errors import CatalogError
from catalog.guide import Guide, Material, OnlineAccess, Text, Url
from catalog.importers.gdzwfw import read as read_gdzwfw
from catalog.load import SHIPPED, load
from catalog.models import Catalog, Code, Department, District, Phrase, ServiceItem, Slug
from catalog.values import Audience, ItemType
from catalog.workbook.columns import Kind
from catalog.workbook.export import export
from catalog.workbook.load import load_book
from catalog.workbook.sheets import SHEETS
from catalog.workbook.texts import escaped, joined, split, unescaped

DISTRICT = District(id="test", name="试验区", full_name="试验省试验区", code="012345")
GONGAN = Department(id="gongan", name="公安分局", phone="0716-110")


def item(**fields: Any) -> ServiceItem:
    smallest: dict[str, Any] = {
        "id": "passport",
        "name": "普通护照首次申领",
        "type": ItemType.LICENCE,
        "competent_authority": "gongan",
        "audiences": (Audience.PERSON,),
        "themes": ("出境入境",),
        "guide": Guide(online=OnlineAccess(available=False)),
    }
    return ServiceItem(**{**smallest, **fields})


def catalog(*items: ServiceItem, **parts: Any) -> Catalog:
    return Catalog(**{"district": DISTRICT, "departments": (GONGAN,), "items": items, **parts})


def plain(value: Catalog) -> Catalog:
    return value.model_copy(update={"fingerprint": ""})


def by_way_of_a_book(value: Catalog, folder: Path) -> Catalog:
    path = folder / "book.xlsx"
    export(value, path)
    return load_book(path).catalog


NASTY = st.sampled_from(
    """=1+1|=|#N/A|#REF!|TRUE|无|有|是|0012|12345|1e3|2026-01-01|20 元|_x000A_|_x005F_x000A_|_x0000|__x0041__|↳|↳a
    |a↳|'a|@a|+1|-1|a b|a、b|a，b|<a>&amp;|]]>|😀𠮷|🇨🇳""".replace("\n    ", "").split("|")
)
ODD = st.sampled_from(
    [
        *(
            "a\nb",
            "a\n\nb",
            "a\n↳b",
            "a\n\u3000\u3000b",
            "a\n b \nc",
            "a\r\nb",
            "a\rb",
            "a\tb",
            "\x00a",
            "a\x0b",
            "\x1fa",
        ),
        *(
            "_x0000\x0b",
            "\x0bx0000_",
            "a\x1f",
            "a\ufffe",
            "\uffff",
            "\ufeffa",
            "a\u200b",
            "a\x85b",
            "a\u2028b",
            "a\xa0b",
        ),
        *("\x7f", "\x9f", "a\n↳\nb", "１２", "ａ（Ｂ）"),
    ]
)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def fits(text: str) -> bool:
    """Whether the models take it: they strip white space, and what is blank then is no text."""
    try:
        Material(name=text)
    except ValueError:
        return False
    return True


TEXTS = st.one_of(NASTY, ODD, ANY, st.builds("{}{}".format, ODD, ANY)).filter(fits)
LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    Text: TEXTS,
    Phrase: TEXTS,
    Code: TEXTS,
    Url: st.sampled_from(["https://a.cn/b?c=1&d=#e", "http://政务.cn/"]),
    Slug: st.just("a"),
    date: st.dates(),
    bool: st.booleans(),
}


def values(hint: Any, info: Any = None) -> st.SearchStrategy[Any]:
    """Any value that a field of a model can have."""
    if hint in LEAVES:
        return LEAVES[hint]
    if get_origin(hint) is tuple:
        least = next((rule.min_length for rule in info.metadata if hasattr(rule, "min_length")), 0)
        return st.lists(values(get_args(hint)[0]), min_size=least, max_size=max(2, least)).map(tuple)
    if NoneType in get_args(hint):
        inner = next(part for part in get_args(hint) if part is not NoneType)
        return st.none() | values(inner, info)
    if get_origin(hint) is Annotated:
        return st.just("012345")  # the code of a district
    if hint is int:
        bounds = {
            name: getattr(rule, name) for rule in info.metadata for name in ("ge", "le") if hasattr(rule, name)
        }
        return st.integers(bounds["ge"], bounds["le"])
    return st.sampled_from(hint) if issubclass(hint, StrEnum) else models(hint)


def models(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(model, include_extras=True)
    fields = {name: values(hints[name], info) for name, info in model.model_fields.items() if name != "fingerprint"}
    return st.builds(model, **fields)


def renamed(value: Catalog) -> Catalog:
    """``value`` with ids that are unique and references that lead somewhere."""

    def numbered(some: tuple[Any, ...], letter: str, **more: Any) -> tuple[Any, ...]:
        return tuple(one.model_copy(update={"id": f"{letter}{n}", **more}) for n, one in enumerate(some))

    departments = numbered(value.departments or (GONGAN,), "a")
    items = numbered(value.items, "i", competent_authority="a0")
    related = tuple(
        one.model_copy(
            update={"related_services": tuple(r.model_copy(update={"id": "i0"}) for r in one.related_services)}
        )
        for one in items
    )
    events = tuple(
        one.model_copy(update={"steps": tuple(step.model_copy(update={"item": "i0"}) for step in one.steps)})
        for one in numbered(value.life_events if items else (), "e")
    )
    return value.model_copy(
        update={
            "departments": departments,
            "items": related,
            "documents": numbered(value.documents, "d", publisher="a0"),
            "life_events": events,
        }
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(models(Catalog).map(renamed))
def test_any_catalogue_comes_back(value: Catalog) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert by_way_of_a_book(value, Path(folder)) == value


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(ODD, NASTY, ANY).map(str.strip).filter(fits), max_size=4).map(tuple))
def test_texts_on_lines_come_back(texts: tuple[str, ...]) -> None:
    assert tuple(split(joined(texts))) == texts
    assert tuple(unescaped(escaped(text)) for text in texts) == texts


def test_every_field_of_every_model_has_its_column() -> None:
    def paths(model: type[BaseModel], before: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
        found: set[tuple[str, ...]] = set()
        for name, hint in get_type_hints(model, include_extras=True).items():
            if name in model.model_fields and name != "fingerprint":
                inner = [hint, *get_args(hint), *(deep for part in get_args(hint) for deep in get_args(part))]
                nested = next(
                    (part for part in inner if isinstance(part, type) and issubclass(part, BaseModel)), None
                )
                found |= paths(nested, (*before, name)) if nested else {(*before, name)}
        return found

    declared: set[tuple[str, ...]] = set()
    for sheet in SHEETS:
        own = [column.path for column in sheet.columns if column.kind not in {Kind.HINT, Kind.PARENT, Kind.BRANCH}]
        for at in sheet.lists.values() or [()]:
            declared |= {(sheet.part, *at, *path) for path in own}
    assert paths(Catalog) - declared == set()


def test_the_shipped_catalogue_comes_back(tmp_path: Path) -> None:
    shipped = plain(load(SHIPPED))
    found = by_way_of_a_book(shipped, tmp_path)
    assert found == shipped
    # Folders hold the items by department in the order of the departments' ids.
    dump(found, tmp_path / "out")
    ordered = sorted(shipped.items, key=lambda entry: f"{entry.competent_authority}.yaml")
    assert plain(load(tmp_path / "out")) == shipped.model_copy(update={"items": tuple(ordered)})


def test_the_real_records_come_back(shared: Path, tmp_path: Path) -> None:
    imported = read_gdzwfw(shared / "data" / "guangdong_gdzwfw_2021" / "policy.json", None).catalog
    found = by_way_of_a_book(imported, tmp_path)
    assert len(found.items) == 2262
    assert found == plain(imported)
    dump(found, tmp_path / "out")
    assert plain(load(tmp_path / "out")) == plain(imported)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    guide = Guide(online=OnlineAccess(available=True), verified_on=date(2026, 11, 1), unverified=("=1+1", "二"))
    export(catalog(item(base_code="0012", guide=guide), documents=()), path)
    return openpyxl.load_workbook(path)


def cell(book: Any, sheet: str, row: int, heading: str) -> Any:
    titles = [entry.value for entry in book[sheet][1]]
    return book[sheet].cell(row, titles.index(heading) + 1)


def test_the_book_begins_with_how_to_fill_it_in(book: Any) -> None:
    assert book.sheetnames[0] == "说明"
    assert {
        "区划",
        "部门",
        "事项",
        "申请材料",
        "办理步骤",
        "收费",
        "问法",
        "同义词",
        "人生大事",
        "主动公开文件",
    } <= set(book.sheetnames)


@pytest.mark.parametrize(
    ("heading", "value", "number_format"),
    [
        ("基本编码", "0012", "@"),
        ("核实日期", "2026-11-01", "yyyy-mm-dd"),
        ("热度", "0", "0"),
        ("是否网办", "是", "@"),
        ("未核实内容", "=1+1\n二", "@"),
        ("有无申请材料", "None", "General"),
    ],
)
def test_cells_have_the_type_of_their_field(book: Any, heading: str, value: str, number_format: str) -> None:
    found = cell(book, "事项", 2, heading)
    assert str(found.value).removesuffix(" 00:00:00") == value
    assert found.number_format == number_format
    assert found.data_type != "f"


def test_headings_stay_in_sight_explain_and_filter(book: Any) -> None:
    sheet = book["事项"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}2"
    assert "必须填" in cell(book, "事项", 1, "事项名称").comment.text
    assert "全国通办" in cell(book, "事项", 1, "通办范围").comment.text
    assert all(column.width >= 8 for column in sheet.column_dimensions.values())
    # New rows take the format of their column: a code typed there stays a text.
    assert sheet.column_dimensions[cell(book, "事项", 1, "基本编码").column_letter].number_format == "@"


@pytest.mark.parametrize(
    ("sheet", "heading", "formula"),
    [
        ("事项", "行使层级", '"国家级,省级,市级,县级,镇级,村级,分级管理"'),
        ("事项", "是否网办", '"是,否"'),
        ("事项", "有无申请材料", '"有,无"'),
        ("事项", "实施主体编号", "'部门'!$A$2:$A$501"),
        ("办理步骤", "线上或线下", '"线上,线下"'),
        ("办理步骤", "事项编号", "'事项'!$A$2:$A$501"),
    ],
)
def test_value_sets_are_drop_downs_on_all_rows(book: Any, sheet: str, heading: str, formula: str) -> None:
    name = cell(book, sheet, 1, heading).column_letter
    rules = [rule for rule in book[sheet].data_validations.dataValidation if f"{name}2" in rule.sqref]
    assert [rule.formula1 for rule in rules] == [formula]
    assert f"{name}100000" in rules[0].sqref
    assert len(formula) <= 255


def test_a_cell_with_more_than_excel_allows_is_refused(tmp_path: Path) -> None:
    value = catalog(item(), item(id="b", keywords=("字" * 120,) * 280))
    with pytest.raises(CatalogError, match=r"“事项”表第 3 行“关键词”有 33879 个字，一格最多 32767 个"):
        export(value, tmp_path / "book.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_long_guide_is_no_matter(tmp_path: Path) -> None:
    value = catalog(item(guide=Guide(conditions=("𠮷" * 2000,) * 40, online=OnlineAccess(available=False))))
    assert by_way_of_a_book(value, tmp_path) == value


def test_a_file_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_text("mine")
    with pytest.raises(CatalogError, match="已经有了，没有覆盖"):
        export(catalog(), tmp_path / "book.xlsx")
    assert (tmp_path / "book.xlsx").read_text() == "mine"


@pytest.mark.parametrize(("name", "said"), [("book.xls", "以 .xlsx 结尾"), ("none/book.xlsx", "写不进")])
def test_a_name_that_cannot_be_written_is_told(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(CatalogError, match=said):
        export(catalog(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []

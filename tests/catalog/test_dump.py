"""What is dumped loads again as the same catalogue, and reads well."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.dump import dump
from catalog.errors import CatalogError
from catalog.guide import Fee, Guide, LegalBasis, Material, OnlineAccess, Question, TimeLimit
from catalog.load import SHIPPED, load
from catalog.models import (
    Catalog,
    Department,
    District,
    LifeEvent,
    LifeEventStep,
    PublicDocument,
    ServiceItem,
    Synonym,
)
from catalog.values import Audience, DocumentKind, ItemType, MaterialForm, TimeUnit

DISTRICT = District(id="test", name="试验区", full_name="试验省试验区")
GONGAN = Department(id="gongan", name="公安分局")


def item(**fields: Any) -> ServiceItem:
    """A small item; ``fields`` are changed or added."""
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
    """A catalogue of one department."""
    return Catalog(**{"district": DISTRICT, "departments": (GONGAN,), "items": items, **parts})


def reloaded(value: Catalog, folder: Path) -> Catalog:
    """``value`` after it was dumped and loaded, without its fingerprint."""
    dump(value, folder)
    return load(folder).model_copy(update={"fingerprint": ""})


def full() -> Catalog:
    """A catalogue with every kind of thing in it."""
    guide = Guide(
        conditions=(),
        statutory_limit=TimeLimit(value=60, unit=TimeUnit.DAY),
        online=OnlineAccess(available=True, web_url="https://zwfw.hubei.gov.cn/a?b=1&c=#d"),
        visits=0,
        materials=(
            Material(name="户口簿", form=MaterialForm.COPY),
            Material(name="照片", form=MaterialForm.ORIGINAL),
        ),
        fees=(),
        verified_on=date(2026, 11, 1),
    )
    document = PublicDocument(
        id="plan",
        title="规划",
        kind=DocumentKind.PLAN,
        publisher="gongan",
        published_on=date(2026, 1, 1),
        summary="概述",
    )
    step = LifeEventStep(item="passport", why="出国要用")
    return catalog(
        item(guide=guide, aliases=("办护照",)),
        documents=(document,),
        synonyms=(Synonym(say=("护照本",), mean=("普通护照",)),),
        life_events=(LifeEvent(id="abroad", name="出国", steps=(step,)),),
    )


def test_every_part_of_a_catalogue_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert reloaded(full(), folder) == full()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_files_written_are_told_in_order(tmp_path: Path) -> None:
    written = dump(full(), tmp_path / "new" / "out")
    assert [path.relative_to(tmp_path / "new" / "out").as_posix() for path in written] == [
        "district.yaml",
        "departments.yaml",
        "items/gongan.yaml",
        "documents/documents.yaml",
        "synonyms.yaml",
        "life_events.yaml",
    ]
    assert all(path.is_file() for path in written)


def test_an_items_file_reads_as_a_clerk_would_write_it(tmp_path: Path) -> None:
    dump(full(), tmp_path / "out")
    assert (
        (tmp_path / "out" / "items" / "gongan.yaml").read_text(encoding="utf-8")
        == """\
department: gongan
items:
- id: passport
  name: 普通护照首次申领
  aliases:
  - 办护照
  type: 行政许可
  audiences:
  - 自然人
  themes:
  - 出境入境
  guide:
    conditions: []
    statutory_limit:
      value: 60
      unit: 自然日
    online:
      available: true
      web_url: https://zwfw.hubei.gov.cn/a?b=1&c=#d
    visits: 0
    materials:
    - name: 户口簿
      form: 复印件
    - name: 照片
    fees: []
    verified_on: 2026-11-01
"""
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("yes", "'yes'"),
        ("y", "'y'"),
        ("Off", "'Off'"),
        ("null", "'null'"),
        ("~", "'~'"),
        ("2026-01-01", "'2026-01-01'"),
        ("12345", "'12345'"),
        ("1e3", "'1e3'"),
        ("0x1F", "'0x1F'"),
        ("0o17", "'0o17'"),
        ("017", "'017'"),
        ("12:30", "'12:30'"),
        (".5", "'.5'"),
        ("020-34121084", "'020-34121084'"),
        ("<<", "'<<'"),
        ("=", "'='"),
        ("- 第一", "'- 第一'"),
        ("a: b", "'a: b'"),
        ("a #b", "'a #b'"),
        ("*a", "'*a'"),
        ("{a}", "'{a}'"),
        ("it's", "it's"),
        ("'引'", "'''引'''"),
        ('"引"', "'\"引\"'"),
        ("周一 至 周五 " * 40 + "止", "周一 至 周五 " * 40 + "止"),
        ("第一行\n 第二行：a\n\n末行", "|-\n      第一行\n       第二行：a\n\n      末行"),
        ("😀 𠮷野家", "😀 𠮷野家"),
        ("a\u2028b\x85c", '"a\\Lb\\Nc"'),
        ("a\x00b", '"a\\0b"'),
    ],
)
def test_texts_stay_texts(tmp_path: Path, text: str, written: str) -> None:
    value = catalog(item(guide=Guide(summary=text, online=OnlineAccess(available=False))))
    assert reloaded(value, tmp_path / "out") == value
    content = (tmp_path / "out" / "items" / "gongan.yaml").read_text(encoding="utf-8")
    assert f"    summary: {written}\n" in content


def test_equal_values_are_written_out_again(tmp_path: Path) -> None:
    fee = Fee(item="工本费", amount="40 元")
    value = catalog(item(guide=Guide(fees=(fee, fee), online=OnlineAccess(available=False))))
    assert reloaded(value, tmp_path / "out") == value


def test_items_come_back_by_department_in_the_order_of_file_names(tmp_path: Path) -> None:
    departments = tuple(Department(id=id_, name=id_) for id_ in ("a", "a-b", "b"))
    wanted = [("3", "b"), ("1", "a"), ("2", "a-b"), ("0", "a")]
    items = (item(id=id_, competent_authority=authority) for id_, authority in wanted)
    found = reloaded(catalog(*items, departments=departments), tmp_path / "out")
    assert [entry.id for entry in found.items] == ["2", "1", "0", "3"]
    assert found.departments == departments


def test_the_shipped_catalogue_comes_back(tmp_path: Path) -> None:
    def by_id(value: Catalog) -> Catalog:
        ordered = tuple(sorted(value.items, key=lambda entry: entry.id))
        return value.model_copy(update={"items": ordered, "fingerprint": ""})

    shipped = load(SHIPPED)
    assert by_id(reloaded(shipped, tmp_path / "out")) == by_id(shipped)


def test_an_empty_folder_is_used_and_a_filled_one_left_alone(tmp_path: Path) -> None:
    dump(full(), tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}
    with pytest.raises(CatalogError, match="已有内容，没有写入"):
        dump(catalog(), tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")} == before


@pytest.mark.parametrize(("name", "said"), [("file", "是一个文件"), ("file/out", "写不进")])
def test_a_file_in_the_way_is_told(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(CatalogError, match=said):
        dump(full(), tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_department_too_big_to_load_is_refused(tmp_path: Path) -> None:
    guide = Guide(conditions=("字" * 2000,) * 1500, online=OnlineAccess(available=False))
    with pytest.raises(CatalogError, match=r"items/gongan.yaml 写出来有 8\.6 MB，超过读入上限 8 MB"):
        dump(catalog(item(guide=guide)), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


NASTY = st.sampled_from(
    [
        *(
            "yes",
            "No",
            "on",
            "null",
            "~",
            "2026-01-01",
            "2026-01-01 10:00:00",
            "1e3",
            "1.5e+3",
            "0x1F",
            "0o17",
        ),
        *(
            "1_000",
            ".inf",
            "-",
            "--- a",
            "... ",
            "? a",
            ": a",
            "a:",
            "a: b",
            "'",
            '"',
            "\\U",
            "#a",
            "a #b",
            "!a",
        ),
        *(
            "%a",
            "@a",
            "`a",
            "&a",
            "*a",
            "|",
            ">",
            "[a",
            "{a: b}",
            "一\n  二\n",
            "一\r\n二",
            "a \nb",
            "a\n\n\tb",
        ),
        *(
            "😀",
            "𠮷",
            "a\u2028b",
            "a\x85b",
            "\ufeffa",
            "a\x00",
            "a\x7f",
            "a\ufffe",
            "\t-\ta",
            "a\n# b",
            "a\n- b: c",
        ),
    ]
)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
# The models strip white space; what is blank then is no text.
TEXTS = st.one_of(NASTY, ANY, st.builds("{}{}".format, NASTY, ANY)).filter(lambda text: bool(text.strip()))
NAMES = TEXTS.filter(lambda text: len(text) <= 120)


def many(texts: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """None to three."""
    return st.lists(texts, max_size=3).map(tuple)


def maybe(texts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One, or not stated."""
    return st.none() | texts


GUIDES = st.builds(
    Guide,
    summary=maybe(TEXTS),
    conditions=maybe(many(TEXTS)),
    promised_limit=maybe(st.builds(TimeLimit, value=st.integers(0, 3650), note=maybe(TEXTS))),
    online=st.builds(OnlineAccess, available=st.booleans(), platform=maybe(TEXTS), web_url=st.none()),
    visits=maybe(st.integers(0, 9)),
    materials=maybe(many(st.builds(Material, name=TEXTS, note=maybe(TEXTS), form_url=st.none()))),
    fees=maybe(many(st.builds(Fee, item=TEXTS, amount=TEXTS))),
    faq=many(st.builds(Question, question=TEXTS, answer=TEXTS)),
    legal_basis=many(st.builds(LegalBasis, title=TEXTS)),
    steps_online=many(TEXTS),
    verified_on=maybe(st.dates()),
)
ITEMS = st.builds(
    item,
    name=NAMES,
    aliases=many(NAMES),
    themes=st.lists(NAMES, min_size=1, max_size=2).map(tuple),
    audiences=st.lists(st.sampled_from(Audience), min_size=1, max_size=3).map(tuple),
    type=st.sampled_from(ItemType),
    base_code=maybe(st.sampled_from(["440101007000", "1e3", "44010200200Y", "0012"])),
    status_note=maybe(TEXTS),
    effective_from=maybe(st.dates()),
    guide=GUIDES,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ITEMS, max_size=3), NAMES)
def test_any_texts_come_back(items: list[ServiceItem], department: str) -> None:
    numbered = (entry.model_copy(update={"id": f"item-{number}"}) for number, entry in enumerate(items))
    value = catalog(*numbered, departments=(Department(id="gongan", name=department),))
    with tempfile.TemporaryDirectory() as folder:
        assert reloaded(value, Path(folder)) == value

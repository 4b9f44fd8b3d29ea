"""One table: the fields of the full text and where an item's words come from. Their weights are in weights.py."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from catalog.models import Catalog, ServiceItem

VERSION = 5
"""Raise when tokens, fields, weights or file formats change: an index of another version is built again."""

Texts = Mapping[str, tuple[str, ...]]
"""Field -> the texts of one item in it."""
_CLAUSE = re.compile(r"[^；。]+")
_QUOTED = re.compile(r"“([^”]+)”")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the full text. ``texts`` takes an item and what the items tell of each other."""

    name: str
    label: str
    texts: Callable[[ServiceItem, "Told"], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Told:
    """What the catalogue says about an item outside of it.

    "证丢了办“居民身份证补领”" in one item's 易混事项区分 tells when to take the other, so it must not count for the
    item it stands in. ``of`` holds it by the other's id, ``own`` what is left for the item itself.
    """

    catalog: Catalog
    of: Mapping[str, tuple[str, ...]]
    own: Mapping[str, tuple[str, ...]]


def told(catalog: Catalog) -> Told:
    """Sort the clauses of 易混事项区分 and the reasons of 相关事项 by the item that they are about."""
    ids = {item.name: item.id for item in catalog.items}
    of: dict[str, list[str]] = defaultdict(list)
    own: dict[str, list[str]] = defaultdict(list)
    for item in catalog.items:
        for clause in _CLAUSE.findall(item.distinguish or ""):
            named = [ids[name] for name in _QUOTED.findall(clause) if name in ids]
            for other in named:
                of[other].append(_QUOTED.sub(" ", clause))
            if not named:
                own[item.id].append(clause)
        for related in item.related_services:
            of[related.id].extend([related.why] if related.why else [])
    return Told(catalog, *({key: tuple(texts) for key, texts in part.items()} for part in (of, own)))


def _department(item: ServiceItem, told: Told) -> tuple[str, ...]:
    department = told.catalog.departments_by_id[item.competent_authority]
    return (department.name, *department.aliases)


def _one(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


FIELDS: tuple[Field, ...] = (
    Field("name", "名称", lambda item, _: (item.name,)),
    Field("aliases", "别名", lambda item, _: item.aliases),
    Field("phrasings", "问法", lambda item, _: item.phrasings),
    Field("keywords", "关键词", lambda item, _: item.keywords),
    Field("summary", "简介", lambda item, _: _one(item.guide.summary)),
    Field("distinguish", "区分", lambda item, told: told.own.get(item.id, ())),
    Field("told", "相关事项", lambda item, told: told.of.get(item.id, ())),
    Field("conditions", "条件", lambda item, _: item.guide.conditions or ()),
    Field("materials", "材料", lambda item, _: tuple(one.name for one in item.guide.materials or ())),
    Field("result", "结果", lambda item, _: _one(item.guide.result.name if item.guide.result else None)),
    Field("questions", "常见问题", lambda item, _: tuple(entry.question for entry in item.guide.faq)),
    Field("answers", "解答", lambda item, _: tuple(entry.answer for entry in item.guide.faq)),
    Field("department", "部门", _department),
)
GUIDE = ("summary", "distinguish", "conditions", "materials", "result", "questions", "answers")
"""Fields that ``guide:`` of the query language stands for."""
PINYIN = "pinyin"
TELLING = ("name", "aliases", "phrasings", "keywords")
"""Fields that say what an item is called; pinyin is spelt from them, and idf and coverage look at them only."""


def texts_of(catalog: Catalog) -> dict[str, Texts]:
    """Item id -> its texts by field."""
    around = told(catalog)
    return {item.id: {field.name: field.texts(item, around) for field in FIELDS} for item in catalog.items}

"""One table: the fields of the full text, their weights, and where an item's words come from.

Weights are BM25F field weights (Robertson and Zaragoza 2009, section 3.6); ``length`` is the b of that field: how
strongly a long field is discounted.
"""

from collections.abc import Callable
from dataclasses import dataclass

from catalog.models import Catalog, ServiceItem

VERSION = 4
"""Raise when tokens, fields or file formats change: an index of another version is built again."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the full text."""

    name: str
    label: str
    weight: float
    length: float
    texts: Callable[[ServiceItem, Catalog], tuple[str, ...]]


def _guide_texts(item: ServiceItem, _: Catalog) -> tuple[str, ...]:
    guide = item.guide
    return (
        *((guide.summary,) if guide.summary else ()),
        *((item.distinguish,) if item.distinguish else ()),
        *(guide.conditions or ()),
        *(material.name for material in guide.materials or ()),
        *((guide.result.name,) if guide.result else ()),
        *(part for entry in guide.faq for part in (entry.question, entry.answer)),
    )


def _department_texts(item: ServiceItem, catalog: Catalog) -> tuple[str, ...]:
    department = catalog.departments_by_id[item.competent_authority]
    return (department.name, *department.aliases)


FIELDS: tuple[Field, ...] = (
    Field("name", "名称", 3.0, 0.4, lambda item, _: (item.name,)),
    Field("aliases", "别名", 2.5, 0.4, lambda item, _: item.aliases),
    Field("phrasings", "问法", 2.0, 0.5, lambda item, _: item.phrasings),
    Field("keywords", "关键词", 1.5, 0.3, lambda item, _: item.keywords),
    Field("guide", "指南", 0.35, 0.6, _guide_texts),
    Field("department", "部门", 0.2, 0.3, _department_texts),
)
PINYIN = "pinyin"
PINYIN_WEIGHT, PINYIN_LENGTH = 2.0, 0.5
TELLING = ("name", "aliases", "phrasings", "keywords")
"""Fields that say what an item is called; pinyin is spelt from them, and idf and coverage look at them only."""

"""What a district offers: items, departments, published documents, synonyms, life events.

Names follow the glossary in README; descriptions give the official Chinese element (实施清单, C0109 /
GB/T 39046).
"""

from datetime import date
from functools import cached_property
from typing import Annotated

from pydantic import Field, StringConstraints

from catalog.guide import Guide, Model, Source, Text, Url
from catalog.values import Audience, DocumentKind, ItemType, Level, Status

# 48 characters keep "i:<id>:<facet>" within Telegram's 64 bytes of callback data.
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=48)]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class District(Model):
    """The district whose catalogue this is."""

    id: Slug = Field(description="区划编号")
    name: Phrase = Field(description="区划名称")
    full_name: Phrase = Field(description="区划全称")
    code: Annotated[str, StringConstraints(pattern=r"^\d{6}$")] | None = Field(None, description="行政区划代码")
    hotline: Phrase = Field("12345", description="政务服务热线")
    portal: Url | None = Field(None, description="政务服务网")


class Department(Model):
    """实施主体 (CPSV-AP PublicOrganisation)."""

    id: Slug = Field(description="部门编号")
    name: Phrase = Field(description="部门名称")
    aliases: tuple[Phrase, ...] = Field((), description="简称")
    duties: tuple[Phrase, ...] = Field((), description="主要职责")
    phone: Phrase | None = Field(None, description="电话")
    address: Phrase | None = Field(None, description="地址")


class RelatedService(Model):
    """Another item that goes with this one (一件事)."""

    id: Slug = Field(description="相关事项编号")
    why: Phrase | None = Field(None, description="关系说明")


class ServiceItem(Model):
    """政务服务事项: one thing a citizen or business can have done (CPSV-AP PublicService)."""

    id: Slug = Field(description="事项编号（本系统）")
    name: Phrase = Field(description="事项名称")
    aliases: tuple[Phrase, ...] = Field((), description="日常用语、简称")
    phrasings: tuple[Phrase, ...] = Field((), description="市民问法")
    keywords: tuple[Phrase, ...] = Field((), description="关键词")
    base_code: Code | None = Field(None, description="基本编码")
    implementation_code: Code | None = Field(None, description="实施编码")
    handling_code: Code | None = Field(None, description="业务办理项编码")
    type: ItemType = Field(description="事项类型")
    level: Level = Field(Level.COUNTY, description="行使层级")
    competent_authority: Slug = Field(description="实施主体")
    handled_by: Phrase | None = Field(None, description="承办机构")
    audiences: tuple[Audience, ...] = Field(min_length=1, description="服务对象")
    themes: tuple[Phrase, ...] = Field(min_length=1, description="主题分类")
    distinguish: Text | None = Field(None, description="易混事项区分")
    related_services: tuple[RelatedService, ...] = Field((), description="相关事项")
    popularity: int = Field(0, ge=0, le=100, description="热度")
    status: Status = Field(Status.ACTIVE, description="事项状态")
    status_note: Text | None = Field(None, description="状态说明")
    effective_from: date | None = Field(None, description="计划生效日期")
    effective_until: date | None = Field(None, description="计划取消日期")
    guide: Guide = Field(description="办事指南")


class PublicDocument(Model):
    """主动公开信息: a document already published (条例 2019, articles 19–21)."""

    id: Slug = Field(description="文件编号（本系统）")
    title: Phrase = Field(description="标题")
    document_number: Phrase | None = Field(None, description="文号")
    kind: DocumentKind = Field(description="信息种类")
    publisher: Slug = Field(description="发布机构")
    published_on: date = Field(description="发布日期")
    summary: Text = Field(description="内容概述")
    keywords: tuple[Phrase, ...] = Field((), description="关键词")
    url: Url | None = Field(None, description="网址")
    valid: bool = Field(True, description="是否有效")
    example: bool = Field(False, description="示例数据")


class Synonym(Model):
    """Colloquial words and the official words that they stand for."""

    say: tuple[Phrase, ...] = Field(min_length=1, description="市民说法")
    mean: tuple[Phrase, ...] = Field(min_length=1, description="规范说法")
    both_ways: bool = Field(False, description="是否双向")


class LifeEventStep(Model):
    """One item of a life event, in the order in which it is done."""

    item: Slug = Field(description="事项编号")
    why: Phrase = Field(description="为什么办")


class LifeEvent(Model):
    """人生事件、一件事 (CPSV-AP LifeEvent / BusinessEvent)."""

    id: Slug = Field(description="事件编号")
    name: Phrase = Field(description="事件名称")
    phrasings: tuple[Phrase, ...] = Field((), description="市民问法")
    audience: Audience = Field(Audience.PERSON, description="服务对象")
    steps: tuple[LifeEventStep, ...] = Field(min_length=1, description="办理顺序")


class Catalog(Model):
    """目录: all that one district offers, validated as a whole."""

    district: District
    departments: tuple[Department, ...]
    items: tuple[ServiceItem, ...]
    documents: tuple[PublicDocument, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    life_events: tuple[LifeEvent, ...] = ()
    fingerprint: str = Field("", description="内容指纹：源文件的 SHA-256")

    @cached_property
    def items_by_id(self) -> dict[str, ServiceItem]:
        """Items by their id."""
        return {item.id: item for item in self.items}

    @cached_property
    def departments_by_id(self) -> dict[str, Department]:
        """Departments by their id."""
        return {department.id: department for department in self.departments}

    @cached_property
    def events_by_item(self) -> dict[str, tuple[LifeEvent, ...]]:
        """Item id -> the life events it is a step of."""
        found: dict[str, tuple[LifeEvent, ...]] = {}
        for event in self.life_events:
            for step in event.steps:
                found[step.item] = (*found.get(step.item, ()), event)
        return found

    def department_name(self, item: ServiceItem) -> str:
        """Name of the department that handles ``item``."""
        return self.departments_by_id[item.competent_authority].name


__all__ = [
    "Catalog",
    "Department",
    "District",
    "LifeEvent",
    "LifeEventStep",
    "PublicDocument",
    "RelatedService",
    "ServiceItem",
    "Source",
    "Synonym",
]

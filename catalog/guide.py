"""办事指南: how one item is handled.

Field names follow CPSV-AP 3.2 and HSDS where these have one; each description gives the official Chinese element
(实施清单, C0109 / GB/T 39046). ``None`` always means "not stated", an empty list "stated: there are none".
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from catalog.values import (
    Channel,
    Handling,
    MaterialForm,
    MaterialSource,
    Necessity,
    OnlineDepth,
    Scope,
    TimeUnit,
)

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=500)]


class Model(BaseModel):
    """Base of all catalogue models: immutable, and a field nobody knows is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TimeLimit(Model):
    """A number of days (or another unit) within which the item is done."""

    value: int = Field(ge=0, le=3650, description="时限数值")
    unit: TimeUnit = Field(description="时限单位")
    note: Text | None = Field(None, description="时限说明")


class Material(Model):
    """One piece of evidence the applicant hands in (CPSV-AP Evidence)."""

    name: Text = Field(description="材料名称")
    form: MaterialForm = Field(MaterialForm.ORIGINAL, description="材料形式")
    copies: int = Field(1, ge=0, le=20, description="份数")
    necessity: Necessity = Field(Necessity.REQUIRED, description="材料必要性")
    source: MaterialSource = Field(MaterialSource.APPLICANT, description="来源渠道")
    issuer: Text | None = Field(None, description="来源渠道说明")
    form_url: Url | None = Field(None, description="空白表格")
    sample_url: Url | None = Field(None, description="示例样表")
    note: Text | None = Field(None, description="填报须知")


class OnlineAccess(Model):
    """Whether and how the item is handled on the internet."""

    available: bool = Field(description="是否网办")
    fully: bool = Field(False, description="是否全程网办")
    depth: tuple[OnlineDepth, ...] = Field((), description="网上办理深度")
    platform: Text | None = Field(None, description="网办平台名称")
    web_url: Url | None = Field(None, description="计算机端办理地址")
    mobile_url: Url | None = Field(None, description="移动端办理地址")
    mobile_app: Text | None = Field(None, description="移动端应用名称")
    note: Text | None = Field(None, description="网办说明")


class Fee(Model):
    """One thing that is charged (CPSV-AP Cost)."""

    item: Text = Field(description="收费项目")
    amount: Text = Field(description="收费标准")
    basis: Text | None = Field(None, description="收费依据")
    reductions: Text | None = Field(None, description="减免")


class Result(Model):
    """What the applicant gets in the end (CPSV-AP Output)."""

    name: Text = Field(description="审批结果名称")
    validity: Text | None = Field(None, description="有效期限")
    delivery: Text | None = Field(None, description="送达方式")
    sample_url: Url | None = Field(None, description="结果样本")


class Place(Model):
    """A window where the item is handled."""

    name: Text = Field(description="办理地点")
    address: Text | None = Field(None, description="地址")
    phone: Text | None = Field(None, description="电话")
    opening_hours: Text | None = Field(None, description="办理时间")


class ContactPoint(Model):
    """Whom to ask, and where to complain or appeal."""

    consult: Text | None = Field(None, description="咨询方式")
    supervise: Text | None = Field(None, description="监督投诉方式")
    reconsideration: Text | None = Field(None, description="行政复议")
    litigation: Text | None = Field(None, description="行政诉讼")


class Question(Model):
    """常见问题."""

    question: Text = Field(description="问题")
    answer: Text = Field(description="解答")


class LegalBasis(Model):
    """CPSV-AP LegalResource."""

    title: Text = Field(description="依据名称")
    article: Text | None = Field(None, description="条款号")
    note: Text | None = Field(None, description="条款内容")


class Source(Model):
    """Where the guide's facts were taken from."""

    name: Text = Field(description="数据来源")
    url: Url | None = Field(None, description="来源网址")


class Guide(Model):
    """办事指南 of exactly one service item."""

    summary: Text | None = Field(None, description="事项简介")
    conditions: tuple[Text, ...] | None = Field(None, description="受理条件")
    handling: Handling | None = Field(None, description="办件类型")
    statutory_limit: TimeLimit | None = Field(None, description="法定办结时限")
    promised_limit: TimeLimit | None = Field(None, description="承诺办结时限")
    channels: tuple[Channel, ...] = Field((), description="办理形式")
    online: OnlineAccess = Field(description="网上办理")
    visits: int | None = Field(None, ge=0, le=9, description="到办事现场次数")
    visit_reason: Text | None = Field(None, description="必须现场办理原因说明")
    scope: Scope | None = Field(None, description="通办范围")
    materials: tuple[Material, ...] | None = Field(None, description="办理材料")
    steps_online: tuple[Text, ...] = Field((), description="办理流程（线上）")
    steps_window: tuple[Text, ...] = Field((), description="办理流程（线下）")
    fees: tuple[Fee, ...] | None = Field(None, description="收费")
    result: Result | None = Field(None, description="审批结果")
    places: tuple[Place, ...] = Field((), description="办理地点")
    contact_point: ContactPoint = Field(ContactPoint(), description="咨询与监督")
    faq: tuple[Question, ...] = Field((), description="常见问题")
    legal_basis: tuple[LegalBasis, ...] = Field((), description="设定依据")
    unverified: tuple[Text, ...] = Field((), description="未核实内容")
    verified_on: date | None = Field(None, description="核实日期")
    source: Source | None = Field(None, description="数据来源")

    def missing_parts(self) -> tuple[str, ...]:
        """Official names of the parts a complete guide has and this one lacks; empty when complete."""
        stated = {
            "受理条件": bool(self.conditions),
            "办理材料": self.materials is not None,
            "办理流程": bool(self.steps_online if self.online.fully else self.steps_window or self.steps_online),
            "网上办理流程": bool(self.steps_online) or not self.online.available,
            "法定办结时限": self.statutory_limit is not None,
            "承诺办结时限": self.promised_limit is not None,
            "收费": self.fees is not None,
            "审批结果": self.result is not None,
            "到办事现场次数": self.visits is not None,
            "设定依据": bool(self.legal_basis),
            "常见问题": bool(self.faq),
            "核实日期": self.verified_on is not None,
            "数据来源": self.source is not None,
        }
        return tuple(name for name, present in stated.items() if not present)

    @property
    def is_complete(self) -> bool:
        """Whether every part of a complete guide is stated."""
        return not self.missing_parts()

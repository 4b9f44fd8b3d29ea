"""The declared table of the workbook: every sheet and column, with the field it holds.

Headings are the official element names in the models' field descriptions unless one is given here, because the
name alone would not be clear or unique in its sheet.
"""

from collections.abc import Mapping
from enum import StrEnum

from catalog.guide import Fee, LegalBasis, Material, Place, Question
from catalog.models import (
    Department,
    District,
    LifeEvent,
    LifeEventStep,
    PublicDocument,
    RelatedService,
    ServiceItem,
    Synonym,
)
from catalog.workbook.columns import Column, Kind, Path, Sheet, column


class Way(StrEnum):
    """Which list of steps a row belongs to."""

    ONLINE = "线上"
    WINDOW = "线下"


_ID = "各表靠编号对应。新事项请取一个没用过的编号：小写字母、数字、短横线；已有的不要改。"
_LINES = "一条一行，在格子里换行按 Alt+Enter。"
_DATE = "写成 2026-11-24 的样子。"
_CODE = "按文本填写，开头的 0 不能丢。"
_UNSTATED = "没有规定、不知道就空着。"


def _stated(sheet: str) -> str:
    return f"填“有”：内容写在“{sheet}”表；填“无”：明确没有；空着：没有说明。"


def _inside(name: str, path: str, *columns: Column) -> Sheet:
    """A sheet with one list of each item."""
    lists = {"": tuple(path.split("."))}
    return Sheet(name, "items", (_OF_ITEM, _ITEM_NAME, *columns), lists)


def _text(heading: str, width: int, help: str) -> Column:
    """The column of a list of plain texts, one row each."""
    return Column(heading, (), Kind.TEXT, width, help, required=True)


_OF_ITEM = Column(
    "事项编号", (), Kind.PARENT, 28, "这一行属于哪个事项，请从“事项”表复制。", refers="事项", required=True
)
_ITEM_NAME = Column("事项名称（仅供查看）", ("name",), Kind.HINT, 24, "方便查看，导入时不读这一列。")
_OF_EVENT = Column(
    "事件编号",
    (),
    Kind.PARENT,
    24,
    "这一行属于哪件人生大事，请从“人生大事”表复制。",
    refers="人生大事",
    required=True,
)

_ITEM_COLUMNS = (
    column(ServiceItem, "id", 28, _ID, heading="事项编号"),
    column(ServiceItem, "name", 30, "按实施清单的名称。"),
    column(ServiceItem, "aliases", 24, _LINES),
    column(ServiceItem, "keywords", 20, _LINES),
    column(ServiceItem, "base_code", 16, _CODE),
    column(ServiceItem, "implementation_code", 20, _CODE),
    column(ServiceItem, "handling_code", 20, _CODE),
    column(ServiceItem, "type", 12),
    column(ServiceItem, "level", 10),
    column(
        ServiceItem, "competent_authority", 16, "填“部门”表里的部门编号。", heading="实施主体编号", refers="部门"
    ),
    column(ServiceItem, "handled_by", 16),
    column(ServiceItem, "audiences", 14, "一个一行，至少一个。"),
    column(ServiceItem, "themes", 14, f"{_LINES}至少一条。"),
    column(ServiceItem, "distinguish", 30, "容易和哪些事项弄混，怎样区分。"),
    column(ServiceItem, "popularity", 8, "0 到 100，越常办越大；空着算 0。"),
    column(ServiceItem, "status", 10, "空着算“在用”。"),
    column(ServiceItem, "status_note", 20),
    column(ServiceItem, "effective_from", 14, _DATE),
    column(ServiceItem, "effective_until", 14, _DATE),
    column(ServiceItem, "guide.summary", 36, "用大白话写，给市民看。"),
    column(ServiceItem, "guide.conditions", 10, _stated("受理条件"), heading="有无受理条件"),
    column(ServiceItem, "guide.materials", 10, _stated("申请材料"), heading="有无申请材料"),
    column(ServiceItem, "guide.fees", 10, _stated("收费"), heading="是否收费", kind=Kind.STATED),
    column(ServiceItem, "guide.handling", 10, _UNSTATED),
    column(ServiceItem, "guide.statutory_limit.value", 10, f"只写数字。{_UNSTATED}", heading="法定办结时限"),
    column(ServiceItem, "guide.statutory_limit.unit", 10, heading="法定办结时限单位"),
    column(ServiceItem, "guide.statutory_limit.note", 18, heading="法定办结时限说明"),
    column(ServiceItem, "guide.promised_limit.value", 10, f"只写数字。{_UNSTATED}", heading="承诺办结时限"),
    column(ServiceItem, "guide.promised_limit.unit", 10, heading="承诺办结时限单位"),
    column(ServiceItem, "guide.promised_limit.note", 18, heading="承诺办结时限说明"),
    column(ServiceItem, "guide.channels", 16, "可以填几个，一个一行。"),
    column(ServiceItem, "guide.online.available", 8),
    column(ServiceItem, "guide.online.fully", 8, "空着算“否”。"),
    column(ServiceItem, "guide.online.depth", 20, "可以填几个，一个一行。"),
    column(ServiceItem, "guide.online.platform", 18),
    column(ServiceItem, "guide.online.web_url", 28),
    column(ServiceItem, "guide.online.mobile_url", 28),
    column(ServiceItem, "guide.online.mobile_app", 14),
    column(ServiceItem, "guide.online.note", 24),
    column(ServiceItem, "guide.visits", 8, f"0 到 9。{_UNSTATED}"),
    column(ServiceItem, "guide.visit_reason", 24),
    column(ServiceItem, "guide.scope", 10, _UNSTATED),
    column(ServiceItem, "guide.result.name", 20, _UNSTATED),
    column(ServiceItem, "guide.result.validity", 16, heading="审批结果有效期限"),
    column(ServiceItem, "guide.result.delivery", 16, heading="审批结果送达方式"),
    column(ServiceItem, "guide.result.sample_url", 24),
    column(ServiceItem, "guide.contact_point.consult", 18, _CODE, kind=Kind.CODE),
    column(ServiceItem, "guide.contact_point.supervise", 18, _CODE, kind=Kind.CODE),
    column(ServiceItem, "guide.contact_point.reconsideration", 24),
    column(ServiceItem, "guide.contact_point.litigation", 24),
    column(ServiceItem, "guide.unverified", 24, f"还没核实的内容。{_LINES}"),
    column(ServiceItem, "guide.verified_on", 14, _DATE),
    column(ServiceItem, "guide.source.name", 24),
    column(ServiceItem, "guide.source.url", 24, heading="数据来源网址"),
)

SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "区划",
        "district",
        (
            column(District, "id", 16, "小写字母、数字、短横线。"),
            column(District, "name", 16),
            column(District, "full_name", 28),
            column(
                District, "code", 14, f"6 位数字。{_CODE}", kind=Kind.CODE, mend="行政区划代码是 6 位数字，请改正"
            ),
            column(District, "hotline", 14, f"{_CODE}空着算 12345。", kind=Kind.CODE),
            column(District, "portal", 30),
        ),
    ),
    Sheet(
        "部门",
        "departments",
        (
            column(Department, "id", 18, _ID),
            column(Department, "name", 24),
            column(Department, "aliases", 24, _LINES),
            column(Department, "duties", 36, _LINES),
            column(Department, "phone", 16, _CODE, kind=Kind.CODE),
            column(Department, "address", 30),
        ),
    ),
    Sheet("事项", "items", _ITEM_COLUMNS),
    _inside("问法", "phrasings", _text("市民问法", 50, "市民平常怎么问，一句一行。")),
    _inside("受理条件", "guide.conditions", _text("受理条件", 70, "一条一行，按顺序。")),
    _inside(
        "申请材料",
        "guide.materials",
        column(Material, "name", 36),
        column(Material, "form", 14, "空着算“原件”。"),
        column(Material, "copies", 8, "0 到 20；空着算 1 份。"),
        column(Material, "necessity", 12, "空着算“必要”。"),
        column(Material, "source", 16, "空着算“申请人自备”。"),
        column(Material, "issuer", 20),
        column(Material, "form_url", 24),
        column(Material, "sample_url", 24),
        column(Material, "note", 36),
    ),
    Sheet(
        "办理步骤",
        "items",
        (
            _OF_ITEM,
            _ITEM_NAME,
            Column(
                "线上或线下", (), Kind.BRANCH, 12, "网上办的步骤填“线上”，窗口办的填“线下”。", Way, required=True
            ),
            _text("步骤", 70, "一步一行，按先后顺序。"),
        ),
        {Way.ONLINE.value: ("guide", "steps_online"), Way.WINDOW.value: ("guide", "steps_window")},
    ),
    _inside(
        "收费",
        "guide.fees",
        column(Fee, "item", 28),
        column(Fee, "amount", 24, "例：40 元"),
        column(Fee, "basis", 30),
        column(Fee, "reductions", 30),
    ),
    _inside(
        "办理地点",
        "guide.places",
        column(Place, "name", 28),
        column(Place, "address", 36),
        column(Place, "phone", 18, _CODE, kind=Kind.CODE),
        column(Place, "opening_hours", 28),
    ),
    _inside(
        "法律依据",
        "guide.legal_basis",
        column(LegalBasis, "title", 40),
        column(LegalBasis, "article", 20),
        column(LegalBasis, "note", 50),
    ),
    _inside("常见问题", "guide.faq", column(Question, "question", 36), column(Question, "answer", 60)),
    _inside(
        "相关事项",
        "related_services",
        column(RelatedService, "id", 28, "另一个事项的编号。", refers="事项"),
        column(RelatedService, "why", 36),
    ),
    Sheet(
        "同义词",
        "synonyms",
        (
            column(Synonym, "say", 30, _LINES),
            column(Synonym, "mean", 30, _LINES),
            column(Synonym, "both_ways", 10, "完全等同的才填“是”；空着算“否”。"),
        ),
    ),
    Sheet(
        "人生大事",
        "life_events",
        (
            column(LifeEvent, "id", 24, _ID),
            column(LifeEvent, "name", 20),
            column(LifeEvent, "phrasings", 50, _LINES),
            column(LifeEvent, "audience", 14, "空着算“自然人”。"),
        ),
    ),
    Sheet(
        "人生大事步骤",
        "life_events",
        (
            _OF_EVENT,
            column(LifeEventStep, "item", 28, "按办理的先后顺序，一件一行。", refers="事项"),
            column(LifeEventStep, "why", 50),
        ),
        {"": ("steps",)},
        needed=True,
    ),
    Sheet(
        "主动公开文件",
        "documents",
        (
            column(PublicDocument, "id", 28, _ID, heading="文件编号"),
            column(PublicDocument, "title", 40),
            column(PublicDocument, "document_number", 20),
            column(PublicDocument, "kind", 16),
            column(
                PublicDocument, "publisher", 16, "填“部门”表里的部门编号。", heading="发布机构编号", refers="部门"
            ),
            column(PublicDocument, "published_on", 14, _DATE),
            column(PublicDocument, "summary", 60),
            column(PublicDocument, "keywords", 20, _LINES),
            column(PublicDocument, "url", 28),
            column(PublicDocument, "valid", 10, "空着算“是”。"),
            column(PublicDocument, "example", 10, "空着算“否”。"),
        ),
    ),
)
BY_NAME: Mapping[str, Sheet] = {sheet.name: sheet for sheet in SHEETS}


def list_sheet(part: str, path: Path) -> Sheet:
    """The sheet that holds the rows of the list at ``path`` inside the models of ``part``."""
    return next(sheet for sheet in SHEETS if sheet.part == part and path in sheet.lists.values())

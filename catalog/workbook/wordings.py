"""The declared dictionary: other wordings of sheet names, headings and labels -> the ones of the table.

Everything is compared without white space and with full-width letters and digits made plain.
"""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from catalog.values import (
    Audience,
    Channel,
    Handling,
    Level,
    MaterialForm,
    MaterialSource,
    Necessity,
    Scope,
    Status,
    TimeUnit,
)
from catalog.workbook.sheets import Way

SHEET_NAMES: Mapping[str, str] = {
    "行政区划": "区划",
    "实施部门": "部门",
    "实施主体": "部门",
    "事项清单": "事项",
    "事项目录": "事项",
    "服务事项": "事项",
    "市民问法": "问法",
    "条件": "受理条件",
    "材料": "申请材料",
    "办理材料": "申请材料",
    "材料清单": "申请材料",
    "步骤": "办理步骤",
    "办理流程": "办理步骤",
    "收费项目": "收费",
    "地点": "办理地点",
    "办理窗口": "办理地点",
    "设定依据": "法律依据",
    "依据": "法律依据",
    "问答": "常见问题",
    "一件事": "人生大事",
    "人生事件": "人生大事",
    "公开文件": "主动公开文件",
}

# Sheet -> other wording -> heading.
HEADINGS: Mapping[str, Mapping[str, str]] = {
    "区划": {
        "编号": "区划编号",
        "名称": "区划名称",
        "全称": "区划全称",
        "区划代码": "行政区划代码",
        "热线": "政务服务热线",
    },
    "部门": {
        "编号": "部门编号",
        "名称": "部门名称",
        "单位名称": "部门名称",
        "别名": "简称",
        "职责": "主要职责",
        "联系电话": "电话",
        "办公地址": "地址",
    },
    "事项": {
        "编号": "事项编号",
        "事项编号（本系统）": "事项编号",
        "名称": "事项名称",
        "服务名称": "事项名称",
        "服务事项名称": "事项名称",
        "简称": "日常用语、简称",
        "日常用语": "日常用语、简称",
        "别名": "日常用语、简称",
        "基本编码（主项）": "基本编码",
        "类型": "事项类型",
        "层级": "行使层级",
        "实施主体": "实施主体编号",
        "部门编号": "实施主体编号",
        "承办单位": "承办机构",
        "服务对象类型": "服务对象",
        "面向对象": "服务对象",
        "主题": "主题分类",
        "状态": "事项状态",
        "简介": "事项简介",
        "受理条件": "有无受理条件",
        "申请材料": "有无申请材料",
        "办理材料": "有无申请材料",
        "有无收费": "是否收费",
        "收费": "是否收费",
        "法定时限": "法定办结时限",
        "法定时限单位": "法定办结时限单位",
        "承诺时限": "承诺办结时限",
        "承诺时限单位": "承诺办结时限单位",
        "是否网上办理": "是否网办",
        "能否网办": "是否网办",
        "全程网办": "是否全程网办",
        "网办深度": "网上办理深度",
        "跑动次数": "到办事现场次数",
        "到现场次数": "到办事现场次数",
        "结果名称": "审批结果名称",
        "咨询电话": "咨询方式",
        "监督电话": "监督投诉方式",
        "投诉电话": "监督投诉方式",
        "核验日期": "核实日期",
    },
    "问法": {"问法": "市民问法", "问题": "市民问法"},
    "受理条件": {"条件": "受理条件", "申请条件": "受理条件"},
    "申请材料": {
        "名称": "材料名称",
        "材料类型": "材料形式",
        "数量": "份数",
        "材料份数": "份数",
        "必要性": "材料必要性",
        "是否必要": "材料必要性",
        "来源": "来源渠道",
        "空白表格下载": "空白表格",
        "样表": "示例样表",
        "说明": "填报须知",
    },
    "办理步骤": {"办理方式": "线上或线下", "办理步骤": "步骤", "步骤内容": "步骤"},
    "收费": {"项目": "收费项目", "标准": "收费标准", "金额": "收费标准", "依据": "收费依据", "减免说明": "减免"},
    "办理地点": {"名称": "办理地点", "窗口": "办理地点", "联系电话": "电话", "工作时间": "办理时间"},
    "法律依据": {"名称": "依据名称", "法律法规名称": "依据名称", "条款": "条款号", "内容": "条款内容"},
    "常见问题": {"问": "问题", "答": "解答", "答案": "解答", "回答": "解答"},
    "相关事项": {"相关编号": "相关事项编号", "说明": "关系说明"},
    "同义词": {"说法": "市民说法", "规范用语": "规范说法", "双向": "是否双向"},
    "人生大事": {"编号": "事件编号", "名称": "事件名称", "问法": "市民问法"},
    "人生大事步骤": {"原因": "为什么办"},
    "主动公开文件": {
        "编号": "文件编号",
        "文件编号（本系统）": "文件编号",
        "文件标题": "标题",
        "文件名称": "标题",
        "发文字号": "文号",
        "种类": "信息种类",
        "发布机构": "发布机构编号",
        "发布时间": "发布日期",
        "摘要": "内容概述",
        "链接": "网址",
        "有效": "是否有效",
        "示例": "示例数据",
    },
}

YES = frozenset({"是", "有", "√", "✓", "✔", "对", "支持", "可以", "Y", "YES", "TRUE", "1"})
NO = frozenset({"否", "无", "×", "✗", "✘", "X", "不", "不支持", "不可以", "N", "NO", "FALSE", "0"})

_DAYS = {"天": TimeUnit.DAY, "日": TimeUnit.DAY, "个自然日": TimeUnit.DAY, "日历日": TimeUnit.DAY}
CHOICES: Mapping[type[StrEnum], Mapping[str, StrEnum]] = {
    TimeUnit: {"个工作日": TimeUnit.WORKING_DAY, **_DAYS, "月": TimeUnit.MONTH, "个小时": TimeUnit.HOUR},
    Level: {"国家": Level.NATION, "省": Level.PROVINCE, "市": Level.CITY, "县": Level.COUNTY, "区级": Level.COUNTY}
    | {"区县级": Level.COUNTY, "县（区）级": Level.COUNTY, "乡镇级": Level.TOWN, "街道级": Level.TOWN},
    Audience: {
        "个人": Audience.PERSON,
        "公民": Audience.PERSON,
        "企业": Audience.COMPANY,
        "法人": Audience.COMPANY,
    },
    Handling: {"即办": Handling.IMMEDIATE, "承诺": Handling.PROMISED, "承诺办件": Handling.PROMISED},
    Status: {"有效": Status.ACTIVE, "正常": Status.ACTIVE, "挂起": Status.SUSPENDED, "已取消": Status.CANCELLED},
    Channel: {"窗口": Channel.WINDOW, "现场办理": Channel.WINDOW, "网上办理": Channel.WEB, "邮寄": Channel.POST}
    | {"移动端": Channel.MOBILE, "手机办理": Channel.MOBILE, "自助机": Channel.KIOSK},
    Scope: {"全国": Scope.NATION, "跨省": Scope.PROVINCES, "全省": Scope.PROVINCE, "全市": Scope.CITY}
    | {"全区": Scope.COUNTY, "全县通办": Scope.COUNTY, "无": Scope.NONE},
    MaterialForm: {
        "纸质": MaterialForm.ORIGINAL,
        "纸质原件": MaterialForm.ORIGINAL,
        "纸质复印件": MaterialForm.COPY,
    }
    | {"原件、复印件": MaterialForm.BOTH, "原件及复印件": MaterialForm.BOTH, "电子": MaterialForm.ELECTRONIC},
    Necessity: {"必须": Necessity.REQUIRED, "必需": Necessity.REQUIRED, "是": Necessity.REQUIRED}
    | {"非必需": Necessity.OPTIONAL, "可选": Necessity.OPTIONAL, "否": Necessity.OPTIONAL, "容缺": Necessity.LATER},
    MaterialSource: {"自备": MaterialSource.APPLICANT, "申请人": MaterialSource.APPLICANT}
    | {"政府部门": MaterialSource.GOVERNMENT, "政府核发": MaterialSource.GOVERNMENT},
    Way: {
        "网上": Way.ONLINE,
        "线上办理": Way.ONLINE,
        "窗口": Way.WINDOW,
        "现场": Way.WINDOW,
        "线下办理": Way.WINDOW,
    },
}


def bare(text: str) -> str:
    """``text`` as it is compared: NFKC, without white space, asterisks and a colon at the end."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("*", "").rstrip(":")


def sheet_name(title: str) -> str:
    """The declared name of a sheet that is called ``title``; ``title`` itself when there is none."""
    return _SHEET_NAMES.get(bare(title), bare(title))


def heading(sheet: str, text: str) -> str:
    """The declared heading for ``text`` in ``sheet``; ``text`` itself, bare, when there is none."""
    return _HEADINGS.get(sheet, {}).get(bare(text), bare(text))


def label(choices: type[StrEnum], text: str) -> str:
    """The declared label for ``text``; ``text`` itself, bare, when there is none."""
    found = _CHOICES.get(choices, {}).get(bare(text))
    return found.value if found is not None else bare(text)


_SHEET_NAMES = {bare(wording): name for wording, name in SHEET_NAMES.items()}
_HEADINGS = {
    sheet: {bare(wording): name for wording, name in wordings.items()} for sheet, wordings in HEADINGS.items()
}
_CHOICES = {
    choices: {bare(wording): name for wording, name in wordings.items()} for choices, wordings in CHOICES.items()
}

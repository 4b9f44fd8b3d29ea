"""Value sets of the national item standard (GB/T 39046-2020 annex A, C0109), by official label.

Codes differ between sources for the same label, so the label is the value; importers map codes and other
wordings to these.
"""

from enum import StrEnum


class ItemType(StrEnum):
    """事项类型 (GB/T 39046 annex A: 01–10, 20)."""

    LICENCE = "行政许可"
    PENALTY = "行政处罚"
    COERCION = "行政强制"
    LEVY = "行政征收"
    BENEFIT = "行政给付"
    INSPECTION = "行政检查"
    CONFIRMATION = "行政确认"
    AWARD = "行政奖励"
    RULING = "行政裁决"
    OTHER = "其他行政权力"
    PUBLIC_SERVICE = "公共服务"


class Level(StrEnum):
    """行使层级 (GB/T 39046 annex A: 1–7)."""

    NATION = "国家级"
    PROVINCE = "省级"
    CITY = "市级"
    COUNTY = "县级"
    TOWN = "镇级"
    VILLAGE = "村级"
    GRADED = "分级管理"


class Audience(StrEnum):
    """服务对象. The standards disagree on codes 5 and 6, hence labels of both."""

    PERSON = "自然人"
    COMPANY = "企业法人"
    INSTITUTION = "事业法人"
    SOCIETY = "社会组织法人"
    UNINCORPORATED = "非法人企业"
    AGENCY = "行政机关"
    OTHER = "其他组织"


class Handling(StrEnum):
    """办件类型."""

    IMMEDIATE = "即办件"
    PROMISED = "承诺件"
    OTHER = "其他"


class Status(StrEnum):
    """事项状态."""

    ACTIVE = "在用"
    SUSPENDED = "暂停"
    CANCELLED = "取消"


class Channel(StrEnum):
    """办理形式 (CPSV-AP hasChannel)."""

    WINDOW = "窗口办理"
    WEB = "电脑端网上办理"
    MOBILE = "移动端办理"
    POST = "快递申请"
    KIOSK = "自助终端"
    OTHER = "其他"


class OnlineDepth(StrEnum):
    """网上办理深度 (multi-valued)."""

    CONSULT = "互联网咨询"
    COLLECT = "互联网收件"
    PRECHECK = "互联网预审"
    ACCEPT = "互联网受理"
    HANDLE = "互联网办理"
    RESULT = "互联网办理结果信息反馈"
    LICENCE = "互联网电子证照反馈"
    OTHER = "其他"


class Scope(StrEnum):
    """通办范围: where else the item may be handled."""

    NATION = "全国通办"
    PROVINCES = "跨省通办"
    PROVINCE = "全省通办"
    CITY = "全市通办"
    COUNTY = "全区通办"
    NONE = "不通办"


class TimeUnit(StrEnum):
    """办结时限单位."""

    HOUR = "小时"
    WORKING_DAY = "工作日"
    DAY = "自然日"
    MONTH = "个月"
    YEAR = "年"


class MaterialForm(StrEnum):
    """材料形式."""

    ORIGINAL = "原件"
    COPY = "复印件"
    BOTH = "原件和复印件"
    ELECTRONIC = "电子件"


class Necessity(StrEnum):
    """材料必要性. 容缺后补 = may be handed in later."""

    REQUIRED = "必要"
    OPTIONAL = "非必要"
    LATER = "容缺后补"


class MaterialSource(StrEnum):
    """材料来源渠道 (GB/T 39046: 10, 20, 99)."""

    APPLICANT = "申请人自备"
    GOVERNMENT = "政府部门核发"
    OTHER = "其他"


class DocumentKind(StrEnum):
    """主动公开信息的种类 (条例 2019, articles 20 and 21)."""

    PLAN = "规划计划"
    BUDGET = "财政预决算"
    NORMATIVE = "规范性文件"
    COMPENSATION = "征收补偿"
    INSPECTION = "双随机检查结果"
    CREDIT = "信用信息"
    STATISTICS = "统计信息"
    PROCUREMENT = "政府采购"
    PROJECT = "重大项目"
    WELFARE = "民生保障"
    EMERGENCY = "应急管理"
    REPORT = "年度报告"

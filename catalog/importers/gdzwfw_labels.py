"""The declared tables of the Guangdong export: its fields and labels, and what they are with us.

Labels are mapped, not codes: codes of the same label differ between sources (公共服务 is 21 here, 20 in
GB/T 39046).
"""

from catalog.values import Audience, ItemType, Level, Status, TimeUnit

# Field of the export -> the official element it is imported as.
MAPPED = {
    "_id": "数据来源（入库日期）",
    "TASK_CODE": "实施编码、业务办理项编码",
    "matter_code": "业务办理项编码",
    "CATAID": "基本编码",
    "TASK_NAME": "事项名称",
    "TASK_TYPE_TEXT": "事项类型",
    "TASK_STATE": "事项状态",
    "matter_level": "行使层级",
    "ORGCODE": "实施主体编码",
    "DEPT_NAME": "实施主体",
    "matter_short": "简称",
    "matter_daily": "日常用语、关键词",
    "CATANAME": "关键词（主项名称）",
    "matter_name": "关键词（子项名称）",
    "subTaskName": "关键词（业务办理项名称）",
    "service_object_name": "服务对象",
    "theme_category": "主题分类",
    "accept_standard": "受理条件",
    "handle_time": "法定办结时限",
    "handle_time_limit": "承诺办结时限",
    "visit_number": "到办事现场次数",
    "material_intro": "办理材料",
    "ONLINECHECK": "是否网办",
    "URL": "网办地址",
    "bear_paltform": "网办平台名称",
    "online_book_addr": "网办说明（预约地址）",
    "courier_service": "办理形式（快递）",
    "handle_location": "办理地点",
    "consult_phone": "咨询方式",
    "complain_phone": "监督投诉方式",
}

# Fields that are left out, and why.
DROPPED = {
    "TASK_TYPE": "各地编码不同，按 TASK_TYPE_TEXT 的名称导入",
    "TASK_TAG": "没有公开的含义",
    "AREACODE": "目录只有一个区划，市级事项由行使层级和部门名称体现",
    "AREA_CODE_TEXT": "目录只有一个区划，市级事项由行使层级和部门名称体现",
    "parentCatalogId": "目录不分主项，没有主项编码",
    "co_department": "目录没有联办机构这一项",
    "matter_type": "与 TASK_TYPE_TEXT 重复",
    "district": "与 matter_level 重复",
    "LIMIT_SCENE_NUM": "与 visit_number 重复",
    "parentCatalogName": "与 CATANAME 重复",
    "subCatalogName": "与 matter_name 重复",
    "online_book": "与 ONLINECHECK 重复，目录也没有是否预约这一项",
}

# Left-out field -> the imported field that says the same; a record where they differ is doubtful.
SAME_AS = {
    "matter_type": "TASK_TYPE_TEXT",
    "district": "matter_level",
    "LIMIT_SCENE_NUM": "visit_number",
    "parentCatalogName": "CATANAME",
    "subCatalogName": "matter_name",
    "online_book": "ONLINECHECK",
}

LISTS = ("service_object_name", "theme_category", "material_intro")
PHONES = ("consult_phone", "complain_phone")
LIMITS = ("handle_time", "handle_time_limit")
ADDRESSES = ("URL", "online_book_addr")

TYPES = {label.value: label for label in ItemType}
LEVELS = {label.value: label for label in Level}
AUDIENCES = {label.value: label for label in Audience}
UNITS = {label.value: label for label in TimeUnit} | {"天": TimeUnit.DAY, "月": TimeUnit.MONTH}
# Codes of 事项状态 are those of GB/T 39046; the export of 2021 leaves the field empty.
STATES = {label.value: label for label in Status} | {
    "1": Status.ACTIVE,
    "2": Status.SUSPENDED,
    "挂起": Status.SUSPENDED,
    "3": Status.CANCELLED,
}
YES = {"1": True, "是": True, "支持": True, "0": False, "否": False, "不支持": False}

NO_WINDOW = "无线下办理窗口"
# What "there are no conditions" looks like; 无 alone means that nothing was filled in.
NO_CONDITIONS = frozenset(
    {
        "无条件",
        "无条件受理",
        "无条件办理",
        "无条件限制",
        "无受理条件",
        "无特定条件",
        "无特殊受理条件",
        "无需条件",
        "无限制",
        "无门槛办理",
    }
)

"""Every sentence that a citizen reads. Plain, polite, short, for someone of sixty on a phone."""

from bot.conversation.messages import Facet

FACETS = {
    Facet.OVERVIEW: "概况",
    Facet.ONLINE: "网上怎么办",
    Facet.MATERIALS: "要带什么",
    Facet.STEPS: "怎么办",
    Facet.TIME: "要多久",
    Facet.FEE: "多少钱",
    Facet.PLACE: "在哪里办",
    Facet.CONDITIONS: "什么条件",
    Facet.CONTACT: "问谁",
    Facet.RESULT: "拿到什么",
    Facet.FAQ: "常见问题",
}
START = (
    "您好，我是问办。您说要办什么事，我告诉您怎么在网上办、要带什么。\n"
    "直接像平时说话一样写就行，比如：身份证掉了怎么补。"
)
HELP = (
    "用平常的话写您要办的事就行。\n"
    "/browse 按部门、主题查找\n"
    "/search 词语 直接搜索\n"
    "/cases 我的办件\n"
    "/cancel 重新开始\n"
    "想找人工，请写“转人工”，或拨 {hotline}。"
)
EMPTY = "没看到文字。请用文字写您要办的事，比如：社保卡丢了怎么补。"
NO_WORDS = "没看懂这条消息。请用文字写您要办的事，比如：孩子上户口要带什么。"
TOO_LONG = "这条消息太长了（{length} 个字），一次最多 {limit} 个字。请只写最要紧的一件事，再发一次。"
UNKNOWN_COMMAND = "没有这个命令。发 /help 看看能做什么，或者直接写您要办的事。"
SEARCH_USAGE = "请在 /search 后面写要找的词，比如：/search 护照。"
CANCELLED = "好的，已经重新开始。您要办什么事？"
GREETING = "您好！您要办什么事？直接写就行。"
THANKS = "不客气。还有要办的事，随时问我。"
GOODBYE = "再见，祝您办事顺利。"
WHO = "我是问办，帮您查政务服务怎么办的机器人。您要办什么事？"
CLARIFY = "您要办的是哪一件？请点一下："
CLARIFY_SISTERS = "{stem}有几种，您要办的是哪一件？请点一下："
DIFFERENCE = "{label}：{when}"
SHORT_DIFFERENCE = "{when} → {label}"
SECOND_TRY = "那您看看是不是下面这些："
DECLINED = "这件事我没找到对应的办事指南。"
DECLINED_NEAREST = "最接近的是下面这些，都不是的话可以换个说法，或拨 {hotline}："
DECLINED_WAYS = "您可以换个说法再问，用 /browse 按部门查找，或拨 {hotline} 问人工。"
NO_SUCH_BUTTON = "没有第 {number} 个选项。请输入列出来的数字，或者直接写您要办的事。"
GONE = "这个事项现在不在目录里了。请重新写您要办的事。"
STALE_BUTTON = "这个按钮已经失效了。请重新写您要办的事。"
NO_CONTEXT = "您问的是哪件事？请写清楚要办什么，比如：补身份证要多久。"
HANDOVER = "请拨 {hotline} 政务服务热线，有工作人员接听。您也可以先把要办的事写给我。"
STATUS = (
    "办件进度我这里还查不到。\n"
    "在网上交的，请打开“鄂汇办”App，点“我的—我的办件”看进度；在窗口交的，请拿受理通知书上的编号拨 {hotline} 查询。"
)
DISCLOSURE = "您是要申请政府信息公开。区里没有主动公开的信息，您都可以申请，不用说明用途。"
DISCLOSURE_ASKS = (
    "姓名（或单位名称）、身份证明、联系方式",
    "要什么信息：名称、文号，或者说清是哪方面的",
    "要纸质的、电子邮件还是光盘，怎么取",
)
DISCLOSURE_TERM = "收到申请后，能当场答复的当场答复，不能的在 20 个工作日内答复（政府信息公开条例第三十三条）。"
LETTER = "您是要向区里反映问题。可以写信给区长信箱，会有部门办理并答复您。"
LETTER_ASKS = ("什么事、在哪里、什么时候", "您希望怎么解决", "您的姓名和联系方式，愿不愿意公开")
LETTER_URGENT = "急事请直接拨 {hotline}。"
ASKED_FOR = "会一项一项请您填："
STEP_NOT_CONNECTED = "这一步要在机器人里办，这里没有连到办公室。请拨 {hotline}。"
SURE_TO_WITHDRAW = "{number}真的要撤回吗？撤回后就不再办理了。"
WITHDRAW, KEEP = "撤回", "不撤回"
WRITE_SUPPLEMENT = "请写{number}要补正的内容，可以附照片或 PDF。一条消息写完。"
WRITE_MORE_TIME = "请写{number}为什么要晚一些补正、要到哪一天。"
STEP_WANTS_WORDS = "还要请您写一句说明。"
STEP_DROPPED = "好的，先不办这一步。"
NOT_YET = "先不办"
RATE = "{number}的答复，您满意吗？"
FULLY_ONLINE = "可以全程网上办，不用跑。"
PARTLY_ONLINE = "可以在网上申请，还要到现场 {visits} 次：{reason}"
ONLINE_STARTS = "可以在网上申请。"
NOT_ONLINE = "这件事要到窗口办，暂时不能在网上办。"
WHERE_ONLINE = "在{platform}办理。"
APP = "手机上用“{app}”。"
WEB_LINK = "打开网上办理页面"
MOBILE_LINK = "打开手机办理页面"
WINDOW_STEPS = "到窗口办："
ONLINE_STEPS = "网上这样办："
MATERIALS = "请准备："
NO_MATERIALS = "不用交材料。"
LATER = "可以后补"
OPTIONAL = "有就带上"
LIMIT = "办理时间：{limit}。"
IMMEDIATE = "当场就能办好。"
STATUTORY = "法律规定最长 {limit}。"
NO_FEE = "不收费。"
FEES = "收费："
RESULT = "办好后拿到：{name}。"
VALIDITY = "有效期：{validity}。"
CONDITIONS = "什么人能办："
PLACES = "办理地点："
CONSULT = "咨询：{consult}"
SUPERVISE = "投诉：{supervise}"
RECONSIDER = "不服决定：{way}"
LITIGATION = "打官司：{way}"
SECTION_FACTS, SECTION_WINDOW, SECTION_BASIS, SECTION_SOURCE = "办理方式", "到窗口怎么办", "依据", "来源"
SECTION_DISTINGUISH = "容易弄混的"
HANDLING = "办件类型：{value}"
WAYS = "办理形式：{value}"
DEPTH = "网上能办到：{value}"
SCOPE = "通办范围：{value}"
VISITS = "到现场：{visits} 次"
NO_VISIT = "不用到现场"
VISIT_REASON = "要到现场的原因：{reason}"
HANDLED_BY = "承办机构：{value}"
ISSUED = "材料从哪里来："
ISSUED_BY = "{name}：{source}，{issuer}"
BLANK_FORM, SAMPLE, RESULT_SAMPLE, SOURCE_LINK = "空白表格：{name}", "填写样例：{name}", "结果样本", "来源网址"
FEE_BASIS = "收费依据：{basis}"
IMMEDIATE_BY_LAW = "法律规定当场办理。"
NOT_STATED = "这一项目录里还没写。以窗口答复为准，可拨 {hotline}。"
UNVERIFIED = "还没核实：{notes}。请以窗口答复为准，可拨 {hotline}。"
SOURCE = "依据：{source}。更新于 {date}。"
SOURCE_UNDATED = "依据：{source}。没有核实日期，以窗口答复为准，可拨 {hotline}。"
SUSPENDED = "注意：这个事项现在暂停办理。"
WITHDRAWN = "注意：这个事项已经取消，不再办理。"
WITHDRAWN_ON = "注意：这个事项办到 {date} 为止，已经取消，不再办理。"
PLANNED = "注意：这个事项从 {date} 起才能办，现在还不能办。"
DONE_UNTIL = "请留意：这个事项办到 {date} 为止。"
INSTEAD = "您可以看看下面这些，或拨 {hotline} 问一问。"
NOTHING_INSTEAD = "要办类似的事，请拨 {hotline} 问一问。"
CAN_BE_ONLINE = "可以网上办"
MARK_SUSPENDED, MARK_WITHDRAWN, MARK_PLANNED = "暂停办理", "已经取消", "{date} 起才能办"
MARKED = "{name}：{why}（{mark}）"
UNMARKED = "{name}：{why}"
BROWSE = "按什么找？"
BROWSE_DEPARTMENTS = "选一个部门："
BROWSE_THEMES = "选一个主题："
BROWSE_EVENTS = "您遇到的是哪件事？"
BROWSE_AUDIENCES = "您是个人办事，还是单位办事？"
BROWSE_ITEMS = "{name}，共 {count} 项（第 {page}/{pages} 页）："
EVENT_STEPS = "{name}，一般按这个顺序办："
EVENT_FIRST = "先办“{name}”。点下面的按钮，看每一步怎么办、要带什么。用不上的可以跳过。"
EVENT_NONE_OPEN = "这几件事现在都不能办，请拨 {hotline} 问一问。"
EVENT_ALL = "{name}：全部手续"
NOT_MINE = "不是我要的"
BACK_TO_BROWSE = "返回"
PREVIOUS, NEXT = "上一页", "下一页"
BY_DEPARTMENT, BY_AUDIENCE, BY_THEME, BY_EVENT = "按部门", "按个人/单位", "按主题", "按人生大事"
PERSON, COMPANY = "个人", "企业和单位"
CALL_HUMAN, WRITE_LETTER, APPLY_DISCLOSURE = "找人工", "写信给区长", "申请信息公开"


def apology(reference: str) -> str:
    """What a person reads when something broke; the number finds the log entry."""
    return f"对不起，系统出了点问题，您的消息没有办成。请过一会儿再试。编号：{reference}"

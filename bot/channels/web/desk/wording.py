"""Every sentence of the desk's pages that is not a plain heading in a template."""

from bot.mailbox.stages import Action

WRONG_SIGN_IN = "账号、密码或动态码不对。请核对后再试；忘了密码，请管理员用 wenban staff password 重设。"
LOCKED = "错的次数太多了。请过 {minutes} 分钟再试；忘了密码，请管理员重设。"
SIGNED_OUT = "您已退出。"
SESSION_OVER = "登录已经过期（30 分钟没有操作，或满 8 小时）。请重新登录，再办刚才那一步。"
NOT_FOUND = "没有这件，或者这件不是由您的部门承办。请核对编号，或回到列表。"
NOT_YOURS = "这一页由{who}使用，您不能打开。"
UNKNOWN_STEP = "没有这一步。请重新打开这件再办。"
UNKNOWN_CHOICE = "没有这个选项。请重新选择。"
WRONG_DATE = "“{said}”不是一个日期。请写成 2026-12-31 这样。"
WRONG_DAYS = "“{said}”不是可用的天数。请写 1 到 999 的整数。"
TOO_LONG = "“{field}”写得太长了。请写短一些。"
NOT_SURE = "“{action}”办了就不能撤回。请先勾选确认。"
STALE = "您打开以后，这件刚刚被别人办理过，您的这一步没有办。下面是现在的情况，您写的内容还在，请看过再决定。"
NO_DRAFT = "请写答复，或先选结果再套用模板。"
NO_FILE = "请先选一个文件。"
TOO_BIG = "文件太大了，每个最多 {most} MB。请压缩或分成几个。"
NO_MAIL = "没有这封待处理的来信，可能别人刚刚处理过了。请看看列表。"
CATALOGUE_FAULTY = "目录文件夹里有 {count} 处错误，不能启用；正在用的不受影响。请照下面改好再试："
CATALOGUE_CHANGED = "目录刚刚又变了，没有换。下面是现在的变化，请再看一遍。"
RELOADED = "已经启用新的目录。"
ROLLED_BACK = "已经退回上一份目录。"
NOTHING_NEW = "目录没有变化，不用启用。"
DONE = "{action}：办好了。"
ENCLOSED = "文件加上了，会随答复发出。"
TAKEN_BACK = "随答复发出的文件都撤下了。"
MAIL_ATTACHED = "来信已归入 {number}。"
MAIL_OPENED = "已立为 {number}，回执会发给来信人，等他确认以后登记。"
MAIL_DROPPED = "这封来信不用处理，已经记下。"
VERDICTS = {
    "held_unmatched": "对不上办件",
    "held_other_sender": "发件人不是申请人",
    "held_forged": "编号标记是伪造的",
    "held_no_tag": "工作人员的回信没有带编号标记",
    "held_stale": "办件已经往前走了",
    "held_unclear": "看不出要办什么",
    "held_bounce": "对不上的退信",
    "held_refused": "不能照办",
}
"""Why a mail waits for a person."""
LABELS = {
    "text": "内容",
    "answer_by": "最迟哪天答复",
    "day": "哪天的事（不填就是今天）",
    "received": "对方哪天收到征求意见书的（不知道就不填）",
    "department": "承办部门",
    "whom": "征求谁的意见",
    "authority": "对方的名称和联系方式",
    "email": "征求意见书发到哪个邮箱（不填就打印寄送）",
    "days": "几个工作日",
    "approver": "批准人",
}
"""What each field of a step is."""
_LABELS_OF = {
    (Action.NOTE, "text"): "要记的事（不改变环节）",
    (Action.CORRECT, "text"): "要补正什么（一次性写全，会发给申请人）",
    (Action.CORRECT, "answer_by"): "申请人最迟哪天补正",
    (Action.PROLONG, "answer_by"): "新的补正期限",
    (Action.SUPPLEMENT, "text"): "申请人补正的内容",
    (Action.RETURN, "text"): "退回的理由",
    (Action.SEND_BACK, "text"): "退回的理由",
    (Action.DECLINE, "text"): "不予受理的理由（会发给来信人）",
    (Action.REDIRECT, "text"): "理由（会发给来信人）",
    (Action.TRANSFER, "text"): "理由（会发给申请人）",
    (Action.CONSULT, "text"): "说明（可以不写）",
    (Action.OPINION, "text"): "对方的意见（期满没有答复的，不填）",
    (Action.OPINION, "authority"): "哪一方的意见",
    (Action.EXTEND, "text"): "延期的理由（会发给申请人）",
    (Action.EXTEND, "days"): "延长几个工作日",
    (Action.ACCEPT, "days"): "办理时限，几个工作日（不填就按一般来信）",
    (Action.CONFIRM, "day"): "申请人哪天向我们确认的（不填就是今天）",
    (Action.FOLLOW_UP, "text"): "回访了解到的情况、重办的理由",
    (Action.WITHDRAW, "text"): "申请人怎么提出撤回的（可以不写）",
}


def label(action: Action, field: str) -> str:
    """What stands above a field of this step."""
    return _LABELS_OF.get((action, field), LABELS[field])

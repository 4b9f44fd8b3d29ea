"""Every short sentence of the staff's chat."""

from bot.mailbox.stages import Action

CHANGED = "{number} 刚刚被别人办理过。请看看现在的情况，再决定怎么办。"
DONE_BEFORE = "这一步您已经办过了。"
DONE = "{number} {action}：办好了。"
NOT_YOUR_CASE = "这件不是由您的部门承办。"
STALE = "这个按钮已经失效了。请发 /cases 重新打开。"
ONLY_TEXT = "附件没有收下：这一步只收文字。请再回复一次，把内容写在消息里。"
TOO_LONG = "写得太长了：名称和联系方式最多 200 字，批准人最多 40 字，全文最多 20000 字。请改短再回复一次。"
LAST_STEP = "上一步（{action}）：{text}"
NOTE, BACK, CANCEL = "记事", "返回", "取消"
SURE = {
    Action.SIGN: ("真的要签发吗？", "确认签发"),
    Action.REPLY: ("真的要答复吗？答复会马上送给申请人。", "确认答复"),
    Action.WITHDRAW: ("真的要按申请人撤回处理吗？撤回后不再办理。", "确认撤回"),
    Action.ABANDON: ("真的要按逾期不补正处理吗？处理后不再办理。", "确认处理"),
}
"""Steps that cannot be taken back are asked about once more."""
CHOOSE_DEPARTMENT = "转给哪个部门？"
SUGGESTED = "（建议）"
CHOOSE_OUTCOME = "答复结果是哪一种？"
KEEP_OUTCOME = "仍是：{outcome}"
CHOOSE_WHOM = "是谁的意见？"
WHOM = {"third_party": "第三方（第三十二条）", "co_author": "共同制作机关（第三十四条）"}
WAITING = "等您办理的办件，共 {count} 件，最急的在前面："
WAITING_SOME = "等您办理的办件，共 {count} 件，先列最急的 {shown} 件："
NOTHING_WAITS = "现在没有等您办理的办件。"
RED, YELLOW, GREEN, NO_TERM = "红", "黄", "绿", "期限未起算"
PROMPT = "{number} {action}"
OUTCOME = "答复结果：{outcome}"
ANSWER = "请直接回复这条消息，{how}。不办了，不用理会。"
CODE = "办理码："
RULE = "————"
HOW = {
    Action.DRAFT: "写答复全文（可以照抄上面的文字，把【　】填好）",
    Action.SEND_BACK: "写退回的理由",
    Action.RETURN: "写退回的理由",
    Action.DECLINE: "写不予受理的理由",
    Action.REDIRECT: "第一行写对方名称和联系方式，从第二行起写理由",
    Action.TRANSFER: "第一行写对方名称和联系方式，从第二行起写理由",
    Action.CONSULT: "第一行写对方名称和联系方式（有邮箱也写上），从第二行起写说明，可以不写",
    Action.OPINION: "写对方的意见；期满没有答复的，写“没有答复”",
    Action.CORRECT: "写要补正什么。补正期限默认 {answer_by}；要改的，在第一行写日期，如 2026-12-31",
    Action.PROLONG: "第一行写新的补正期限，如 2026-12-31",
    Action.SUPPLEMENT: "写申请人补正的内容",
    Action.EXTEND: "第一行写延长几个工作日，第二行写批准人，从第三行起写理由",
    Action.FOLLOW_UP: "写重办的理由",
    Action.NOTE: "写要记的事",
}
"""Steps that are written: what stands in which line."""
NO_DAYS = "第一行请只写几个工作日，如 10。"
NO_DATE = "第一行请写日期，如 2026-12-31。"
WRONG_DATE = "没有“{said}”这一天。请写成 2026-12-31 这样。"
UNREACHABLE = "对方的 Telegram 收不到。"
"""Why a chat message was given up, for the registrar."""

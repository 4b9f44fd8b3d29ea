"""Every short sentence of the office in chat and mail; the documents are in ``bot/mailbox/letters``."""

from bot.mailbox.stages import Action

REFUSED = "没有找到这件，或者查询码不对。请照回执核对编号和查询码，再试一次。"
TOO_MANY = "试的次数太多了。请一小时以后再试，或拨 {hotline} 查询。"
NO_CASES = "您在这里还没有办件。别处交的，请把编号和查询码一起发给我，比如：沙依申〔2026〕0001号 ABCD2345。"
YOUR_CASES = "您的办件，点一下看进度："
STAGE = "现在到了：{stage}。"
NEXT = "下一步：{next}"
DUE = "答复期限："
DUE_PROVISIONAL = "（暂定）"
SUBMITTED_ON = "{day}提交，由{department}办理。"
SUBMITTED_ONLY = "{day}提交。"
ANSWERED_ON = "{day}办结。"
RESULT = "结果：{outcome}。"
REPLY_BELOW = "答复如下："
MORE_TIME_ASKED = "已经转告工作人员。延长了会马上告诉您；没有告诉您之前，仍以原来的补正期限为准。"
CONFIRMED = "谢谢，已经确认。工作人员登记后会告诉您答复期限。"
ASK_TO_CONFIRM = "请您确认：这是您本人提交的吗？确认以后才能登记，答复期限从双方确认那天算起（条例第三十一条）。"
CONFIRM_BY_MAIL = "直接回复这封邮件，写“确认”两个字就行。不是您写的，不用理会。"
MAIL_FOOTER = (
    "——\n直接回复这封邮件，您的回信会放进这件办件（请保留主题里的编号）。\n"
    "编号：{number}　查询码：{code}　热线：{hotline}"
)
STAFF_FOOTER = {
    Action.DRAFT: "直接回复这封邮件，写答复全文，就是交了稿。信息公开申请请在第一行写“答复结果：予以公开”。",
    Action.PASS_REVIEW: "直接回复“通过”，或“退回：理由”。",
    Action.SIGN: "直接回复“签发”，或“退回：理由”。",
}
WHAT_NEXT = {
    "submitted": "等工作人员与您确认并登记。",
    "registered": "转给承办部门收集材料。",
    "needs_correction": "请您在 {answer_by} 以前补正。",
    "corrected": "转给承办部门收集材料，期限从收到补正那天重新算。",
    "accepted": "转给承办部门。",
    "assigned": "等承办部门接办。",
    "collecting": "承办部门收集材料。",
    "consulting": "等被征求意见的一方答复，这段时间不计入期限。",
    "drafting": "起草答复。",
    "legal_review": "法制审核。",
    "sign_off": "领导签发。",
    "approved": "马上答复您。",
    "replied": "请您评价这次答复。",
    "rated": "不满意的，会有人回访。",
}
RATE = "您对这次答复满意吗？"
SUPPLEMENT, MORE_TIME, WITHDRAW, CONFIRM, SHOW = "补正", "申请延长补正时间", "撤回", "确认是我提交的", "查进度"
CASE_SUBJECT = "[{number}] {title}"
STAFF_SUBJECT = "[{number}] {stage}：{what}"
STAFF_WHAT = "请{actions}"
STAFF_INFORMED = "请知悉"
OVERDUE = "已经超期 {days} 个工作日"
DUE_TODAY = "今天到期"
DUE_IN = "还有 {days} 个工作日到期"
REMINDER = "{number} {subject}：{when}（{due}），现在是“{stage}”。"
UNCONFIRMED = "{number} 收到已超过一个工作日，还没有双方确认并登记（条例第三十一条）。"
ABANDONED_BY_SILENCE = "{number} 的补正期限到 {answer_by} 已经过了，申请人没有补正（条例第三十条）。"
CONSULTATION_OVER = "{number} 征求意见的 15 个工作日已满，对方没有答复：{meaning}。"
UNDELIVERABLE = "{number} 的一封邮件送不到：{reason} 请改用电话或邮寄联系申请人。"
TASKS = {
    "follow_up": "{number} 得了差评，请回访整改，重新答复（wenban case follow-up）。",
    "undeliverable": "{number} 有一封通知送不到，请改用电话或邮寄联系。",
    "print_and_post": "{number} 的申请人没有留电子联系方式，请打印文书寄送或当面交给他。",
    "held_mail": "有一封来信对不上办件，请人工处理（wenban mail held）。",
    "nobody": "{number} 没有人收到通知：还没有对应的工作人员账号，请用 wenban staff add 添加。",
    "due_soon": "{number} 快到期了。",
    "overdue": "{number} 已经超期。",
    "unconfirmed": "{number} 收到已超过一个工作日，还没有双方确认并登记。",
    "abandoned": "{number} 的补正期限已经过了，申请人没有补正（wenban case abandon）。",
    "consultation_over": "{number} 征求意见的 15 个工作日已满，对方没有答复（wenban case opinion）。",
}
"""What each kind of task asks for."""

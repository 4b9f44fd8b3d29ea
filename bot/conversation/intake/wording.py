"""Every sentence of the forms. Plain, polite, short, for someone of sixty on a phone."""

from typing import NamedTuple

from bot.mailbox.stages import Kind


class Words(NamedTuple):
    """One question: its name in the summary, the question, how to answer."""

    label: str
    question: str
    hint: str = ""


YES, NO = "要", "不要"
PUBLIC, PRIVATE = "可以公开", "不公开"

APPLICANT = Words("申请人", "您用什么身份申请？", "自己申请就点“自然人”。")
PERSON_NAME = Words("姓名", "您的姓名？", "和身份证上一样。")
ORGANISATION = Words("单位名称", "单位的全名？", "和营业执照或登记证书上一样。")
ID_NUMBER = Words(
    "身份证号", "您的身份证号码？", "18位。法律规定申请要有身份证明，我们保密，显示时会遮住中间几位。"
)
CREDIT_CODE = Words("统一社会信用代码", "单位的统一社会信用代码？", "18位，在营业执照或登记证书上。")
CONTACT_PERSON = Words("联系人", "联系人的姓名？", "")
PHONE = Words("电话", "您的电话？", "手机，或带区号的座机。")
DESCRIPTION = Words(
    "要什么信息", "您要什么信息？", "写名称或文号；不知道就写清楚是哪年、哪里、哪方面的。可以附照片或 PDF。"
)
MEDIUM = Words("形式", "信息要什么形式的？")
WAY = Words("领取方式", "怎么交给您？")
ADDRESS = Words("邮寄地址", "寄到哪里？", "写省、市、区、街道和门牌号。")
FAX = Words("传真号", "传真号码？", "带区号，例：0716-8123456。")
EMAIL = Words("电子邮箱", "您的电子邮箱？", "例：zhangsan@qq.com。")
EMAIL_NEEDED = EMAIL._replace(
    hint="例：zhangsan@qq.com。这里要靠邮箱联系您；没有邮箱，请点“改一项”，改前面的电话或形式。"
)
MAIL_TOO = Words("邮件通知", "办理的通知，要不要也发到邮箱里？", "这里总会通知您。")
PURPOSE = Words("用途", "要这些信息做什么用？", "可以不写，不影响办理。")
LETTER_KIND = Words("来信类型", "您这封信是哪一种？")
LETTER_TEXT = Words("内容", "请写是什么事。", "什么时候、在哪里、怎么回事、希望怎么解决。可以附照片或 PDF。")
SUBJECT = Words("标题", "用一句话说是什么事？", "60个字以内。")
PLACE = Words("地点", "在哪里发生的？", "例：沙市区塔桥路12号门口。")
WRITER = Words("写信人", "您的姓名？", "单位写信就写单位名称。")
PUBLICITY = Words("公开", "这封信和答复可以在网上公开吗？", "公开时不写您的姓名和电话。")

CHOOSE = "请点一个，或者照着写一个：{choices}。"
SHORTEN = "您写了 {length} 个字，这里最多 {limit} 个字。请写短一些再发。"
DESCRIBE_MORE = "请再写具体一点，好让工作人员找得到，例：2025年塔桥路改造工程的施工合同。"
WHOLE_ADDRESS = "请写完整的地址，例：湖北省荆州市沙市区某路12号3楼。"
PURPOSE_OR_SKIP = "请用文字写用途，不想写就点“跳过”。"
TELL_MORE = "请再写清楚一点：什么事、在哪里、希望怎么解决。"
SUBJECT_MORE = "请用几个字写个标题，例：塔桥路路灯不亮。"
PLACE_MORE = "请写清楚在哪里，不好说就点“跳过”。"

TITLES = {Kind.DISCLOSURE: "信息公开申请", Kind.LETTER: "给区长的信"}
PROGRESS = "{title}（第 {number} 项，共 {count} 项左右）"
NOW_HAVE = "现在写的是：{value}"
SAID_BEFORE = "您刚才写的是：{value}"
RECEIVED = "附件收到了，一共 {all} 个。"
TOO_MANY = "附件最多 {limit} 个，多出来的没有收下。"
WHAT_IS_IT = "请写一句这是什么事，或者点下面的按钮。"

SUMMARY = "请看一遍，没错就点“提交”。"
LEFT_OUT = "没有填"
ATTACHED, ATTACHMENTS = "附件", "{count} 个"
DEPARTMENT = "这件事多半由{department}办理。"
NEXT_DISCLOSURE = (
    "提交后，政务公开办收到会和您确认；从双方确认那天起 20 个工作日内答复您，"
    "要延期会先告诉您（条例第三十一条、第三十三条）。"
)
NEXT_LETTER = "提交后，由政府办登记并转给部门办理，办好了在这里答复您。"
FOLLOW = "发“查进度”随时能看办到哪一步了。"
WHAT_TO_CHANGE = "要改哪一项？"
NOT_CONNECTED = "您写好了，但这里没有连到办公室，没有交上去。请在机器人里提交，或拨 {hotline}。"

SAVED = "存好了。过几天再来也行，发“继续填写”就接着填。"
SURE_TO_CANCEL = "不填了吗？已经写的会删掉。"
DROPPED = "好的，已经删掉了。还有要办的事，随时问我。"
UNFINISHED = "您有一份没填完的{title}。"
ONE_AT_A_TIME = "您有一份没填完的{title}，先接着填，还是放弃它？"
STILL_OPEN = "接着填{title}："
NO_FORM = "这张表已经交了，或者不在了。请重新写您要办的事。"
NOT_NOW = "这一步现在用不上。请接着填："

WHY_DISCLOSURE = (
    "您写的是要看政府的信息。这要走“信息公开申请”，有 20 个工作日的答复期限；写信不一定能拿到文件。"
    "要改过去吗？写过的不用再填。"
)
WHY_LETTER = (
    "您写的像是反映问题。按条例第三十九条第一款，信访、投诉、举报不作为信息公开申请办理。"
    "改成写信给区长，会有部门处理。要改过去吗？写过的不用再填。"
)
BOTH_WAYS = "您说的好像有两件事：要看政府的信息，走信息公开申请；要部门解决问题，写信给区长。先办哪一样？"

PUBLISHED = "已公开，您看是不是这份："
DOCUMENT = "{title}（{date}）"
GLAD = "好的，找到就好。还有要办的事，随时问我。"

SUBMIT, CHANGE, SAVE, CANCEL, BACK = "提交", "改一项", "先存着", "取消", "上一步"
RESUME, GIVE_UP, SKIP, DELETE = "继续填写", "放弃", "跳过", "删掉"
GIVE_UP_AND_START = "放弃，重新写"
USE_IT = "就用刚才写的"
USE_TITLE = "就用这个标题"
NO_PHONE, NO_EMAIL = "不留电话", "没有邮箱"
START = {Kind.DISCLOSURE: "开始填申请", Kind.LETTER: "开始写信"}
SWITCH = {Kind.DISCLOSURE: "改成写信给区长", Kind.LETTER: "改成信息公开申请"}
INSIST = {Kind.DISCLOSURE: "还是申请公开", Kind.LETTER: "还是写信"}
THIS_ONE, NOT_THIS = "就是这份，谢谢", "不是，我要申请"

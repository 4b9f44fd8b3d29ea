"""Inbound mail: what each file of the corpus says."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.mailbox.mail.parse import parse
from bot.mailbox.mail.parsed import Address, Bounce, MailKind, ParsedMail

CORPUS = sorted((Path(__file__).parent / "eml").glob("*.eml"))
ORIGINAL = "d2026-0001.1@mail.shashi.example.cn"
LONG = "关于公开沙市区二〇二五年老旧小区改造资金使用情况的申请"
AUTO, BOUNCE, LIST, RECEIPT = MailKind.AUTO_REPLY, MailKind.BOUNCE, MailKind.LIST, MailKind.RECEIPT


@dataclass(frozen=True)
class Expected:
    """What a file holds; ``text`` ending in … is only its beginning, ``defect`` is one that must be noted."""

    sender: str
    subject: str
    text: str
    files: tuple[str, ...] = ()
    kind: MailKind = MailKind.PERSON
    bounce: Bounce | None = None
    defect: str = ""


def bounced(permanent: bool, status: str, recipient: str, original: str | None, reason: str) -> Bounce:
    return Bounce(permanent, status, recipient, original, reason)


E = Expected
EXPECTED = {
    "01_qq_webmail_reply": E(
        "李桂兰 liguilan1958@qq.example.com",
        "回复：请补正您的申请",
        "您好：\n我想申请公开2025年我们小区（幸福里）加装电梯的补贴发放明细，请用邮件回复。\n身份证复印件上次已经寄过。",
    ),
    "02_qq_attachment": E(
        "王师傅 wangsf@qq.example.com",
        "信息公开申请表",
        "申请表在附件里，麻烦查收。\n\n谢谢！",
        ("政府信息公开申请表（王）.docx",),
    ),
    "03_qq_mobile": E(
        "老刘 laoliu@qq.example.com", "回复：您的来信收到了", "收到，路灯昨天晚上已经亮了，谢谢你们。"
    ),
    "04_163_reply": E(
        "陈小红 chenxiaohong@163.example.com",
        "Re:关于您申请的补正通知",
        "你好，\n补正材料见下：我要的是2024年度的决算表，不是预算表。",
    ),
    "05_163_html_only": E(
        "陈小红 chenxiaohong@163.example.com",
        "Re:补正通知",
        "你好，\n补正材料见下：我要的是2024年度的决算表，不是预算表。",
    ),
    "06_netease_master": E(
        "赵建国 zhaojianguo@163.example.com", "回复：小区门口占道经营", "还是有人摆摊，请再管一管。…"
    ),
    "07_139": E(
        "13900000000@139.example.com 13900000000@139.example.com", "咨询老年证", "请问65岁老人办老年证要带么东西？"
    ),
    "08_outlook_cn_gb2312": E(
        "朱喆 zhuzhe@outlook.example.com",
        "答复: 请补正您的申请——朱喆",
        "您好！\n\n    申请人：朱喆、陶镕。请公开江津路改造项目的环评批复。\n\n此致\n敬礼",
    ),
    "09_outlook_en": E(
        "Zhang, Wei wei.zhang@corp.example.com",
        "RE: Your request",
        "Please send the documents in English if possible.\n\nRegards,\nWei Zhang",
    ),
    "10_foxmail": E(
        "sunli@foxmail.example.com sunli@foxmail.example.com",
        "Re: 来信编号 L2026-0031",
        "尊敬的领导：\n我是江汉南路的居民，楼下餐馆油烟扰民，已经反映过三次。\n\nsunli@foxmail.example.com",
    ),
    "11_gmail_zh": E(
        "周敏 zhoumin88@gmail.example.com", "Re: 您的申请已经登记", "好的，知道了。\n另外请寄纸质件到我家。"
    ),
    "12_gmail_en_wrapped": E(
        "Anna Berg anna.berg@gmail.example.com",
        "Re: Residence permit",
        "Thank you, that answers it.\n\nOne more question: is it open on Saturday?",
    ),
    "13_iphone": E("马丽 mali@icloud.example.com", "回复：公租房轮候", "我还想问一下排到第几号了？"),
    "14_apple_mail_inline": E(
        "何平 heping@icloud.example.com",
        "井盖损坏照片",
        "第一张，路口的井盖：\n\n第二张明天再拍。",
        ("IMG_0021.png",),
    ),
    "15_rfc2231_split_name": E(
        "li@example.com", "材料两份", "两份材料，请查收。", ("房屋征收补偿协议书（复印件）.pdf", "身份证正反面.pdf")
    ),
    "16_raw_names": E(
        "qian@example.com",
        "附件名",
        "见附件。",
        ("申请书.doc", "说明 (1).pdf", "户口簿.jpg", "合同gpj.exe", "附件5.jpg"),
    ),
    "17_split_character": E("欧阳 ouyang@example.com", LONG, "请公开。"),
    "18_split_character_gbk_q": E("ouyang@example.com", f"Fwd: {LONG} (2)", "请公开。"),
    "19_base64_cut_words": E("ouyang@example.com", LONG, "see subject"),
    "20_raw_gbk": E(
        "吴大爷 wudaye@example.com",
        "我要反映中山路积水问题",
        "一下雨中山路就积水，没过膝盖，请派人来看看。\n吴大爷",
        defect="charset guessed: gb18030",
    ),
    "21_raw_utf8": E(
        "郑女士 zheng@example.com",
        "办证大厅周末开门吗",
        "周末想带老人来办社保卡，大厅开门吗？",
        defect="8-bit bytes in the header",
    ),
    "22_labelled_gb2312_is_utf8": E(
        "feng@example.com", "医保卡丢了", "医保卡丢了怎么补？在线等。", defect="charset gb18030 is really utf-8"
    ),
    "23_labelled_utf8_is_gbk": E(
        "feng@example.com",
        "社保断缴能补吗",
        "我去年断缴了三个月社保，现在能补吗？",
        defect="charset guessed: gb18030",
    ),
    "24_labelled_latin1_is_gbk": E(
        "feng@example.com", "公积金提取", "租房能提取公积金吗？", defect="charset guessed: gb18030"
    ),
    "25_unknown_charset": E(
        "feng@example.com", "落户咨询", "大学毕业生落户沙市要什么条件？", defect="charset guessed: gb18030"
    ),
    "26_big5": E("陳先生 chen@example.tw", "臺胞證換發", "請問臺胞證過期可以在沙市換發嗎？"),
    "27_big5_undeclared": E(
        "chen@example.tw",
        "question",
        "我們的公司想在貴區設立分公司，請問應該準備什麼文件，需要多少時間？謝謝您的說明。",
        defect="charset guessed: big5hkscs",
    ),
    "28_hz": E("oldschool@example.edu", "校友来信", "想了解老三中的历史档案。"),
    "29_broken_base64": E(
        "he@example.com",
        "楼上漏水",
        "我家楼上漏水，物业不管，社区也说管不了，请区里协调一下。",
        defect="base64 repaired",
    ),
    "30_8bit_in_qp": E(
        "he@example.com", "停水通知", "明天停水吗？请告知，谢谢。", defect="8-bit bytes in quoted-printable"
    ),
    "31_boundary_missing": E(
        "he@example.com", "没有分界参数", "正文还在。", ("a.pdf",), defect="no boundary in multipart"
    ),
    "32_boundary_wrong": E("he@example.com", "分界写错", "分界对不上，但话要留下。", defect="boundary guessed"),
    "33_cut_off": E("he@example.com", "传了一半", "请看附件。", ("半个.pdf",), defect="close boundary not found"),
    "34_no_blank_line": E(
        "he@example.com",
        "没有空行",
        "您好，我是退役军人，想问优待证怎么领。",
        defect="missing header body separator",
    ),
    "35_nul_and_bare_cr": E("he@example.com", "只有回车", "第一行\n第二行"),
    "36_empty": E("", "", "", defect="no readable sender"),
    "37_header_only": E("he@example.com", "只有标题", ""),
    "38_only_image": E("he@example.com", "", "", ("附件1.png",)),
    "39_html_inline_image": E(
        "小学家长 parent@example.com",
        "斑马线",
        "王区长：\n\n我们 小学 门口没有斑马线。\n\n上学时段车多\n有小孩被撞\n\n照片：进入下载页面 (https://disk.example.cn/s/abc)",
        ("p1.png",),
    ),
    "40_long_subject": E("he@example.com", ("很长的标题 换行 " + "反映问题" * 240)[:500], "x"),
    "41_bad_message_id": E("", "没有编号", "查不到我的申请。", defect="date unreadable"),
    "42_smime": E("律师 lawyer@example.com", "加密材料", "", ("smime.p7m",), defect="encrypted"),
    "43_pgp_mime": E("lawyer@example.com", "...", "", ("附件1.bin", "encrypted.asc"), defect="encrypted"),
    "44_pgp_inline": E("lawyer@example.com", "PGP", "", ("message.asc",), defect="encrypted"),
    "45_calendar_invite": E("街道办 jiedao@example.cn", "听证会邀请", "请参加听证会。", ("附件1.ics",)),
    "46_forwarded_eml": E("信访办 xinfang@example.cn", "转办：噪音", "请按程序办理。", ("原来的投诉.eml",)),
    "47_forwarded_inline": E("zhoumin88@gmail.example.com", "Fwd: notice", "转给你们看看。"),
    "48_winmail_dat": E(
        "某公司 hr@corp.example.com", "情况说明", "情况说明请见附件。", ("情况说明（定稿）.pdf", "照片.jpg")
    ),
    "49_winmail_hostile": E(
        "hr@corp.example.com",
        "tnef",
        "see file",
        ("winmail.dat", "winmail.dat"),
        defect="winmail.dat unreadable, kept as it is",
    ),
    "50_postfix_dsn": E(
        "Mail Delivery System mailer-daemon@mx.example.cn",
        "Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.example.cn.…",
        ("附件1.txt", "答复.eml"),
        BOUNCE,
        bounced(
            True,
            "5.1.1",
            "gone@qq.example.com",
            ORIGINAL,
            "550 Mailbox unavailable or access denied [MA+example IP: 192.0.2.1]. https://service.mail.example.com/",
        ),
    ),
    "51_postfix_delayed": E(
        "Mail Delivery System mailer-daemon@mx.example.cn",
        "Delayed Mail (still being retried)",
        "Your message could not be delivered…",
        ("附件1.txt", "附件2.txt"),
        BOUNCE,
        bounced(
            False,
            "4.4.1",
            "slow@example.com",
            ORIGINAL,
            "connect to example.com[192.0.2.7]:25: Connection timed out",
        ),
    ),
    "52_exchange_ndr": E(
        "postmaster@corp.example.com",
        "未传递: 您的申请已经答复",
        "未能将邮件传递给以下收件人或组:…",
        ("附件1.txt", "答复.eml"),
        BOUNCE,
        bounced(
            True,
            "5.2.2",
            "full@corp.example.com",
            ORIGINAL,
            "554 5.2.2 mailbox full; STOREDRV.Deliver: QuotaExceeded",
        ),
    ),
    "53_dsn_delivered": E(
        "Mail Delivery System mailer-daemon@mx.example.cn",
        "Successful Mail Delivery Report",
        "Your message was successfully delivered.",
        ("附件1.txt", "答复.eml"),
        RECEIPT,
    ),
    "54_qq_bounce": E(
        "PostMaster postmaster@qq.example.com",
        "来自qq.example.com的退信",
        "尊敬的用户，您好：…",
        (),
        BOUNCE,
        bounced(
            True,
            "5.0.0",
            "nobody404@qq.example.com",
            None,
            "收件人邮件地址（nobody404@qq.example.com）不存在，邮件无法送达。",
        ),
    ),
    "55_163_bounce": E(
        "postmaster@163.example.com",
        "系统退信",
        "抱歉，您的邮件被退回来了……",
        ("x.eml",),
        BOUNCE,
        bounced(
            False,
            "4.2.2",
            "full2000@163.example.com",
            "l2026-0031.9@mail.shashi.example.cn",
            "收件人的邮箱空间不足，暂时收不下您的邮件。",
        ),
    ),
    "56_exim_bounce": E(
        "Mail Delivery System mailer-daemon@host.example.net",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically…",
        (),
        BOUNCE,
        bounced(
            True,
            "5.1.1",
            "typo@exmaple.example.com",
            ORIGINAL,
            "550 5.1.1 <typo@exmaple.example.com>: User unknown",
        ),
    ),
    "57_person_writes_of_bounce": E(
        "周敏 zhoumin88@gmail.example.com", "我发给你们的信被退信了", "昨天发到 old@example.cn 的信被退回…"
    ),
    "58_auto_reply_qq": E(
        "李桂兰 liguilan1958@qq.example.com",
        "自动回复:您的申请已经登记",
        "您好，来信收到，我会尽快回复您。",
        (),
        AUTO,
    ),
    "59_out_of_office": E(
        "wei.zhang@corp.example.com",
        "Automatic reply: Your request",
        "I am out of office until Monday.",
        (),
        AUTO,
    ),
    "60_reply_to_auto_reply": E("wei.zhang@corp.example.com", "回复: 自动回复: 收到您的来信", "我是真人，请处理。"),
    "61_read_receipt": E(
        "王师傅 wangsf@qq.example.com",
        "已读: 您的申请已经答复",
        "您的邮件已于 2026年11月24日 阅读。",
        ("附件1.txt",),
        RECEIPT,
    ),
    "62_newsletter": E("某商城 news@shop.example.com", "双十二大促", "全场五折", (), LIST),
    "63_html_meta_charset": E("meta@example.com", "网页信", "請問如何申請"),
    "64_plus_tag_envelope": E("a1@example.com", "hi", "hello"),
    "65_blank_lines_first": E("he@example.com", "前面有空行", "正文。", defect="something before the header"),
    "66_uuencode": E("old@example.com", "uu", "", ("old.pdf",)),
}


def corpus(name: str) -> ParsedMail:
    return parse((Path(__file__).parent / "eml" / f"{name}.eml").read_bytes())


def shown(address: Address | None) -> str:
    return f"{address.name} {address.email}".strip() if address else ""


@pytest.mark.parametrize("name", [path.stem for path in CORPUS])
def test_corpus(name: str) -> None:
    mail, expected = corpus(name), EXPECTED[name]
    assert (shown(mail.sender), mail.subject) == (expected.sender, expected.subject)
    begin = len(expected.text) - 1 if expected.text.endswith("…") else None
    assert mail.text[:begin] == (expected.text[:begin])
    assert tuple(file.name for file in mail.attachments) == expected.files
    assert (mail.kind, mail.bounce) == (expected.kind, expected.bounce)
    assert expected.defect in (*mail.defects, "")


def test_every_expectation_has_its_file() -> None:
    assert set(EXPECTED) == {path.stem for path in CORPUS}

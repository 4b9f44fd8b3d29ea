"""A question without what tells who asked it. It rather takes away too much than too little.

No rule finds every name ("张建国户口"), so the store seals the rest as well.
"""

import re

from index.analysis import normalise

MASK = "×"
LONGEST = 120
"""Characters kept of a question; as long as a phrasing may be."""
LEAST = 2
"""Letters that have to be left for a question to say anything."""
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_COMPOUND = "(?:欧阳|司马|上官|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|端木)"
# Words that begin like a name: "我是高中毕业", "伢马上上学".
_NO_NAMES = (
    "马上|马路|高中|高校|高考|高龄|高铁|高三|高二|高一|高职|高血压|高新|成年|成人|方面|方便|方式|方案|方法|常年|常住|常用|文化|文盲"
    "|文件|万一|金融|金额|金卡|白血病|白内障|白天|白酒|黄酒|黄码|黄金|黄冈|黄石|黄标车|江陵|江夏|武汉|武昌|石首|石油|田地|田土"
    "|毛毛|毛坯|任何|任免|任职|余额|于是|何时|何地|程序|许可|段落|易燃|易爆|钱包|钱请|钱财|叶子|叶酸|夏天|夏令营|康复|历史|万元|钟祥|唐山"
)
_HAN = r"[\u4e00-\u9fff]"
_NAME = rf"(?!{_NO_NAMES})(?:{_COMPOUND}|[{_SURNAMES}]){_HAN}{{1,2}}"
_END = rf"(?=[^\w]|$|的|{MASK})"
_KIN = (
    "(?:爸爸?|妈妈?|爹|娘|姆妈|父亲|母亲|老公|丈夫|妻子|老婆|爱人|配偶|儿子|女儿|伢|孩子|小孩|哥哥?|姐姐?|弟弟?|妹妹?|奶奶|爷爷"
    "|嗲嗲|婆婆|公公|外公|外婆|岳父|岳母|孙子|孙女|户主|房东|老板|同事|邻居|法人|法定代表人)"
)
_AFTER_KIN = f"(?:{_END}|(?=身份证|户口|社保|医保|退休|去世|过世|名下|名字))"
_DIGIT = r"[\d零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
_COUNTED = r"[\d一二三四五六七八九十百]+(?:-\d+)*\s?"
_HOUSE = rf"{_COUNTED}(?:号楼|号院|号门|号|栋|幢|座|单元|室|组|弄|#)"
_WITHIN = rf"(?:\s?{_COUNTED}(?:号楼|号|栋|幢|座|单元|室|楼|层|户|#))*(?:\s?\d+)?"
_SEPARATOR = r"[\s\-–—.·,/〔〕()\[\]]{0,2}"
# What is kept before the mask is in the group ``cue``. Order matters: numbers go first.
_RULES = tuple(
    re.compile(pattern)
    for pattern in (
        r"https?://[!-~]+|www\.[!-~]+",
        rf"(?:[a-z0-9._%+-]{{1,64}}|{_HAN}{{1,4}})\s?@\s?[a-z0-9.-]+",
        # WeChat and the like, however short the number
        r"(?P<cue>(?:微信|qq|vx|wx|抖音|支付宝)(?:号|账号|帐号)?\s?[是为]?[: ]*)[a-z0-9][a-z0-9_-]{4,}",
        # a car's plate
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z]\s?·?\s?(?=[a-z]{0,5}\d)[a-z0-9]{5,6}",
        # a whole date, as of birth
        r"(?:19|20)\d\d\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}(?:\s?[日号])?",
        # identity, credit code, passport, phone, account: six digits or more, however they are parted
        rf"(?<![a-z0-9])[a-z0-9]*{_DIGIT}(?:{_SEPARATOR}{_DIGIT}){{5,}}[a-z0-9]*",
        # an address with a house number
        rf"{_HAN}{{0,4}}(?:大道|路|街|巷|村|社区|小区|花园|家园|苑|湾)\s?{_HOUSE}{_WITHIN}",
        rf"\d+\s?(?:号楼|栋|幢|单元|室){_WITHIN}",
        # names, by what announces them
        rf"(?P<cue>我叫\s?){_COMPOUND}?{_HAN}{{1,3}}",
        rf"(?P<cue>(?:名叫|叫做|名字叫|姓名|联系人|申请人|署名|写信人)\s?[:是为]?\s?){_HAN}{{2,4}}{_END}",
        rf"(?P<cue>(?:我是|本人|这里是|名字是)\s?:?\s?){_NAME}{_END}",
        rf"(?P<cue>我姓|免贵姓)(?:{_COMPOUND}|{_HAN})",
        rf"(?P<cue>{_KIN}(?:叫|是|名叫)\s?){_NAME}",
        rf"(?P<cue>{_KIN}){_NAME}{_AFTER_KIN}",
        rf"{_NAME}(?=先生|女士|小姐|同志|师傅|老师|医生|律师|主任|局长|所长|科长|书记|经理)",
        rf"[{_SURNAMES}](?=先生|女士|小姐|同志|师傅|老师|医生|律师)",
        rf"(?P<cue>(?:谢谢|感谢|此致|敬礼|盼复|敬上)\W*){_NAME}(?=\W*$)",
        r"(?P<cue>my name is |i am )[a-z]+(?: [a-z]+)?",
        rf"^{_NAME}$",
    )
)
_MARKS = re.compile("[\ufe00-\ufe0f\u20e3]")
_LETTER = re.compile(r"\w")


def without_personal_data(question: str) -> str:
    """``question`` normalised, masked and cut to ``LONGEST``; empty when too little is left."""
    text = _plain(question)
    for rule in _RULES:
        text = rule.sub(_masked, text)
    text = text[:LONGEST].strip()
    return text if len(_LETTER.findall(text)) >= LEAST else ""


def has_personal_data(text: str) -> bool:
    """Whether anything in ``text`` would be masked."""
    return any(rule.search(_plain(text)) for rule in _RULES)


def _plain(text: str) -> str:
    return " ".join(normalise(_MARKS.sub("", text)).split())


def _masked(found: re.Match[str]) -> str:
    return (found.groupdict().get("cue") or "") + MASK

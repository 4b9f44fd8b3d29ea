"""Where the new text of a mail ends and the quoted earlier mail begins.

An earlier mail behind a separator or a block of its headers goes to the end. Lines marked ">" are quoted wherever
they stand, so that an answer below or between them is kept.
"""

import re

LONGEST = 300  # characters of a line that may be a separator
SEPARATOR = re.compile(
    r"[\s|*]*[-_=—－*]{2,}\s*(?:(?:回复的|转发的)?原?(?:始)?邮件|原始信息|原始郵件|转发(?:的)?(?:邮件|信息)(?:信息)?|轉寄的?郵件"
    r"|Original(?: Message| Mail)?|Forwarded (?:Message|Mail)(?: by .{0,60})?|Replied Message)\s*[-_=—－*]{2,}\s*",
    re.IGNORECASE,
)
BEGIN = re.compile(r"\s*(?:Begin forwarded message|开始转发的邮件|下面是被转发的邮件)\s*[:：]\s*", re.IGNORECASE)
FROM = re.compile(r"[\s*_|]{0,4}(?:发\s*件\s*人|寄件者|寄件人|From)[\s*_]{0,3}[:：]", re.IGNORECASE)
LABEL = re.compile(
    r"[\s*_|]{0,4}(发送时间|发送日期|日\s*期|时\s*间|寄件日期|傳送時間|收\s*件\s*人|收件者|抄\s*送|副本|主\s*题|主旨|主題"
    r"|Sent|Date|To|Cc|Subject)[\s*_]{0,3}[:：]",
    re.IGNORECASE,
)
DAY = r"\d{4}\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?"
WROTE = r"(?:写道|寫道|wrote)\s*[:：]"
ATTRIBUTIONS = (
    re.compile(
        rf"[\s|]*(?:在|于|於)\s*{DAY}[\s\d:：上下午周星期一二三四五六日()（）]{{0,30}}[，,].{{0,200}}{WROTE}\s*"
    ),
    re.compile(rf".{{0,150}}[\w.+-]@[\w.-].{{0,60}}(?:在|于|於)?\s*{DAY}.{{0,60}}{WROTE}\s*"),
    re.compile(r"[\s|]*(?:On|At) (?=.{0,80}\d).{4,250}\bwrote\s*[:：]\s*", re.IGNORECASE),
)
DEVICE = re.compile(
    r"[\s|>*]*(?:(?:发自|發自|发送自|来自我的|Sent from|Sent via|Get Outlook for|(?:获取|下载)\s?Outlook).{0,40}"
    r"|[从從].{1,20}(?:发送|傳送|寄出)|使用.{1,12}发送)\W*",
    re.IGNORECASE,
)
DEVICE_WORD = re.compile(
    r"iphone|ipad|手机|手機|android|安卓|华为|huawei|honor|荣耀|小米|xiaomi|redmi|oppo|vivo|samsung|三星|mate|平板"
    r"|邮箱|foxmail|outlook|windows|yahoo|\bmail",
    re.IGNORECASE,
)
RULE = "-_=* \t"  # what a line above a header block is drawn with


def split(text: str) -> tuple[str, str]:
    """The new text and the rest."""
    lines = text.split("\n")
    new: list[str] = []
    old: list[str] = []
    here = 0
    while here < len(lines):
        if _history_begins(lines, here):
            old += lines[here:]
            _drop_rule(new)
            break
        taken = _attribution(lines, here) or int(_is_old(lines[here]))
        (old if taken else new).extend(lines[here : here + (taken or 1)])
        here += taken or 1
    return _tidy(new), _tidy(old)


def _drop_rule(lines: list[str]) -> None:
    while lines and not lines[-1].strip(RULE):
        lines.pop()


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n\u3000 ")


def _is_old(line: str) -> bool:
    return line.lstrip().startswith(">") or _is_device(line)


def _is_device(line: str) -> bool:
    return len(line) < 60 and bool(DEVICE.fullmatch(line) and DEVICE_WORD.search(line))


def _history_begins(lines: list[str], here: int) -> bool:
    line = lines[here]
    if len(line) > LONGEST or not line.strip():
        return False
    if SEPARATOR.fullmatch(line) or BEGIN.fullmatch(line) or (FROM.match(line) and _is_block(lines, here)):
        return True
    taken = _attribution(lines, here)
    return bool(taken) and not _quote_follows(lines, here + taken)


def _is_block(lines: list[str], here: int) -> bool:
    """Whether at least two more header lines of a mail follow, as Outlook, Foxmail and 163 write them."""
    following = [line for line in lines[here + 1 : here + 12] if line.strip()][:5]
    return len({found[1].lower() for line in following if (found := LABEL.match(line))}) >= 2


def _attribution(lines: list[str], here: int) -> int:
    """How many lines (at most 3) say who wrote the quotation that follows; 0 when none does."""
    for count in (1, 2, 3):
        said = " ".join(line.strip() for line in lines[here : here + count])
        if len(said) > LONGEST or not all(line.strip() for line in lines[here : here + count]):
            return 0
        if said[-1:] in {":", "："} and any(pattern.fullmatch(said) for pattern in ATTRIBUTIONS):
            return 0 if count > 1 and _attribution(lines, here + 1) else count
    return 0


def _quote_follows(lines: list[str], here: int) -> bool:
    following = (line for line in lines[here : here + 5] if line.strip())
    return next(following, "").lstrip().startswith(">")

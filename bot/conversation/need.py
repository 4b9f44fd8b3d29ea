"""A long story -> the need in it: the sentences that ask, apart from greetings, background and thanks.

The sentences that ask give the act; the story gives topic words. What is denied ("不是换证，是丢了补") is no need.
"""

import re
from dataclasses import dataclass

LONG = 36
"""Characters from which a message is taken for a story; a shorter one is all need."""
_TITLE = 30
_LEAST_LEFT = 2
"""Characters that must be left when what is denied is taken out."""
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
_CLAUSE = re.compile(r"[^，,。！？!?；;：:\n]+")
_GREETING = re.compile(
    r"^\s*(尊敬的|敬爱的|亲爱的)?[\w·]{0,10}?(各位)?(领导|区长|市长|县长|书记|局长|主任|同志|工作人员)们?\s*(您好|你好|好)?\s*$|"
    r"^\s*(您好|你好|大家好|打扰(一?下)?了?|你们好)\s*$"
)
_COURTESY = re.compile(
    r"^\s*(非常|十分|万分|多谢|先)?(谢谢|感谢|感激)[^，。]{0,8}$|此致|敬礼|不胜感激|"
    r"^.{0,8}(盼|望|请|希望|期待|恳请|求).{0,12}(回复|答复|回答|解答|回信|支持)[^，。]{0,6}$|百忙"
)
_SIGNED = re.compile(
    r"^\s*(\d{2,4}年)?\d{1,2}月\d{1,2}[日号]\s*$|^\s*(一[名个位]|您的|普通).{0,6}(市民|居民|村民|群众|家长|业主)\s*$"
)
ASKS = re.compile(
    r"请问|咨询|想(要|问|办|申请|了解|知道|晓得|弄|搞)|怎么|怎样|如何|咋|么样|哪么|能不能|能否|可否|可不可以|是否|是不是|"
    r"可以.{0,10}[吗么不]$|需要.{0,12}(什么|哪些|啥|么子)|要.{0,6}(什么|哪些|啥|么子|几多|多少)|哪里|哪儿|哪个|哪些|"
    r"[吗么呢不]\s*$|多少|几多|多久|什么(条件|时候|材料|手续|流程|政策|部门)|申请|办理|补办|报销|"
    r"要求|希望|请求|恳请|建议|督促|请.{0,6}(公开|提供|查处|解决|处理|帮)"
)
# 不是换证，是丢了补; 不想卖，想抵押; 先不补，先挂失
_DENIED = re.compile(
    r"(又|并|也)?(不是|不要|不想|不办|不用|不必|不急着|先不|没想)(?P<what>[^，,。！？!? ]{1,14})"
    r"(?=[，,。 ]+(而是|就是|我是|只是|是|只|想|要|先|就)|而是)"
)
_ACT = re.compile(
    r"补办|补领|换领|换证|挂失|新办|新开|首次|注销|变更|重办|重新|提取|"
    r"继承|赠与|过户|离职|[补换领销挂迁办取买卖开要的去]"
)
# 没有房产证能不能落户: the paper is a condition, the need is behind it.
_LACKING = re.compile(
    r"(没有|没得|冇得|冇|无)(?P<lacked>[^，,。！？!? ]{2,8}?)[，, ]*(?=(能不能|能否|可不可以|可以|还能|能|怎么|咋|么样|如何).{3,})"
)


@dataclass(frozen=True, slots=True)
class Need:
    """``asked``: what asks, ``story``: the rest that says something. Both normalised, clauses joined by spaces."""

    asked: str
    story: str


def need_of(text: str) -> Need:
    """Take normalised ``text`` apart. A short one is all ``asked``."""
    if len(text) <= LONG:
        return Need(text, "")
    sentences = [part.strip() for part in _SENTENCE.findall(text)]
    asked: list[str] = []
    story: list[str] = []
    for at, sentence in enumerate(sentences):
        title = at == 0 and len(sentences) > 1 and len(sentence) <= _TITLE
        clauses = [clause.strip() for clause in _CLAUSE.findall(sentence)]
        clauses = [clause for clause in clauses if not _says_nothing(clause)]
        for place, clause in enumerate(clauses):
            asks = title or ASKS.search(clause) is not None or (place == len(clauses) - 1 and sentence[-1] in "?？")
            (asked if asks else story).append(clause)
    if not asked:
        return Need(" ".join(story) or text, "")
    return Need(" ".join(asked), " ".join(story))


def without_denied(text: str) -> str:
    """``text`` without what is denied or only lacked, when something is left to look for."""
    for pattern, instead in ((_DENIED, _topic), (_LACKING, " ")):
        rest = pattern.sub(instead, text)
        if len(re.sub(r"[\W_]|怎么办|怎么搞|能不能|可不可以", "", rest)) >= _LEAST_LEFT:
            text = rest
    return text


def _topic(denied: re.Match[str]) -> str:
    """What a denied clause is about: 补身份证 without its act."""
    return _ACT.sub(" ", denied["what"])


def _says_nothing(clause: str) -> bool:
    """Whether ``clause`` is a greeting, thanks, a date or a signature."""
    return any(pattern.search(clause) for pattern in (_GREETING, _COURTESY, _SIGNED))

"""What the words of a mail ask for. Only plain words count: a doubtful one makes a person look at the mail."""

import re
from dataclasses import dataclass

from bot.errors import UserError
from bot.mailbox.cases import Rating
from bot.mailbox.outcomes import Outcome, outcome_named

_END = r"[\s，,、。.!！~～；;]*"
_LONGEST = 40
"""Characters of a first line that can be plain; more would also take the patterns too long."""
_DOUBT = re.compile(r"但|不|没|未|退回|修改|补充|重写|暂缓|先别|等等|[?？]")

APPROVED = re.compile(
    rf"(((审核|审查)?(同意|通过)(签发)?|(请|予以|可以|同意)?签发|批准|(没有|无)(不同)?意见){_END})+"
)
"""The word of legal review and of the leader."""
SEND = re.compile(rf"((请|可以|同意)?(答复|发出|寄出|发送|发)(申请人|来信人)?(吧|了)?{_END})+")
REGISTER = re.compile(rf"((请|可以|同意|予以)?(登记|受理)(吧|了)?{_END})+")
CONFIRM = re.compile(
    rf"(好的?|是的?|对)?{_END}((我|本人)?(已经?)?(确认|确定)(提交|无误|属实|过?了)?"
    rf"|(确认)?是(我|本人|我本人)(自己)?(提交|申请|写|寄|发)的){_END}"
)
WITHDRAW = re.compile(
    rf"(我|本人)?(想|要|想要|决定|申请|请求)?(撤回|撤销)(我的|本次|这次|这个|这份|这件|该)?(申请|来信|办件|信|件)?(了|吧)?{_END}"
)
_ACKNOWLEDGED = re.compile(
    rf"((已?收到|已阅|好的?|谢谢(您|你|你们)?|多谢|感谢|知道了?|明白了?|了解了?|ok|您好|你好|(马上|尽快)(办理?|处理)){_END})*",
    re.IGNORECASE,
)
_MORE_TIME = re.compile(
    r"(申请|请求|希望|恳请|能不能|能否|可否|可不可以|可以|想|要).{0,12}(延长|延期|宽限|多给.{0,4}(天|时间)|晚.{0,3}天)"
)
_SENT_BACK = re.compile(
    r"\s*(退回(修改)?|不(予)?(同意|通过|签发|批准)|修改|重写|重新起草)\s*[:：,，。.]?\s*(?P<why>.*)", re.DOTALL
)
_RETURNED = re.compile(r"\s*退回\s*([:：,，。.\n]\s*(?P<why>.*)|$)", re.DOTALL)
_OUTCOME_LINE = re.compile(r"\s*答复结果\s*[:：]\s*(?P<outcome>[^\n]+?)\s*(\n|$)")
_RATING = re.compile(rf"\s*(评价\s*[:：]?|我|对(这次)?答复)?\s*({'|'.join(Rating)})(?=$|[\s，,。.!！；;])")


@dataclass(frozen=True)
class Draft:
    """A draft reply; ``outcome`` None when the mail names none."""

    text: str
    outcome: Outcome | None


def says(meaning: re.Pattern[str], text: str) -> bool:
    """Whether the first line says just this and no later one casts doubt on it."""
    first, _, rest = text.strip().partition("\n")
    return len(first) <= _LONGEST and bool(meaning.fullmatch(first)) and not _DOUBT.search(rest)


def acknowledges(text: str) -> bool:
    """Whether the text only says that our mail was received, or nothing."""
    return bool(_ACKNOWLEDGED.fullmatch(text.strip()))


def asks_more_time(text: str) -> bool:
    """Whether the applicant asks for a longer term to correct the request."""
    return bool(_MORE_TIME.search(text.strip().partition("\n")[0]))


def sent_back(text: str) -> str | None:
    """Why a draft is sent back, by legal review, the leader or the registrar; None when it is not."""
    found = _SENT_BACK.match(text)
    return (found["why"].strip() or text.strip()) if found else None


def returned(text: str) -> str | None:
    """Why a department gives a case back (``退回：…``); None when it does not. A draft may say 不同意公开."""
    found = _RETURNED.fullmatch(text)
    return ((found["why"] or "").strip() or text.strip()) if found else None


def draft_in(text: str) -> Draft | None:
    """The draft of a reply, its outcome in the first line; None for no draft or an outcome that there is not."""
    result = _OUTCOME_LINE.match(text)
    draft = (text[result.end() :] if result else text).strip()
    if acknowledges(draft):
        return None
    try:
        return Draft(draft, outcome_named(result["outcome"]) if result else None)
    except UserError:
        return None


def rating_in(text: str) -> Rating | None:
    """The rating that the text begins with."""
    found = _RATING.match(text)
    return Rating(found[3]) if found else None

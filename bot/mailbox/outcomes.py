"""How a disclosure request ended: the rows of table 3 of the national annual report (国办公开办函〔2021〕30号).

An axis of its own beside the stage. Articles are those of the 政府信息公开条例 (2019).
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import UserError


class Outcome(StrEnum):
    """Row of the report; the number is the one inside its group."""

    GRANTED = "granted"
    PARTLY = "partly_granted"
    REFUSED_1 = "refused_1"
    REFUSED_2 = "refused_2"
    REFUSED_3 = "refused_3"
    REFUSED_4 = "refused_4"
    REFUSED_5 = "refused_5"
    REFUSED_6 = "refused_6"
    REFUSED_7 = "refused_7"
    REFUSED_8 = "refused_8"
    UNAVAILABLE_1 = "unavailable_1"
    UNAVAILABLE_2 = "unavailable_2"
    UNAVAILABLE_3 = "unavailable_3"
    NOT_PROCESSED_1 = "not_processed_1"
    NOT_PROCESSED_2 = "not_processed_2"
    NOT_PROCESSED_3 = "not_processed_3"
    NOT_PROCESSED_4 = "not_processed_4"
    NOT_PROCESSED_5 = "not_processed_5"
    OTHER_1 = "other_1"
    OTHER_2 = "other_2"
    OTHER_3 = "other_3"


@dataclass(frozen=True)
class OutcomeRow:
    """One row: its group, its label in the report, the article it rests on."""

    group: str
    label: str
    article: str

    @property
    def name(self) -> str:
        """What people read."""
        return self.label if self.label == self.group else f"{self.group}（{self.label}）"


_REFUSED, _UNAVAILABLE, _NOT_PROCESSED, _OTHER = "不予公开", "无法提供", "不予处理", "其他处理"
OUTCOMES = {
    Outcome.GRANTED: OutcomeRow("予以公开", "予以公开", "第三十六条第（一）、（二）项"),
    Outcome.PARTLY: OutcomeRow("部分公开", "部分公开", "第三十七条"),
    Outcome.REFUSED_1: OutcomeRow(_REFUSED, "属于国家秘密", "第十四条"),
    Outcome.REFUSED_2: OutcomeRow(_REFUSED, "其他法律行政法规禁止公开", "第十四条"),
    Outcome.REFUSED_3: OutcomeRow(_REFUSED, "危及“三安全一稳定”", "第十四条"),
    Outcome.REFUSED_4: OutcomeRow(_REFUSED, "保护第三方合法权益", "第十五条"),
    Outcome.REFUSED_5: OutcomeRow(_REFUSED, "属于三类内部事务信息", "第十六条第一款"),
    Outcome.REFUSED_6: OutcomeRow(_REFUSED, "属于四类过程性信息", "第十六条第二款"),
    Outcome.REFUSED_7: OutcomeRow(_REFUSED, "属于行政执法案卷", "第十六条第二款"),
    Outcome.REFUSED_8: OutcomeRow(_REFUSED, "属于行政查询事项", "第三十六条第（七）项"),
    Outcome.UNAVAILABLE_1: OutcomeRow(_UNAVAILABLE, "本机关不掌握相关政府信息", "第三十六条第（四）、（五）项"),
    Outcome.UNAVAILABLE_2: OutcomeRow(_UNAVAILABLE, "没有现成信息需要另行制作", "第三十八条"),
    Outcome.UNAVAILABLE_3: OutcomeRow(_UNAVAILABLE, "补正后申请内容仍不明确", "第三十条"),
    Outcome.NOT_PROCESSED_1: OutcomeRow(_NOT_PROCESSED, "信访举报投诉类申请", "第三十九条第一款"),
    Outcome.NOT_PROCESSED_2: OutcomeRow(_NOT_PROCESSED, "重复申请", "第三十六条第（六）项"),
    Outcome.NOT_PROCESSED_3: OutcomeRow(_NOT_PROCESSED, "要求提供公开出版物", "第三十九条第二款"),
    Outcome.NOT_PROCESSED_4: OutcomeRow(_NOT_PROCESSED, "无正当理由大量反复申请", "第三十五条"),
    Outcome.NOT_PROCESSED_5: OutcomeRow(
        _NOT_PROCESSED, "要求行政机关确认或重新出具已获取信息", "第三十六条第（六）项"
    ),
    Outcome.OTHER_1: OutcomeRow(
        _OTHER, "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "第三十条"
    ),
    Outcome.OTHER_2: OutcomeRow(_OTHER, "申请人逾期未按收费通知要求缴纳费用", "第四十二条"),
    Outcome.OTHER_3: OutcomeRow(_OTHER, "其他", "第三十六条"),
}


def outcome_named(text: str) -> Outcome:
    """The outcome that ``text`` names: the code (refused_4), 不予公开4 or 予以公开. Raises UserError."""
    said = _plain(text)
    for outcome, row in OUTCOMES.items():
        number = outcome.value.rpartition("_")[2] if outcome.value[-1].isdigit() else ""
        if said in map(_plain, (outcome.value, row.label, row.name, f"{row.group}{number}")):
            return outcome
    choices = "、".join(f"{o.value} {row.name}" for o, row in OUTCOMES.items())
    raise UserError(f"没有“{text}”这种答复结果。可以写：{choices}。")


def _plain(text: str) -> str:
    """Without the differences of full-width signs, capitals and spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()

"""The 21 rows of the report and how a clerk may name them."""

import pytest

from bot.errors import UserError
from bot.mailbox.outcomes import OUTCOMES, Outcome, outcome_named

GROUPS = {"予以公开": 1, "部分公开": 1, "不予公开": 8, "无法提供": 3, "不予处理": 5, "其他处理": 3}


def test_every_outcome_has_a_row_in_the_order_of_the_report() -> None:
    assert list(OUTCOMES) == list(Outcome)
    groups = [row.group for row in OUTCOMES.values()]
    assert {group: groups.count(group) for group in groups} == GROUPS
    assert list(dict.fromkeys(groups)) == list(GROUPS)
    assert all(row.article.startswith("第") and row.label for row in OUTCOMES.values())
    assert len({row.name for row in OUTCOMES.values()}) == len(OUTCOMES)


@pytest.mark.parametrize("outcome", Outcome)
def test_each_is_understood_by_code_label_name_and_number(outcome: Outcome) -> None:
    row = OUTCOMES[outcome]
    ascii_name = row.name.replace("（", "(").replace("）", ")")
    for said in (outcome.value, outcome.value.upper(), row.label, row.name, ascii_name, f" {row.name} "):
        assert outcome_named(said) is outcome
    if outcome.value[-1].isdigit():
        number = outcome.value[-1]
        assert outcome_named(row.group + number) is outcome
        assert outcome_named(f"{row.group} {chr(ord(number) - ord('0') + ord('０'))}") is outcome


@pytest.mark.parametrize("text", ["", "不予公开", "不予公开9", "无法提供", "好"])
def test_what_is_not_one_outcome_is_refused_with_the_choices(text: str) -> None:
    with pytest.raises(UserError, match="refused_4 不予公开（保护第三方合法权益）"):
        outcome_named(text)

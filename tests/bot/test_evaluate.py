"""Figures over a hand-made file, counted by hand."""

from pathlib import Path

import pytest

from bot.conversation.messages import Ending, ItemRef, Paragraph, Reply
from bot.errors import UserError
from bot.evaluate import evaluate, read_judged

ROWS = "question\texpect\tkind\nq1\tA\tplain\nq2\tB|C\tplain\nq3\tA\todd\nq4\t@none\tx\nq5\t@none\tx\nq6\t@disclosure\tx\n"
ANSWERS = {
    "q1": (Ending.ANSWERED, "A"),
    "q2": (Ending.CLARIFIED, "XC"),
    "q3": (Ending.STATUS, ""),
    "q4": (Ending.ANSWERED, "A"),
    "q5": (Ending.DECLINED, "A"),
    "q6": (Ending.ROUTED_DISCLOSURE, ""),
}


def ask(question: str) -> Reply:
    ending, names = ANSWERS[question]
    return Reply(ending=ending, blocks=(Paragraph(text="。"),), items=tuple(ItemRef(id=n, name=n) for n in names))


def test_figures(tmp_path: Path) -> None:
    file = tmp_path / "judged.tsv"
    file.write_text(ROWS)
    figures = evaluate(read_judged(file), ask)
    assert figures["n"] == 6
    assert (figures["recall_at_1"], figures["recall_at_3"], figures["mrr"]) == (0.3333, 0.6667, 0.5)
    assert figures["by_kind"] == {
        "plain": {"n": 2, "recall_at_1": 0.5, "recall_at_3": 1.0},
        "odd": {"n": 1, "recall_at_1": 0.0, "recall_at_3": 0.0},
    }
    assert figures["routes"]["confusion"] == {
        "item": {"item": 2, "status": 1}, "none": {"item": 1, "none": 1}, "disclosure": {"disclosure": 1}
    }  # fmt: skip
    assert figures["routes"]["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3, abs=1e-4)
    assert figures["false_answer_rate"] == 0.5
    assert [(m["question"], m["got"]) for m in figures["misses"]] == [("q2", "X|C"), ("q3", "@status"), ("q4", "A")]


@pytest.mark.parametrize(
    "content", [b"", b"question\texpect\tkind\n", b"a\tb\nc\td\n", b"\xff\xfe", b"question\texpect\tkind\nq\t\tk\n"]
)
def test_a_broken_file_is_said(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "judged.tsv"
    file.write_bytes(content)
    with pytest.raises(UserError, match="judged"):
        read_judged(file)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="读不出来"):
        read_judged(tmp_path / "nothing")

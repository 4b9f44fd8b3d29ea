"""Judged questions -> figures: recall, MRR, route confusion, false answers, misses.

The file is tab separated with the header ``question expect kind``; ``expect`` is item names joined by "|", or a
route (@disclosure, @mailbox, @status, @human, @none).
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.conversation.messages import Ending, Reply
from bot.errors import UserError

ROUTE_OF_ENDING = {
    Ending.ANSWERED: "item",
    Ending.CLARIFIED: "item",
    Ending.BROWSED: "item",
    Ending.ROUTED_DISCLOSURE: "disclosure",
    Ending.ROUTED_LETTER: "mailbox",
    Ending.STATUS: "status",
    Ending.HANDOVER: "human",
}
DISCLOSURE_ITEM = "政府信息公开申请"


@dataclass(frozen=True, slots=True)
class Judged:
    """One row: a question, what is right, and its kind."""

    question: str
    expect: str
    kind: str

    @property
    def route(self) -> str:
        """The expected route: item, disclosure, mailbox, status, human or none."""
        return self.expect[1:] if self.expect.startswith("@") else "item"

    @property
    def names(self) -> tuple[str, ...]:
        """Item names of which any is right."""
        return tuple(self.expect.split("|")) if self.route == "item" else ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What we answered to one judged question."""

    judged: Judged
    route: str
    names: tuple[str, ...]

    @property
    def rank(self) -> int:
        """Place of the first right item, from 1; 0 when none is right or the route was another."""
        if self.route != "item":
            return 0
        return next((at for at, name in enumerate(self.names, 1) if name in self.judged.names), 0)

    @property
    def judged_route(self) -> str:
        """The route, counting the item 政府信息公开申请 as right where a disclosure is expected."""
        by_item = self.judged.route == "disclosure" and self.names[:1] == (DISCLOSURE_ITEM,)
        return "disclosure" if by_item else self.route

    @property
    def right(self) -> bool:
        """Whether the first thing offered was right."""
        return self.rank == 1 if self.judged.names else self.judged_route == self.judged.route


def read_judged(path: Path) -> list[Judged]:
    """Rows of a judged file. Raises UserError when it cannot be read or a column is missing."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} 读不出来。请检查文件是否存在、是否是 UTF-8 编码。") from error
    if not rows or not {"question", "expect", "kind"} <= rows[0].keys():
        raise UserError(f"{path} 的第一行应当是 question、expect、kind，用制表符分开，后面至少一行题目。")
    faulty = next((number for number, row in enumerate(rows, 2) if not (row["question"] and row["expect"])), None)
    if faulty is not None:
        raise UserError(f"{path} 第 {faulty} 行缺少题目或答案。请补上或删掉这一行。")
    return [Judged(row["question"], row["expect"], row["kind"] or "") for row in rows]


def evaluate(rows: Iterable[Judged], ask: Callable[[str], Reply]) -> dict[str, Any]:
    """Put every question to ``ask`` and count. Keys as in README; shares are between 0 and 1."""
    outcomes = [_outcome(row, ask(row.question)) for row in rows]
    items = [outcome for outcome in outcomes if outcome.judged.names]
    none = [outcome for outcome in outcomes if outcome.judged.route == "none"]
    kinds: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in items:
        kinds[outcome.judged.kind].append(outcome)
    return {
        "n": len(outcomes),
        "recall_at_1": _recall(items, 1),
        "recall_at_3": _recall(items, 3),
        "mrr": _share(sum(1 / outcome.rank for outcome in items if outcome.rank), len(items)),
        "by_kind": {
            kind: {"n": len(found), "recall_at_1": _recall(found, 1), "recall_at_3": _recall(found, 3)}
            for kind, found in kinds.items()
        },
        "routes": _routes(outcomes),
        "false_answer_rate": _share(sum(outcome.route == "item" for outcome in none), len(none)),
        "misses": [_miss(outcome) for outcome in outcomes if not outcome.right],
    }


def _outcome(row: Judged, reply: Reply) -> Outcome:
    return Outcome(row, ROUTE_OF_ENDING.get(reply.ending, "none"), tuple(item.name for item in reply.items))


def _share(part: float, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _recall(outcomes: list[Outcome], at: int) -> float:
    return _share(sum(1 <= outcome.rank <= at for outcome in outcomes), len(outcomes))


def _routes(outcomes: list[Outcome]) -> dict[str, Any]:
    """Macro-F1 over the routes that are expected somewhere, and the confusion expected -> got -> count."""
    confusion: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for outcome in outcomes:
        confusion[outcome.judged.route][outcome.judged_route] += 1
    scores = [_f1(name, confusion) for name in confusion]
    table = {name: dict(row) for name, row in confusion.items()}
    return {"macro_f1": _share(sum(scores), len(scores)), "confusion": table}


def _f1(name: str, confusion: dict[str, dict[str, int]]) -> float:
    right = confusion[name].get(name, 0)
    expected = sum(confusion[name].values())
    got = sum(row.get(name, 0) for row in confusion.values())
    return 2 * right / (expected + got)


def _miss(outcome: Outcome) -> dict[str, str]:
    got = "|".join(outcome.names[:3]) if outcome.route == "item" else f"@{outcome.route}"
    return {
        "question": outcome.judged.question,
        "expect": outcome.judged.expect,
        "got": got,
        "kind": outcome.judged.kind,
    }

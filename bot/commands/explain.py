"""``wenban explain``: why this answer."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from bot.commands.context import output_json, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.learning.explain import Candidate, Explanation

NAMES = {
    "said": "切成的词",
    "words": "算覆盖的词",
    "expansions": "同义词",
    "weights": "各词的权重",
    "corrections": "改正的字",
    "confidence": "把握",
    "probability": "把握",
}
"""What people call the parts that the index and the decision tell; others keep their own name."""


@click.command("explain")
@click.argument("question", nargs=-1, required=True)
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 8), help="列几个事项")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def explain_command(question: tuple[str, ...], limit: int, as_json: bool) -> None:
    """为什么这样答：怎么读的、走哪条路、哪些词对上了哪个事项、把握多大。

    例：wenban explain "身份证掉了咋补"
    """
    from bot.commands.values import text
    from bot.learning.explain import explain

    told = explain(text(" ".join(question)), snapshot(), datetime.now(UTC), limit)
    if as_json:
        output_json(_as_dict(told))
    else:
        _print(told)


def _print(told: "Explanation") -> None:
    from rich.table import Table

    from bot.commands.case_view import console
    from bot.conversation.messages import Ending
    from bot.learning.wording import ENDINGS

    out = console()
    steps = Table(show_header=False, box=None)
    steps.add_column(style="bold", no_wrap=True)
    for row in _steps(told):
        steps.add_row(*row)
    out.print(steps)
    if told.candidates:
        found = Table("事项", "得分", "覆盖", "对上的词（栏目 × 权重）")
        for one in told.candidates:
            found.add_row(
                f"{one.item.name}\n{one.item.id}", f"{one.score:.2f}", f"{one.coverage:.0%}", _reasons(one)
            )
        out.print(found)
    offered = "、".join(item.name for item in told.offered)
    ending = ENDINGS.get(told.ending, told.ending.value)
    out.print(f"结果：{ending}" + (f"：{offered}" if offered and told.ending is not Ending.DECLINED else ""))


def _steps(told: "Explanation") -> "Iterator[tuple[str, str]]":
    yield "问题", told.question
    if told.rewritten:
        yield "改写后", told.text
    yield "去搜的话", told.words
    if told.story:
        yield "连同背景", told.story
    yield "问哪一部分", told.facet.value if told.facet else "没有说，按整份指南答"
    for name, value in told.query.items():
        if value:
            yield NAMES.get(name, name), _short(value)
    yield "走哪条路", f"{told.route}（{told.reason}）"
    if told.event is not None:
        sure = "整件事" if told.event.sure else "可能有关，放在旁边"
        yield "人生大事", f"{told.event.event.name}（{sure}）"
    if told.lead is not None:
        yield "领先", f"第一名得分是第二名的 {told.lead:.2f} 倍"
    for name, value in told.decision.items():
        yield NAMES.get(name, name), _short(value)


def _reasons(one: "Candidate") -> str:
    matches = [
        f"{match.field}{f' × {match.weight:g}' if match.weight is not None else ''}：{'、'.join(match.words)}"
        for match in one.matches
    ]
    return "\n".join(
        (*matches, *(f"{NAMES.get(name, name)}：{_short(value)}" for name, value in one.more.items() if value))
    )


def _short(value: object) -> str:
    """A value in one line for people."""
    if isinstance(value, dict):
        return "、".join(f"{_short(name)} {_short(one)}" for name, one in value.items())
    if isinstance(value, list):
        nested = any(isinstance(one, dict | list) for one in value)
        return ("；" if nested else "、").join(map(_short, value))
    return f"拼音 {value[1:]}" if isinstance(value, str) and value.startswith("~") else str(value)


def _as_dict(told: "Explanation") -> "dict[str, object]":
    return {
        "question": told.question,
        "text": told.text,
        "words": told.words,
        "story": told.story,
        "facet": told.facet,
        "query": told.query,
        "route": told.route,
        "reason": told.reason,
        "routes": told.routes,
        "candidates": [_candidate(one) for one in told.candidates],
        "lead": told.lead,
        "event": {"id": told.event.event.id, "sure": told.event.sure} if told.event else None,
        "decision": told.decision,
        "ending": told.ending,
        "items": [item.model_dump() for item in told.offered],
    }


def _candidate(one: "Candidate") -> "Mapping[str, object]":
    return {
        "id": one.item.id,
        "name": one.item.name,
        "score": one.score,
        "coverage": one.coverage,
        "matches": [{"field": match.field, "weight": match.weight, "words": match.words} for match in one.matches],
        **one.more,
    }

"""``wenban eval``: figures over judged questions."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.commands.context import output_json, snapshot


@click.command("eval")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def eval_command(file: Path, as_json: bool) -> None:
    """用判好答案的题目检查回答得准不准。

    例：wenban eval questions.tsv
    """
    from bot.conversation.messages import Incoming, Reply
    from bot.conversation.respond import respond
    from bot.conversation.session import Session
    from bot.evaluate import evaluate, read_judged

    rows = read_judged(file)
    opened, now = snapshot(), datetime.now(UTC)

    def ask(question: str) -> Reply:
        return respond(Session(), Incoming(text=question), opened, now).reply

    figures = evaluate(rows, ask)
    if as_json:
        output_json(figures)
    else:
        _print(figures)


def _print(figures: dict[str, Any]) -> None:
    click.echo(f"题目 {figures['n']}")
    for key, label in (("recall_at_1", "recall@1"), ("recall_at_3", "recall@3"), ("mrr", "MRR")):
        click.echo(f"{label:<10}{figures[key]:.3f}")
    click.echo(f"路由 macro-F1 {figures['routes']['macro_f1']:.3f}；误答率 {figures['false_answer_rate']:.3f}")
    for kind, row in figures["by_kind"].items():
        click.echo(f"  {kind:<18}{row['n']:>4}  @1 {row['recall_at_1']:.2f}  @3 {row['recall_at_3']:.2f}")
    for expected, row in figures["routes"]["confusion"].items():
        click.echo(f"  应为 {expected:<11}" + "  ".join(f"{got} {n}" for got, n in row.items()))
    for miss in figures["misses"]:
        click.echo(f"✗ {miss['question'][:50]}  应为 {miss['expect']}  答了 {miss['got']}")

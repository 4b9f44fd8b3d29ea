"""``python -m bot.conversation.routes [JUDGED.tsv …]``: fit routes and confidence anew, check them, write them.

The tables are fitted to the catalogue's phrasings and the own examples only; judged files are used to measure.
Takes some minutes.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from bot.conversation.confidence import OFFERED, TABLE, measures
from bot.conversation.routes import calibration, data, training
from bot.conversation.routes.data import Labelled
from bot.conversation.routes.features import features
from bot.conversation.routes.model import ROUTES, WEIGHTS, RouteModel
from bot.evaluate import read_judged
from catalog.load import SHIPPED
from index.analysis import normalise
from index.snapshot import Snapshot, ensure_snapshot

PARTS = 4


def main(files: Sequence[str]) -> None:
    """Fit, measure, write."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot = ensure_snapshot(SHIPPED, Path(folder))
        rows = data.training_rows(snapshot.catalog, snapshot.index)
        judged = {Path(file).stem: _judged(Path(file), snapshot) for file in files}
    told = [_features(row) for row in rows]
    names, table = training.fit(told, [row.route for row in rows], [row.weight for row in rows])
    training.write(WEIGHTS, names, table)
    model = RouteModel(names, table)
    click.echo(f"{WEIGHTS.name}: {len(names)} rows from {len(rows)} messages")
    for name, asked in judged.items():
        click.echo(f"{name}: macro-F1 {_macro_f1(asked, model):.3f}")
    _fit_confidence(rows, model)
    click.echo(f"cross-validated, own examples and phrasings: macro-F1 {_cross_validated(rows):.3f}")


def _fit_confidence(rows: Sequence[Labelled], model: RouteModel) -> None:
    """From the same messages: an item is right when it is the one asked for; all are wrong for other routes."""
    found = [row for row in rows if row.hits]
    items = [model.tell(_features(row)).probabilities["item"] for row in found]
    values = np.array([measures(row.hits, item) for row, item in zip(found, items, strict=True)])
    weight = np.array([row.weight for row in found])
    first, offered = (
        np.array([any(hit.item.id in row.right for hit in row.hits[:most]) for row in found], float)
        for most in (1, OFFERED)
    )
    tables = [calibration.fit_logistic(values, right, weight) for right in (first, offered)]
    calibration.write(TABLE, *tables)
    told = 1 / (1 + np.exp(-values @ np.array(tables[0])))
    click.echo(f"confidence of the first item: {calibration.reliability(list(zip(told, first > 0, strict=True)))}")


def _judged(file: Path, snapshot: Snapshot) -> list[Labelled]:
    ids = {item.name: item.id for item in snapshot.catalog.items}
    return [
        data.labelled(
            row.question,
            "letter" if row.route == "mailbox" else row.route,
            frozenset(ids[name] for name in row.names if name in ids),
            snapshot.index,
            1.0,
            row.question,
        )
        for row in read_judged(file)
    ]


def _features(row: Labelled) -> dict[str, float]:
    return features(normalise(row.text).strip(), row.hits[0].coverage if row.hits else 0.0)


def _cross_validated(rows: Sequence[Labelled]) -> float:
    """Items and examples are in one part only, with all that was made of them."""
    told: list[tuple[str, str]] = []
    for part in range(PARTS):
        kept = [row for row in rows if data.fold_of(row.group, PARTS) != part]
        model = training.model(
            [_features(row) for row in kept], [row.route for row in kept], [row.weight for row in kept]
        )
        tested = (row for row in rows if data.fold_of(row.group, PARTS) == part)
        told += [(row.route, model.tell(_features(row)).likeliest) for row in tested]
    return _f1(told)


def _macro_f1(rows: Sequence[Labelled], model: RouteModel) -> float:
    return _f1([(row.route, model.tell(_features(row)).likeliest) for row in rows])


def _f1(told: Sequence[tuple[str, str]]) -> float:
    """Macro-F1; small talk and what is out of scope are both no business of ours."""
    pairs = [tuple("none" if name == "small_talk" else name for name in pair) for pair in told]
    scores = []
    for route in ROUTES:
        right = sum(pair == (route, route) for pair in pairs)
        said = sum(route in pair for pair in pairs) + right
        if any(expected == route for expected, _ in pairs):
            scores.append(2 * right / said if said else 0.0)
    return sum(scores) / len(scores)


if __name__ == "__main__":
    main(sys.argv[1:])

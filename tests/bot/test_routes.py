"""The table of weights, its training, and the own examples behind it."""

import difflib
from pathlib import Path

import pytest

from bot.conversation.routes import examples, training
from bot.conversation.routes.calibration import reliability
from bot.conversation.routes.model import ROUTES, RouteModel, read
from bot.evaluate import read_judged
from index.analysis import normalise

ROWS = [{"丢": 1.0, "is:any": 1.0}, {"管": 1.0, "is:any": 1.0}] * 10
SAID = ["item", "letter"] * 10


@pytest.mark.parametrize("route", examples.OWN)
def test_each_route_has_many_different_examples(route: str) -> None:
    assert len(set(examples.lines(route))) >= 150


def test_no_example_is_a_judged_question(shared: Path) -> None:
    judged = {normalise(row.question) for file in (shared / "eval").glob("*.tsv") for row in read_judged(file)}
    judged = {question for question in judged if len(question) > 6}
    own = {normalise(line) for route in examples.OWN for line in examples.lines(route)}
    copies = [(text, near) for text in own for near in difflib.get_close_matches(text, judged, 1, 0.85)]
    assert copies == []


def test_training_learns_and_is_the_same_every_time(tmp_path: Path) -> None:
    names, table = training.fit(ROWS, SAID, [1.0] * len(ROWS))
    again, same = training.fit(ROWS, SAID, [1.0] * len(ROWS))
    assert names == again
    assert (table == same).all()
    training.write(tmp_path / "weights.tsv", names, table)
    for model in (RouteModel(names, table), read(tmp_path / "weights.tsv")):
        assert model.tell({"丢": 1.0, "is:any": 1.0}).likeliest == "item"
        assert model.tell({"管": 1.0, "is:any": 1.0}).reasons[0][0] == "管"


def test_probabilities_sum_to_one_and_strangers_are_no_error() -> None:
    told = read().tell({"从没见过": 1.0, "is:any": 1.0})
    assert tuple(told.probabilities) == ROUTES
    assert sum(told.probabilities.values()) == pytest.approx(1)


def test_reliability_is_counted_by_fifths() -> None:
    assert reliability([(0.1, False), (0.15, True), (1.0, True)]) == [
        {"n": 2, "confidence": 0.125, "right": 0.5},
        {"n": 1, "confidence": 1.0, "right": 1.0},
    ]

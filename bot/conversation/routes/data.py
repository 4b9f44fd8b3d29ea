"""Labelled messages for training: the catalogue's phrasings (searched with themselves left out), own examples."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random

from pypinyin import lazy_pinyin

from bot.conversation.routes import examples
from bot.conversation.understand import find_need, understand
from catalog.models import Catalog, ServiceItem
from index.analysis import normalise
from index.build import build
from index.results import Hit
from index.search import ItemIndex
from index.snapshot import open_snapshot

FOLDS = 4
CANDIDATES = 8
_SHORT = 60
"""Characters of an example that may be put into a frame."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message, its route, the ids of the items that are right, what was found for it, and its weight."""

    text: str
    route: str
    right: frozenset[str]
    hits: tuple[Hit, ...]
    weight: float = 1.0
    group: str = ""
    """What must not be split between training and test: an item, or an example with what was made of it."""


def labelled(text: str, route: str, right: frozenset[str], index: ItemIndex, weight: float, group: str) -> Labelled:
    """``text`` with what ``index`` finds for it."""
    return Labelled(text, route, right, find_need(index, understand(text), CANDIDATES), weight, group)


def training_rows(catalog: Catalog, index: ItemIndex, seed: int = 1) -> list[Labelled]:
    """All messages to train on. Builds ``FOLDS`` indexes, each without a part of the phrasings: takes a minute."""
    chance = Random(seed)  # noqa: S311
    frames = examples.Frames(chance)
    with tempfile.TemporaryDirectory() as folder:
        without = [_without(catalog, fold, Path(folder)) for fold in range(FOLDS)]
        rows = [row for item in catalog.items for row in _of_item(item, index, without, frames, chance)]
    rows += [row for route in examples.OWN for row in _own(route, index, frames, chance)]
    return rows


def fold_of(text: str, folds: int) -> int:
    """The fold that ``text`` belongs to: always the same."""
    return int.from_bytes(sha256(text.encode()).digest()[:4]) % folds


def _without(catalog: Catalog, fold: int, folder: Path) -> ItemIndex:
    items = tuple(
        item.model_copy(update={"phrasings": tuple(p for p in item.phrasings if fold_of(p, FOLDS) != fold)})
        for item in catalog.items
    )
    part = catalog.model_copy(update={"items": items, "fingerprint": f"fold{fold}{catalog.fingerprint}"})
    return open_snapshot(build(part, folder)).index


def _of_item(
    item: ServiceItem, index: ItemIndex, without: list[ItemIndex], frames: examples.Frames, chance: Random
) -> Iterator[Labelled]:
    right = frozenset({item.id})
    for said in item.phrasings:
        held_out = without[fold_of(said, FOLDS)]
        yield labelled(said, "item", right, held_out, 1.0, item.id)
        if chance.random() < 0.4:
            yield labelled(frames.letter(said), "item", right, held_out, 0.5, item.id)
        if chance.random() < 0.06:
            yield labelled(_spelt(said), "item", right, held_out, 0.5, item.id)
    for name in (item.name, *item.aliases):
        yield labelled(name, "item", right, index, 0.5, item.id)
        if chance.random() < 0.3:
            yield labelled(frames.headed(name), "item", right, index, 0.5, item.id)


def _own(route: str, index: ItemIndex, frames: examples.Frames, chance: Random) -> Iterator[Labelled]:
    for text in examples.lines(route):
        yield labelled(text, route, frozenset(), index, 1.0, text)
        if len(text) > _SHORT:
            continue
        if route not in ("human", "small_talk") and chance.random() < 0.4:
            yield labelled(frames.letter(text), route, frozenset(), index, 0.5, text)
        if chance.random() < 0.12:
            yield labelled(_spelt(text), route, frozenset(), index, 0.5, text)


def _spelt(text: str) -> str:
    return " ".join(lazy_pinyin(normalise(text)))

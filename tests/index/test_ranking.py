"""The arrays give the very scores of a plain BM25F, and the best of them in order."""

import math
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.guide import Guide, OnlineAccess
from catalog.models import Catalog, Department, District, ServiceItem
from catalog.values import Audience, ItemType
from index import pinyin, schema
from index.analysis import Analyser, normalise
from index.build import build, dictionary_words
from index.ranking import K1, Ranking, top
from index.snapshot import open_snapshot

WORDS = ["护照", "身份证", "补领", "换发", "户口簿", "驾驶证", "visa", "登记"]
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("".join)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
ITEM = st.tuples(TEXT, TEXTS, TEXTS, TEXTS, TEXT)


def catalog_of(rows: list[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], str]]) -> Catalog:
    items = tuple(
        ServiceItem(
            id=f"item-{number:02}",
            name=name,
            aliases=aliases,
            phrasings=phrasings,
            keywords=keywords,
            type=ItemType.PUBLIC_SERVICE,
            competent_authority="d",
            audiences=(Audience.PERSON,),
            themes=("主题",),
            guide=Guide(summary=summary, online=OnlineAccess(available=True)),
        )
        for number, (name, aliases, phrasings, keywords, summary) in enumerate(rows)
    )
    return Catalog(
        district=District(id="d", name="区", full_name="省市区"),
        departments=(Department(id="d", name="登记处"),),
        items=items,
        fingerprint="f" * 64,
    )


def plain_bm25f(catalog: Catalog, query: str) -> dict[str, float]:
    """Robertson and Zaragoza 2009, section 3.6, term by term."""
    analyser = Analyser(dictionary_words(catalog))
    fields = [(f.name, f.weight, f.length, f.texts) for f in schema.FIELDS]

    def tokens(item: ServiceItem, name: str) -> Counter[str]:
        if name == schema.PINYIN:
            spoken = [t for n, _, _, texts in fields if n in schema.TELLING for t in texts(item, catalog)]
            return Counter(
                token for t in spoken for run in pinyin.spell(normalise(t)) for token in pinyin.pairs(run)
            )
        texts = next(texts for n, _, _, texts in fields if n == name)
        return Counter(token for text in texts(item, catalog) for token in analyser.tokens(text))

    weights = [(name, weight, b) for name, weight, b, _ in fields]
    weights.append((schema.PINYIN, schema.PINYIN_WEIGHT, schema.PINYIN_LENGTH))
    bags = {item.id: {name: tokens(item, name) for name, _, _ in weights} for item in catalog.items}
    average = {name: sum(bag[name].total() for bag in bags.values()) / len(bags) for name, _, _ in weights}
    said = Counter((*analyser.tokens(query), *pinyin.query_tokens(normalise(query))))
    scores = {}
    for item_id, bag in bags.items():
        score = 0.0
        for term, times in said.items():
            tf = sum(
                w * bag[name][term] / (1 - b + b * bag[name].total() / average[name])
                for name, w, b in weights
                if bag[name][term]
            )
            told = sum(any(other[name][term] for name in schema.TELLING) for other in bags.values())
            df = told or sum(any(other[name][term] for name, _, _ in weights) for other in bags.values())
            idf = math.log(1 + (len(bags) - df + 0.5) / (df + 0.5))
            score += (1 + 0.5 * (times - 1)) * idf * tf / (K1 + tf)
        if score > 0:
            scores[item_id] = score
    return scores


@settings(max_examples=8, deadline=None)
@given(
    st.lists(ITEM, min_size=1, max_size=8), st.one_of(TEXT, st.sampled_from(["huzhao", "shen fen zheng", "天上"]))
)
def test_scores_equal_a_plain_bm25f(
    rows: list[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], str]], query: str
) -> None:
    catalog = catalog_of(rows)
    with tempfile.TemporaryDirectory() as folder:
        index = open_snapshot(build(catalog, Path(folder))).index
        hits = index.search(query, limit=100).hits
        shorter = [index.search(query, limit=limit).hits for limit in range(1, len(hits))]
    # Whoosh keeps a field length in one byte, so long fields are a little longer or shorter than counted here.
    assert {hit.item.id: hit.score for hit in hits} == pytest.approx(plain_bm25f(catalog, query), rel=0.02)
    assert list(hits) == sorted(hits, key=lambda hit: (-hit.score, hit.item.id))
    for limit, cut in enumerate(shorter, 1):
        assert cut == hits[:limit]


def test_equal_items_stand_in_the_order_of_their_ids(tmp_path: Path) -> None:
    rows = [("护照换发", (), (), (), "补领")] * 6
    folder = build(catalog_of(rows), tmp_path)
    index = open_snapshot(folder).index
    for limit in (1, 3, 6):
        hits = index.search("护照", limit=limit).hits
        assert [hit.item.id for hit in hits] == [f"item-{number:02}" for number in range(limit)]
        assert len({hit.score for hit in hits}) == 1


@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0]), max_size=30),
    st.integers(min_value=1, max_value=35),
)
def test_top_is_a_sort_cut_short(scores: list[float], limit: int) -> None:
    best = sorted((number for number, score in enumerate(scores) if score > 0), key=lambda n: (-scores[n], n))
    assert top(np.array(scores, dtype=np.float32), limit) == best[:limit]


def test_a_rare_word_tells_more_and_an_unknown_one_most(tmp_path: Path) -> None:
    rows = [(f"登记{word}", (), (), (), "登记") for word in ("护照", "户口簿", "换发")]
    ranking = Ranking(build(catalog_of(rows), tmp_path), 3)
    assert 0 < ranking.idf("登记") < ranking.idf("护照") < ranking.idf("没有的词")
    assert "护照" in ranking
    assert "没有的词" not in ranking
    assert [int(number) for number in ranking.holders("登记")] == [0, 1, 2]
    assert list(ranking.holders("没有的词")) == []
    assert not ranking.scores({"没有的词": 1.0}).any()

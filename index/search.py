"""query -> SearchResults over one opened index."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog.models import Catalog, ServiceItem
from index import pinyin, schema
from index.analysis import Analyser, normalise
from index.build import dictionary_words
from index.engine import Engine
from index.ranking import Ranking, top
from index.results import Filters, Hit, Match, SearchResults
from index.snippets import snippet
from index.synonyms import Expansion, Synonyms

SYNONYM_WEIGHT = 0.7
ENOUGH = 16.0
"""Summed idf of about three telling words."""
_QUERY_LANGUAGE = re.compile(r"\b(AND|OR|NOT)\b|\w:\S|[*?\"()]")


@dataclass(frozen=True, slots=True)
class Query:
    """A question cut into what is searched for.

    ``said`` are the question's own tokens, ``words`` those of them that are words or pinyin; ``expansions`` the
    synonyms found in it; ``weights`` every term to look up with its weight.
    """

    text: str
    said: tuple[str, ...]
    words: tuple[str, ...]
    expansions: tuple[Expansion, ...]
    weights: Mapping[str, float]


class ItemIndex:
    """Searches the items of one catalogue. Safe to use from several threads: nothing here is written to."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self.catalog = catalog
        self._folder = folder
        items = sorted(catalog.items, key=lambda item: item.id)
        self._items: tuple[ServiceItem, ...] = tuple(items)
        self._strong = tuple(self._telling_text(item) for item in items)
        self._ranking = Ranking(folder, len(items))
        self.analyser = Analyser(dictionary_words(catalog))
        self._synonyms = Synonyms(catalog.synonyms)

    def understand(self, question: str) -> Query:
        """Cut ``question`` into terms with weights, synonyms added."""
        text = normalise(question)
        spelt = pinyin.query_tokens(text)
        said = (*self.analyser.tokens(text), *spelt)
        words = tuple(dict.fromkeys((*self.analyser.words(text), *spelt)))
        expansions = tuple(self._synonyms.expand(text))
        weights: dict[str, float] = {token: 1.0 + 0.5 * (n - 1) for token, n in Counter(said).items()}
        for expansion in expansions:
            share = SYNONYM_WEIGHT / len(expansion.means) ** 0.5
            for mean in expansion.means:
                for token in dict.fromkeys(self.analyser.tokens(mean)):
                    weights[token] = max(weights.get(token, 0.0), share)
        return Query(text, tuple(dict.fromkeys(said)), words, expansions, weights)

    def find(self, words: str, limit: int) -> tuple[Hit, ...]:
        """The best items for the words of a conversation: no query language, no explanation."""
        return self._plain(words, None, limit, explain=False)

    def search(
        self, words: str, filters: Filters | None = None, limit: int = 10, explain: bool = False
    ) -> SearchResults:
        """The best items for ``words``. Words in the query language are answered in it (may raise BadQuery).

        ``explain`` adds to each hit why it matched and a snippet, which takes longer than finding it.
        """
        if _QUERY_LANGUAGE.search(words.rstrip("?？ ")):
            return self._advanced(words, filters or Filters(), limit)
        return SearchResults(words, self._plain(words, filters, limit, explain))

    def _plain(self, words: str, filters: Filters | None, limit: int, explain: bool) -> tuple[Hit, ...]:
        query = self.understand(words)
        scores = self._ranking.scores(query.weights)
        if filters is not None:
            passing = [filters.accept(item, self.catalog) for item in self._items]
            scores = np.where(np.array(passing), scores, np.float32(0))
        found = top(scores, limit)
        return tuple(self._hit(number, float(scores[number]), query, explain) for number in found)

    def _advanced(self, words: str, filters: Filters, limit: int) -> SearchResults:
        engine = Engine(self._folder)
        try:
            found = engine.run(words, lambda text: self.analyser.words(normalise(text)) or [text], len(self._items))
        finally:
            engine.close()
        query = self.understand(re.sub(r"\b(AND|OR|NOT)\b|\w+:", " ", words))
        hits = []
        for item_id, score in found:
            item = self.catalog.items_by_id[item_id]
            if filters.accept(item, self.catalog):
                hits.append(Hit(item, score, 1.0, *self._why(item, query)))
        return SearchResults(words, tuple(hits[:limit]))

    def suggest(self, words: str) -> tuple[str, ...]:
        """Other spellings for the words that the catalogue does not hold; for when little was found."""
        unknown = [word for word in self.analyser.words(normalise(words)) if word not in self._ranking]
        if not unknown:
            return ()
        engine = Engine(self._folder)
        try:
            return tuple(dict.fromkeys(found for word in unknown[:3] for found in engine.suggest(word)))
        finally:
            engine.close()

    def _hit(self, number: int, score: float, query: Query, explain: bool) -> Hit:
        item = self._items[number]
        why = self._why(item, query) if explain else ()
        return Hit(item, score, self._coverage(number, query), *why)

    def _coverage(self, number: int, query: Query) -> float:
        """How much of what the question says the item's names and phrasings hold, 0 to 1.

        Words weigh as they are telling (idf). A long story is full of words that no item holds, so beyond
        ``ENOUGH`` its weight counts by a tenth only.
        """
        strong = self._strong[number]
        meant = [e.said for e in query.expansions if any(mean in strong for mean in e.means)]
        weights = {word: self._ranking.idf(word) for word in query.words}
        held = sum(
            weight
            for word, weight in weights.items()
            if (word in strong if word[0] != "~" else self._holds(word, number))
            or any(word in said or said in word for said in meant)
        )
        total = sum(weights.values())
        return held / max(min(total, ENOUGH) + 0.1 * max(0.0, total - ENOUGH), held, 1.0)

    def _holds(self, token: str, number: int) -> bool:
        holders = self._ranking.holders(token)
        at = int(np.searchsorted(holders, number))
        return at < len(holders) and int(holders[at]) == number

    def _telling_text(self, item: ServiceItem) -> str:
        texts = (field.texts(item, self.catalog) for field in schema.FIELDS if field.name in schema.TELLING)
        return normalise("\n".join(text for group in texts for text in group))

    def _why(self, item: ServiceItem, query: Query) -> tuple[tuple[Match, ...], str]:
        terms = sorted((term for term in query.weights if len(term) > 1), key=len, reverse=True)
        matches = []
        for field in schema.FIELDS:
            text = normalise("\n".join(field.texts(item, self.catalog)))
            words = [term for term in terms if term in text]
            longest = [word for word in words if not any(word != other and word in other for other in words)]
            if longest:
                matches.append(Match(field.label, tuple(longest[:6])))
        return tuple(matches), snippet(item, terms)

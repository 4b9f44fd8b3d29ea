"""The only module that knows Whoosh: writing, opening, postings, the query language, spelling suggestions.

Tokens are cut by our analyser and handed over joined by spaces, so nothing of ours is pickled into the index.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from whoosh import fields, query
from whoosh import index as whoosh_index
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.qparser import MultifieldParser, QueryParserError

from index.errors import BadQuery, IndexMissing
from index.schema import FIELDS, PINYIN

TOKEN_FIELDS = (*(field.name for field in FIELDS), PINYIN)
FILTER_FIELDS = ("audience", "theme", "type", "online", "status")
SEARCHED_BY_DEFAULT = [field.name for field in FIELDS]


def _schema() -> fields.Schema:
    def token_field() -> fields.TEXT:
        return fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False)

    return fields.Schema(
        id=fields.ID(stored=True, unique=True),
        **{name: token_field() for name in TOKEN_FIELDS},
        **{name: fields.KEYWORD(commas=True) for name in FILTER_FIELDS},
    )


def write(folder: Path, documents: Iterable[Mapping[str, str]]) -> None:
    """Write all documents as one segment into the empty ``folder``, in the order given."""
    writer = whoosh_index.create_in(str(folder), _schema()).writer(limitmb=256)
    for document in documents:
        writer.add_document(**document)
    writer.commit(optimize=True)


class Engine:
    """An opened index. Closing it ends its file handles."""

    def __init__(self, folder: Path) -> None:
        try:
            self._index = whoosh_index.open_dir(str(folder), readonly=True)
        except (whoosh_index.EmptyIndexError, OSError) as error:
            raise IndexMissing(f"{folder} 里没有可用的索引。请重新运行 wenban catalog build。") from error
        self._searcher = self._index.searcher()

    def close(self) -> None:
        """Release the files."""
        self._searcher.close()
        self._index.close()

    def postings(self, field: str) -> Iterator[tuple[str, list[int], list[float]]]:
        """Every term of ``field`` with the document numbers that hold it and how often."""
        reader = self._searcher.reader()
        for term in reader.field_terms(field):
            matcher = reader.postings(field, term)
            numbers, weights = [], []
            while matcher.is_active():
                numbers.append(matcher.id())
                weights.append(matcher.weight())
                matcher.next()
            yield term, numbers, weights

    def run(self, words: str, cut: Callable[[str], list[str]], limit: int) -> list[tuple[str, float]]:
        """Answer a query in the query language: (item id, score), best first.

        ``cut`` turns a term of the query into tokens. Raises BadQuery.
        """
        try:
            # Whoosh raises nearly anything for odd queries ("? NOT NOT 2" an IndexError).
            parsed = MultifieldParser(SEARCHED_BY_DEFAULT, self._index.schema).parse(words)
            found = self._searcher.search(_cut_terms(parsed, cut), limit=limit)
        except (QueryParserError, query.QueryError, ValueError, LookupError, AttributeError, TypeError) as error:
            raise BadQuery(f"看不懂这个查询：{words}。例子：name:护照 AND department:公安") from error
        return [(hit["id"], float(hit.score)) for hit in found]

    def suggest(self, word: str) -> list[str]:
        """Words of the index that look like ``word``, nearest first."""
        return [str(found) for found in self._searcher.suggest("name", word, limit=3, maxdist=1)]


def _cut_terms(parsed: query.Query, cut: Callable[[str], list[str]]) -> query.Query:
    """Replace every term of a token field by the tokens it is cut into."""

    def replace(node: query.Query) -> query.Query:
        if isinstance(node, query.Term) and node.fieldname in TOKEN_FIELDS:
            tokens = cut(node.text)
            return query.And([query.Term(node.fieldname, token) for token in tokens]) if tokens else node
        return node

    return parsed.accept(replace)

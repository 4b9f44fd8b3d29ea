"""Which published documents answer a request; a few hundred per district, so a plain count is enough."""

from catalog.models import Catalog, PublicDocument
from index.analysis import Analyser

LEAST_SHARE = 0.34
_EVERYWHERE = frozenset(
    {"沙市", "沙市区", "市区", "全区", "政府", "信息", "公开", "申请", "信息公开", "示例", "文件"}
)


def find_documents(words: str, catalog: Catalog, analyser: Analyser, limit: int = 3) -> list[PublicDocument]:
    """Documents whose title and keywords hold at least a third of the telling tokens of ``words``, best first."""
    asked = set(analyser.tokens(words)) - _EVERYWHERE
    ranked = []
    for document in catalog.documents:
        told = set(analyser.tokens("\n".join((document.title, *document.keywords))))
        share = len(asked & told) / len(asked) if asked else 0.0
        if document.valid and share >= LEAST_SHARE:
            ranked.append((-share, document.id, document))
    return [document for *_, document in sorted(ranked, key=lambda row: row[:2])[:limit]]

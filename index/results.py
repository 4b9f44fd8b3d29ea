"""What a search gives: frozen values, no Whoosh types."""

from dataclasses import dataclass

from catalog.models import Catalog, ServiceItem
from catalog.values import Audience, ItemType


@dataclass(frozen=True, slots=True)
class Filters:
    """Restrictions on the items searched; None means any."""

    department: str | None = None
    audience: str | None = None
    theme: str | None = None
    type: str | None = None
    online: bool | None = None

    def accept(self, item: ServiceItem, catalog: Catalog) -> bool:
        """Whether ``item`` passes. Words match as a part of the official label (公安 matches 区公安分局)."""
        department = catalog.departments_by_id[item.competent_authority]
        names = (department.id, department.name, *department.aliases)
        return (
            (self.department is None or any(self.department in name for name in names))
            and (self.audience is None or any(_is_for(self.audience, who) for who in item.audiences))
            and (self.theme is None or any(self.theme in theme for theme in item.themes))
            and (self.type is None or _is_type(self.type, item.type))
            and (self.online is None or item.guide.online.available is self.online)
        )


def _is_for(wanted: str, audience: Audience) -> bool:
    if wanted in {"个人", "自然人"}:
        return audience is Audience.PERSON
    if wanted in {"企业", "单位", "法人"}:
        return audience is not Audience.PERSON
    return wanted in audience


def _is_type(wanted: str, item_type: ItemType) -> bool:
    return wanted in item_type


@dataclass(frozen=True, slots=True)
class Match:
    """Why an item was found: the words of the question that stand in one of its fields."""

    field: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One item found.

    ``score`` is the BM25F sum. ``coverage`` (0–1) is the share of what the question says, weighed by how telling
    each word is, that the item's name, aliases, phrasings or keywords hold.
    """

    item: ServiceItem
    score: float
    coverage: float
    matches: tuple[Match, ...] = ()
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """Answer to one search, best first."""

    query: str
    hits: tuple[Hit, ...]

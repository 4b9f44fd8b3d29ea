"""What a sheet and a column of the workbook are, and how a column follows from a field of the models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum, auto
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from catalog.guide import Url
from catalog.models import Code, Slug

Path = tuple[str, ...]
Hint = Any  # a type as written in a model: a class, Annotated, a union or a tuple

# Kinds of text whose pattern says nothing to a clerk -> how to mend a wrong one.
_MENDS = {
    Slug: "编号请只用小写字母、数字和短横线（-），最多 48 个字",
    Url: "请写完整的网址，以 http:// 或 https:// 开头，中间没有空格，最多 500 个字",
}


class Kind(Enum):
    """How the cells of a column are read and written."""

    TEXT = auto()
    CODE = auto()
    """Text in which leading zeros count: a cell that Excel turned into a number is refused."""
    ID = auto()
    """A code of our own, in plain letters."""
    INTEGER = auto()
    DATE = auto()
    YES_NO = auto()
    CHOICE = auto()
    CHOICES = auto()
    """Several values of a value set, one a line."""
    LINES = auto()
    """Several texts, one a line."""
    STATED = auto()
    """有: rows are in the list's own sheet; 无: stated that there are none; blank: not stated."""
    PARENT = auto()
    """The id of the thing that this row belongs to."""
    BRANCH = auto()
    """Which of the sheet's lists this row belongs to."""
    HINT = auto()
    """Only for the reader's eye; never read back."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``path`` leads from the row's model to the field; ``width`` is in characters."""

    heading: str
    path: Path
    kind: Kind
    width: int
    help: str = ""
    choices: type[StrEnum] | None = None
    refers: str = ""
    """Name of the sheet whose ids may stand here."""
    mend: str = ""
    """What to tell a clerk instead of a pattern."""
    required: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """What may stand in a cell, for a drop-down; empty when anything may."""
        if self.choices is not None:
            return tuple(label.value for label in self.choices)
        return {Kind.YES_NO: ("是", "否"), Kind.STATED: ("有", "无")}.get(self.kind, ())


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: all models of ``part`` of the catalogue, or (with ``lists``) a list inside of each of them."""

    name: str
    part: str
    columns: tuple[Column, ...]
    lists: Mapping[str, Path] = field(default_factory=dict)
    """Value of the branch column ("" when there is one list) -> path from the part's model to the list."""
    needed: bool = False
    """Whether each model of the part must have a row in the list."""

    @property
    def key(self) -> Column | None:
        """The column of ids, which tie the sheets together; None where rows need no id."""
        return next((column for column in self.columns if column.path == ("id",) and not self.lists), None)


def column(model: type[BaseModel], dotted: str, width: int, help: str = "", **changes: Any) -> Column:
    """The column of the field ``dotted`` (``guide.online.fully``); heading and kind follow from the model."""
    path = tuple(dotted.split("."))
    owner, required = model, True
    for name in path[:-1]:
        required = required and owner.model_fields[name].is_required()
        owner = _model(_plain(_hint(owner, name)))
    info, hint = owner.model_fields[path[-1]], _hint(owner, path[-1])
    inner = _plain(hint)
    derived = {
        "heading": info.description or path[-1],
        "kind": _kind(hint),
        "choices": inner if isinstance(inner, type) and issubclass(inner, StrEnum) else None,
        "mend": _MENDS.get(inner, ""),
        "required": required and info.is_required(),
    }
    return Column(path=path, width=width, help=help, **{**derived, **changes})


def _hint(model: type[BaseModel], name: str) -> Hint:
    return get_type_hints(model, include_extras=True)[name]


def _model(hint: Hint) -> type[BaseModel]:
    if not (isinstance(hint, type) and issubclass(hint, BaseModel)):
        raise TypeError(f"{hint} is no model")
    return hint


def _origin(hint: Hint) -> Any:
    return get_origin(hint)


def _plain(hint: Hint) -> Hint:
    """``tuple[X, ...] | None`` and the like -> X."""
    if _origin(hint) is Annotated or not get_args(hint):
        return hint
    return _plain(next(inner for inner in get_args(hint) if inner is not NoneType))


def _kind(hint: Hint) -> Kind:
    inner = _plain(hint)
    is_list = _origin(hint) is tuple
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return Kind.CHOICES if is_list else Kind.CHOICE
    if is_list:
        return Kind.LINES
    if any(_origin(part) is tuple for part in get_args(hint)):
        return Kind.STATED
    kinds = {bool: Kind.YES_NO, int: Kind.INTEGER, date: Kind.DATE, Slug: Kind.ID, Code: Kind.CODE}
    return kinds.get(inner, Kind.TEXT)

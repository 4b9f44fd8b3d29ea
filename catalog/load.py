"""A folder of YAML -> Catalog, or every fault found (file, line, field, what is wrong, how to mend it).

Layout of the folder::

    district.yaml       one mapping (District)
    departments.yaml    departments: [...]
    items/*.yaml        department: <id>, items: [...]
    documents/*.yaml    documents: [...]      (optional)
    synonyms.yaml       synonyms: [...]       (optional)
    life_events.yaml    life_events: [...]    (optional)
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from catalog.errors import CatalogError, CatalogFaults
from catalog.faults import Fault
from catalog.models import (
    Catalog,
    Department,
    District,
    LifeEvent,
    PublicDocument,
    ServiceItem,
    Synonym,
)
from catalog.pydantic_faults import faults_of
from catalog.yaml_source import FieldPath, YamlSource, parse

SHIPPED = Path(__file__).parent / "data" / "shashi"
MAX_FILES = 2000
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Located(Generic[M]):
    """A model and where it was written."""

    model: M
    source: YamlSource
    path: FieldPath

    def fault(self, field: FieldPath, problem: str, remedy: str) -> Fault:
        """A fault at ``field`` of this model."""
        path = (*self.path, *field)
        where = ".".join(str(part) for part in field)
        return Fault(self.source.file, self.source.line(path), where, problem, remedy)


def catalog_files(folder: Path) -> tuple[Path, ...]:
    """All files of the catalogue in ``folder``, sorted. Raises CatalogError when it is no catalogue."""
    if not folder.is_dir():
        raise CatalogError(f"找不到目录文件夹 {folder}。请用 --catalog 指明文件夹。")
    if not (folder / "district.yaml").is_file():
        raise CatalogError(f"{folder} 里没有 district.yaml，不是一个目录文件夹。请用 --catalog 指明文件夹。")
    names = ("*.yaml", "items/*.yaml", "documents/*.yaml")
    files = sorted(path for name in names for path in folder.glob(name))
    if len(files) > MAX_FILES:
        raise CatalogError(f"{folder} 里有 {len(files)} 个文件，超过 {MAX_FILES} 个。请检查是否选错了文件夹。")
    return tuple(files)


def fingerprint(folder: Path) -> str:
    """SHA-256 over names and contents of the catalogue's files; equal fingerprints mean an equal catalogue."""
    digest = hashlib.sha256()
    for path in catalog_files(folder):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CatalogError(f"{path} 读不出来（{error.strerror}）。请检查读取权限。") from error
        digest.update(f"{path.relative_to(folder)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def load(folder: Path) -> Catalog:
    """Load the catalogue in ``folder``.

    Raises:
        CatalogError: ``folder`` is no catalogue.
        CatalogFaults: it is one, with faults; all of them are in the error.
    """
    sources = {path.relative_to(folder).as_posix(): path for path in catalog_files(folder)}
    parsed = [parse(path, name) for name, path in sources.items()]
    faults = [fault for source in parsed for fault in source.faults]
    reader = _Reader(faults)
    for source in parsed:
        if source.value is not None:
            reader.read(source)
    catalog = reader.catalog(fingerprint(folder))
    if catalog is None or faults:
        raise CatalogFaults(tuple(sorted(faults)))
    return catalog


@dataclass(frozen=True, slots=True)
class Administration:
    """The part of a catalogue that the mailbox needs: whose district it is, and its departments."""

    district: District
    departments: tuple[Department, ...]


def load_administration(folder: Path) -> Administration:
    """The district and its departments without reading the items, documents …. Raises as ``load`` does."""
    files = catalog_files(folder)
    wanted = [folder / name for name in ("district.yaml", "departments.yaml")]
    parsed = [parse(path, path.name) for path in wanted if path in files]
    reader = _Reader([fault for source in parsed for fault in source.faults])
    for source in parsed:
        if source.value is not None:
            reader.read(source)
    if reader.faults or not reader.districts:
        raise CatalogFaults(tuple(sorted(reader.faults)))
    return Administration(reader.districts[0].model, tuple(entry.model for entry in reader.departments))


class _Reader:
    """Collects models and faults over the files of one catalogue."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.districts: list[Located[District]] = []
        self.departments: list[Located[Department]] = []
        self.items: list[Located[ServiceItem]] = []
        self.documents: list[Located[PublicDocument]] = []
        self.synonyms: list[Located[Synonym]] = []
        self.life_events: list[Located[LifeEvent]] = []
        self.declared: set[tuple[type[BaseModel], object]] = set()

    def read(self, source: YamlSource) -> None:
        """Validate what one file holds."""
        if source.file == "district.yaml":
            self.districts += self._models(District, source, [((), source.value)])
        elif source.file == "departments.yaml":
            self.departments += self._models(Department, source, self._entries(source, "departments"))
        elif source.file == "synonyms.yaml":
            self.synonyms += self._models(Synonym, source, self._entries(source, "synonyms"))
        elif source.file == "life_events.yaml":
            self.life_events += self._models(LifeEvent, source, self._entries(source, "life_events"))
        elif source.file.startswith("items/"):
            self.items += self._models(ServiceItem, source, self._item_entries(source))
        elif source.file.startswith("documents/"):
            self.documents += self._models(PublicDocument, source, self._entries(source, "documents"))
        else:
            known = "district、departments、synonyms、life_events"
            self.faults.append(Fault(source.file, 0, "", "不认识的文件", f"请改名，可用的名字有：{known}"))

    def _entries(self, source: YamlSource, key: str, extra: tuple[str, ...] = ()) -> list[tuple[FieldPath, Any]]:
        value = source.value
        if not isinstance(value, dict) or not isinstance(value.get(key), list):
            problem = f"文件里应当有一个“{key}:”列表"
            self.faults.append(Fault(source.file, 1, key, problem, "请照其他同类文件的样子写"))
            return []
        for name in value.keys() - {key, *extra}:
            line = source.line((name,))
            self.faults.append(Fault(source.file, line, name, f"不认识的字段“{name}”", "请删掉或改正拼写"))
        return [((key, number), entry) for number, entry in enumerate(value[key])]

    def _item_entries(self, source: YamlSource) -> list[tuple[FieldPath, Any]]:
        """Entries of an items file; ``department:`` at its head is the default competent authority."""
        entries = self._entries(source, "items", extra=("department",))
        default = source.value.get("department") if isinstance(source.value, dict) else None
        if default is None:
            return entries
        return [
            (path, {"competent_authority": default, **entry} if isinstance(entry, dict) else entry)
            for path, entry in entries
        ]

    def _models(
        self, model: type[M], source: YamlSource, entries: Iterable[tuple[FieldPath, Any]]
    ) -> list[Located[M]]:
        found = []
        for path, entry in entries:
            # An entry with faults still declares its id: a reference to it is not a second fault.
            self.declared.add((model, str(entry.get("id")) if isinstance(entry, dict) else None))
            try:
                found.append(Located(model.model_validate(entry), source, path))
            except ValidationError as error:
                self.faults += faults_of(error, model, source, path)
        return found

    def catalog(self, mark: str) -> Catalog | None:
        """The catalogue, after the checks that need all of it; None when there is no district."""
        self.faults += self._duplicates(self.items, "事项编号")
        self.faults += self._duplicates(self.departments, "部门编号")
        self.faults += self._duplicates(self.documents, "文件编号")
        self.faults += self._duplicates(self.life_events, "事件编号")
        self.faults += self._dangling()
        if not self.districts:
            return None
        return Catalog(
            district=self.districts[0].model,
            departments=tuple(entry.model for entry in self.departments),
            items=tuple(entry.model for entry in self.items),
            documents=tuple(entry.model for entry in self.documents),
            synonyms=tuple(entry.model for entry in self.synonyms),
            life_events=tuple(entry.model for entry in self.life_events),
            fingerprint=mark,
        )

    @staticmethod
    def _duplicates(entries: Iterable[Located[Any]], label: str) -> Iterator[Fault]:
        first: dict[str, Located[Any]] = {}
        for entry in entries:
            earlier = first.setdefault(entry.model.id, entry)
            if earlier is not entry:
                place = f"{earlier.source.file}:{earlier.source.line((*earlier.path, 'id'))}"
                problem = f"{label}“{entry.model.id}”和 {place} 重复"
                yield entry.fault(("id",), problem, "请换一个编号")

    def _dangling(self) -> Iterator[Fault]:
        items = {name for model, name in self.declared if model is ServiceItem}
        departments = {name for model, name in self.declared if model is Department}
        for item in self.items:
            if item.model.competent_authority not in departments:
                name = item.model.competent_authority
                yield _missing(item, ("competent_authority",), "部门", name, "departments.yaml")
            for number, related in enumerate(item.model.related_services):
                if related.id not in items:
                    yield _missing(item, ("related_services", number, "id"), "事项", related.id, "items/")
        for document in self.documents:
            if document.model.publisher not in departments:
                name = document.model.publisher
                yield _missing(document, ("publisher",), "部门", name, "departments.yaml")
        for event in self.life_events:
            for number, step in enumerate(event.model.steps):
                if step.item not in items:
                    yield _missing(event, ("steps", number, "item"), "事项", step.item, "items/")


def _missing(entry: Located[Any], field: FieldPath, label: str, name: str, place: str) -> Fault:
    return entry.fault(field, f"{label}“{name}”不存在", f"请改成 {place} 里有的编号")

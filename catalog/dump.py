"""Catalog -> a folder of YAML in the layout of ``catalog.load``, for a clerk to read and edit.

Fields stand in the order of the models, defaults are left out, each department has one items file.
"""

import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from catalog.errors import CatalogError
from catalog.models import Catalog, ServiceItem
from catalog.yaml_source import MAX_BYTES

# One text stays on one line; the emitter would otherwise fold at spaces, which reads badly in Chinese.
_WIDTH = 1_000_000
# Breaks that YAML knows and editors mostly do not: only double quotes keep them as they are.
_ODD_BREAKS = re.compile("[\r\x85\u2028\u2029]")
# Codes and phones: plain, some readers would take 1e3 for 1000, 0o17 for 15, y for true.
_READS_AS_DATA = re.compile(r"[-+.]?[0-9][0-9A-Za-z_.:+-]*|[yYnN]")


class _NoAnchors:
    """Equal values are written out again: the reader refuses anchors."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Always."""
        return True


class _Dumper(_NoAnchors, yaml.CSafeDumper):
    """libyaml's emitter: fast, but writes characters beyond U+FFFF as escapes."""


class _UnicodeDumper(_NoAnchors, yaml.SafeDumper):
    """The emitter in Python: slow, keeps emoji and rare characters of names (𠮷) readable."""


def dump(catalog: Catalog, folder: Path) -> tuple[Path, ...]:
    """Write ``catalog`` into ``folder``, which must be new or empty; the files written, in order.

    All files are written beside ``folder`` first and moved there at once. ``load(folder)`` gives an equal
    catalogue, besides its fingerprint, with the items grouped by department in the order of file names.

    Raises:
        CatalogError: ``folder`` holds something, cannot be written, or a file would be too big to load.
    """
    target = folder.resolve()
    texts = {name: _yaml(value) for name, value in _files(catalog)}
    _refuse_too_big(texts)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        _refuse_occupied(target)
        _write(texts, draft)
        _move(draft, target)
    except OSError as error:
        raise CatalogError(f"目录写不进 {folder}（{error.strerror}）。请检查磁盘空间和写入权限。") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return tuple(target / name for name in texts)


def _files(catalog: Catalog) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and content of every file."""
    yield "district.yaml", _plain(catalog.district)
    yield "departments.yaml", {"departments": _plain_all(catalog.departments)}
    for department, items in _by_department(catalog.items).items():
        yield f"items/{department}.yaml", {"department": department, "items": items}
    if catalog.documents:
        yield "documents/documents.yaml", {"documents": _plain_all(catalog.documents)}
    if catalog.synonyms:
        yield "synonyms.yaml", {"synonyms": _plain_all(catalog.synonyms)}
    if catalog.life_events:
        yield "life_events.yaml", {"life_events": _plain_all(catalog.life_events)}


def _by_department(items: Iterable[ServiceItem]) -> dict[str, list[dict[str, Any]]]:
    """Items without their authority, which the head of the department's file gives."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        plain = _plain(item)
        found.setdefault(plain.pop("competent_authority"), []).append(plain)
    return found


def _plain(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(exclude_defaults=True)


def _plain_all(models: Iterable[BaseModel]) -> list[dict[str, Any]]:
    return [_plain(model) for model in models]


def _yaml(value: Mapping[str, Any]) -> str:
    text = _emit(value, _Dumper)
    return _emit(value, _UnicodeDumper) if "\\U" in text else text


def _emit(value: Mapping[str, Any], dumper: type[_Dumper] | type[_UnicodeDumper]) -> str:
    emitted = yaml.dump(
        value, Dumper=dumper, allow_unicode=True, default_flow_style=False, sort_keys=False, width=_WIDTH
    )
    return str(emitted)


def _text(dumper: yaml.representer.SafeRepresenter, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=_style(text))


def _style(text: str) -> str | None:
    """How to write ``text``; None leaves it to the emitter, which quotes what YAML would misread."""
    if _ODD_BREAKS.search(text):
        return '"'
    if "\n" in text:
        return "|"
    return "'" if _READS_AS_DATA.fullmatch(text) else None


for _each in (_Dumper, _UnicodeDumper):
    _each.add_representer(str, _text)
    _each.add_multi_representer(StrEnum, _text)


def _refuse_too_big(texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        size = len(text.encode())
        if size > MAX_BYTES:
            said = f"{name} 写出来有 {size / 1048576:.1f} MB，超过读入上限 {MAX_BYTES // 1048576} MB"
            raise CatalogError(f"{said}。请把这个部门的事项分给几个部门再写。")


def _refuse_occupied(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise CatalogError(f"{target} 是一个文件，不能当目录文件夹。请换一个文件夹。")
    if target.is_dir() and any(target.iterdir()):
        raise CatalogError(f"文件夹 {target} 里已有内容，没有写入。请换一个新的或空的文件夹。")


def _write(texts: Mapping[str, str], folder: Path) -> None:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _move(draft: Path, target: Path) -> None:
    # Windows does not rename onto a folder, not even an empty one.
    if target.exists():
        target.rmdir()
    draft.rename(target)

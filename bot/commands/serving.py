"""What the commands answer from: the snapshot that is served, and a word when the folder holds another one."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.catalogue_watch import Current
    from index.snapshot import Snapshot

CHANGED = "提示：{folder} 里的目录改过了，还没有启用；现在用的是启用过的那份。要启用请运行 wenban catalog reload。"
UNREADABLE = "提示：{message}现在用的是启用过的那份目录。"
SYSTEM = "system"
"""Who a first start is put down to."""


def served(chosen: Settings) -> "Snapshot | None":
    """The served snapshot; None where nothing is served yet or nothing is left of it."""
    from index.build import directory_name
    from index.errors import IndexMissing
    from index.pointer import read_pointer
    from index.snapshot import open_snapshot

    pointer = read_pointer(chosen.index_folder)
    if pointer is None:
        return None
    try:
        opened: Snapshot | None = open_snapshot(chosen.index_folder / directory_name(pointer.line[0]))
    except IndexMissing:
        opened = _mended(chosen)
    if opened is not None:
        say_what_differs(chosen, pointer.line[0])
    return opened


def _mended(chosen: Settings) -> "Snapshot | None":
    # The shelf takes time to import, and a search shall start fast.
    from index.errors import IndexMissing
    from index.shelf import Shelf

    try:
        return Shelf(chosen.index_folder).current()
    except IndexMissing:
        return None


def current(chosen: Settings) -> "Current":
    """For a process that runs on: what is served, now and after each reload. Builds it at the very first start."""
    from bot.catalogue_watch import Current
    from index.shelf import Shelf

    shelf = Shelf(chosen.index_folder)
    opened = shelf.open(chosen.catalog_folder, SYSTEM, datetime.now(UTC))
    say_what_differs(chosen, shelf.mark())
    return Current(shelf, opened)


def say_what_differs(chosen: Settings, mark: str) -> None:
    """Tell on stderr that the folder holds another catalogue than the one served."""
    from catalog.errors import CatalogError
    from catalog.load import fingerprint

    try:
        if fingerprint(chosen.catalog_folder) != mark:
            click.echo(CHANGED.format(folder=chosen.catalog_folder), err=True)
    except CatalogError as error:
        click.echo(UNREADABLE.format(message=error.message), err=True)

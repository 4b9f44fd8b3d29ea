"""Errors of the catalogue package.

CatalogError
└── CatalogFaults      a catalogue that cannot be used; carries every fault found
"""

from catalog.faults import Fault


class CatalogError(Exception):
    """Base of all errors of this package. ``message`` is Chinese and may be shown to a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class CatalogFaults(CatalogError):
    """The catalogue cannot be used; ``faults`` holds every fault, in the order of files and lines."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(f"目录有 {len(faults)} 处错误，改好后再试。")
        self.faults = faults

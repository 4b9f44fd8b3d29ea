"""What a file is, judged by its content: a name and a declared type can say anything.

Kept are photos (jpg, png, heic), PDF, OFD (GB/T 33190, in which Chinese authorities issue certificates and
invoices), Word and Excel, old and new. Archives are not: what is inside cannot be judged without unpacking.
Nor are Office files with macros in the new formats, which name them.
"""

import io
import zipfile
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileKind:
    """A type that is kept; ``endings`` are the usual ends of its name, the first one is given if none fits."""

    content_type: str
    endings: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
PDF = FileKind("application/pdf", (".pdf",))
JPEG = FileKind("image/jpeg", (".jpg", ".jpeg"))
PNG = FileKind("image/png", (".png",))
HEIC = FileKind("image/heic", (".heic", ".heif"))
DOC = FileKind("application/msword", (".doc", ".wps"))
XLS = FileKind("application/vnd.ms-excel", (".xls", ".et"))
DOCX = FileKind(f"{_OFFICE}.wordprocessingml.document", (".docx",))
XLSX = FileKind(f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",))
OFD = FileKind("application/ofd", (".ofd",))
_STARTS = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS))
_ZIP_PARTS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("OFD.xml", OFD))


def kind_of(content: bytes) -> FileKind | None:
    """The kind of ``content``; None for everything that is not kept."""
    if content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return PDF
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return HEIC
    if content.startswith(_OLE):
        # the directory names its streams in UTF-16
        names = (((name.encode("utf-16-le") + b"\0\0"), kind) for name, kind in _OLE_STREAMS)
        return next((kind for name, kind in names if name in content), None)
    if content.startswith(b"PK\x03\x04"):
        return _in_zip(content)
    return next((kind for start, kind in _STARTS if content.startswith(start)), None)


def _in_zip(content: bytes) -> FileKind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if any(part.endswith("vbaProject.bin") for part in parts):
        return None
    return next((kind for part, kind in _ZIP_PARTS if part in parts), None)

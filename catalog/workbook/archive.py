"""Is this file a workbook that may be opened? Looked at from outside, before anything is unpacked."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from catalog.errors import CatalogError

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 64 * 1024 * 1024
MAX_PARTS = 2_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# What zipfile raises for a directory that makes no sense.
_BROKEN = (BadZipFile, NotImplementedError, ValueError, OverflowError)
_SAVE_AS = "请在 Excel 或 WPS 里打开，另存为“Excel 工作簿（.xlsx）”再导入。"
_TOO_BIG = "请删掉图片和表格下面、右边多余的空行空列，或从新导出的工作簿重新填写。"


def refuse_unfit(path: Path) -> None:
    """Raise CatalogError, with one sentence, unless ``path`` looks like a workbook of reasonable size."""
    try:
        if not path.is_file():
            raise CatalogError(f"找不到文件 {path}。请检查路径。")
        size = path.stat().st_size
        if size > MAX_BYTES:
            said = f"{path} 有 {size / 1048576:.0f} MB，超过 {MAX_BYTES // 1048576} MB 的上限，没有导入。"
            raise CatalogError(said + _TOO_BIG)
        with path.open("rb") as file:
            _refuse_old(path, file.read(MAX_BYTES))
        with ZipFile(path) as archive:
            _refuse_parts(path, archive)
    except _BROKEN as error:
        raise CatalogError(
            f"{path} 不是完整的 xlsx 文件（可能没有传完，或是别的文件改了名）。{_SAVE_AS}"
        ) from error
    except OSError as error:
        raise CatalogError(f"{path} 读不出来（{error.strerror}）。请检查读取权限。") from error


def _refuse_old(path: Path, content: bytes) -> None:
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise CatalogError(f"{path} 设了打开密码，读不了。请在 Excel 或 WPS 里取消密码，保存后再导入。")
    if content.startswith(_OLE):
        raise CatalogError(f"{path} 是旧格式（.xls），不是 xlsx。{_SAVE_AS}")
    if not content.startswith(b"PK"):
        raise CatalogError(f"{path} 不是 xlsx 文件（可能是 csv 或网页改了名）。{_SAVE_AS}")


def _refuse_parts(path: Path, archive: ZipFile) -> None:
    """The sizes in the directory bind: zipfile never gives out more than they say."""
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
        said = f"{path} 解开后有 {unpacked / 1048576:.0f} MB、{len(parts)} 个部分，太大了，没有导入。"
        raise CatalogError(said + _TOO_BIG)
    if any(part.flag_bits & 1 for part in parts):
        raise CatalogError(f"{path} 加了密码，读不了。请取消密码，保存后再导入。")
    if "xl/workbook.xml" not in archive.namelist():
        raise CatalogError(f"{path} 里没有工作表，不是 xlsx 文件。{_SAVE_AS}")

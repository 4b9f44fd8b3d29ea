"""The files of the page: read once, packed once, named by their content so that a browser keeps them for ever."""

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, also packed, and the mark of its content."""

    name: str
    content: bytes
    packed: bytes
    mark: str

    @property
    def address(self) -> str:
        """Where it is served; changes with its content."""
        return f"/static/{self.mark}/{self.name}"


@cache
def assets() -> dict[str, Asset]:
    """All files by name."""
    return {path.name: _read(path) for path in sorted(FOLDER.iterdir()) if path.suffix in _TYPES}


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    return Asset(path.name, content, gzip.compress(content, 9, mtime=0), sha256(content).hexdigest()[:12])


def asset(name: str) -> str:
    """The address of a file, for templates."""
    return assets()[name].address


async def static_file(request: Request) -> Response:
    """A file. An older mark gets the present content, but is not kept."""
    found = assets().get(request.path_params["name"])
    if found is None:
        return Response(status_code=404)
    known = request.path_params["mark"] == found.mark
    headers = {
        "Cache-Control": _FOR_EVER if known else "no-store",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    content = found.content
    if "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["Content-Encoding"] = found.packed, "gzip"
    return Response(content, headers=headers, media_type=_TYPES[Path(found.name).suffix])

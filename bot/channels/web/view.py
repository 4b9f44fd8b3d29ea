"""How a person wants to see the page: large text, high contrast, dark or light; a cookie of its own."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request

COOKIE = "view"
CHOICES = ("large", "contrast", "dark", "light")
_OTHERS = {"dark": "light", "light": "dark"}


@dataclass(frozen=True, slots=True)
class View:
    """The choices that are on."""

    chosen: frozenset[str] = frozenset()

    def switched(self, choice: str) -> "View":
        """With ``choice`` turned over; dark and light exclude each other."""
        if choice not in CHOICES:
            return self
        if choice in self.chosen:
            return View(self.chosen - {choice})
        return View((self.chosen | {choice}) - {_OTHERS.get(choice, "")})

    def __str__(self) -> str:
        return "-".join(choice for choice in CHOICES if choice in self.chosen)


def view_of(request: Request) -> View:
    """What the person chose before."""
    said = request.cookies.get(COOKIE, "").split("-")
    return View(frozenset(choice for choice in CHOICES if choice in said))


def local_path(address: str) -> str:
    """``address`` if it is a path of this site, else the first page: nobody is sent elsewhere."""
    parts = urlsplit(address)
    ours = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith("//")
    return address if ours and "\\" not in address and address.isprintable() else "/"

"""The door of the desk: nobody gets past it without a session; what a page works with; refusals as pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web.desk import wording
from bot.channels.web.desk.access_log import note
from bot.channels.web.desk.sign_in import signed_in
from bot.channels.web.security import sent, text_of
from bot.channels.web.templating import page
from bot.errors import UserError
from bot.mailbox.calendar import day_of
from bot.mailbox.people import ROLE_NAMES, Actor, Role, Staff
from bot.office.office import Office
from bot.settings import Settings
from index.snapshot import Snapshot

HOME = "/desk/"
SIGN_IN = "/desk/sign-in"
TOKEN = "staff"  # noqa: S105 (the name of a field)
"""Under which the session's token lies in the signed cookie."""
KEPT = "kept."
"""Before the name of a field that was sent when the session was over already."""
PAGES = (
    (HOME, "办件", frozenset(Role)),
    ("/desk/board", "到期看板", frozenset(Role)),
    ("/desk/tasks", "待办", frozenset(Role)),
    ("/desk/mail", "来信", frozenset({Role.REGISTRAR, Role.ADMIN})),
    ("/desk/figures", "统计", frozenset(Role)),
    ("/desk/catalogue", "目录", frozenset({Role.REGISTRAR, Role.ADMIN})),
)
"""Address, name, and for whom."""
_NOT_KEPT = frozenset({"csrf", "password", "code", "sure"})


class Missing(UserError):
    """There is no such page, case or file, or none that this person may know of."""


class Closed(UserError):
    """The page is for other roles."""


@dataclass(frozen=True)
class Desk:
    """What all pages of the desk work with."""

    office: Office
    settings: Settings
    snapshot: Callable[[], Snapshot]


@dataclass(frozen=True)
class Visit:
    """One request of a person who is signed in."""

    request: Request
    person: Staff
    desk: Desk

    @property
    def office(self) -> Office:
        """The office."""
        return self.desk.office

    @property
    def actor(self) -> Actor:
        """The person, acting here."""
        return self.person.acting("web")

    @property
    def today(self) -> date:
        """The date in China."""
        return day_of(self.office.clock())

    def text(self, name: str) -> str:
        """A text field of the form that was sent."""
        return text_of(self.request, name)

    def asked(self, name: str) -> str:
        """A part of the address after the question mark."""
        return self.request.query_params.get(name, "")

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def answers(self) -> dict[str, str]:
        """Every text field of the form that was sent."""
        return texts(self.request)

    def page(self, name: str, status: int = 200, **values: object) -> Response:
        """A page of the desk."""
        return desk_page(self.request, name, status, self.person, **values)

    def note(self, what: str) -> None:
        """Write down who saw or took out personal data, or was refused. Raises UserError."""
        note(self.desk.settings.home, self.office.clock(), what)

    def only(self, *roles: Role) -> None:
        """Raises Closed for anybody else than these roles and the admin."""
        if self.person.role not in {*roles, Role.ADMIN}:
            self.note(f"refused: {self.person.id} ({self.person.role}) {self.request.url.path}")
            raise Closed(wording.NOT_YOURS.format(who="、".join(ROLE_NAMES[role] for role in roles)))


Work = Callable[[Visit], Response]
Endpoint = Callable[[Request], Response]


def guarded(desk: Desk, work: Work) -> Endpoint:
    """The endpoint that does ``work`` for whoever is signed in, and shows what was refused as a page."""

    @wraps(work)
    def endpoint(request: Request) -> Response:
        person = signed_in(desk.office, request.session.get(TOKEN))
        if person is None:
            return _to_sign_in(request)
        visit = Visit(request, person, desk)
        try:
            return work(visit)
        except UserError as error:
            return visit.page("refused", _status(error), message=error.message)

    return endpoint


def desk_page(
    request: Request, name: str, status: int = 200, person: Staff | None = None, **values: object
) -> Response:
    """A page of the desk; ``person`` is None before signing in."""
    role = ROLE_NAMES[person.role] if person else ""
    pages = [(path, label) for path, label, roles in PAGES if person and person.role in roles]
    return page(request, f"desk/{name}.html", status, person=person, role=role, pages=pages, **values)


def sign_in_form(
    request: Request, status: int, message: str, where: str, kept: dict[str, str], staff_id: str = ""
) -> Response:
    """The form to sign in with; then on to ``where``, with what was ``kept`` of a form that came too late."""
    values: dict[str, object] = {"message": message, "next": where, "kept": kept, "staff_id": staff_id}
    return desk_page(request, "sign_in", status, None, **values)


def texts(request: Request) -> dict[str, str]:
    """Every text field of the form that was sent."""
    return {name: value for name, value in sent(request).items() if isinstance(value, str)}


def see(address: str) -> Response:
    """Go on to another page of the desk: what was sent is not sent again by going back."""
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _to_sign_in(request: Request) -> Response:
    """Sign in first; what was written meanwhile is kept and can be sent again afterwards."""
    if request.method == "GET":
        path = request.url.path
        where = f"{path}?{request.url.query}" if request.url.query else path
        return see(SIGN_IN if path == HOME else f"{SIGN_IN}?next={quote(where, safe='')}")
    kept = {f"{KEPT}{name}": text for name, text in texts(request).items() if name not in _NOT_KEPT}
    where = request.url.path
    return sign_in_form(request, HTTPStatus.UNAUTHORIZED, wording.SESSION_OVER, where, kept)


def _status(error: UserError) -> int:
    if isinstance(error, Missing):
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.FORBIDDEN if isinstance(error, Closed) else HTTPStatus.UNPROCESSABLE_ENTITY

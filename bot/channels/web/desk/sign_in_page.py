"""Signing in and out."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.desk import wording
from bot.channels.web.desk.access_log import note
from bot.channels.web.desk.door import (
    HOME,
    KEPT,
    SIGN_IN,
    TOKEN,
    Desk,
    Endpoint,
    desk_page,
    see,
    sign_in_form,
    texts,
)
from bot.channels.web.desk.sign_in import SignInRefused, sign_in, sign_out, signed_in
from bot.channels.web.security import renew
from bot.channels.web.view import local_path


def sign_in_page(desk: Desk) -> Endpoint:
    """The form, or the desk for whoever is signed in already."""

    def show_sign_in(request: Request) -> Response:
        if signed_in(desk.office, request.session.get(TOKEN)):
            return see(HOME)
        message = wording.SIGNED_OUT if "out" in request.query_params else ""
        return sign_in_form(request, HTTPStatus.OK, message, request.query_params.get("next", ""), {})

    return show_sign_in


def signing_in(desk: Desk) -> Endpoint:
    """Sign in; a new session, so that nobody can have prepared it."""

    def do_sign_in(request: Request) -> Response:
        said = texts(request)
        staff_id, address = said.get("staff_id", "").strip(), request.client.host if request.client else ""
        try:
            token = sign_in(desk.office, staff_id, said.get("password", ""), said.get("code", ""), address)
        except SignInRefused as error:
            _note(desk, f"refused: sign-in from {address}")
            where, kept = said.get("next", ""), _kept(said)
            return sign_in_form(request, HTTPStatus.FORBIDDEN, error.message, where, kept, staff_id)
        _note(desk, f"signed in: {staff_id} from {address}")
        sign_out(desk.office, request.session.get(TOKEN))
        renew(request)
        request.session[TOKEN] = token
        where, kept = desk_path(said.get("next", "")), _kept(said)
        if kept:
            again = {name.removeprefix(KEPT): text for name, text in kept.items()}
            person = signed_in(desk.office, token)
            return desk_page(request, "again", HTTPStatus.OK, person, where=where, again=again)
        return see(where)

    return do_sign_in


def signing_out(desk: Desk) -> Endpoint:
    """End the session here and in the store."""

    def do_sign_out(request: Request) -> Response:
        sign_out(desk.office, request.session.get(TOKEN))
        renew(request)
        return see(f"{SIGN_IN}?out=1")

    return do_sign_out


def desk_path(address: str) -> str:
    """``address`` if it is a page of the desk, else its first one: nobody is sent elsewhere after signing in."""
    path = local_path(address)
    ours = path.startswith(HOME) and ".." not in path and not path.startswith(SIGN_IN)
    return path if ours else HOME


def _note(desk: Desk, what: str) -> None:
    """Never what was typed by somebody who was refused: it may be a password."""
    note(desk.settings.home, desk.office.clock(), what)


def _kept(said: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in said.items() if name.startswith(KEPT)}

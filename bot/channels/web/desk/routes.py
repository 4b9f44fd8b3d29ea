"""All addresses of the desk."""

from collections.abc import Callable

from starlette.routing import BaseRoute, Route

from bot.channels.web.desk.board_pages import board_page, figures_page
from bot.channels.web.desk.case_files import (
    add_enclosures,
    attachment,
    document_file,
    document_page,
    draft_file,
    draft_page,
    enclosure,
    take_back_enclosures,
)
from bot.channels.web.desk.case_page import case_page, show_contact, take_step, write_reply
from bot.channels.web.desk.catalogue_page import catalogue_page, lint_page, reload_catalogue, rollback_catalogue
from bot.channels.web.desk.door import Desk, Work, guarded
from bot.channels.web.desk.held_page import held_mail_page, held_mails_page, settle_held_mail
from bot.channels.web.desk.queue_page import find_case, queue_page
from bot.channels.web.desk.sign_in_page import sign_in_page, signing_in, signing_out
from bot.channels.web.desk.tasks_page import finish_one, tasks_page
from bot.office.office import Office
from bot.settings import Settings
from index.snapshot import Snapshot

_CASE = "/cases/{ref}"
_GET: dict[str, Work] = {
    "/": queue_page,
    "/find": find_case,
    "/board": board_page,
    "/figures": figures_page,
    "/tasks": tasks_page,
    "/mail": held_mails_page,
    "/mail/{at:int}": held_mail_page,
    "/catalogue": catalogue_page,
    "/catalogue/lint": lint_page,
    _CASE: case_page,
    f"{_CASE}/documents/{{at:int}}.docx": document_file,
    f"{_CASE}/documents/{{at:int}}": document_page,
    f"{_CASE}/draft.docx": draft_file,
    f"{_CASE}/draft": draft_page,
    f"{_CASE}/attachments/{{at:int}}": attachment,
    f"{_CASE}/enclosures/{{at:int}}": enclosure,
}
_POST: dict[str, Work] = {
    "/tasks/{at:int}": finish_one,
    "/mail/{at:int}": settle_held_mail,
    "/catalogue/reload": reload_catalogue,
    "/catalogue/rollback": rollback_catalogue,
    f"{_CASE}/step": take_step,
    f"{_CASE}/reply": write_reply,
    f"{_CASE}/contact": show_contact,
    f"{_CASE}/enclose": add_enclosures,
    f"{_CASE}/take-back": take_back_enclosures,
}


def desk_routes(office: Office, settings: Settings, snapshot: Callable[[], Snapshot]) -> list[BaseRoute]:
    """The routes below ``/desk``."""
    desk = Desk(office, settings, snapshot)
    return [
        Route("/sign-in", sign_in_page(desk), methods=["GET"]),
        Route("/sign-in", signing_in(desk), methods=["POST"]),
        Route("/sign-out", signing_out(desk), methods=["POST"]),
        *(Route(path, guarded(desk, work), methods=["GET"]) for path, work in _GET.items()),
        *(Route(path, guarded(desk, work), methods=["POST"]) for path, work in _POST.items()),
    ]

"""The catalogue: what is served, what a reload would change, reloading and going back, and what lint finds."""

from collections.abc import Callable
from http import HTTPStatus

from starlette.responses import Response

from bot.channels.web.desk import wording
from bot.channels.web.desk.door import Visit, see
from bot.errors import UserError
from bot.mailbox.calendar import CHINA
from bot.mailbox.people import Role
from bot.reload_preview import QUESTIONS_FILE, Preview, preview
from bot.reload_summary import HOW, counts, summary
from catalog.errors import CatalogError, CatalogFaults
from catalog.faults import Fault
from catalog.lint import lint
from index.errors import IndexMissing, SearchError
from index.shelf import Overtaken, Reloaded, Seen, Shelf

SHOWN, HISTORY, MOST_FAULTS = 60, 20, 100
DONE = {"reloaded": wording.RELOADED, "rolled_back": wording.ROLLED_BACK, "nothing": wording.NOTHING_NEW}
Ways = (CatalogError, SearchError, UserError)


def catalogue_page(visit: Visit) -> Response:
    """What is served and what has been; with ``look`` also what a reload would change (that takes seconds)."""
    visit.only(Role.REGISTRAR)
    looked = visit.asked("look") == "1"
    return _show(visit, look=looked, done=DONE.get(visit.asked("done"), ""))


def lint_page(visit: Visit) -> Response:
    """What is contradictory, missing or unverified in the catalogue that is served."""
    visit.only(Role.REGISTRAR)
    faults = lint(visit.desk.snapshot().catalog, visit.today)
    names = sorted({fault.file for fault in faults})
    chosen = visit.asked("file") if visit.asked("file") in names else ""
    found = [fault for fault in faults if chosen in ("", fault.file)]
    return visit.page("lint", faults=found[:MOST_FAULTS], found=len(found), names=names, chosen=chosen)


def reload_catalogue(visit: Visit) -> Response:
    """Serve what was shown to come; what has changed since is shown anew instead."""
    visit.only(Role.REGISTRAR)
    shelf, folder = _shelf(visit), visit.desk.settings.catalog_folder
    return _changed(visit, "reloaded", lambda seen: shelf.reload(folder, _who(visit), visit.office.clock(), seen))


def rollback_catalogue(visit: Visit) -> Response:
    """Serve again what was served before."""
    visit.only(Role.REGISTRAR)
    shelf = _shelf(visit)
    return _changed(visit, "rolled_back", lambda seen: shelf.rollback(_who(visit), visit.office.clock(), seen=seen))


def _changed(visit: Visit, done: str, change: Callable[[Seen], Reloaded]) -> Response:
    seen = Seen(visit.text("served"), visit.text("coming"))
    try:
        reloaded = change(seen)
    except Overtaken:
        return _show(visit, HTTPStatus.CONFLICT, look=True, error=wording.CATALOGUE_CHANGED)
    except Ways as error:
        return _show(visit, HTTPStatus.UNPROCESSABLE_ENTITY, look=False, error=error.message, faults=_faults(error))
    visit.note(f"catalogue {seen.coming[:12]} {done} by {visit.person.id}")
    return see(f"/desk/catalogue?done={done if reloaded.served else 'nothing'}")


def _show(
    visit: Visit,
    status: int = HTTPStatus.OK,
    *,
    look: bool,
    done: str = "",
    error: str = "",
    faults: tuple[Fault, ...] = (),
) -> Response:
    shelf = _shelf(visit)
    coming: Preview | None = None
    if look:
        try:
            coming = _preview(visit, shelf)
        except Ways as broken:
            error, faults = _sentence(broken), _faults(broken)
    history = shelf.history()[:HISTORY]
    return visit.page(
        "catalogue",
        status,
        served=shelf.mark(),
        items=len(visit.desk.snapshot().catalog.items),
        folder=str(visit.desk.settings.catalog_folder),
        coming=coming.coming.catalog.fingerprint if coming else "",
        changes=summary(coming, SHOWN) if coming else [],
        earlier=_earlier(shelf),
        history=[(one.at.astimezone(CHINA), one, HOW[one.how], counts(one.changes)) for one in history],
        look=look,
        done=done,
        error=error,
        faults=faults[:SHOWN],
    )


def _preview(visit: Visit, shelf: Shelf) -> Preview:
    questions = visit.desk.settings.home / QUESTIONS_FILE
    ready = shelf.prepare(visit.desk.settings.catalog_folder)
    return preview(shelf.served(), ready, questions if questions.is_file() else None, visit.office.clock())


def _earlier(shelf: Shelf) -> str:
    """Fingerprint of what a rollback would serve; empty when there is nothing to go back to."""
    try:
        return shelf.earlier().catalog.fingerprint
    except IndexMissing:
        return ""


def _sentence(error: CatalogError | SearchError | UserError) -> str:
    faults = _faults(error)
    return wording.CATALOGUE_FAULTY.format(count=len(faults)) if faults else str(error.message)


def _faults(error: Exception) -> tuple[Fault, ...]:
    return tuple(error.faults) if isinstance(error, CatalogFaults) else ()


def _shelf(visit: Visit) -> Shelf:
    return Shelf(visit.desk.settings.index_folder)


def _who(visit: Visit) -> str:
    return f"{visit.person.name}（{visit.person.id}，网页）"

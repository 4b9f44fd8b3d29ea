"""What the commands of the mailbox share: the office, and who is acting in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import click

from bot.commands.context import settings
from bot.commands.values import text
from bot.errors import UserError

if TYPE_CHECKING:
    from bot.mailbox.people import Actor
    from bot.office.office import Office
    from catalog.models import Catalog

F = TypeVar("F", bound=Callable[..., object])
CHANNEL = "terminal"


class Forbidden(UserError):
    """Not for this person: an unknown account, another role, another department."""

    exit_code = 3


def as_option(command: F) -> F:
    """``--as``: who is acting."""
    return click.option("--as", "staff", type=text, metavar="账号", help="谁在办理；不写则用 WENBAN_STAFF")(command)


def json_option(command: F) -> F:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="输出 JSON")(command)


@contextmanager
def open_office(catalog: "Catalog | None" = None) -> "Iterator[Office]":
    """The office of this run; ``catalog`` if it is loaded already. Raises StoreError, CatalogError."""
    from bot.office.desk import desk_of
    from bot.office.office import Office
    from bot.store.opening import open_store
    from catalog.load import load_administration

    chosen = settings()
    desk = desk_of(chosen, catalog or load_administration(chosen.catalog_folder))
    store = open_store(chosen)
    try:
        yield Office(store, desk, lambda: datetime.now(UTC))
    finally:
        store.close()


def acting(office: "Office", staff: str | None) -> "Actor":
    """The account that acts. Raises Forbidden for none, an unknown or a removed one."""
    known = staff or text(settings().staff or "")
    if not known:
        raise UserError("请写明谁在办理：--as 账号，或设置 WENBAN_STAFF。账号用 wenban staff list 查看。")
    with office.store.reading() as t:
        person = t.people.get(known)
    if person is None:
        note(f"refused: unknown staff {known[:40]!a}")
        raise Forbidden(f"没有“{known}”这个账号，或者已经停用。请管理员用 wenban staff add 添加。")
    return person.acting(CHANNEL)


@contextmanager
def watched(actor: "Actor", what: str) -> Iterator[None]:
    """Around a step: what belongs to someone else is written down and ends as Forbidden."""
    from bot.mailbox.workflow import NotYours

    try:
        yield
    except NotYours as error:
        note(f"refused: {actor.id} ({actor.role}) {what}")
        raise Forbidden(error.message) from error


def need_registrar(actor: "Actor", what: str, name: str) -> None:
    """Only the registrar and the admin. ``what`` is for the log, ``name`` for people. Raises Forbidden."""
    from bot.mailbox.people import ROLE_NAMES, Role

    if actor.role not in {Role.REGISTRAR, Role.ADMIN}:
        note(f"refused: {actor.id} ({actor.role}) {what}")
        raise Forbidden(f"{name}由{ROLE_NAMES[Role.REGISTRAR]}办理，您不能{name}。")


def note(what: str) -> None:
    """Write down in the home's ``access.log`` who was refused, or took personal data out. Raises UserError."""
    log = settings().home / "access.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as out:
            out.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {what}\n")
    except OSError as error:
        raise UserError(f"{log} 写不进去。请检查权限，或用 WENBAN_HOME 换一个文件夹。") from error

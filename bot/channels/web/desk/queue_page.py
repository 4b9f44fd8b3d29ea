"""The first page of the desk: what waits, with filters and counters; and finding a case by its number."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from starlette.responses import Response

from bot.channels.web.desk.case_page import done
from bot.channels.web.desk.door import Missing, Visit, see
from bot.channels.web.desk.queue import KIND_WORDS, Scope, Wanted, queue
from bot.errors import UserError
from bot.mailbox.cases import Case
from bot.mailbox.numbers import case_number
from bot.mailbox.people import Role
from bot.mailbox.stages import ANSWERED, STAGE_NAMES, Kind, Stage
from bot.office.tasks import open_tasks

Named = TypeVar("Named", bound=StrEnum)
SCOPE_NAMES = {
    Scope.MINE: "等我办",
    Scope.OVERDUE: "已超期",
    Scope.SOON: "快到期",
    Scope.NO_TERM: "期限未起算",
    Scope.OPEN: "全部在办",
    Scope.ALL: "连同办结的",
}


def queue_page(visit: Visit) -> Response:
    """The list. Raises nothing: what is asked wrongly is not asked."""
    wanted = _wanted(visit.request.query_params)
    cases = visible(visit, everything=wanted.scope is Scope.ALL)
    return visit.page(
        "queue",
        found=queue(cases, wanted, visit.actor, visit.office.desk, visit.today),
        done=done(visit.asked("done")),
        wanted=wanted,
        scopes=SCOPE_NAMES,
        stages=STAGE_NAMES,
        kinds=KIND_WORDS,
        departments={} if visit.person.role is Role.DEPARTMENT else visit.office.desk.departments,
        tasks=len(open_tasks(visit.office, visit.actor)),
    )


def find_case(visit: Visit) -> Response:
    """Go to the case whose number was typed. Raises Missing."""
    try:
        return see(f"/desk/cases/{case_number(visit.asked('number')).ref}")
    except UserError as error:
        raise Missing(error.message) from error


def visible(visit: Visit, everything: bool = False) -> list[Case]:
    """Open cases and rated ones (a bad rating waits for somebody), or all that there ever were."""
    only = visit.person.department if visit.person.role is Role.DEPARTMENT else None
    with visit.office.store.reading() as t:
        if everything:
            return [one.case for one in t.cases.find(department=only)]
        found = [*t.cases.find(department=only, open_only=True), *t.cases.find(department=only, stage=Stage.RATED)]
    return [one.case for one in found]


def _wanted(asked: Mapping[str, str]) -> Wanted:
    page, stage = asked.get("page", "1"), _one_of(Stage, asked.get("stage"))
    # a chosen stage may be one that is over
    scope = Scope.ALL if stage in ANSWERED else _one_of(Scope, asked.get("scope")) or Scope.MINE
    return Wanted(
        scope=scope,
        stage=stage,
        department=asked.get("department") or None,
        kind=_one_of(Kind, asked.get("kind")),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


def _one_of(names: type[Named], said: str | None) -> Named | None:
    return names(said) if said in set(names) else None

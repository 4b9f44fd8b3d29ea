"""``wenban case list``: a table of cases, the most urgent first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import click

from bot.commands import case_values as values
from bot.commands.case_step import department_id
from bot.commands.case_view import KIND_NAMES, SOON, as_dict, console, days_left, shown
from bot.commands.context import output_json
from bot.commands.office import Forbidden, acting, as_option, json_option, note, open_office
from bot.errors import UserError
from bot.mailbox.people import Role
from bot.mailbox.stages import STAGE_NAMES, Kind, Stage

if TYPE_CHECKING:
    from bot.mailbox.cases import Case
    from bot.mailbox.people import Actor
    from bot.office.desk import Desk
    from bot.office.office import Office


def stage_named(said: str) -> Stage:
    """A stage by its code or its Chinese name. Raises UserError."""
    for stage, name in STAGE_NAMES.items():
        if said in {stage.value, name}:
            return stage
    raise UserError(f"没有“{said}”这个环节。可以写：{'、'.join(STAGE_NAMES.values())}。")


def kind_named(said: str) -> Kind:
    """A kind by its code or in Chinese. Raises UserError."""
    words = {"申请": Kind.DISCLOSURE, "来信": Kind.LETTER, **{name: kind for kind, name in KIND_NAMES.items()}}
    try:
        return words[said] if said in words else Kind(said)
    except ValueError as error:
        raise UserError(f"没有“{said}”这种办件。可以写：申请、来信。") from error


@dataclass(frozen=True)
class _Wanted:
    open_only: bool
    stage: Stage | None
    department: str | None
    kind: Kind | None
    due_within: int | None
    overdue: bool

    def fits(self, left: int | None) -> bool:
        """Whether a case with so many working days left is wanted."""
        if self.overdue:
            return left is not None and left < 0
        return self.due_within is None or (left is not None and left <= self.due_within)


@click.command("list")
@click.option("--open/--all", "open_only", default=True, help="只看还没有办结的（不写就是这样），或全部")
@click.option("--stage", type=stage_named, metavar="环节", help="只看这个环节，例：待签发")
@click.option("--department", type=values.text, metavar="部门", help="只看这个部门（编号或名称）")
@click.option("--kind", type=kind_named, metavar="种类", help="只看申请，或来信")
@click.option("--due-within", type=values.count, metavar="天数", help="只看几个工作日内到期的（连同超期的）")
@click.option("--overdue", is_flag=True, help="只看已经超期的")
@as_option
@json_option
def list_command(
    open_only: bool,
    stage: Stage | None,
    department: str | None,
    kind: Kind | None,
    due_within: int | None,
    overdue: bool,
    staff: str | None,
    as_json: bool,
) -> None:
    """列出办件，最急的在前；承办部门只看得到自己的。

    例：wenban case list --due-within 5 --as wang
    """
    from bot.mailbox.calendar import day_of

    with open_office() as office:
        actor = acting(office, staff)
        only = _department(office, actor, department)
        # a chosen stage may be one that is over
        wanted = _Wanted(open_only and stage is None, stage, only, kind, due_within, overdue)
        today = day_of(office.clock())
        found = _found(office, wanted, today)
        if as_json:
            output_json([as_dict(case, office.desk, today) for case in found])
        elif found:
            _print(found, office.desk, today)
        else:
            click.echo("没有这样的办件。")


def _department(office: "Office", actor: "Actor", said: str | None) -> str | None:
    """The department whose cases are listed. Raises Forbidden for another department's, UserError for none."""
    chosen = department_id(office, said) if said else None
    if chosen is not None and chosen not in office.desk.departments:
        raise UserError(f"没有“{said}”这个部门。可以写：{'、'.join(office.desk.departments.values())}。")
    if actor.role is not Role.DEPARTMENT:
        return chosen
    if chosen not in {None, actor.department}:
        note(f"refused: {actor.id} ({actor.role}) list {chosen}")
        raise Forbidden("您只能看本部门的办件。")
    return actor.department


def _found(office: "Office", wanted: _Wanted, today: date) -> list["Case"]:
    with office.store.reading() as t:
        stored = t.cases.find(
            open_only=wanted.open_only, stage=wanted.stage, department=wanted.department, kind=wanted.kind
        )
    return [one.case for one in stored if wanted.fits(days_left(one.case, office.desk, today))]


def _print(found: list["Case"], desk: "Desk", today: date) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for title, _ in _COLUMNS:
        table.add_column(title, no_wrap=title in _WHOLE)
    for case in found:
        row = as_dict(case, desk, today)
        style = _style(days_left(case, desk, today))
        table.add_row(
            *(Text(shown(text(row, desk)), style if title in _COLOURED else "") for title, text in _COLUMNS)
        )
    console().print(table)


def _style(left: int | None) -> str:
    """Red for what is overdue, yellow for what is due soon."""
    if left is None:
        return ""
    return "red" if left < 0 else "yellow" if left <= SOON else "green"


def _due(row: dict[str, object], _: "Desk") -> str:
    return f"{row['due'] or ''}{'（暂定）' if row['provisional'] else ''}"


def _left(row: dict[str, object], _: "Desk") -> str:
    left = row["days_left"]
    return "" if left is None else f"超期 {str(left).removeprefix('-')}" if row["overdue"] else str(left)


_COLUMNS: tuple[tuple[str, Callable[[dict[str, object], "Desk"], str]], ...] = (
    ("编号", lambda row, _: str(row["number"])),
    ("种类", lambda row, _: KIND_NAMES[Kind(str(row["kind"]))]),
    ("事由", lambda row, _: str(row["subject"])),
    ("环节", lambda row, _: str(row["stage_name"])),
    ("部门", lambda row, desk: desk.department_name(str(row["department"] or "")) or ""),
    ("期限", _due),
    ("剩几个工作日", _left),
    ("申请人", lambda row, _: str(row["applicant"] or "")),
)
_WHOLE, _COLOURED = frozenset({"编号", "期限"}), frozenset({"期限", "剩几个工作日"})

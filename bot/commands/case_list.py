"""``wenban case list``: a table of cases, the most urgent first."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import click

from bot.commands import values
from bot.commands.case_step import department_id
from bot.commands.case_view import SOON, as_dict, console
from bot.commands.context import output_json
from bot.commands.office import Forbidden, acting, as_option, json_option, note, open_office
from bot.errors import UserError
from bot.mailbox.people import Role
from bot.mailbox.stages import STAGE_NAMES, Kind, Stage
from bot.office.covering import shown

if TYPE_CHECKING:
    from bot.mailbox.cases import Case
    from bot.mailbox.people import Actor
    from bot.office.desk import Desk
    from bot.office.office import Office

KIND_WORDS = {Kind.DISCLOSURE: "申请", Kind.LETTER: "来信"}
WIDE = 110
"""Columns from which on the whole number of a case fits into the table."""
DATE_WIDTH = len("2026-12-22")


def stage_named(said: str) -> Stage:
    """A stage by its code or its Chinese name. Raises UserError."""
    for stage, name in STAGE_NAMES.items():
        if said in {stage.value, name}:
            return stage
    raise UserError(f"没有“{said}”这个环节。可以写：{'、'.join(STAGE_NAMES.values())}。")


def kind_named(said: str) -> Kind:
    """A kind by its code or in Chinese. Raises UserError."""
    for kind, word in KIND_WORDS.items():
        if said in {kind.value, word}:
            return kind
    raise UserError(f"没有“{said}”这种办件。可以写：{'、'.join(KIND_WORDS.values())}。")


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
    return [one.case for one in stored if wanted.fits(one.case.days_left(office.desk.calendar, today))]


def _print(found: list["Case"], desk: "Desk", today: date) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    out = console()
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for title in _TITLES:
        table.add_column(
            title, no_wrap=title in _WHOLE, min_width=DATE_WIDTH if title == "期限" else None, overflow="fold"
        )
    for case in found:
        row = as_dict(case, desk, today)
        style = _style(case.days_left(desk.calendar, today))
        cells = zip(_TITLES, _cells(row, desk, narrow=out.width < WIDE), strict=True)
        table.add_row(*(Text(shown(cell), style if title in _COLOURED else "") for title, cell in cells))
    out.print(table)


def _style(left: int | None) -> str:
    """Red for what is overdue, yellow for what is due soon."""
    if left is None:
        return ""
    return "red" if left < 0 else "yellow" if left <= SOON else "green"


def _cells(row: dict[str, object], desk: "Desk", narrow: bool) -> tuple[str, ...]:
    """One row of the table, in the order of its titles; in a narrow terminal with the short form of the number."""
    left = row["days_left"]
    return (
        str(row["ref" if narrow else "number"]),
        KIND_WORDS[Kind(str(row["kind"]))],
        str(row["subject"]),
        str(row["stage_name"]),
        desk.department_name(str(row["department"] or "")) or "",
        f"{row['due'] or ''}{' （暂定）' if row['provisional'] else ''}",
        "" if left is None else f"超期 {str(left).removeprefix('-')}" if row["overdue"] else str(left),
        str(row["applicant"] or ""),
    )


_TITLES = ("编号", "种类", "事由", "环节", "部门", "期限", "剩几天", "申请人")
_WHOLE, _COLOURED = frozenset({"编号", "种类", "环节"}), frozenset({"期限", "剩几天"})

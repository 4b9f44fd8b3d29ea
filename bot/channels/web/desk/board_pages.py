"""The board of what is due, by department; and the figures of a year with their pictures."""

from collections import Counter

from starlette.responses import Response

from bot.channels.web.desk.chart import chart
from bot.channels.web.desk.door import Visit
from bot.channels.web.desk.queue import by_department, due_lines
from bot.channels.web.desk.queue_page import visible
from bot.mailbox.people import ApplicantKind
from bot.mailbox.statistics import letter_figures, table_3

EARLIEST = 2000


def board_page(visit: Visit) -> Response:
    """What is overdue or nearly so."""
    lines = due_lines(visible(visit), visit.actor, visit.office.desk, visit.today)
    late = sum(line.due is not None and line.due < visit.today for line in lines)
    return visit.page("board", groups=by_department(lines), late=late, count=len(lines))


def figures_page(visit: Visit) -> Response:
    """Table 3 of the annual report and the letters of a year; they name nobody, so every role sees them."""
    year = _year(visit)
    with visit.office.store.reading() as t:
        cases = [one.case for one in t.cases.find()]
    rows, letters = table_3(cases, year), letter_figures(cases, year, visit.office.desk.calendar)
    arrived = Counter(case.arrived.month for case in cases if case.arrived.year == year)
    pictures = (
        chart("每月收到", {f"{month} 月": arrived[month] for month in range(1, 13)}),
        chart("申请的答复结果", {row.label.rpartition("）")[2]: row.total for row in rows[2:-2] if row.total}),
        chart("来信评价", {rating.value: count for rating, count in letters.ratings.items()}),
    )
    columns = [*ApplicantKind]
    return visit.page("figures", year=year, rows=rows, columns=columns, letters=letters, pictures=pictures)


def _year(visit: Visit) -> int:
    said = visit.asked("year")
    year = int(said) if said.isascii() and said.isdigit() and len(said) == 4 else visit.today.year
    return max(EARLIEST, year)

"""Tasks beside the steps, and the contact that only the registrar may see in the open."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.mailbox.cases import Rating, Step
from bot.mailbox.numbers import case_number
from bot.mailbox.people import Actor, Role
from bot.mailbox.stages import Action
from bot.office.office import Office
from tests.commands.conftest import ANSWERED, LETTER, PHONE, REQUEST, Run

Opened = Callable[..., str]
LETTER_ANSWERED = (ANSWERED[0], ANSWERED[1], ("take", "--as", "dep"), ANSWERED[2], *ANSWERED[3:])


def test_a_bad_rating_is_a_task_until_the_case_is_taken_up_again(
    run: Run,
    opened: Opened,
    steps: Callable[..., None],
    office_at: Callable[[datetime], Office],
) -> None:
    number = opened(LETTER)
    assert run("case", "tasks", "--as", "reg").out == "没有待办。\n"
    steps(
        number, *(tuple(word for word in line if word not in {"--outcome", "予以公开"}) for line in LETTER_ANSWERED)
    )
    citizen = Actor(role=Role.CITIZEN, id="applicant", channel="paper")
    office_at(datetime.now(UTC)).act(case_number(number), Step(action=Action.RATE, rating=Rating.BAD), citizen)
    (task,) = run("case", "tasks", "--as", "reg", "--json").json
    assert "差评" in task["text"]
    assert task["due"] > datetime.now(UTC).date().isoformat()
    assert run("case", "tasks", "--as", "law").out == "没有待办。\n"
    steps(number, ("follow-up", "--text", "灯又坏了", "--as", "reg"))
    assert run("case", "tasks", "--as", "reg", "--json").json == []


def test_a_task_is_ticked_off_by_its_role_only(run: Run, opened: Opened) -> None:
    paper = {key: value for key, value in REQUEST.items() if key != "email"}
    opened(paper)
    (task,) = run("case", "tasks", "--as", "reg", "--json").json
    assert "打印" in task["text"]
    assert run("case", "done", task["id"], "--as", "law").code == 2
    assert run("case", "done", task["id"], "--as", "reg").out.startswith("已办好")
    again = run("case", "done", task["id"], "--as", "reg")
    assert (again.code, "没有第" in again.err) == (2, True)


def test_the_contact_is_shown_to_the_registrar_and_written_down(run: Run, opened: Opened, home: Path) -> None:
    number = opened(REQUEST)
    assert PHONE not in run("case", "show", number, "--as", "reg").out
    assert PHONE in run("case", "show", number, "--contact", "--as", "reg").out
    assert f"contact of {number} shown to reg" in (home / "access.log").read_text()
    refused = run("case", "show", number, "--contact", "--as", "law")
    assert (refused.code, PHONE in refused.said) == (3, False)

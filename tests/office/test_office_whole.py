"""Steps with everything they bring about, all of it or nothing; personal data; dates reckoned anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import UserError
from bot.mailbox.calendar import Calendar
from bot.mailbox.cases import Case, Rating
from bot.mailbox.content import DisclosureRequest
from bot.mailbox.letters.names import LetterName
from bot.mailbox.messages import ChatMessage
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import SYSTEM
from bot.office.card import citizen_status, staff_card
from bot.store.cases import Due
from bot.store.errors import Changed, StoreError
from tests.mailbox.moves import (
    CITIZEN,
    CLERK,
    LATE,
    LEGAL,
    REGISTRAR,
    TODAY,
    A,
    D,
    S,
    fresh,
    reached,
    step,
)
from tests.office.world import (  # noqa: F401
    IDENTITY,
    NAMES,
    STAFF,
    TOLD,
    World,
    a_bare_world,
    a_world,
    an_empty_database,
    at,
    everything_in,
    own_letters,
)

# --- all or nothing

LETTERS_OF = [(kind, stage, action, who, letter) for kind, stage, action, who, _, letter, _ in TOLD if letter]


@pytest.mark.parametrize(("kind", "stage", "action", "who", "letter"), LETTERS_OF)
def test_a_faulty_letter_stops_the_step_and_leaves_nothing_behind(
    world: World, tmp_path: Path, kind: Any, stage: Any, action: Any, who: Any, letter: LetterName
) -> None:
    own_letters(world, tmp_path / "letters", **{letter: "标题\n{{ nosuch }}"})
    if action is A.ABANDON:
        world.now = at(LATE)
    case = reached(kind)[stage]
    world.put(case)
    before = world.rows()
    with pytest.raises(UserError, match=f"文书模板.*{letter}.txt.*nosuch"):
        world.office.act(case.number, step(action, kind), who)
    assert world.rows() == before


def test_a_faulty_receipt_uses_up_no_number(world: World, tmp_path: Path) -> None:
    own_letters(world, tmp_path / "letters", receipt="标题\n{{ nosuch }}")
    before = world.rows()
    with pytest.raises(UserError, match="文书模板"):
        world.open(fresh())
    assert world.rows() == before
    (tmp_path / "letters" / "receipt.txt").unlink()
    stored, new = world.open(fresh())
    assert (new, stored.case.number.sequence) == (True, 1)


@pytest.mark.parametrize("table", ["cases", "events", "documents", "outbox", "tasks"])
def test_whatever_write_fails_nothing_is_written(bare: World, table: str) -> None:
    """A supplement writes to all of them: nobody is there to be told, so there is a task; the outbox comes last."""
    bare.hire(STAFF["legal"])
    case = reached(D)[S.NEEDS_CORRECTION]
    bare.put(case)
    with bare.database.begin() as connection:
        what = "UPDATE" if table == "cases" else "INSERT"
        connection.exec_driver_sql(
            f"CREATE TRIGGER no BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    before = bare.rows()
    with pytest.raises(StoreError):
        bare.office.act(case.number, step(A.SUPPLEMENT), CITIZEN)
    assert bare.rows() == before
    with bare.database.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER no")
    assert bare.office.act(case.number, step(A.SUPPLEMENT), CITIZEN).stage is S.CORRECTED
    assert [one.kind for one in bare.tasks()] == ["nobody"]


@pytest.mark.parametrize("table", ["cases", "events", "documents", "outbox"])
def test_a_case_that_cannot_be_opened_whole_is_not_opened(world: World, table: str) -> None:
    with world.database.begin() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER no BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    before = world.rows()
    with pytest.raises(StoreError):
        world.open(fresh())
    assert world.rows() == before
    with world.database.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER no")
    assert world.open(fresh())[0].case.number.sequence == 1


# --- personal data


def telling(kind: Any, stage: Any) -> Case:
    """A case whose own words hold the identity number, as people do write it."""
    case = reached(kind)[stage]
    said = f"我是李明，身份证 {IDENTITY[:6]} {IDENTITY[6:14]}-{IDENTITY[14:]}，{IDENTITY}"
    field = "description" if kind is D else "text"
    assert case.content is not None
    return case.model_copy(update={"content": case.content.model_copy(update={field: said})})


@pytest.mark.parametrize(
    ("kind", "stage", "action", "who", "fields"),
    [one[:5] for one in TOLD if one[2] not in {A.CONFIRM}]
    + [(D, S.COLLECTING, A.CONSULT, REGISTRAR, {"email": "x@x.example"})],
)
def test_the_identity_number_is_nowhere(
    world: World, caplog: pytest.LogCaptureFixture, kind: Any, stage: Any, action: Any, who: Any, fields: Any
) -> None:
    caplog.set_level("DEBUG")
    if action is A.ABANDON:
        world.now = at(LATE)
    stored = world.put(telling(kind, stage))
    text = (
        {"text": f"身份证 {IDENTITY}"}
        if action in {A.SUPPLEMENT, A.CORRECT, A.NOTE, A.CONSULT, A.FOLLOW_UP}
        else {}
    )
    world.office.act(stored.case.number, step(action, kind, **{**text, **fields}), who)
    with world.store.reading() as t:
        said = [one.text for one in t.papers.documents(stored)]
        listed = [one.model_dump_json(exclude={"step"}) for one in t.cases.events(stored)]
    told = [everything_in(one) for one in world.sent()]
    for text_ in (*said, *listed, *told, caplog.text):
        plain = text_.replace(" ", "").replace("-", "")
        assert IDENTITY not in plain


@pytest.mark.parametrize("stage", [S.DRAFTING, S.LEGAL_REVIEW])
def test_a_draft_is_shown_without_the_identity_number(world: World, stage: Any) -> None:
    case = reached(D)[stage].model_copy(update={"draft": f"李明（{IDENTITY}）：予以公开。"})
    world.put(case)
    action, who = (A.FINISH_DRAFT, CLERK) if stage is S.DRAFTING else (A.PASS_REVIEW, LEGAL)
    world.office.act(case.number, step(action), who)
    told = world.sent()
    assert told
    assert not [one for one in told if IDENTITY in everything_in(one)]


@pytest.mark.parametrize(("action", "who"), [(A.CLOSE, SYSTEM), (A.RATE, CITIZEN), (A.NOTE, REGISTRAR)])
def test_an_erased_case_takes_no_step_and_is_still_shown(world: World, action: Any, who: Any) -> None:
    case = telling(D, S.REPLIED)
    stored = world.put(case)
    with world.store.transaction() as t:
        t.cases.erase(stored)
    before = world.rows()
    with pytest.raises(Changed, match="已按规定删除"):
        world.office.act(case.number, step(action), who)
    assert world.rows() == before
    with world.store.reading() as t:
        gone = world.office.find(t, case.number).case
    shown = (staff_card(gone, REGISTRAR, world.office.desk, TODAY), citizen_status(gone, world.office.desk, None))
    for reply in shown:
        text = reply.model_dump_json()
        assert str(case.number) in text
        assert "李明" not in text


# --- the reply


def test_the_reply_is_the_signed_draft(world: World) -> None:
    case = reached(D)[S.APPROVED]
    stored = world.put(case.model_copy(update={"draft": "经审查，\n部分公开。", "outcome": Outcome.PARTLY}))
    world.now = at(TODAY + timedelta(2))
    world.office.act(case.number, step(A.REPLY), REGISTRAR)
    with world.store.reading() as t:
        (reply,) = t.papers.documents(stored)
    assert (reply.name, reply.body, reply.date) == (NAMES.REPLY_PARTLY, "经审查，\n部分公开。", TODAY)
    (message,) = world.sent()
    assert isinstance(message, ChatMessage)
    assert [button.label for row in message.reply.buttons for button in row] == list(Rating)


# --- a calendar that is published later


def published(**holidays: str) -> Callable[[Calendar], Calendar]:
    """The national calendar with 2027 known."""
    more = {date.fromisoformat(day.removeprefix("d").replace("_", "-")): name for day, name in holidays.items()}
    return lambda known: Calendar({**known.holidays, **more}, known.make_up, known.published | {2027})


@pytest.mark.parametrize(
    ("calendar", "due"),
    [(published(d2027_01_01="元旦"), date(2027, 1, 20)), (published(), date(2027, 1, 19))],
    ids=["the date moves", "the date becomes firm"],
)
def test_a_date_is_reckoned_anew_once(world: World, calendar: Callable[[Calendar], Calendar], due: date) -> None:
    world.now = at(date(2026, 12, 22))
    stored, _ = world.open(fresh())
    world.office.act(stored.case.number, step(A.REGISTER), REGISTRAR)

    def redated() -> bool:
        with world.store.transaction() as t:
            return world.office.redate(t, world.office.find(t, stored.case.number))

    assert not redated()
    world.office.desk = replace(world.office.desk, calendar=calendar(world.office.desk.calendar))
    world.sent()
    assert [redated(), redated()] == [True, False]
    with world.store.reading() as t:
        events = t.cases.events(stored)
        (found,) = t.cases.find()
    assert [(one.action, one.due, one.provisional) for one in events[1:]] == [
        (A.REGISTER, date(2027, 1, 19), True),
        (A.REDATE, due, False),
    ]
    assert (events[-1].actor, found.case.version) == (SYSTEM, 2)
    assert world.office.due(found.case) == Due(due, False)
    assert world.rows()["cases"][0].due == due.isoformat()


def test_nothing_is_reckoned_anew_for_what_is_answered(world: World) -> None:
    stored = world.put(reached(D)[S.REPLIED])
    with world.store.transaction() as t:
        assert not world.office.redate(t, stored)
    assert isinstance(stored.case.content, DisclosureRequest)

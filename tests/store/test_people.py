"""Staff accounts, tasks, wrong guesses."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from bot.mailbox.people import Role, Staff
from bot.store.cases import Due
from bot.store.errors import StoreError
from bot.store.people import Task
from bot.store.store import Store
from tests.conftest import NOW
from tests.mailbox.moves import fresh

LI = Staff(
    id="li", name="李强", role=Role.DEPARTMENT, department="zhujian", email="Li@example.cn", telegram_id=10**12
)
WANG = Staff(id="wang", name="王敏", role=Role.REGISTRAR)
ZHAO = Staff(id="zhao", name="赵云", role=Role.DEPARTMENT, department="chengguan", telegram_id=7)


def test_staff_are_added_found_changed_and_removed(store: Store) -> None:
    with store.transaction() as t:
        for person in (WANG, ZHAO, LI):
            t.people.add(person)
        assert t.people.all() == [LI, WANG, ZHAO]
        assert (t.people.get("li"), t.people.get("nobody")) == (LI, None)
        assert (t.people.on_telegram(10**12), t.people.on_telegram(8)) == (LI, None)
        assert (t.people.with_email("lI@EXAMPLE.cn"), t.people.with_email("x@example.cn")) == (LI, None)
        assert t.people.in_role(Role.REGISTRAR) == [WANG]
        assert t.people.in_role(Role.DEPARTMENT, "zhujian") == [LI]
        assert t.people.in_role(Role.DEPARTMENT) == []
        assert t.people.in_role(Role.LEGAL) == []
        moved = LI.model_copy(update={"department": "chengguan", "email": None})
        t.people.add(moved)
        assert t.people.in_role(Role.DEPARTMENT, "chengguan") == [moved, ZHAO]
        assert t.people.with_email("li@example.cn") is None
    with store.transaction() as t:
        assert t.people.remove("li")
        assert not t.people.remove("li")
        assert not t.people.remove("nobody")
        assert (t.people.get("li"), t.people.on_telegram(10**12)) == (None, None)
        assert t.people.all() == [WANG, ZHAO]
        t.people.add(LI.model_copy(update={"id": "li-2"}))
        t.people.add(LI.model_copy(update={"email": None, "telegram_id": None}))
        assert [one.id for one in t.people.all()] == ["li", "li-2", "wang", "zhao"]


@pytest.mark.parametrize("number", [0, -5, 2**52, 10**30])
def test_no_number_breaks_the_database(number: int) -> None:
    with pytest.raises(ValidationError):
        Staff(id="li", name="李强", role=Role.ADMIN, telegram_id=number)


@pytest.mark.parametrize("same", [{"email": "Li@example.cn"}, {"telegram_id": 10**12}])
def test_nobody_takes_over_an_address(store: Store, same: dict[str, object]) -> None:
    with store.transaction() as t:
        t.people.add(LI)
    with pytest.raises(StoreError), store.transaction() as t:
        t.people.add(WANG.model_copy(update=same))


def test_a_cause_makes_one_task(store: Store) -> None:
    with store.transaction() as t:
        stored = t.cases.add(fresh(), "tg:1", Due(), NOW)
        task = Task("nobody:D2026-0001:legal:3", Role.ADMIN, "nobody", stored.id, date(2026, 12, 1))
        assert t.people.add_task(task, NOW)
        assert not t.people.add_task(task, NOW)
        assert t.people.add_task(Task("held:1", Role.REGISTRAR, "held_mail"), NOW)
        (first, row), (second, nothing) = t.people.open_tasks()
        assert (first.key, first.role, first.kind, first.case_id, first.due) == (
            task.key, Role.ADMIN, "nobody", stored.id, date(2026, 12, 1),
        )  # fmt: skip
        assert row is not None
        assert (row["case_kind"], row["year"], row["sequence"]) == ("disclosure", 2026, 1)
        assert (second.key, nothing) == ("held:1", None)
        assert t.people.finish_task(task.key, "wang", NOW)
        assert not t.people.finish_task(task.key, "wang", NOW)
        assert not t.people.finish_task("unknown", "wang", NOW)
        assert [one.key for one, _ in t.people.open_tasks()] == ["held:1"]
        assert not t.people.add_task(task, NOW)


def test_wrong_guesses_are_counted_within_their_window(store: Store) -> None:
    with store.transaction() as t:
        for minutes in (0, 30, 60):
            t.people.guessed("by:x", NOW + timedelta(minutes=minutes))
        t.people.guessed("about:D2026-0001", NOW)
        counts = [t.people.guesses_since("by:x", NOW + timedelta(minutes=minutes)) for minutes in (0, 1, 60, 61)]
        assert counts == [3, 2, 1, 0]
        assert t.people.guesses_since("about:D2026-0001", NOW) == 1
        assert t.people.guesses_since("by:y", NOW) == 0

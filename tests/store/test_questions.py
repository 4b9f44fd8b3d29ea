"""Questions to learn from: counted by day, sealed, without the person, forgotten in time; on both engines."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bot.learning.heard import Heard, Signal
from bot.store.questions import Counted
from bot.store.store import Store
from bot.store.vault import new_master_key
from tests.store.conftest import KEY, Place, rolled_back

DAY = date(2026, 11, 24)
ASKED = Heard("火星移民怎么办", Signal.DECLINED)


def test_the_same_is_counted_and_the_days_are_kept_apart(store: Store) -> None:
    with store.transaction() as t:
        for heard, day in ((ASKED, DAY), (ASKED, DAY), (ASKED, DAY + timedelta(1))):
            t.questions.add(heard, day)
        t.questions.add(Heard(ASKED.question, Signal.NOT_MINE, "passport"), DAY)
    with store.reading() as t:
        assert sorted(t.questions.since(DAY), key=lambda one: (one.day, one.signal)) == [
            Counted(ASKED.question, Signal.DECLINED, "", DAY, 2),
            Counted(ASKED.question, Signal.NOT_MINE, "passport", DAY, 1),
            Counted(ASKED.question, Signal.DECLINED, "", DAY + timedelta(1), 1),
        ]
        assert len(t.questions.since(DAY + timedelta(1))) == 1


def test_a_choice_counts_for_a_kept_question_only(store: Store) -> None:
    chosen = Heard("换证", Signal.CHOSEN, "passport")
    with store.transaction() as t:
        t.questions.add(chosen, DAY)
        assert t.questions.since(DAY) == []
        t.questions.add(Heard("换证", Signal.CLARIFIED), DAY)
        t.questions.add(chosen, DAY + timedelta(3))
        assert {one.signal for one in t.questions.since(DAY)} == {Signal.CLARIFIED, Signal.CHOSEN}


def test_what_was_asked_long_ago_is_forgotten(store: Store) -> None:
    with store.transaction() as t:
        for days in (0, 364, 365, 366):
            t.questions.add(ASKED, DAY - timedelta(days))
        assert t.questions.forget_before(DAY - timedelta(365)) == 1
        assert len(t.questions.since(date.min)) == 3


def test_a_dismissed_question_stays_apart_from_what_was_asked(store: Store) -> None:
    with store.transaction() as t:
        t.questions.add(ASKED, DAY)
        for _ in range(2):
            t.questions.dismiss(ASKED.question, DAY)
        assert t.questions.dismissed() == [ASKED.question]
        assert len(t.questions.since(DAY)) == 1


def test_nothing_is_kept_of_a_turn_that_is_undone(store: Store) -> None:
    with rolled_back(store) as t:
        t.questions.add(ASKED, DAY)
    with store.reading() as t:
        assert t.questions.since(DAY) == []


@pytest.mark.parametrize("said", ["13800138000", "我叫张三", "  ", "？？？", "", "×"])
def test_where_nothing_is_left_nothing_is_kept(store: Store, said: str) -> None:
    with store.transaction() as t:
        t.questions.add(Heard(said, Signal.DECLINED), DAY)
        kept = [one.question for one in t.questions.since(DAY)]
    assert kept in ([], ["我叫×"])


def test_in_the_database_nothing_of_it_can_be_read(store: Store, engine: sa.Engine) -> None:
    with store.transaction() as t:
        t.questions.add(Heard("张建国户口怎么迁", Signal.DECLINED), DAY)
    with engine.connect() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM questions").mappings()
    assert set(row.keys()) == {"day", "key", "signal", "item", "sealed", "count"}
    assert "户口" not in str(dict(row))
    assert "户口".encode() not in bytes(row["sealed"])


def test_a_new_key_reads_what_an_old_one_sealed(place: Place, opened: Callable[..., Store]) -> None:
    fresh = new_master_key()
    with opened(place, KEY).transaction() as t:
        t.questions.add(ASKED, DAY)
    opened(place, fresh, KEY).rotate()
    with opened(place, fresh).transaction() as t:
        t.questions.add(ASKED, DAY)
        assert [(one.question, one.count) for one in t.questions.since(DAY)] == [(ASKED.question, 2)]


def test_many_at_once_are_all_counted(store: Store) -> None:
    together = threading.Barrier(4, timeout=20)

    def ask() -> None:
        together.wait()
        for _ in range(5):
            with store.transaction() as t:
                t.questions.add(ASKED, DAY)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with store.reading() as t:
        assert [one.count for one in t.questions.since(DAY)] == [20]

"""Cases and their events: kept, found, changed by one at a time, never rewritten, erased."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.mailbox.cases import Case, Event, Origin, Step
from bot.mailbox.deadlines import Clock, Consultation, Consulted, Correction, Extension, Start
from bot.mailbox.letters.document import Document
from bot.mailbox.letters.names import LetterName
from bot.mailbox.messages import MailMessage
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import SYSTEM, Actor, Role
from bot.mailbox.stages import Action, Kind, Stage
from bot.store.cases import APPLICANT, Due, Stored
from bot.store.errors import Changed, StoreError
from bot.store.papers import Attached
from bot.store.store import Store
from bot.store.vault import new_master_key
from tests.conftest import NOW
from tests.mailbox.moves import CITIZEN, CLERK, D, does, fresh, reached
from tests.store.conftest import KEY, Place, rolled_back

DAY = date(2026, 3, 30)
LATER = NOW + timedelta(hours=1)


def add(store: Store, case: Case | None = None, submission: str = "tg:1", due: Due | None = None) -> Stored:
    with store.transaction() as t:
        return t.cases.add(case or fresh(), submission, due or Due(), NOW)


def get(store: Store, number: CaseNumber | None = None) -> Stored:
    with store.reading() as t:
        stored = t.cases.get(number or fresh().number)
    assert stored is not None
    return stored


def numbered(sequence: int, kind: Kind = Kind.DISCLOSURE, **rest: Any) -> Case:
    return fresh(kind, number=CaseNumber(kind, 2026, sequence), **rest)


def test_a_case_comes_back_as_it_was(store: Store) -> None:
    clock = Clock(
        Start(DAY),
        Correction(DAY, DAY + timedelta(9), DAY + timedelta(3)),
        (Consultation(Consulted.CO_AUTHOR, DAY, DAY, DAY), Consultation(Consulted.THIRD_PARTY, DAY)),
        Extension(20, "王主任", DAY),
    )
    case = fresh(
        clock=clock, outcome=Outcome.PARTLY, draft="稿", query_code="ABCD2345", department="zhujian", version=7
    )
    stored = add(store, case)
    assert get(store).case == case
    with store.reading() as t:
        found = [t.cases.by_id(stored.id), t.cases.of_submission("tg:1"), *t.cases.find()]
        assert [one.case for one in found if one] == [case] * 3
        assert t.cases.get(CaseNumber(Kind.LETTER, 2026, 1)) is None
        assert t.cases.by_id(99) is None
        assert t.cases.of_submission("tg:2") is None


@pytest.mark.parametrize("again", ["submission", "number"])
def test_a_repeat_fails_and_changes_nothing(store: Store, again: str) -> None:
    add(store)
    case, submission = (numbered(2), "tg:1") if again == "submission" else (fresh(), "tg:2")
    with pytest.raises(StoreError):
        add(store, case, submission)
    with store.reading() as t:
        assert len(t.cases.find()) == 1


def test_only_the_first_of_two_who_saw_the_same_saves(store: Store) -> None:
    seen = add(store)
    after = seen.case.model_copy(update={"version": 1, "draft": "稿"})
    with store.transaction() as t:
        saved = t.cases.save(seen, after, Due(DAY, True), LATER)
    assert (saved.case, get(store).case) == (after, after)

    def too_late() -> None:
        with store.transaction() as t:
            t.cases.record(seen, event(Action.NOTE))
            t.cases.save(seen, after.model_copy(update={"draft": "别的"}), Due(), LATER)

    with pytest.raises(Changed, match="刚刚被别人办理过"):
        too_late()
    with store.reading() as t:
        assert t.cases.events(seen) == []
    assert get(store).case.draft == "稿"


def test_cases_are_found_the_most_urgent_first(store: Store) -> None:
    mine, yours = Origin(channel="telegram", user_key="tg:1"), Origin(channel="telegram", user_key="tg:2")
    for sequence, due, changes in (
        (1, None, {"origin": mine}),
        (2, Due(DAY + timedelta(1)), {"origin": yours, "department": "zhujian", "stage": Stage.COLLECTING}),
        (3, Due(DAY, True), {"origin": yours, "department": "chengguan", "stage": Stage.DRAFTING}),
        (4, None, {"origin": yours, "department": "zhujian", "stage": Stage.REPLIED}),
    ):
        add(store, numbered(sequence, **changes), f"tg:{sequence}", due)
    add(store, numbered(5, Kind.LETTER, origin=mine), "tg:5")

    def found(**wanted: Any) -> list[int]:
        with store.reading() as t:
            return [one.case.number.sequence for one in t.cases.find(**wanted)]

    with store.reading() as t:
        owner = t.cases.owner("tg:1")
    assert found() == [3, 2, 1, 4, 5]
    assert found(open_only=True) == [3, 2, 1, 5]
    assert found(department="zhujian") == [2, 4]
    assert found(department="zhujian", open_only=True) == [2]
    assert found(stage=Stage.DRAFTING) == [3]
    assert found(kind=Kind.LETTER) == [5]
    assert found(owner=owner) == [1, 5]
    with store.transaction() as t:
        for _ in range(2):
            t.cases.grant(get(store, numbered(3).number), "tg:1")
        assert t.cases.belongs_to(get(store, numbered(3).number), "tg:1")
        assert t.cases.belongs_to(get(store, numbered(1).number), "tg:1")
        assert not t.cases.belongs_to(get(store, numbered(2).number), "tg:1")
        assert not t.cases.belongs_to(get(store, numbered(1).number), "tg:2")
    assert found(owner=owner) == [3, 1, 5]


def test_numbers_count_by_kind_and_year_without_gaps(store: Store) -> None:
    def number(kind: Kind, year: int) -> str:
        with store.transaction() as t:
            return t.cases.next_number(kind, year).ref

    assert [number(Kind.DISCLOSURE, 2026) for _ in range(2)] == ["D2026-0001", "D2026-0002"]
    with rolled_back(store) as t:
        assert t.cases.next_number(Kind.DISCLOSURE, 2026).sequence == 3
    assert number(Kind.DISCLOSURE, 2026) == "D2026-0003"
    assert number(Kind.LETTER, 2026) == "L2026-0001"
    assert number(Kind.DISCLOSURE, 2027) == "D2027-0001"
    assert number(Kind.DISCLOSURE, 2026) == "D2026-0004"


# --- events


def event(action: Action, actor: Actor = CLERK, **rest: Any) -> Event:
    known: dict[str, Any] = {"at": NOW, "before": Stage.SUBMITTED, "after": Stage.REGISTERED}
    return Event(actor=actor, action=action, **{**known, **rest})


def test_events_come_back_in_order_without_who_the_citizen_is(store: Store) -> None:
    stored = add(store)
    step = Step(action=Action.NOTE, text="打过电话", day=DAY, whom=Consulted.CO_AUTHOR, outcome=Outcome.GRANTED)
    with store.transaction() as t:
        t.cases.record(stored, event(Action.SUBMIT, CITIZEN.model_copy(update={"id": "tg:1"}), before=None))
        t.cases.record(stored, event(Action.NOTE, step=step, due=DAY, provisional=True))
        t.cases.record(stored, event(Action.REDATE, SYSTEM))
    with store.reading() as t:
        first, second, third = t.cases.events(stored)
    assert (first.actor.id, first.actor.role, first.before, first.step) == (APPLICANT, Role.CITIZEN, None, None)
    assert (second.step, second.due, second.provisional, second.at) == (step, DAY, True, NOW)
    assert (second.actor.id, second.actor.channel) == ("department", "t")
    assert third.actor == SYSTEM


REWRITING = {
    "UPDATE": "UPDATE events SET actor = 'x'",
    "DELETE": "DELETE FROM events",
    "a harmless UPDATE": "UPDATE events SET seq = seq",
    "TRUNCATE": "TRUNCATE events",
    "REPLACE": "INSERT OR REPLACE INTO events SELECT * FROM events",
    "deleting the case": "DELETE FROM cases",
}


UNKNOWN = {("sqlite", "TRUNCATE"), ("postgresql", "REPLACE")}
"""Not in the language of that engine."""


@pytest.mark.parametrize(
    ("kind", "way"),
    [(kind, way) for kind in ("sqlite", "postgresql") for way in REWRITING if (kind, way) not in UNKNOWN],
    indirect=["kind"],
)
def test_the_database_itself_refuses_to_rewrite_events(
    store: Store, engine: sa.Engine, kind: str, way: str
) -> None:
    stored = add(store)
    with store.transaction() as t:
        t.cases.record(stored, event(Action.NOTE))
    said = "FOREIGN KEY|foreign key" if way == "deleting the case" else "append-only"
    with pytest.raises(sa.exc.DBAPIError, match=said), engine.begin() as connection:
        connection.exec_driver_sql(REWRITING[way])
    with store.reading() as t:
        assert [one.actor.id for one in t.cases.events(stored)] == ["department"]


# --- erasing


def filled(store: Store) -> Stored:
    """A case with everything that may belong to one."""
    stored = add(store, fresh(draft="稿", query_code="ABCD2345", outcome=Outcome.GRANTED, department="zhujian"))
    body = Document(name=LetterName.RECEIPT, title="回执", number="1", body="正文", date=DAY, office="办公室")
    with store.transaction() as t:
        t.cases.record(stored, event(Action.NOTE, step=Step(action=Action.NOTE, text="话"), due=DAY))
        t.cases.grant(stored, "tg:2")
        t.papers.add_document(stored, body, NOW)
        t.papers.upload(Attached("a1", "照片.jpg", "image/jpeg", b"photo"), "tg:1", NOW)
        t.papers.attach(stored, ("a1",), "tg:1")
        t.outbox.add("m1@x", MailMessage(to="li@example.cn", subject="s", text="t"), stored, NOW)
        t.inbox.keep("in1@y", b"raw", NOW)
        mail = t.inbox.take()
        assert mail is not None
        t.inbox.settle(mail, "citizen", NOW, stored.id)
    return stored


def test_an_erased_case_keeps_its_figures_and_nothing_personal(store: Store, engine: sa.Engine) -> None:
    stored = filled(store)
    with store.transaction() as t:
        t.cases.erase(stored)
    gone = get(store)
    assert gone.seal is None
    kept = {"origin", "content", "draft", "query_code"}
    assert gone.case == stored.case.model_copy(
        update={**dict.fromkeys(kept), "origin": Origin(channel="", user_key="")}
    )
    with store.reading() as t:
        (happened,) = t.cases.events(gone)
        assert (happened.action, happened.due, happened.step) == (Action.NOTE, DAY, None)
        assert t.papers.documents(gone) == []
        assert t.papers.attached(gone) == []
        assert t.outbox.by_message_id("m1@x") is None
        assert t.inbox.get(1) is None
        assert not t.cases.belongs_to(gone, "tg:1")
        assert not t.cases.belongs_to(gone, "tg:2")
        assert t.cases.find(owner=t.cases.owner("tg:1")) == []
        assert [one.case.outcome for one in t.cases.find(department="zhujian")] == [Outcome.GRANTED]
    with pytest.raises(Changed, match="已按规定删除"), store.transaction() as t:
        t.cases.save(gone, gone.case.model_copy(update={"version": 1}), Due(), LATER)
    with engine.begin() as connection:
        counts = {
            name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar()
            for name in ("cases", "events", "documents", "attachments", "outbox", "grants", "inbox")
        }
    assert counts == {
        "cases": 1,
        "events": 1,
        "documents": 0,
        "attachments": 0,
        "outbox": 0,
        "grants": 0,
        "inbox": 1,
    }


def test_what_is_sent_about_an_erased_case_stays_readable_after_a_new_key(
    store: Store, place: Place, opened: Callable[..., Store]
) -> None:
    stored = filled(store)
    with store.transaction() as t:
        t.cases.erase(stored)
        t.outbox.add("m2@x", MailMessage(to="clerk@x", subject="s", text="t"), t.cases.by_id(stored.id), NOW)
    new = new_master_key()
    opened(place, new, KEY).rotate()
    with opened(place, new).transaction() as t:
        assert [one.message_id for one in t.outbox.take("mail", LATER)] == ["m2@x"]


def test_a_long_supplement_never_makes_a_case_unreadable(store: Store) -> None:
    waiting = reached(D)[Stage.NEEDS_CORRECTION]
    full = waiting.content.model_copy(update={"description": "述" * 2000})  # type: ignore[union-attr]
    case = does(waiting.model_copy(update={"content": full}), Action.SUPPLEMENT, text="补" * 20_000)
    add(store, case)
    assert get(store).case == case


# --- the database fails


@pytest.mark.parametrize("doing", ["transaction", "reading"])
def test_a_fault_of_the_database_is_a_store_error(store: Store, engine: sa.Engine, doing: str) -> None:
    add(store)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE cases RENAME TO gone")
    with pytest.raises(StoreError, match="数据库读写失败") as caught, getattr(store, doing)() as t:
        t.cases.find()
    assert isinstance(caught.value.__cause__, sa.exc.SQLAlchemyError)


def test_what_the_work_raises_passes_and_undoes_it(store: Store) -> None:
    def fails() -> None:
        with store.transaction() as t:
            t.cases.add(fresh(), "tg:1", Due(), NOW)
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    with store.reading() as t:
        assert t.cases.find() == []

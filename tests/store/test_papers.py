"""Documents and attached files."""

from datetime import timedelta

from bot.mailbox.letters.document import Document
from bot.mailbox.letters.names import LetterName
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.stages import Kind
from bot.store.cases import Due, Stored
from bot.store.papers import Attached
from bot.store.store import Store
from tests.conftest import NOW
from tests.mailbox.moves import fresh

ME, OTHER = "tg:1", "tg:2"
FILES = [Attached(f"a{number}", f"照片{number}.jpg", "image/jpeg", bytes([number, 255])) for number in range(3)]


def add(store: Store, sequence: int = 1) -> Stored:
    with store.transaction() as t:
        number = CaseNumber(Kind.DISCLOSURE, 2026, sequence)
        return t.cases.add(fresh(number=number), f"tg:{sequence}", Due(), NOW)


def upload(store: Store, *files: Attached, user_key: str = ME) -> None:
    with store.transaction() as t:
        for number, file in enumerate(files):
            t.papers.upload(file, user_key, NOW + timedelta(seconds=number))


def test_documents_are_kept_in_order_for_each_case(store: Store) -> None:
    one, two = add(store), add(store, 2)
    bodies = [
        Document(name=name, title="标题", number="1", body=f"{name}\n二", date=NOW.date(), office="办公室")
        for name in (LetterName.RECEIPT, LetterName.REGISTERED)
    ]
    with store.transaction() as t:
        assert [t.papers.add_document(one, body, NOW) for body in bodies] == [1, 2]
        assert t.papers.add_document(two, bodies[1], NOW) == 1
    with store.reading() as t:
        assert t.papers.documents(one) == bodies
        assert t.papers.documents(two) == bodies[1:]


def test_a_persons_own_uploads_go_to_the_case(store: Store) -> None:
    stored = add(store)
    upload(store, *FILES)
    with store.transaction() as t:
        t.papers.attach(stored, ("a0", "a2", "nothing"), ME)
    with store.reading() as t:
        assert t.papers.attached(stored) == [FILES[0], FILES[2]]


def test_nobody_attaches_what_another_sent_or_what_is_attached(store: Store) -> None:
    one, two = add(store), add(store, 2)
    upload(store, FILES[0])
    upload(store, FILES[1], user_key=OTHER)
    with store.transaction() as t:
        t.papers.attach(one, ("a0", "a1"), ME)
        t.papers.attach(two, ("a0",), ME)
        t.papers.attach(two, (), ME)
    with store.reading() as t:
        assert t.papers.attached(one) == [FILES[0]]
        assert t.papers.attached(two) == []


def test_the_same_upload_again_changes_nothing(store: Store) -> None:
    stored = add(store)
    upload(store, FILES[0], Attached("a0", "别的.pdf", "application/pdf", b"x"))
    upload(store, FILES[0], user_key=OTHER)
    with store.transaction() as t:
        t.papers.attach(stored, ("a0",), OTHER)
        assert t.papers.attached(stored) == []
        t.papers.attach(stored, ("a0",), ME)
        assert t.papers.attached(stored) == [FILES[0]]


def test_old_uploads_of_no_case_are_forgotten(store: Store) -> None:
    stored = add(store)
    upload(store, *FILES)
    with store.transaction() as t:
        t.papers.attach(stored, ("a0",), ME)
        assert t.papers.forget_uploads(NOW + timedelta(seconds=2)) == 1
        t.papers.attach(stored, ("a1", "a2"), ME)
        assert [one.id for one in t.papers.attached(stored)] == ["a0", "a2"]

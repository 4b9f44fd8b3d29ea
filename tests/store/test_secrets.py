"""Personal data at rest: nowhere readable, under a new key when wanted, gone when erased."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.conversation.messages import Ending, Paragraph, Reply
from bot.conversation.session import Session
from bot.mailbox.cases import Event, Origin, Step
from bot.mailbox.content import DisclosureRequest, Medium, Way
from bot.mailbox.letters.document import Document
from bot.mailbox.letters.names import LetterName
from bot.mailbox.messages import ChatMessage, MailMessage
from bot.mailbox.people import Applicant
from bot.mailbox.stages import Action, Stage
from bot.settings import Settings
from bot.store.cases import Due, Stored
from bot.store.conversations import UpdateKey
from bot.store.errors import StoreError
from bot.store.opening import open_store
from bot.store.papers import Attached
from bot.store.store import Store
from bot.store.vault import Vault, key_from_file, new_master_key
from tests.conftest import NOW
from tests.mailbox.moves import CITIZEN, fresh
from tests.store.conftest import KEY, Place, everything

WHO = Applicant(
    name="欧阳明秀",
    identity="420102199003078515",
    contact_person="司马联络",
    phone="13987654321",
    email="ouyang@example.org",
    address="崇文街九号",
)
REQUEST = DisclosureRequest(
    applicant=WHO,
    description="旧城片区补偿标准",
    medium=Medium.EMAIL,
    way=Way.MAILBOX,
    purpose="打官司用",
    fax="0716-8887776",
)
DRAFT, CODE, SUPPLEMENT, FILE, RAW = (
    "经审查予以公开全文",
    "QZ7K9PXW",
    "补充说明在此",
    "身份证正面.jpg",
    "原始邮件的正文",
)
REFUSED = "550 <ouyang@example.org> user unknown"
PHOTO = b"\xff\xd8photo-of-the-card"
SECRETS = [
    *(value for value in WHO.model_dump().values() if isinstance(value, str) and value != WHO.kind),
    REQUEST.description, "打官司用", "0716-8887776", DRAFT, CODE, SUPPLEMENT, FILE, RAW,
    "tg:55667788", "会话里的话", "更新里的话", "回复里的话", "文书正文内容", "邮件通知内容",
]  # fmt: skip


def fill(store: Store) -> Stored:
    """Everything personal that the store is ever given."""
    reply = Reply(ending=Ending.STATUS, blocks=(Paragraph(text="回复里的话"),))
    body = Document(
        name=LetterName.RECEIPT, title="回执", number="1", body="文书正文内容", date=NOW.date(), office="办"
    )
    case = fresh(
        content=REQUEST, draft=DRAFT, query_code=CODE, origin=Origin(channel="telegram", user_key="tg:55667788"),
        department="zhujian",
    )  # fmt: skip
    with store.transaction() as t:
        stored = t.cases.add(case, "tg:1", Due(), NOW)
        step = Step(action=Action.SUPPLEMENT, text=SUPPLEMENT, email=WHO.email)
        actor = CITIZEN.model_copy(update={"id": "tg:55667788"})
        t.cases.record(
            stored, Event(at=NOW, actor=actor, action=step.action, before=None, after=Stage.SUBMITTED, step=step)
        )
        t.cases.grant(stored, "tg:55667788")
        t.papers.add_document(stored, body, NOW)
        for number in range(2):
            t.papers.upload(Attached(f"a{number}", FILE, "image/jpeg", PHOTO), "tg:55667788", NOW)
        t.papers.attach(stored, ("a0",), "tg:55667788")
        mail = MailMessage(to=WHO.email or "", subject="s", text="邮件通知内容")
        t.outbox.add("m1@x", mail, stored, NOW)
        t.outbox.add("m2@x", ChatMessage(user_key="tg:55667788", reply=reply), None, NOW)
        for leaving in (*t.outbox.take("mail", NOW), *t.outbox.take("tg", NOW)):
            t.outbox.later(leaving, NOW, REFUSED)
        t.inbox.keep("in1@y", RAW.encode(), NOW)
        t.conversations.receive(UpdateKey("tg", 1), "c", "更新里的话", NOW)
        t.conversations.save_turn("tg", "u", Session(history=("会话里的话",)), reply, NOW, UpdateKey("tg", 1))
        t.people.guessed(f"by:{t.cases.owner('tg:55667788')}", NOW)
    return stored


def read_all(store: Store) -> None:
    """Everything can be opened and is what was kept."""
    with store.transaction() as t:
        stored = t.cases.get(fresh().number)
        assert stored is not None
        assert (stored.case.content, stored.case.draft, stored.case.query_code) == (REQUEST, DRAFT, CODE)
        assert t.cases.events(stored)[0].step == Step(action=Action.SUPPLEMENT, text=SUPPLEMENT, email=WHO.email)
        assert t.papers.documents(stored)[0].body == "文书正文内容"
        assert [(one.name, one.content) for one in t.papers.attached(stored)] == [(FILE, PHOTO)]
        assert (
            len([*t.outbox.take("mail", NOW + timedelta(days=9)), *t.outbox.take("tg", NOW + timedelta(days=9))])
            == 2
        )
        assert [one and one.error for one in map(t.outbox.by_message_id, ("m1@x", "m2@x"))] == [REFUSED] * 2
        mail = t.inbox.take()
        assert mail is not None
        assert mail.raw == RAW.encode()
        assert t.conversations.session("u").history == ("会话里的话",)
        assert [one.payload for one in t.conversations.pending("tg")] == ["更新里的话"]
        assert t.conversations.stored_reply(UpdateKey("tg", 1)) is not None
        assert t.cases.belongs_to(stored, "tg:55667788")
        t.papers.attach(stored, ("a1",), "tg:55667788")
        assert len(t.papers.attached(stored)) == 2


def test_nothing_personal_is_readable_in_the_database(store: Store, place: Place) -> None:
    fill(store)
    kept = everything(place)
    assert b"zhujian" in kept  # so the search would have found it
    assert {secret for secret in SECRETS if secret.encode() in kept} == set()
    assert PHOTO not in kept
    read_all(store)


def test_a_new_key_takes_over(store: Store, place: Place, opened: Callable[..., Store]) -> None:
    fill(store)
    new = new_master_key()
    both = opened(place, new, KEY)
    assert both.rotate() == 1
    with pytest.raises(StoreError, match=r"数据密钥不对.*原来的密钥也写进 WENBAN_KEY"):
        read_all(opened(place, KEY))
    read_all(opened(place, new))
    with opened(place, new).reading() as t:
        stored = t.cases.get(fresh().number)
        assert stored is not None
        assert t.cases.belongs_to(stored, "tg:55667788")


def test_both_keys_work_before_the_change(store: Store, place: Place, opened: Callable[..., Store]) -> None:
    fill(store)
    read_all(opened(place, new_master_key(), KEY))


def test_a_wrong_key_is_said(store: Store, place: Place, opened: Callable[..., Store]) -> None:
    fill(store)
    wrong = opened(place, new_master_key())
    for doing in (wrong.transaction, wrong.reading):
        with pytest.raises(StoreError, match="数据密钥不对"), doing():
            pass
    with pytest.raises(StoreError, match="数据密钥不对"):
        wrong.rotate()
    read_all(store)


@pytest.mark.parametrize("keys", [[], [""], ["x"], ["密钥"], [KEY[:-2]], [KEY, "x"]])
def test_what_is_no_key_is_said(keys: list[str]) -> None:
    with pytest.raises(StoreError, match="WENBAN_KEY"):
        Vault(keys)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "home" / "secret.key"
    assert key_from_file(path) == key_from_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["secret.key"]
    with pytest.raises(StoreError, match="密钥文件"):
        key_from_file(path / "below")


def test_the_settings_open_the_store(tmp_path: Path) -> None:
    with_file = open_store(Settings(home=tmp_path))
    fill(with_file)
    with_file.close()
    given = (tmp_path / "secret.key").read_text()
    again = open_store(Settings.model_validate({"home": tmp_path, "key": f"{new_master_key()}, {given}"}))
    read_all(again)
    again.close()


def test_the_key_of_an_erased_case_is_gone_from_the_file(
    tmp_path: Path, migrated_file: Path, opened: Callable[..., Store]
) -> None:
    """SQLite leaves old bytes in free places of its file unless told otherwise; with them the case could be opened."""
    path = tmp_path / "wenban.db"
    path.write_bytes(migrated_file.read_bytes())
    store = opened(path)
    stored = fill(store)
    other = sa.create_engine(f"sqlite:///{path}")
    with other.connect() as connection:
        key, sealed = connection.exec_driver_sql("SELECT key_sealed, sealed FROM cases").one()
    other.dispose()
    assert key in everything(path)
    with store.transaction() as t:
        t.cases.erase(stored)
    store.close()
    kept = everything(path)
    assert key not in kept
    assert sealed not in kept

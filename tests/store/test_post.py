"""Messages out and mail in: each once, kept until done with."""

from datetime import timedelta

import pytest

from bot.conversation.messages import Ending, Paragraph, Reply
from bot.mailbox.messages import ChatMessage, MailMessage
from bot.store.cases import Due
from bot.store.inbox import InState
from bot.store.outbox import LEASE
from bot.store.store import Store
from tests.conftest import NOW
from tests.mailbox.moves import fresh
from tests.store.conftest import Place, everything, rolled_back

MAIL = MailMessage(to="li@example.cn", subject="回执", text="收到了", documents=(1, 2))
CHAT = ChatMessage(user_key="terminal:local", reply=Reply(ending=Ending.STATUS, blocks=(Paragraph(text="好"),)))
SOON = NOW + LEASE / 2
AFTER = NOW + LEASE


def test_a_message_is_kept_once_and_taken_as_it_was(store: Store) -> None:
    with store.transaction() as t:
        stored = t.cases.add(fresh(), "tg:1", Due(), NOW)
        assert t.outbox.add("m1@x", MAIL, stored, NOW)
        assert not t.outbox.add("m1@x", CHAT, None, NOW)
        assert t.outbox.add("m2@x", CHAT, None, NOW)
    with store.transaction() as t:
        (mail,) = t.outbox.take("mail", NOW)
        assert (mail.message, mail.message_id, mail.case_id, mail.attempts) == (MAIL, "m1@x", stored.id, 0)
        assert (mail.created_at, mail.error) == (NOW, None)
        assert t.outbox.case_of("m1@x") == stored.id
        assert t.outbox.case_of("m2@x") is None
        assert t.outbox.case_of("m3@x") is None
        assert t.outbox.by_message_id("m3@x") is None
        (chat,) = t.outbox.take("terminal", NOW)
        assert (chat.message, chat.case_id) == (CHAT, None)


def test_a_taken_message_is_leased(store: Store) -> None:
    with store.transaction() as t:
        t.outbox.add("m1@x", MAIL, None, NOW)
        assert t.outbox.take("mail", NOW - timedelta(seconds=1)) == []
        assert len(t.outbox.take("mail", NOW)) == 1
        assert t.outbox.take("mail", SOON) == []
        assert [one.attempts for one in t.outbox.take("mail", AFTER)] == [0]
        assert t.outbox.waiting() == 1


def test_a_take_that_is_rolled_back_took_nothing(store: Store) -> None:
    with store.transaction() as t:
        t.outbox.add("m1@x", MAIL, None, NOW)
    with rolled_back(store) as t:
        assert len(t.outbox.take("mail", NOW)) == 1
    with store.transaction() as t:
        assert len(t.outbox.take("mail", NOW)) == 1


def test_sent_later_and_failed(store: Store, place: Place) -> None:
    refused = "550 <li@example.cn>\0 unknown"
    with store.transaction() as t:
        for number in range(3):
            t.outbox.add(f"m{number}@x", MAIL, None, NOW)
        first, second, third = t.outbox.take("mail", NOW)
        t.outbox.sent(first, NOW)
        t.outbox.later(second, NOW + timedelta(hours=1), refused)
        t.outbox.failed(third, refused)
    with store.transaction() as t:
        assert t.outbox.waiting() == t.outbox.waiting("mail") == 1
        assert t.outbox.waiting("tg") == 0
        assert t.outbox.take("mail", NOW + timedelta(minutes=59)) == []
        (again,) = t.outbox.take("mail", NOW + timedelta(hours=1))
        assert (again.message_id, again.attempts, again.error) == ("m1@x", 1, refused)
        t.outbox.sent(again, NOW)
        assert t.outbox.take("mail", NOW + timedelta(days=9)) == []
        found = [t.outbox.by_message_id(f"m{number}@x") for number in range(3)]
        assert [(one.attempts, one.error) for one in found if one] == [(1, None), (2, None), (1, refused)]
    assert b"li@example.cn" not in everything(place)


def test_messages_are_taken_the_oldest_first_a_few_and_for_one_person(store: Store) -> None:
    with store.transaction() as t:
        for number in range(5):
            who = "terminal:a" if number % 2 else "terminal:b"
            t.outbox.add(f"m{number}@x", CHAT.model_copy(update={"user_key": who}), None, NOW)
        assert [one.message_id for one in t.outbox.take("terminal", NOW, user_key="terminal:a")] == ["m1@x", "m3@x"]
        assert [one.message_id for one in t.outbox.take("terminal", NOW, most=2)] == ["m0@x", "m2@x"]
        assert [one.message_id for one in t.outbox.take("terminal", NOW)] == ["m4@x"]
        assert t.outbox.take("terminal", NOW) == []


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_two_who_take_at_once_do_not_wait_for_each_other(store: Store) -> None:
    with store.transaction() as t:
        for number in range(4):
            t.outbox.add(f"m{number}@x", MAIL, None, NOW)
    with store.transaction() as one, store.transaction() as other:
        taken = [t.outbox.take("mail", NOW, most=2) for t in (one, other)]
    assert [[one.message_id for one in some] for some in taken] == [["m0@x", "m1@x"], ["m2@x", "m3@x"]]


# --- mail in


def test_a_mail_is_kept_once_and_settled(store: Store) -> None:
    with store.transaction() as t:
        stored = t.cases.add(fresh(), "tg:1", Due(), NOW)
        assert t.inbox.keep("in1@y", b"\xff raw", NOW)
        assert not t.inbox.keep("in1@y", b"other", NOW)
        assert t.inbox.keep("in2@y", b"second", NOW)
    with store.transaction() as t:
        mail = t.inbox.take()
        assert mail is not None
        assert (mail.message_id, mail.raw, mail.state, mail.verdict, mail.guesses, mail.received_at) == (
            "in1@y", b"\xff raw", InState.NEW, None, (), NOW,
        )  # fmt: skip
        t.inbox.settle(mail, "citizen_step", NOW, stored.id)
    with store.transaction() as t:
        second = t.inbox.take()
        assert second is not None
        assert second.message_id == "in2@y"
        kept = t.inbox.get(mail.id)
        assert kept is not None
        assert (kept.state, kept.verdict) == (InState.DONE, "citizen_step")


def test_a_mail_is_held_for_a_person_with_guesses(store: Store) -> None:
    with store.transaction() as t:
        t.inbox.keep("in1@y", b"raw", NOW)
        mail = t.inbox.take()
        assert mail is not None
        t.inbox.hold(mail, "held_unknown", ("D2026-0001", "L2026-0002"))
    with store.transaction() as t:
        assert t.inbox.take() is None
        (held,) = t.inbox.held()
        assert (held.state, held.verdict, held.guesses) == (
            InState.HELD,
            "held_unknown",
            ("D2026-0001", "L2026-0002"),
        )
        t.inbox.settle(held, "by_hand", NOW)
        assert t.inbox.held() == []
        assert t.inbox.get(99) is None


def test_a_mail_whose_handling_fails_is_taken_again(store: Store) -> None:
    with store.transaction() as t:
        t.inbox.keep("in1@y", b"raw", NOW)
    with rolled_back(store) as t:
        mail = t.inbox.take()
        assert mail is not None
        t.inbox.settle(mail, "x", NOW)
    with store.transaction() as t:
        assert t.inbox.take() is not None


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_two_who_look_at_once_never_get_the_same_mail(store: Store) -> None:
    with store.transaction() as t:
        t.inbox.keep("in1@y", b"raw", NOW)
        t.inbox.keep("in2@y", b"raw", NOW)
    with store.transaction() as one, store.transaction() as other:
        mails = [one.inbox.take(), other.inbox.take()]
        assert [mail.message_id for mail in mails if mail] == ["in1@y", "in2@y"]

"""Mail in: kept, matched, decided, acted on; nothing dropped, nothing doubled, nobody passes for somebody else."""

import os
from collections.abc import Callable
from email.message import EmailMessage
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.errors import UserError
from bot.mailbox.cases import Step
from bot.mailbox.mail.tags import Tag, tagged
from bot.mailbox.people import Actor, Role
from bot.mailbox.stages import Action, Kind, Stage
from bot.office import mail_in
from bot.office.office import Office
from bot.store.database import open_database
from bot.store.store import Store
from bot.store.vault import Vault
from tests.office.mailing import (
    CITIZEN,
    LETTER,
    MAILBOX,
    REQUEST,
    STAFF,
    STRANGER,
    Clock,
    Letters,
    actions,
    answer,
    case,
    events,
    held,
    office_with,
    receive,
    sent,
    tasks,
    text_of,
    written,
)
from tests.store.conftest import KEY, Place, kind, opened, place, postgresql, processes, store  # noqa: F401
from tests.store.conftest import migrated_file as migrated_file

ASKS = "我申请公开解放路片区征收补偿方案这份政府信息。"
COMPLAINS = "塔桥路12号门口的路灯坏了半个月，我要投诉，请派人修。"
PDF = b"%PDF-1.7 \x00\xff"


@pytest.fixture
def receipt(office: Office) -> EmailMessage:
    """A request was opened by mail; its receipt."""
    assert receive(office, written(CITIZEN, "申请公开", ASKS)) == {"opens_case": 1}
    return sent(office).to(CITIZEN)


def act(office: Office, action: Action, who: str, **fields: object) -> None:
    person = next((one for one in STAFF if one.id == who), None)
    actor = person.acting("terminal") if person else Actor(role=Role.CITIZEN, id="applicant", channel="mail")
    office.act(REQUEST, Step(action=action, **fields), actor)  # type: ignore[arg-type]


def at_legal_review(office: Office) -> Letters:
    """The request lies with legal review; the mails that went out on the way."""
    act(office, Action.CONFIRM, "citizen")
    act(office, Action.REGISTER, "registrar")
    act(office, Action.ASSIGN, "registrar", department="gongan")
    act(office, Action.DRAFT, "police", text="经审查，予以公开。", outcome="granted")
    act(office, Action.FINISH_DRAFT, "police")
    return sent(office)


def files(office: Office, number: Any = REQUEST) -> list[tuple[str, bytes]]:
    with office.store.reading() as t:
        return [(one.name, one.content) for one in t.papers.attached(office.find(t, number))]


# --- opening


def test_a_request_by_mail_waits_for_its_sender_to_confirm_it(office: Office) -> None:
    raw = written(f"李明 <{CITIZEN}>", "申请公开", ASKS, file=PDF)
    assert receive(office, raw) == {"opens_case": 1}
    found = case(office).case
    assert (found.stage, found.confirmed_by_applicant) == (Stage.SUBMITTED, None)
    assert found.content is not None
    assert (found.content.applicant.name, found.content.applicant.email) == ("李明", CITIZEN)
    assert ASKS in found.content.description  # type: ignore[union-attr]
    assert files(office) == [("来信原件.eml", raw), ("补充材料.pdf", PDF)]
    letters = sent(office)
    assert "请您确认" in text_of(letters.to(CITIZEN))
    assert str(REQUEST) in letters.to("registrar@example.cn")["Subject"]


def test_a_letter_by_mail(office: Office) -> None:
    assert receive(office, written(CITIZEN, "", COMPLAINS)) == {"opens_case": 1}
    content = case(office, LETTER).case.content
    assert content is not None
    assert content.kind == "letter"
    assert (content.letter_kind, content.applicant.name) == ("投诉", "li")


def test_the_same_mail_again_is_no_second_case(office: Office) -> None:
    raw = written(CITIZEN, "申请公开", ASKS)
    assert receive(office, raw, raw) == {"opens_case": 1}
    assert receive(office, raw) == {}
    with office.store.reading() as t:
        assert [one.case.number for one in t.cases.find()] == [REQUEST]


def test_two_mails_under_one_id_are_two(office: Office) -> None:
    same = "<always-the-same@example.com>"
    mails = [written(CITIZEN, "申请公开", words, message_id=same) for words in (ASKS, ASKS + "2025年的。")]
    assert receive(office, *mails) == {"opens_case": 2}


# --- whose case it is


def by_tag(mail: EmailMessage, text: str) -> bytes:
    return answer(mail, text, thread=False)


def by_thread(mail: EmailMessage, text: str) -> bytes:
    return answer(mail, text, to=MAILBOX)


def by_references(mail: EmailMessage, text: str) -> bytes:
    ids = f"<unknown@example.com> {mail['Message-ID']} <later@example.com>"
    return written(CITIZEN, "回复", text, in_reply_to="<later@example.com>", references=ids)


def by_number(mail: EmailMessage, text: str) -> bytes:
    return answer(mail, text, to=MAILBOX, thread=False)


@pytest.mark.parametrize("match", [by_tag, by_thread, by_references])
def test_what_only_the_receiver_of_our_mail_knows_moves_the_case(
    office: Office, receipt: EmailMessage, match: Callable[..., bytes]
) -> None:
    assert receive(office, match(receipt, "确认")) == {"citizen_step": 1}
    assert case(office).case.confirmed_by_applicant is not None
    assert actions(office) == [Action.SUBMIT, Action.CONFIRM]
    assert "registrar@example.cn" in [one["To"] for one in sent(office).sent]


@pytest.mark.parametrize("words", ["确认", "撤回", "满意"])
def test_a_forged_sender_with_a_number_in_the_subject_gives_a_note_only(
    office: Office, receipt: EmailMessage, words: str
) -> None:
    assert receive(office, by_number(receipt, words)) == {"citizen_step": 1}
    assert actions(office) == [Action.SUBMIT, Action.NOTE]
    assert (case(office).case.stage, case(office).case.confirmed_by_applicant) == (Stage.SUBMITTED, None)
    assert [one["To"] for one in sent(office).sent] == ["registrar@example.cn"]


@pytest.mark.parametrize(
    "subject", ["D2026-0001", "关于 d2026-0001 的事", "沙依申〔2026〕1号", "沙依申(2026)第0001号"]
)
def test_numbers_in_the_subject(office: Office, receipt: EmailMessage, subject: str) -> None:
    assert receive(office, written(CITIZEN, subject, "请问办到哪里了")) == {"citizen_step": 1}
    assert actions(office)[-1] is Action.NOTE
    assert case(office).case.version == 1


def test_two_numbers_are_for_a_person(office: Office, receipt: EmailMessage) -> None:
    assert receive(office, written(CITIZEN, "D2026-0001和L2026-0001", "在吗")) == {"held_unmatched": 1}
    assert held(office)[0].guesses == ("D2026-0001",)


def test_an_id_of_our_mail_to_staff_proves_nothing_for_a_citizen(office: Office, receipt: EmailMessage) -> None:
    ours = at_legal_review(office).to("legal@example.cn")
    raw = written(CITIZEN, "回复", "撤回", in_reply_to=ours["Message-ID"])
    assert receive(office, raw) == {"citizen_step": 1}
    assert actions(office)[-1] is Action.NOTE
    assert case(office).case.stage is Stage.LEGAL_REVIEW


@pytest.mark.parametrize("tag", [True, False])
def test_whoever_was_asked_for_an_opinion_cannot_withdraw_in_the_applicant_s_name(
    office: Office, receipt: EmailMessage, tag: bool
) -> None:
    act(office, Action.CONFIRM, "citizen")
    act(office, Action.REGISTER, "registrar")
    act(office, Action.ASSIGN, "registrar", department="gongan")
    act(office, Action.CONSULT, "registrar", whom="third_party", authority="某公司", email="company@example.com")
    asked = sent(office).to("company@example.com")
    forged = answer(asked, "撤回", sender=CITIZEN, thread=not tag, to=None if tag else MAILBOX)
    assert receive(office, forged) == {"held_other_sender" if tag else "citizen_step": 1}  # the latter a note
    assert case(office).case.stage is Stage.CONSULTING
    honest = answer(asked, "我公司不同意公开。")
    assert receive(office, honest) == {"held_other_sender": 1}
    assert held(office)[-1].guesses[0] == "D2026-0001"


def test_another_sender_is_held_with_the_case_as_first_guess(office: Office, receipt: EmailMessage) -> None:
    receive(office, written(STRANGER, "投诉", COMPLAINS))
    assert receive(office, answer(receipt, "确认 L2026-0001", sender=STRANGER)) == {"held_other_sender": 1}
    assert held(office)[0].guesses == ("D2026-0001", "L2026-0001")
    assert tasks(office)[f"held_mail:{held(office)[0].id}"] is Role.REGISTRAR
    assert actions(office) == [Action.SUBMIT]


def test_reply_to_makes_nobody_the_applicant(office: Office, receipt: EmailMessage) -> None:
    raw = written(STRANGER, "回复", "确认", to=receipt["Reply-To"], reply_to=CITIZEN)
    assert receive(office, raw) == {"held_other_sender": 1}


def test_a_forged_tag_is_none(office: Office, receipt: EmailMessage) -> None:
    assert receive(office, written(CITIZEN, "回复", "确认", to="mailbox+d2026-0001.aaaaaaaaaa@localhost")) == {
        "held_unmatched": 1
    }
    assert held(office)[0].guesses == ("D2026-0001",)  # the sender's own


def test_a_tag_counts_in_copies_and_envelopes_too(office: Office, receipt: EmailMessage) -> None:
    raw = written(CITIZEN, "回复", "确认", to=STRANGER, cc=MAILBOX, delivered_to=receipt["Reply-To"].upper())
    assert receive(office, raw) == {"citizen_step": 1}
    assert actions(office)[-1] is Action.CONFIRM


def test_what_matches_nothing_is_held_with_the_sender_s_cases(office: Office, receipt: EmailMessage) -> None:
    assert receive(office, written(CITIZEN, "你好", "在吗"), written(STRANGER, "你好", "在吗")) == {
        "held_unmatched": 2
    }
    assert [one.guesses for one in held(office)] == [("D2026-0001",), ()]
    assert sent(office).sent == []


def test_guesses_have_an_end(office: Office, receipt: EmailMessage) -> None:
    words = " ".join(f"D2026-{number:04d}" for number in range(1, 2000))
    receive(office, written(STRANGER, "你好", words))
    assert held(office)[0].guesses == ("D2026-0001",)


# --- citizens on their case


def test_a_supplement_with_a_file(office: Office, receipt: EmailMessage) -> None:
    act(office, Action.CONFIRM, "citizen")
    act(office, Action.REGISTER, "registrar")
    act(office, Action.CORRECT, "registrar", text="请写明年份", answer_by=office.clock().date().replace(month=12))
    notice = sent(office).to(CITIZEN)
    assert receive(office, by_number(notice, "2024年的")) == {"citizen_step": 1}
    assert case(office).case.stage is Stage.NEEDS_CORRECTION
    assert receive(office, answer(notice, "2025年的", file=PDF)) == {"citizen_step": 1}
    assert case(office).case.stage is Stage.CORRECTED
    assert ("补充材料.pdf", PDF) in files(office)
    assert "2025年的" in case(office).case.content.description  # type: ignore[union-attr]
    assert CITIZEN in [one["To"] for one in sent(office).sent]


def test_a_note_is_kept_with_the_case_and_told_to_the_registrar(office: Office, receipt: EmailMessage) -> None:
    assert receive(office, answer(receipt, "请快一点", file=PDF)) == {"citizen_step": 1}
    noted = events(office)[-1]
    assert noted.step is not None
    assert (noted.step.text, noted.actor.role, noted.actor.channel) == ("请快一点", Role.CITIZEN, "mail")
    assert ("补充材料.pdf", PDF) in files(office)
    assert [one["To"] for one in sent(office).sent] == ["registrar@example.cn"]


# --- staff


def test_staff_move_the_case_by_answering(office: Office, receipt: EmailMessage) -> None:
    letters = at_legal_review(office)
    assert receive(office, answer(letters.to("legal@example.cn"), "通过")) == {"staff_step": 1}
    assert case(office).case.stage is Stage.SIGN_OFF
    event = events(office)[-1]
    assert (event.actor.id, event.actor.role, event.actor.channel) == ("legal", Role.LEGAL, "mail")


@pytest.mark.parametrize("sender", [CITIZEN, STRANGER, "leader@example.cn", "registrar@example.cn", MAILBOX])
def test_a_staff_tag_in_other_hands(office: Office, receipt: EmailMessage, sender: str) -> None:
    letters = at_legal_review(office)
    verdicts = receive(office, answer(letters.to("legal@example.cn"), "通过", sender=sender))
    assert verdicts == {"held_other_sender" if sender == MAILBOX else "held_forged": 1}
    assert case(office).case.stage is Stage.LEGAL_REVIEW
    assert held(office)[0].guesses[0] == "D2026-0001"


def test_the_tag_of_another_role_made_up_from_a_genuine_one(office: Office, receipt: EmailMessage) -> None:
    to = str(at_legal_review(office).to("legal@example.cn")["Reply-To"]).replace(".legal.", ".leader.")
    assert receive(office, written("leader@example.cn", "回复", "签发", to=to)) == {"held_unmatched": 1}


def test_another_department_cannot_answer(office: Office, receipt: EmailMessage) -> None:
    act(office, Action.CONFIRM, "citizen")
    act(office, Action.REGISTER, "registrar")
    act(office, Action.ASSIGN, "registrar", department="gongan")
    asked = sent(office).to("police@example.cn")
    words = "答复结果：予以公开\n经审查，予以公开。"
    assert receive(office, answer(asked, words, sender="builder@example.cn")) == {"held_refused": 1}
    assert held(office)[0].guesses[0] == "D2026-0001"
    assert case(office).case.draft is None
    assert receive(office, answer(asked, words)) == {"staff_step": 1}
    assert case(office).case.stage is Stage.LEGAL_REVIEW


def test_without_its_tag_a_staff_mail_is_held(office: Office, receipt: EmailMessage) -> None:
    asked = at_legal_review(office).to("legal@example.cn")
    assert receive(office, answer(asked, "通过", to=MAILBOX)) == {"held_no_tag": 1}
    assert held(office)[0].guesses[0] == "D2026-0001"
    assert case(office).case.stage is Stage.LEGAL_REVIEW


def test_staff_open_no_case_by_mail(office: Office) -> None:
    assert receive(office, written("legal@example.cn", "转来一封", COMPLAINS)) == {"held_unmatched": 1}


def test_an_answer_to_an_old_draft_is_held_and_its_writer_told(office: Office, receipt: EmailMessage) -> None:
    old = at_legal_review(office).to("legal@example.cn")
    act(office, Action.SEND_BACK, "legal", text="补上条款")
    act(office, Action.DRAFT, "police", text="不予公开。", outcome="refused_4")
    act(office, Action.FINISH_DRAFT, "police")
    sent(office)
    assert receive(office, answer(old, "通过")) == {"held_stale": 1}
    assert case(office).case.stage is Stage.LEGAL_REVIEW
    (told,) = sent(office).sent
    assert told["To"] == "legal@example.cn"
    assert "没有照办" in text_of(told)
    assert "不予公开。" in text_of(told)
    assert receive(office, answer(told, "通过")) == {"staff_step": 1}


def test_a_note_in_between_makes_no_answer_stale(office: Office, receipt: EmailMessage) -> None:
    asked = at_legal_review(office).to("legal@example.cn")
    assert receive(office, answer(receipt, "请快一点"), answer(asked, "通过")) == {
        "citizen_step": 1,
        "staff_step": 1,
    }
    assert case(office).case.stage is Stage.SIGN_OFF


def test_the_same_answer_twice_moves_the_case_once(office: Office, receipt: EmailMessage) -> None:
    asked = at_legal_review(office).to("legal@example.cn")
    first, second = answer(asked, "通过"), answer(asked, "通过")
    assert receive(office, first, second, first) == {"staff_step": 1, "held_stale": 1}
    assert actions(office).count(Action.PASS_REVIEW) == 1


def test_unclear_words_are_held(office: Office, receipt: EmailMessage) -> None:
    asked = at_legal_review(office).to("legal@example.cn")
    assert receive(office, answer(asked, "通过，但第二段要改")) == {"held_unclear": 1}
    assert case(office).case.stage is Stage.LEGAL_REVIEW
    assert sent(office).sent == []


def test_a_draft_that_cannot_go_on_is_held_whole(office: Office, receipt: EmailMessage) -> None:
    act(office, Action.CONFIRM, "citizen")
    act(office, Action.REGISTER, "registrar")
    act(office, Action.ASSIGN, "registrar", department="gongan")
    asked = sent(office).to("police@example.cn")
    assert receive(office, answer(asked, "经审查，予以公开。")) == {"held_refused": 1}  # no outcome
    assert case(office).case.draft is None
    assert case(office).case.stage is Stage.COLLECTING


# --- machines


def bounce(mail: EmailMessage, permanent: bool = True) -> bytes:
    """A delivery report (RFC 3464) for a mail of ours."""
    action, status = ("failed", "5.1.1") if permanent else ("delayed", "4.4.1")
    return "\r\n".join(
        [
            "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>",
            f"To: {MAILBOX}",
            "Subject: Undelivered Mail Returned to Sender",
            f"Message-ID: <{os.urandom(6).hex()}@mx.example.com>",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.example.com",
            "",
            f"Final-Recipient: rfc822; {mail['To']}",
            f"Action: {action}",
            f"Status: {status}",
            "Diagnostic-Code: smtp; 550 no such user",
            "",
            "--b",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: {mail['Message-ID']}",
            f"Subject: {REQUEST.ref}",
            "",
            "--b--",
            "",
        ]
    ).encode()


def test_a_bounce_is_an_event_and_a_task_once(office: Office, receipt: EmailMessage) -> None:
    assert receive(office, bounce(receipt), bounce(receipt)) == {"bounced": 2}
    assert actions(office) == [Action.SUBMIT, Action.NOTE]
    assert [key for key in tasks(office) if key.startswith("undeliverable")] != []
    told = sent(office)
    assert [one["To"] for one in told.sent] == ["registrar@example.cn"]
    # the registrar's mail comes back as well: noted, not mailed again
    assert receive(office, bounce(told.sent[0])) == {"bounced": 1}
    assert actions(office) == [Action.SUBMIT, Action.NOTE, Action.NOTE]
    assert sent(office).sent == []


def test_a_delay_is_no_failure(office: Office, receipt: EmailMessage) -> None:
    assert receive(office, bounce(receipt, permanent=False)) == {"bounced": 1}
    assert actions(office) == [Action.SUBMIT]
    assert tasks(office) == {}


def test_a_bounce_of_no_mail_of_ours_is_held(office: Office, receipt: EmailMessage) -> None:
    receipt.replace_header("Message-ID", "<somebody-else@example.com>")
    assert receive(office, bounce(receipt)) == {"held_bounce": 1}
    assert actions(office) == [Action.SUBMIT]
    with pytest.raises(UserError, match="自动发出"):
        mail_in.open_held(office, held(office)[0].id, Kind.LETTER, STAFF[0].acting("terminal"))
    assert sent(office).sent == []


AUTOMATIC: list[dict[str, str]] = [
    {"auto_submitted": "auto-replied"},
    {"precedence": "auto_reply"},
    {"x_autoreply": "yes"},
]


@pytest.mark.parametrize("headers", AUTOMATIC, ids=lambda one: next(iter(one)))
def test_machines_get_no_answer_and_move_nothing(
    office: Office, receipt: EmailMessage, headers: dict[str, str]
) -> None:
    for raw in (
        written(CITIZEN, "自动回复", "确认", to=receipt["Reply-To"], **headers),
        written(STRANGER, "投诉", COMPLAINS, **headers),
    ):
        assert receive(office, raw) == {"no_person": 1}
    assert actions(office) == [Action.SUBMIT]
    assert sent(office).sent == []


def test_our_own_mail_that_comes_back_without_its_marks_is_held(office: Office, receipt: EmailMessage) -> None:
    raw = written(f"{MAILBOX.upper()}", str(receipt["Subject"]), ASKS, to=receipt["Reply-To"])
    assert receive(office, raw, written(MAILBOX, "投诉", COMPLAINS)) == {"held_other_sender": 2}
    assert actions(office) == [Action.SUBMIT]
    with pytest.raises(UserError, match="自动发出"):
        mail_in.open_held(office, held(office)[0].id, Kind.LETTER, STAFF[0].acting("terminal"))
    assert sent(office).sent == []


def test_mail_of_a_list(office: Office, receipt: EmailMessage) -> None:
    news, asking = (
        written(STRANGER, "周刊", "本周新闻", list_id="<a.b>"),
        written(STRANGER, "投诉", COMPLAINS, list_id="<a.b>"),
    )
    own = written(CITIZEN, "回复", "确认", to=receipt["Reply-To"], list_id="<a.b>")
    assert receive(office, news, asking, own) == {"no_person": 1, "held_unmatched": 1, "citizen_step": 1}
    assert actions(office) == [Action.SUBMIT, Action.CONFIRM]


# --- held mail, by a person

REGISTRAR = STAFF[0].acting("terminal")


def test_a_held_mail_is_attached(office: Office, receipt: EmailMessage) -> None:
    receive(office, written(STRANGER, "你好", "我是他的代理人", file=PDF))
    (one,) = held(office)
    mail_in.attach_held(office, one.id, REQUEST, REGISTRAR)
    noted = events(office)[-1]
    assert noted.step is not None
    assert STRANGER in (noted.step.text or "")
    assert ("补充材料.pdf", PDF) in files(office)
    assert (held(office), tasks(office)) == ([], {})


def test_a_held_mail_is_opened(office: Office) -> None:
    receive(office, written(STRANGER, "你好", "见附件", file=PDF))
    assert mail_in.open_held(office, held(office)[0].id, Kind.LETTER, REGISTRAR) == LETTER
    assert ("补充材料.pdf", PDF) in files(office, LETTER)
    assert "请您确认" in text_of(sent(office).to(STRANGER))
    assert (held(office), tasks(office)) == ([], {})


def test_a_held_mail_is_dropped_but_kept(office: Office) -> None:
    receive(office, written(STRANGER, "你好", "在吗"))
    (one,) = held(office)
    mail_in.drop_held(office, one.id, REGISTRAR)
    assert (held(office), tasks(office)) == ([], {})
    with office.store.reading() as t:
        kept = t.inbox.get(one.id)
    assert kept is not None
    assert (kept.raw, kept.verdict) == (one.raw, "dropped:registrar")
    with pytest.raises(UserError, match="没有第"):
        mail_in.drop_held(office, one.id, REGISTRAR)


# --- what goes wrong


def test_an_odd_mail_stops_no_other(office: Office, receipt: EmailMessage) -> None:
    odd = [
        b"",
        b"\xff\xfe\x00",
        b"From: x\r\n\r\n" + COMPLAINS.encode(),
        written(STRANGER, "投诉", "投诉" + "噪音" * 30_000),
        b"From: a@example.com\r\nSubject: =?utf-8?b?7aCA?=\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+2AA-",
        written(STRANGER, "投诉", COMPLAINS, **{"content_disposition": "x" * 3000}),
    ]
    verdicts = receive(office, *odd, answer(receipt, "确认"))
    assert verdicts["citizen_step"] == 1
    assert sum(verdicts.values()) == len(odd) + 1
    assert verdicts["opens_case"] == 2
    assert case(office).case.confirmed_by_applicant is not None


def test_a_fault_of_ours_holds_the_mail_and_the_rest_goes_on(
    office: Office, receipt: EmailMessage, tmp_path: Path
) -> None:
    engine = open_database(tmp_path / "home" / "wenban.db")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TRIGGER no BEFORE INSERT ON cases BEGIN SELECT RAISE(ABORT, 'no'); END"))
    engine.dispose()
    verdicts = receive(office, written(STRANGER, "投诉", COMPLAINS), answer(receipt, "确认"))
    assert verdicts == {"held_refused": 1, "citizen_step": 1}
    assert len(held(office)) == 1


# --- several at once


def handle(place: Place, key: str, start: Any, verdicts: Any) -> None:  # noqa: F811
    """Another process: handles what is in the inbox."""
    office = office_with(Store(open_database(place), Vault([key])), Clock())
    start.wait(30)
    verdicts.put(dict(mail_in.handle_all(office)))


def test_two_processes_handle_each_mail_once(place: Place, store: Store, processes: ForkServerContext) -> None:  # noqa: F811
    office = office_with(store, Clock())
    receive(office, written(CITIZEN, "申请公开", ASKS))
    receipt = sent(office).to(CITIZEN)
    notes = [answer(receipt, f"第{number}次催") for number in range(8)]
    letters = [written(STRANGER, "投诉", f"{COMPLAINS}{number}") for number in range(8)]
    odd = [written(STRANGER, "你好", f"在吗{number}") for number in range(4)]
    kept = [one for three in zip(notes, letters, strict=True) for one in three] + odd
    with store.transaction() as t:
        for number, raw in enumerate(kept):
            t.inbox.keep(f"m{number}", raw, office.clock())
    start, told = processes.Barrier(2), processes.SimpleQueue()
    workers = [processes.Process(target=handle, args=(place, KEY, start, told)) for _ in range(2)]
    for worker in workers:
        worker.start()
    counts = [told.get() for _ in workers]
    for worker in workers:
        worker.join(30)
    total = {name: sum(one.get(name, 0) for one in counts) for name in {**counts[0], **counts[1]}}
    assert total == {"citizen_step": 8, "opens_case": 8, "held_unmatched": 4}
    assert actions(office) == [Action.SUBMIT, *[Action.NOTE] * 8]
    with store.reading() as t:
        assert sorted(one.case.number.sequence for one in t.cases.find(kind=Kind.LETTER)) == list(range(1, 9))
        assert len(t.inbox.held()) == 4


def test_a_staff_tag_of_an_erased_case(office: Office, receipt: EmailMessage) -> None:
    asked = at_legal_review(office).to("legal@example.cn")
    with office.store.transaction() as t:
        t.cases.erase(office.find(t, REQUEST))
    assert receive(office, answer(asked, "通过")) == {"held_refused": 1}
    assert receive(office, answer(receipt, "确认")) == {"held_other_sender": 1}


def test_a_staff_tag_of_a_number_that_there_is_not(office: Office) -> None:
    with office.store.reading() as t:
        to = tagged(MAILBOX, Tag(REQUEST, Role.LEGAL, 3), t.cases.keyed)
    assert receive(office, written("legal@example.cn", "回复", "通过", to=to)) == {"held_forged": 1}

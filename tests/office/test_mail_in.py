"""Mail in: opened, matched and acted on; nobody passes for somebody else."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from bot.mailbox.mail.tags import Tag, tagged
from bot.mailbox.people import Role
from bot.mailbox.stages import Action, Stage
from bot.office.office import Office
from tests.office.mailing import (
    ASKS,
    CITIZEN,
    COMPLAINS,
    LETTER,
    MAILBOX,
    PDF,
    REQUEST,
    STRANGER,
    act,
    actions,
    answer,
    at_legal_review,
    case,
    events,
    files,
    held,
    receive,
    sent,
    tasks,
    text_of,
    written,
)

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


def test_only_the_first_numbers_are_looked_up(office: Office, receipt: EmailMessage) -> None:
    words = " ".join(f"D2026-{number:04d}" for number in range(2000, 0, -1))
    receive(office, written(STRANGER, "你好", words), written(STRANGER, "你好", words[-109:]))
    assert [one.guesses for one in held(office)] == [(), ("D2026-0001",)]


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
    (told,) = sent(office).sent
    assert told["To"] == "registrar@example.cn"
    assert "的申请人来信：\n请快一点" in text_of(told).replace("\r\n", "\n")


def test_a_note_nobody_is_told_of_is_a_task(office: Office, receipt: EmailMessage) -> None:
    with office.store.transaction() as t:
        t.people.remove("registrar")
    receive(office, answer(receipt, "请快一点"))
    assert tasks(office) == {"nobody:D2026-0001:registrar:1": Role.ADMIN}


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

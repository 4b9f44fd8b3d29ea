"""What each kind of mail, sender, match and wording leads to."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mailbox.cases import Case, Origin, Rating, Step
from bot.mailbox.mail.decide import Decision, Known, Verdict, decide
from bot.mailbox.mail.parsed import Address, MailAttachment, MailKind, ParsedMail
from bot.mailbox.mail.tags import Tag
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import Role, Staff
from bot.mailbox.stages import Action, Stage
from bot.mailbox.workflow import take
from tests.mailbox.moves import CALENDAR, LATE, A, D, L, R, S, actor, reached

CITIZEN, STRANGER = "li@example.com", "stranger@example.com"
FILE = MailAttachment("证明.pdf", "application/pdf", b"%PDF")
V = Verdict


def mail(
    text: str = "", kind: MailKind = MailKind.PERSON, sender: str | None = CITIZEN, **changes: Any
) -> ParsedMail:
    known: dict[str, Any] = {
        "message_id": "1@example.com",
        "sender": Address("", sender) if sender else None,
        "reply_to": None,
        "recipients": (Address("", "mailbox@localhost"),),
        "in_reply_to": (),
        "references": (),
        "subject": "主题",
        "date": None,
        "text": text,
        "quoted": "",
        "attachments": (),
        "kind": kind,
        "bounce": None,
        "defects": (),
    }
    return ParsedMail(**{**known, **changes})


def at(stage: Stage, kind: Any = D) -> Case:
    """A case at this stage that came by mail."""
    case = reached(kind)[stage]
    assert case.content is not None
    who = case.content.applicant.model_copy(update={"email": CITIZEN})
    content = case.content.model_copy(update={"applicant": who})
    return case.model_copy(update={"content": content, "origin": Origin(channel="mail", user_key=CITIZEN)})


def unconfirmed(kind: Any = D) -> Case:
    return at(S.SUBMITTED, kind).model_copy(update={"confirmed_by_applicant": None})


def tagged(case: Case) -> Known:
    return Known(tag=Tag(case.number), case=case)


def account(role: Role) -> Staff:
    return Staff(id=role.value, name="某人", role=role, department="zhujian", email=f"{role}@example.cn")


def by_staff(case: Case, role: Role, **changes: Any) -> Known:
    return replace(Known(tag=Tag(case.number, role, case.version), case=case, staff=account(role)), **changes)


def shown(decision: Decision) -> list[tuple[Action, str | None]]:
    return [(step.action, step.text) for step in decision.steps]


# --- machines


@pytest.mark.parametrize("kind", [MailKind.AUTO_REPLY, MailKind.RECEIPT])
@pytest.mark.parametrize(
    "known", [Known(), Known(looks_like="letter"), tagged(unconfirmed())], ids=["", "new", "case"]
)
def test_a_machine_opens_and_moves_nothing(kind: MailKind, known: Known) -> None:
    decision = decide(mail("确认", kind), known)
    assert (decision.verdict, decision.steps) == (V.NO_PERSON, ())
    assert decision.number == (known.case.number if known.case else None)


def test_bounces() -> None:
    assert decide(mail(kind=MailKind.BOUNCE), Known(bounced=True)).verdict is V.BOUNCED
    for known in (Known(), Known(looks_like="letter"), tagged(unconfirmed())):
        assert decide(mail("确认", MailKind.BOUNCE), known) == Decision(V.HELD_BOUNCE)


@pytest.mark.parametrize("known", [Known(looks_like="letter"), tagged(unconfirmed())])
def test_our_own_mail_coming_back_opens_and_moves_nothing(known: Known) -> None:
    decision = decide(mail("确认"), replace(known, from_us=True))
    assert (decision.verdict, decision.steps) == (V.HELD_OTHER_SENDER, ())


def test_mail_of_a_list() -> None:
    case = unconfirmed()
    listed = mail("确认", MailKind.LIST)
    assert decide(listed, Known()) == Decision(V.NO_PERSON)
    assert decide(listed, Known(looks_like="letter")) == Decision(V.HELD_UNMATCHED)
    assert shown(decide(listed, tagged(case))) == [(A.CONFIRM, None)]
    assert decide(listed, Known(case=case)).verdict is V.CITIZEN_STEP
    staff = mail("通过", MailKind.LIST, sender="legal@example.cn")
    assert decide(staff, by_staff(at(S.LEGAL_REVIEW), R.LEGAL)).verdict is V.STAFF_STEP


# --- nobody's case


def test_mail_that_matches_nothing() -> None:
    assert decide(mail("在吗"), Known()) == Decision(V.HELD_UNMATCHED)
    assert decide(mail("投诉噪音"), Known(looks_like="letter")) == Decision(V.OPENS_CASE)
    assert decide(mail("转来一封信"), Known(looks_like="letter", staff=account(R.LEGAL))) == Decision(
        V.HELD_UNMATCHED
    )


# --- citizens: who


def test_only_the_applicant_acts_on_the_case() -> None:
    case = unconfirmed()
    for sender in (STRANGER, None, "legal@example.cn"):
        assert decide(mail("确认", sender=sender), tagged(case)) == Decision(V.HELD_OTHER_SENDER, case.number)
    assert shown(decide(mail("确认"), tagged(case))) == [(A.CONFIRM, None)]


def test_the_sender_is_from_and_not_reply_to() -> None:
    case = unconfirmed()
    told = mail("确认", sender=STRANGER, reply_to=Address("", CITIZEN))
    assert decide(told, tagged(case)).verdict is V.HELD_OTHER_SENDER
    assert decide(mail("确认", reply_to=Address("", STRANGER)), tagged(case)).verdict is V.CITIZEN_STEP


def test_whoever_was_asked_for_an_opinion_cannot_act_as_the_applicant() -> None:
    case = at(S.CONSULTING)
    known = Known(tag=Tag(case.number, party=True), case=case)
    for sender in (CITIZEN, "company@example.com"):
        assert decide(mail("撤回", sender=sender), known) == Decision(V.HELD_OTHER_SENDER, case.number)


def test_staff_without_a_tag_do_not_act() -> None:
    case = at(S.LEGAL_REVIEW)
    known = Known(case=case, staff=account(R.LEGAL), answers_us=True)
    assert decide(mail("通过", sender="legal@example.cn"), known) == Decision(V.HELD_NO_TAG, case.number)


def test_an_erased_case_belongs_to_nobody() -> None:
    case = unconfirmed().model_copy(update={"content": None, "origin": Origin(channel="", user_key="")})
    assert decide(mail("确认"), tagged(case)).verdict is V.HELD_OTHER_SENDER


def test_the_address_in_the_form_counts_whatever_its_letters() -> None:
    case = at(S.REPLIED)
    assert case.content is not None
    who = case.content.applicant.model_copy(update={"email": "Li@Example.COM"})
    case = case.model_copy(
        update={
            "content": case.content.model_copy(update={"applicant": who}),
            "origin": Origin(channel="telegram", user_key="tg:1"),
        }
    )
    assert decide(mail("满意"), tagged(case)).verdict is V.CITIZEN_STEP
    assert decide(mail("满意", sender="tg:1"), tagged(case)).verdict is V.HELD_OTHER_SENDER


# --- citizens: how the case was found

MOVING = [
    (unconfirmed(), "确认", A.CONFIRM),
    (at(S.COLLECTING), "撤回申请", A.WITHDRAW),
    (at(S.NEEDS_CORRECTION), "是解放路以东的", A.SUPPLEMENT),
    (at(S.NEEDS_CORRECTION), "申请延长补正时间", A.ASK_MORE_TIME),
    (at(S.REPLIED), "满意", A.RATE),
    (at(S.REPLIED, L), "非常不满意", A.RATE),
]


@pytest.mark.parametrize(("case", "text", "action"), MOVING)
def test_a_number_in_the_subject_and_a_forged_sender_give_a_note_only(
    case: Case, text: str, action: Action
) -> None:
    for proof in (tagged(case), Known(case=case, answers_us=True)):
        assert [step.action for step in decide(mail(text), proof).steps] == [action]
    assert shown(decide(mail(text), Known(case=case))) == [(A.NOTE, text)]


WORDS = st.sampled_from([text for _, text, _ in MOVING]) | st.text()


@given(st.sampled_from([case for kind in (D, L) for case in map(lambda s: at(s, kind), reached(kind))]), WORDS)  # noqa: C417
def test_whatever_is_written_without_proof_is_a_note_that_can_be_taken(case: Case, text: str) -> None:
    decision = decide(mail(text), Known(case=case))
    assert [step.action for step in decision.steps] == [A.NOTE]
    take(case, decision.steps[0], actor(R.CITIZEN), LATE, CALENDAR)


@given(st.sampled_from([case for kind in (D, L) for case in map(lambda s: at(s, kind), reached(kind))]), WORDS)  # noqa: C417
def test_the_workflow_takes_every_step_of_a_citizen(case: Case, text: str) -> None:
    decision = decide(mail(text), tagged(case))
    assert decision.verdict is V.CITIZEN_STEP
    (step,) = decision.steps
    take(case, step, actor(R.CITIZEN), LATE, CALENDAR)


# --- citizens: what

CITIZEN_WORDS = [
    (unconfirmed(), A.CONFIRM, ["确认", "确认。", "我确认", "本人确认无误", "是我写的。", "确认是我本人提交的", "好的，确认", "确认\n\n李明"]),
    (unconfirmed(), A.NOTE, ["确认一下什么时候办好？", "我确认不是我写的", "不是我写的", "确认收到没有", "好的", "", "确认\n但是要改一下地址"]),
    (at(S.SUBMITTED), A.NOTE, ["确认"]),
    (at(S.COLLECTING), A.WITHDRAW, ["撤回", "撤回。", "我要撤回申请", "我想撤回这件申请。", "撤销申请\n谢谢", "申请撤回"]),
    (at(S.COLLECTING), A.NOTE, ["我不撤回", "撤回要怎么办理？", "撤回？", "能不能撤回", "撤回\n先别撤，我再想想", "撤回公告在哪里"]),
    (at(S.REPLIED), A.NOTE, ["撤回"]),
    (at(S.NEEDS_CORRECTION), A.SUPPLEMENT, ["2025年的", "解放路片区\n附件里有地图", "补充：收到的是2024年的公告"]),
    (at(S.NEEDS_CORRECTION), A.NOTE, ["", "收到", "好的，谢谢您！", "已收到，尽快处理。", "OK"]),
    (at(S.NEEDS_CORRECTION), A.ASK_MORE_TIME, ["申请延长补正时间", "能不能晚几天？人在外地", "希望延期到月底"]),
    (at(S.REPLIED), A.NOTE, ["满意的答复我还没有看到", "谢谢", "满意度调查在哪里", "满意？", ""]),
    (at(S.RATED), A.NOTE, ["满意"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "action", "text"), [(c, a, text) for c, a, texts in CITIZEN_WORDS for text in texts]
)
def test_what_a_citizen_asks_for(case: Case, action: Action, text: str) -> None:
    (step,) = decide(mail(text), tagged(case)).steps
    assert step.action is action
    if action is not A.CONFIRM:
        assert step.text == (text.strip() or "（空白的来信）")


@pytest.mark.parametrize("rating", Rating)
@pytest.mark.parametrize("written", ["{}", "{}。谢谢", "评价：{}", "我{}，办得快", "{}\n\n李明"])
def test_ratings(rating: Rating, written: str) -> None:
    (step,) = decide(mail(written.format(rating)), tagged(at(S.REPLIED))).steps
    assert (step.action, step.rating) == (A.RATE, rating)


def test_a_file_without_words_is_a_supplement() -> None:
    case = at(S.NEEDS_CORRECTION)
    assert shown(decide(mail(attachments=(FILE,)), tagged(case))) == [(A.SUPPLEMENT, "（没有文字，见附件）")]


def test_a_very_long_mail_is_cut_for_it_lies_beside() -> None:
    (step,) = decide(mail("字" * 30_000), tagged(at(S.COLLECTING))).steps
    assert step.text == "字" * 20_000


# --- staff


def test_a_tag_moves_the_case_only_for_the_account_of_its_role() -> None:
    case = at(S.LEGAL_REVIEW)
    told = mail("通过", sender="legal@example.cn")
    assert shown(decide(told, by_staff(case, R.LEGAL))) == [(A.PASS_REVIEW, None)]
    for staff in (None, account(R.LEADER), account(R.ADMIN), account(R.REGISTRAR), account(R.DEPARTMENT)):
        assert decide(told, by_staff(case, R.LEGAL, staff=staff)) == Decision(V.HELD_FORGED, case.number)
    assert decide(told, replace(by_staff(case, R.LEGAL), case=None)) == Decision(V.HELD_FORGED)


@pytest.mark.parametrize(
    ("since", "verdict"),
    [
        ((), V.STAFF_STEP),
        ((A.NOTE, A.REDATE, A.CONFIRM), V.STAFF_STEP),
        ((A.SEND_BACK, A.DRAFT, A.FINISH_DRAFT), V.HELD_STALE),
        ((A.NOTE, A.EXTEND), V.HELD_STALE),
    ],
)
def test_an_answer_to_an_old_draft_is_not_one_to_the_new(since: tuple[Action, ...], verdict: Verdict) -> None:
    case = at(S.LEGAL_REVIEW)
    decision = decide(mail("通过"), by_staff(case, R.LEGAL, since_tag=since))
    assert (decision.verdict, decision.number) == (verdict, case.number)


STAFF_WORDS = [
    (at(S.LEGAL_REVIEW), R.LEGAL, [(A.PASS_REVIEW, None)], ["通过", "通过。", "审核通过", "同意", "没有意见", "通过\n\n张三\n区司法局"]),
    (at(S.LEGAL_REVIEW), R.LEGAL, [(A.SEND_BACK, "补上条款")], ["退回：补上条款", "退回修改: 补上条款", "不同意，补上条款", "不通过。补上条款", "修改：\n补上条款"]),
    (at(S.LEGAL_REVIEW), R.LEGAL, [(A.SEND_BACK, "退回")], ["退回"]),
    (at(S.LEGAL_REVIEW), R.LEGAL, [], ["同意退回修改", "通过，但第二段要改", "通过\n但第二段要改", "通过？", "收到", "", "没有意见的话就通过吧？", "通过了没有"]),
    (at(S.SIGN_OFF), R.LEADER, [(A.SIGN, None)], ["签发", "同意签发。", "同意", "批准", "请签发"]),
    (at(S.SIGN_OFF), R.LEADER, [(A.SEND_BACK, "太长")], ["退回：太长", "不签发，太长"]),
    (at(S.SIGN_OFF), R.LEADER, [], ["签发前再核对一下", "暂不签发", "同意签发" * 30 + "x"]),
    (at(S.SIGN_OFF), R.LEGAL, [], ["退回：晚了"]),
    (at(S.APPROVED), R.REGISTRAR, [(A.REPLY, None)], ["答复", "请答复", "发出", "可以发了"]),
    (at(S.APPROVED), R.REGISTRAR, [(A.SEND_BACK, "日期错了")], ["退回：日期错了"]),
    (at(S.APPROVED), R.REGISTRAR, [], ["答复里的日期错了", "发出之前改一下日期", "通过"]),
    (at(S.SUBMITTED), R.REGISTRAR, [(A.REGISTER, None)], ["登记", "予以登记", "受理"]),
    (at(S.SUBMITTED, L), R.REGISTRAR, [(A.ACCEPT, None)], ["受理", "登记"]),
    (at(S.SUBMITTED, L), R.REGISTRAR, [], ["受理不了", "不受理", "登记有误", "退回：重复"]),
    (at(S.DRAFTING, L), R.DEPARTMENT, [(A.DRAFT, "路灯已经修好。"), (A.FINISH_DRAFT, None)], ["路灯已经修好。"]),
    (at(S.ASSIGNED, L), R.DEPARTMENT, [(A.TAKE, None), (A.DRAFT, "路灯已经修好。"), (A.FINISH_DRAFT, None)], ["路灯已经修好。\n"]),
    (at(S.ASSIGNED, L), R.DEPARTMENT, [(A.RETURN, "归城管局")], ["退回：归城管局", "退回\n归城管局"]),
    (at(S.COLLECTING), R.DEPARTMENT, [(A.RETURN, "归城管局")], ["退回：归城管局"]),
    (at(S.COLLECTING), R.DEPARTMENT, [(A.RETURN, "退回")], ["退回"]),
    (at(S.DRAFTING), R.DEPARTMENT, [], ["退回：归城管局"]),
    (at(S.DRAFTING, L), R.DEPARTMENT, [], ["收到", "好的，马上办。", "", "字" * 20_001]),
    (at(S.LEGAL_REVIEW), R.DEPARTMENT, [], ["经审查，予以公开。"]),
    (at(S.DRAFTING), R.DEPARTMENT, [], ["答复结果：随便\n经审查", "答复结果：予以公开", "答复结果：予以公开\n收到"]),
    (at(S.DRAFTING), R.ADMIN, [], ["通过"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "role", "steps", "text"), [(c, r, steps, text) for c, r, steps, texts in STAFF_WORDS for text in texts]
)
def test_what_staff_ask_for(case: Case, role: Role, steps: list[tuple[Action, str | None]], text: str) -> None:
    decision = decide(mail(text, sender=f"{role}@example.cn"), by_staff(case, role))
    assert shown(decision) == steps
    assert decision.verdict is (V.STAFF_STEP if steps else V.HELD_UNCLEAR)
    for step in decision.steps:
        case = take(case, step, actor(role), LATE if step.action is A.ABANDON else case.arrived, CALENDAR)


@pytest.mark.parametrize(
    ("text", "draft", "outcome"),
    [
        ("答复结果：予以公开\n经审查，予以公开。", "经审查，予以公开。", Outcome.GRANTED),
        ("答复结果: 不予公开4\n\n不同意公开，理由如下。\n一、", "不同意公开，理由如下。\n一、", Outcome.REFUSED_4),
        ("不同意公开，涉及第三方。", "不同意公开，涉及第三方。", None),
        ("修改后的答复：予以公开。", "修改后的答复：予以公开。", None),
    ],
)
def test_a_department_writes_the_draft(text: str, draft: str, outcome: Outcome | None) -> None:
    case = at(S.COLLECTING)
    decision = decide(mail(text), by_staff(case, R.DEPARTMENT))
    assert decision.steps == (
        Step(action=A.DRAFT, text=draft, outcome=outcome),
        Step(action=A.FINISH_DRAFT),
    )


@given(
    st.text(), st.sampled_from([role for role in Role if role not in {R.CITIZEN, R.SYSTEM}]), st.sampled_from(Stage)
)
def test_any_words_of_staff_are_steps_or_held(text: str, role: Role, stage: Stage) -> None:
    if stage not in reached(D):
        return
    decision = decide(mail(text), by_staff(at(stage), role))
    assert (decision.verdict is V.STAFF_STEP) == bool(decision.steps)
    assert decision.verdict in {V.STAFF_STEP, V.HELD_UNCLEAR}

"""What staff may do by buttons and prompts, what it does, and that nobody else learns anything."""

from datetime import date

import pytest

from bot.channels.terminal import plain
from bot.conversation.messages import Ending, Incoming, Reply
from bot.mailbox.cases import Case, Origin, Step
from bot.mailbox.content import Content, DisclosureRequest, Letter, LetterKind, Medium, Way
from bot.mailbox.deadlines import Consulted, ReceivedBy
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import Actor, Applicant, Role
from bot.mailbox.stages import ACTION_NAMES, Action, Stage
from bot.office.office import Office, Submission
from bot.reception import Reception
from index.snapshot import Snapshot
from tests.conftest import NOW
from tests.telegram.conftest import DEPARTMENT, LEADER, LEGAL, OTHERS, REGISTRAR, STAFF, STRANGER

A = Action
ME = Applicant(name="李明", identity="420102199003078515", phone="13812345678")
WANTED = "解放路片区征收补偿方案"
REQUEST = DisclosureRequest(applicant=ME, description=WANTED, medium=Medium.PAPER, way=Way.IN_PERSON)
LETTER = Letter(applicant=ME, letter_kind=LetterKind.HELP, subject="路灯不亮", text="半个月了。")
DRAFTED = (A.REGISTER, A.ASSIGN, A.DRAFT)
SIGNED = (*DRAFTED, A.FINISH_DRAFT, A.PASS_REVIEW, A.SIGN)
FIELDS = {A.ASSIGN: {"department": "zhujian"}, A.DRAFT: {"text": "全文。", "outcome": Outcome.GRANTED},
          A.CORRECT: {"text": "哪一片？", "answer_by": date(2026, 12, 20)},
          A.CONSULT: {"whom": Consulted.THIRD_PARTY, "authority": "某公司"}}  # fmt: skip
ADMIN = Actor(role=Role.ADMIN, id="root", channel="terminal")


class Desk:
    """The reception of one store, asked by several people."""

    def __init__(self, office: Office, snapshot: Snapshot) -> None:
        self.office = office
        self.reception = Reception(lambda: snapshot, office, lambda: NOW)
        self.prompt = ""

    def open(self, content: Content, *actions: Action, user_key: str = "tg:1") -> Case:
        """A case that has come so far."""
        with self.office.store.transaction() as t:
            key = f"k{len(t.cases.find())}"
            submission = Submission(key, content, Origin(channel="telegram", user_key=user_key), ReceivedBy.CHAT)
            number = self.office.open(t, submission)[0].case.number
        for action in actions:
            self.office.act(number, Step(action=action, **FIELDS.get(action, {})), ADMIN)
        return self.now(number.ref)

    def now(self, ref: str) -> Case:
        """The case as it stands."""
        with self.office.store.reading() as t:
            return next(one.case for one in t.cases.find() if one.case.number.ref == ref)

    def answer(self, chat: int, incoming: Incoming) -> Reply:
        return self.reception.answer_now("telegram", f"tg:{chat}", incoming)

    def press(self, chat: int, action: str) -> Reply:
        reply = self.answer(chat, Incoming(action=action))
        self.prompt = plain(reply) if reply.asks else self.prompt
        return reply

    def write(self, chat: int, text: str) -> Reply:
        """In reply to the last prompt."""
        return self.answer(chat, Incoming(text=text, reply_to=self.prompt))


@pytest.fixture
def desk(office: Office, shipped: Snapshot) -> Desk:
    return Desk(office, shipped)


def code(case: Case, action: Action, *more: str) -> str:
    return ":".join((f"s:{case.number.ref}", str(case.version), action, *more))


def data(reply: Reply) -> list[str]:
    return [button.action for row in reply.buttons for button in row]


@pytest.mark.parametrize(
    ("actions", "chat", "action", "more", "said", "fields"),
    [
        ((A.REGISTER,), REGISTRAR, A.CORRECT, (), "请写明片区", {"text": "请写明片区", "answer_by": date(2026, 12, 15)}),
        ((A.REGISTER,), REGISTRAR, A.CORRECT, (), "2026年12月30日\n请写明", {"text": "请写明", "answer_by": date(2026, 12, 30)}),
        ((A.REGISTER, A.CORRECT), REGISTRAR, A.PROLONG, (), "2026-12-31", {"answer_by": date(2026, 12, 31)}),
        ((A.REGISTER, A.CORRECT), REGISTRAR, A.SUPPLEMENT, (), "东头", {"text": "东头"}),
        (DRAFTED, REGISTRAR, A.EXTEND, (), "１０ 个工作日\n\n李局长\n材料多\n要核对", {"days": 10, "approver": "李局长", "text": "材料多\n要核对"}),
        ((A.REGISTER,), REGISTRAR, A.TRANSFER, (), "市住建局 0716-8000000\n不是本区的", {"authority": "市住建局 0716-8000000", "text": "不是本区的"}),
        (DRAFTED, REGISTRAR, A.CONSULT, ("co_author",), "市局 a@b.cn\n请函复", {"whom": Consulted.CO_AUTHOR, "authority": "市局 a@b.cn", "email": "a@b.cn", "text": "请函复"}),
        ((A.REGISTER, A.ASSIGN, A.CONSULT), REGISTRAR, A.OPINION, (), "同意公开", {"text": "同意公开"}),
        ((A.REGISTER, A.ASSIGN), DEPARTMENT, A.RETURN, (), "不归我们", {"text": "不归我们"}),
        ((A.REGISTER, A.ASSIGN), DEPARTMENT, A.DRAFT, ("refused_4",), "全文\n两行", {"text": "全文\n两行", "outcome": Outcome.REFUSED_4}),
        ((A.REGISTER, A.ASSIGN), DEPARTMENT, A.DRAFT, ("refused_4",), "答复结果：部分公开\n\n全文", {"text": "全文", "outcome": Outcome.PARTLY}),
        ((*DRAFTED, A.FINISH_DRAFT), LEGAL, A.SEND_BACK, (), "缺依据", {"text": "缺依据"}),
        ((*DRAFTED, A.FINISH_DRAFT, A.PASS_REVIEW), LEADER, A.SEND_BACK, (), "再核", {"text": "再核"}),
        ((A.REGISTER,), LEGAL, A.NOTE, (), "问过了", {"text": "问过了"}),
    ],
)  # fmt: skip
def test_a_written_step(desk: Desk, actions: tuple[Action, ...], chat: int, action: Action, more: tuple[str, ...],
                        said: str, fields: dict[str, object]) -> None:  # fmt: skip
    case = desk.open(REQUEST, *actions)
    reply = desk.press(chat, code(case, action, *more))
    assert reply.asks
    assert not reply.replaces
    assert plain(reply).startswith(f"{case.number} {ACTION_NAMES[action]}")
    assert desk.now(case.number.ref).version == case.version
    done = desk.write(chat, said)
    assert f"{ACTION_NAMES[action]}：办好了" in plain(done)
    with desk.office.store.reading() as t:
        stored = t.cases.get(case.number)
        assert stored is not None
        last = t.cases.events(stored)[-1]
    assert last.step == Step(action=action, **fields)
    assert last.actor.id == next(one.id for one in STAFF if one.telegram_id == chat)


@pytest.mark.parametrize(
    ("action", "said", "why"),
    [
        (A.EXTEND, "李局长", "几个工作日"),
        (A.EXTEND, "10", "批准人"),
        (A.EXTEND, f"10\n{'长' * 41}\n理由", "太长"),
        (A.CORRECT, "2026-13-45\n请写明", "没有“2026-13-45”这一天"),
        (A.CORRECT, "2026-12-30", "请写明内容"),
        (A.TRANSFER, "市住建局", "请写明内容或理由"),
        (A.NOTE, "  ", "请写明内容"),
    ],
)
def test_what_is_written_wrongly_is_said_and_changes_nothing(
    desk: Desk, action: Action, said: str, why: str
) -> None:
    case = desk.open(REQUEST, A.REGISTER)
    desk.press(REGISTRAR, code(case, action))
    refused = desk.write(REGISTRAR, said)
    assert why in plain(refused)
    assert data(refused)
    assert desk.now(case.number.ref) == case
    good = {A.EXTEND: "10\n李局长\n理由", A.TRANSFER: "市局\n理由"}.get(action, "内容")
    assert "办好了" in plain(desk.write(REGISTRAR, good)), "the same prompt may be answered again"


def test_choices_before_a_step(desk: Desk) -> None:
    case = desk.open(REQUEST, A.REGISTER)
    assigning = desk.press(REGISTRAR, code(case, A.ASSIGN))
    assert assigning.replaces
    assert len(data(assigning)) == len(desk.office.desk.departments) + 1
    assert data(assigning)[-1] == f"s:{case.number.ref}"
    card = desk.press(REGISTRAR, code(case, A.ASSIGN, "zhujian"))
    assert card.replaces
    assert desk.now(case.number.ref).department == "zhujian"
    case = desk.now(case.number.ref)
    groups = desk.press(DEPARTMENT, code(case, A.DRAFT))
    assert code(case, A.DRAFT, "granted") in data(groups)
    rows = desk.press(DEPARTMENT, code(case, A.DRAFT, "not_processed"))
    assert data(rows)[:-1] == [code(case, A.DRAFT, f"not_processed_{number}") for number in range(1, 6)]
    prompt = desk.press(DEPARTMENT, code(case, A.DRAFT, "not_processed_2"))
    assert "答复结果：不予处理（重复申请）" in plain(prompt)
    assert "【" in plain(prompt)
    assert "谁的意见" in plain(desk.press(REGISTRAR, code(case, A.CONSULT)))


@pytest.mark.parametrize(("actions", "chat", "action"), [(SIGNED[:-1], LEADER, A.SIGN), (SIGNED, REGISTRAR, A.REPLY), ((), REGISTRAR, A.WITHDRAW)])  # fmt: skip
def test_what_cannot_be_undone_is_asked_once_more(
    desk: Desk, actions: tuple[Action, ...], chat: int, action: Action
) -> None:
    case = desk.open(REQUEST, *actions)
    asked = desk.press(chat, code(case, action))
    assert data(asked) == [code(case, action, "yes"), f"s:{case.number.ref}"]
    assert desk.now(case.number.ref) == case
    desk.press(chat, code(case, action, "yes"))
    assert desk.now(case.number.ref).version == case.version + 1


@pytest.mark.parametrize(
    ("chat", "actions", "action"),
    [
        (LEGAL, (), A.REGISTER),
        (REGISTRAR, SIGNED[:-1], A.SIGN),
        (DEPARTMENT, SIGNED[:-1], A.SIGN),
        (OTHERS, (A.REGISTER, A.ASSIGN), A.DRAFT),
        (DEPARTMENT, (A.REGISTER,), A.DRAFT),
        (LEADER, (), A.REDATE),
        (REGISTRAR, SIGNED, A.RATE),
        (REGISTRAR, (), A.SUBMIT),
    ],
)
def test_a_forged_button_of_another_role_is_refused(desk: Desk, chat: int, actions: tuple[Action, ...],
                                                    action: Action, caplog: pytest.LogCaptureFixture) -> None:  # fmt: skip
    case = desk.open(REQUEST, *actions)
    for more in ((), ("yes",), ("granted",)):
        reply = desk.press(chat, code(case, action, *more))
        assert "不" in plain(reply)
    assert desk.now(case.number.ref) == case
    assert f"refused: {action} on {case.number.ref}" in caplog.text
    assert "李明" not in caplog.text


def test_a_department_sees_no_case_of_another(desk: Desk) -> None:
    case = desk.open(REQUEST, *DRAFTED)
    for action in (f"s:{case.number.ref}", code(case, A.DRAFT), code(case, A.NOTE)):
        reply = desk.press(OTHERS, action)
        assert plain(reply) == "这件不是由您的部门承办。"
        assert not reply.buttons
    assert not desk.answer(OTHERS, Incoming(text="/cases")).buttons


@pytest.mark.parametrize("chat", [STRANGER, 1], ids=["a stranger", "the applicant"])
@pytest.mark.parametrize("removed", [False, True])
def test_who_is_no_staff_learns_nothing(
    desk: Desk, chat: int, removed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    case = desk.open(REQUEST, A.REGISTER)
    note = code(case, A.NOTE)
    desk.press(REGISTRAR, note)
    if removed:
        chat = REGISTRAR
        with desk.office.store.transaction() as t:
            t.people.remove("wang")
    unknown = desk.answer(chat, Incoming(action="x:unknown"))
    for action in (f"s:{case.number.ref}", code(case, A.ASSIGN, "zhujian"), note, "s:nonsense", "s:D2026-0999"):
        assert desk.answer(chat, Incoming(action=action)) == unknown
    assert desk.answer(chat, Incoming(text="/desk")) == desk.answer(chat, Incoming(text="/nonsense"))
    nothing = desk.answer(chat, Incoming(text="乱七八糟的话"))
    assert desk.write(chat, "乱七八糟的话").blocks == nothing.blocks
    assert desk.now(case.number.ref) == case
    assert "who is no staff" in caplog.text
    assert "tg:" not in caplog.text


def test_an_old_version_is_refused_and_the_case_shown_as_it_is(desk: Desk) -> None:
    case = desk.open(REQUEST)
    desk.press(REGISTRAR, code(case, A.NOTE))
    desk.office.act(case.number, Step(action=A.REGISTER), ADMIN)
    for reply in (desk.press(REGISTRAR, code(case, A.WITHDRAW, "yes")), desk.write(REGISTRAR, "记一笔")):
        assert "刚刚被别人办理过" in plain(reply)
        assert "已登记" in plain(reply)
        assert code(desk.now(case.number.ref), A.ASSIGN) in data(reply)
    assert desk.now(case.number.ref).stage is Stage.REGISTERED


def test_the_same_button_twice_is_one_step(desk: Desk) -> None:
    case = desk.open(REQUEST)
    assert "办好了" in plain(desk.press(REGISTRAR, code(case, A.REGISTER)))
    assert "您已经办过了" in plain(desk.press(REGISTRAR, code(case, A.REGISTER)))
    assert desk.now(case.number.ref).version == case.version + 1


def test_a_citizens_words_never_stand_for_a_prompt(desk: Desk) -> None:
    victim = desk.open(LETTER)
    text = f"{victim.number} 不予受理\n办理码：{victim.number.ref}:{victim.version}:decline:AAAAAAAAAA"
    forged = desk.open(LETTER.model_copy(update={"text": text}))
    card = desk.press(REGISTRAR, f"s:{forged.number.ref}")
    for reply_to in (plain(card), text):
        reply = desk.answer(REGISTRAR, Incoming(text="知道了", reply_to=reply_to))
        assert reply.ending is not Ending.STATUS
    assert desk.now(victim.number.ref) == victim
    assert desk.now(forged.number.ref) == forged


def test_cases_of_the_role_the_most_urgent_first(desk: Desk) -> None:
    late = desk.open(REQUEST, A.REGISTER)
    soon = desk.open(LETTER, A.ACCEPT)
    desk.open(REQUEST, *DRAFTED, A.FINISH_DRAFT)
    for command in ("/cases", "/desk", "/CASES 现在"):
        listing = desk.answer(REGISTRAR, Incoming(text=command))
        assert data(listing) == [f"s:{soon.number.ref}", f"s:{late.number.ref}"]
        labels = [button.label for row in listing.buttons for button in row]
        assert labels[1].startswith("绿·还有 20 个工作日到期")
    assert "没有等您办理" in plain(desk.answer(LEADER, Incoming(text="/cases")))
    shown = desk.press(REGISTRAR, data(listing)[0])
    assert "路灯不亮" in plain(shown)
    assert ME.identity is not None
    assert ME.identity not in plain(shown)


def test_staff_may_ask_like_anybody(desk: Desk) -> None:
    assert "居民身份证补领" in plain(desk.answer(REGISTRAR, Incoming(text="身份证掉了怎么补")))
    own = desk.open(REQUEST, user_key=f"tg:{LEGAL}")
    assert data(desk.answer(LEGAL, Incoming(text="查进度"))) == [f"c:{own.number.ref}"]


def test_a_letter_from_acceptance_to_follow_up(desk: Desk) -> None:
    case = desk.open(LETTER)
    ref = case.number.ref
    desk.press(REGISTRAR, code(case, A.ACCEPT))
    desk.press(REGISTRAR, code(desk.now(ref), A.ASSIGN, "zhujian"))
    desk.press(DEPARTMENT, code(desk.now(ref), A.TAKE))
    desk.press(DEPARTMENT, code(desk.now(ref), A.DRAFT))
    desk.write(DEPARTMENT, desk.prompt.replace("【", "").replace("】", ""))
    drafted = desk.now(ref)
    assert drafted.draft is not None
    assert "办理码" not in drafted.draft
    assert str(case.number) not in drafted.draft.split("\n")[0]
    for chat, action, *more in ((DEPARTMENT, A.FINISH_DRAFT), (LEGAL, A.PASS_REVIEW), (LEADER, A.SIGN, "yes"), (REGISTRAR, A.REPLY, "yes")):  # fmt: skip
        desk.press(chat, code(desk.now(ref), action, *more))
    assert desk.now(ref).stage is Stage.REPLIED
    desk.answer(1, Incoming(action=f"c:{ref}:rate:1"))
    assert data(desk.answer(REGISTRAR, Incoming(text="/cases"))) == [f"s:{ref}"]
    desk.press(REGISTRAR, code(desk.now(ref), A.FOLLOW_UP))
    desk.write(REGISTRAR, "再去看看")
    assert desk.now(ref).stage is Stage.ASSIGNED

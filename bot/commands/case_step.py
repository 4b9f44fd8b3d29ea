"""``wenban case <step>``: one table of the steps, and the one function that takes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from bot.commands import values
from bot.commands.case_view import as_dict, sentence
from bot.commands.context import output_json
from bot.commands.office import acting, as_option, json_option, open_office, watched
from bot.errors import UserError
from bot.mailbox.cases import Step
from bot.mailbox.deadlines import Consulted
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.stages import Action, Kind

if TYPE_CHECKING:
    from bot.mailbox.cases import Case
    from bot.office.office import Office
    from bot.store.cases import Stored

CORRECTION_DAYS = 15
"""Working days that an applicant gets to correct a request, unless the notice says otherwise (ours)."""
Fields = Mapping[str, Any]


def take_steps(
    office: "Office", number: CaseNumber, steps: list[Step], staff: str | None, seen: "Stored | None" = None
) -> "Case":
    """All ``steps`` in one transaction: every one of them, or none. Raises StepRefused, Forbidden, Changed.

    ``seen``: the case as the person saw it before writing; Changed when someone was faster.
    """
    actor = acting(office, staff)
    what = f"{'+'.join(step.action for step in steps)} {number.ref}"
    with watched(actor, what), office.store.transaction() as t:
        stored = seen or office.find(t, number)
        for step in steps:
            stored = office.step(t, stored, step, actor)
    return stored.case


def report(office: "Office", case: "Case", actions: list[Action], as_json: bool) -> None:
    """What was done, for people or as JSON."""
    from bot.mailbox.calendar import day_of

    today = day_of(office.clock())
    if as_json:
        output_json(as_dict(case, office.desk, today))
    else:
        click.echo(sentence(case, office.desk, today, actions))


def new_step(action: Action, **fields: Any) -> Step:
    """A step. Raises UserError for what is too long."""
    from pydantic import ValidationError

    try:
        return Step(action=action, **fields)
    except ValidationError as error:
        name = error.errors()[0]["loc"][0]
        raise UserError(f"{_NAMES.get(str(name), name)}太长了。请写短一些。") from error


_NAMES = {"text": "内容", "authority": "名称和联系方式", "approver": "批准人"}


def _option(*names: str, read: Callable[[str], object], metavar: str, text: str) -> Callable[[], click.Option]:
    return lambda: click.Option(list(names), type=read, metavar=metavar, help=text)


_DAY = _option("--day", read=values.day, metavar="日期", text="哪天的事，不写就是今天")
_TEXT = _option("--text", read=values.text, metavar="内容", text="内容")
_REASON = _option("--reason", "text", read=values.text, metavar="理由", text="理由")
_ANSWER_BY = _option("--answer-by", read=values.day, metavar="日期", text="申请人最迟哪天补正")
_DAYS = _option("--days", read=values.count, metavar="天数", text="几个工作日")
_TO = _option("--to", "authority", read=values.text, metavar="名称", text="对方的名称和联系方式")
_BACK = _option("--back", read=values.text, metavar="理由", text="退回修改，写明理由")
_EMAIL = _option("--email", read=values.text, metavar="邮箱", text="征求意见书发到哪个邮箱；不写就打印")
_CONFIRMED = _option("--confirmed", read=values.day, metavar="日期", text="申请人哪天向我们确认的（电话、来人）")
_RECEIVED = _option("--received", read=values.day, metavar="日期", text="对方哪天收到征求意见书的")
_DEPARTMENT = _option("--department", read=values.text, metavar="部门", text="部门编号或名称")
_APPROVER = _option("--approver", read=values.text, metavar="姓名", text="批准人")
_THIRD_PARTY = _option("--third-party", read=values.text, metavar="名称", text="第三方的名称和联系方式")
_PARTY = _option("--party", "authority", read=values.text, metavar="名称", text="哪一方的意见；只在等一方时不用写")
_CO_AUTHOR = _option("--co-author", read=values.text, metavar="名称", text="共同制作机关的名称和联系方式")


def _passes() -> click.Option:
    return click.Option(["--pass", "passes"], is_flag=True, help="审核通过")


def _from_whom() -> click.Option:
    names = [one.value.replace("_", "-") for one in Consulted]
    return click.Option(["--from", "whom"], type=click.Choice(names), help="谁的意见；只征求了一方时不用写")


def _register(number: CaseNumber, fields: Fields) -> list[Step]:
    """A request is registered, a letter accepted; a confirmation by telephone is entered with it."""
    given = dict(fields)
    confirmed = given.pop("confirmed", None)
    letter = number.kind is Kind.LETTER
    if given.get("days") is not None and not letter:
        raise UserError("信息公开申请的期限由条例规定，不用写 --days。")
    before = [new_step(Action.CONFIRM, day=confirmed)] if confirmed else []
    return [*before, new_step(Action.ACCEPT if letter else Action.REGISTER, **given)]


def _consult(_: CaseNumber, fields: Fields) -> list[Step]:
    given = dict(fields)
    third, co_author = given.pop("third_party"), given.pop("co_author")
    if bool(third) == bool(co_author):
        raise UserError("请写明征求谁的意见：--third-party 名称，或 --co-author 名称。")
    whom = Consulted.THIRD_PARTY if third else Consulted.CO_AUTHOR
    return [new_step(Action.CONSULT, whom=whom, authority=third or co_author, **given)]


def _opinion(_: CaseNumber, fields: Fields) -> list[Step]:
    whom = fields["whom"]
    return [new_step(Action.OPINION, **{**fields, "whom": Consulted(whom.replace("-", "_")) if whom else None})]


def _review(_: CaseNumber, fields: Fields) -> list[Step]:
    if fields["passes"] == bool(fields["back"]):
        raise UserError("请写 --pass（通过），或 --back 理由（退回）。")
    return [new_step(Action.PASS_REVIEW) if fields["passes"] else new_step(Action.SEND_BACK, text=fields["back"])]


def _or_back(action: Action) -> "Builder":
    return lambda _, fields: [
        new_step(action) if fields["back"] is None else new_step(Action.SEND_BACK, text=fields["back"])
    ]


def _correct(_: CaseNumber, fields: Fields) -> list[Step]:
    from datetime import UTC, datetime

    from bot.mailbox.calendar import day_of, national_calendar

    usual = national_calendar().working_day_after(day_of(datetime.now(UTC)), CORRECTION_DAYS)
    return [new_step(Action.CORRECT, **{**fields, "answer_by": fields["answer_by"] or usual})]


Builder = Callable[[CaseNumber, Fields], list[Step]]


@dataclass(frozen=True)
class StepCommand:
    """One row: the command, what it does, an example, its options; ``build`` where one plain step is not enough."""

    name: str
    action: Action
    what: str
    example: str
    options: tuple[Callable[[], click.Option], ...] = ()
    build: Builder | None = None

    def steps(self, number: CaseNumber, fields: Fields) -> list[Step]:
        """The steps that were asked for. Raises UserError."""
        return self.build(number, fields) if self.build else [new_step(self.action, **fields)]

    def command(self) -> click.Command:
        """The command of ``wenban case``."""
        help_text = f"{self.what}\n\n例：wenban case {self.name} D2026-0001 {self.example}".rstrip()
        number = click.Argument(["number"], type=values.number, metavar="编号")
        options = [make() for make in self.options]
        bare = click.Command(self.name, callback=self._run, params=[number, *options], help=help_text)
        return json_option(as_option(bare))

    def _run(self, number: CaseNumber, staff: str | None, as_json: bool, **fields: Any) -> None:
        with open_office() as office:
            steps = self.steps(number, _resolved(office, fields))
            case = take_steps(office, number, steps, staff)
            report(office, case, [step.action for step in steps], as_json)


def _resolved(office: "Office", fields: Fields) -> Fields:
    """With the id of a department that was written by its name."""
    if not fields.get("department"):
        return fields
    return {**fields, "department": department_id(office, fields["department"])}


def department_id(office: "Office", said: str) -> str:
    """The id of the department that is written by its id or its name; what is neither stays as it is."""
    return next((one for one, name in office.desk.departments.items() if name == said), said)


_A = Action
STEPS = (
    StepCommand("confirm", _A.CONFIRM, "申请人确认是本人提交的。", "--day 2026-11-24 --as wang", (_DAY,)),
    StepCommand(
        "register",
        _A.REGISTER,
        "登记申请，期限开始计算；来信则是受理。",
        "--confirmed 2026-11-24 --as wang",
        (_CONFIRMED, _DAY, _DAYS),
        _register,
    ),
    StepCommand(
        "correct",
        _A.CORRECT,
        f"一次性告知补正；不写最迟日期就给{CORRECTION_DAYS}个工作日。",
        "--text 请写明是哪个片区 --as wang",
        (_TEXT, _ANSWER_BY),
        _correct,
    ),
    StepCommand("prolong", _A.PROLONG, "延长补正期限。", "--answer-by 2026-12-31 --as wang", (_ANSWER_BY,)),
    StepCommand(
        "supplement",
        _A.SUPPLEMENT,
        "替申请人录入补正的内容，期限重新计算。",
        "--text 解放路以东 --as wang",
        (_TEXT, _DAY),
    ),
    StepCommand("abandon", _A.ABANDON, "申请人逾期不补正，不再处理。", "--as wang"),
    StepCommand("assign", _A.ASSIGN, "转给承办部门。", "--department 区住建局 --as wang", (_DEPARTMENT,)),
    StepCommand("take", _A.TAKE, "部门接办来信。", "--as li"),
    StepCommand("return", _A.RETURN, "部门退回，不归自己管。", "--reason 归城管局管 --as li", (_REASON,)),
    StepCommand(
        "consult",
        _A.CONSULT,
        "征求第三方或共同制作机关的意见。",
        "--third-party 某某公司 --email a@example.com --as wang",
        (_THIRD_PARTY, _CO_AUTHOR, _EMAIL, _DAY),
        _consult,
    ),
    StepCommand(
        "opinion",
        _A.OPINION,
        "记下对方的意见；不写内容就是期满没有答复。",
        "--text 同意公开 --received 2026-11-25 --as wang",
        (_TEXT, _RECEIVED, _from_whom, _PARTY, _DAY),
        _opinion,
    ),
    StepCommand("review", _A.PASS_REVIEW, "法制审核：通过或退回。", "--pass --as zhao", (_passes, _BACK), _review),
    StepCommand("sign", _A.SIGN, "领导签发，或退回修改。", "--as qian", (_BACK,), _or_back(_A.SIGN)),
    StepCommand(
        "reply", _A.REPLY, "把签发的答复发给申请人，或退回修改。", "--as wang", (_BACK,), _or_back(_A.REPLY)
    ),
    StepCommand(
        "extend",
        _A.EXTEND,
        "经批准延长答复期限，并告知申请人。",
        "--days 10 --approver 钱主任 --reason 材料多 --as wang",
        (_DAYS, _APPROVER, _REASON),
    ),
    StepCommand(
        "transfer",
        _A.TRANSFER,
        "不归本机关管的申请，告诉申请人向谁申请。",
        "--to 市住建局0716-8000000 --reason 由市级公开 --as wang",
        (_TO, _REASON),
    ),
    StepCommand(
        "redirect",
        _A.REDIRECT,
        "来信转到其他渠道。",
        "--to 区信访局 --reason 属于信访事项 --as wang",
        (_TO, _REASON),
    ),
    StepCommand("decline", _A.DECLINE, "不予受理来信。", "--reason 内容不明 --as wang", (_REASON,)),
    StepCommand("withdraw", _A.WITHDRAW, "申请人要求撤回。", "--text 申请人电话要求 --as wang", (_TEXT,)),
    StepCommand("follow-up", _A.FOLLOW_UP, "差评回访，重新办理来信。", "--text 路灯没修好 --as wang", (_TEXT,)),
    StepCommand("close", _A.CLOSE, "办结归档。", "--as wang"),
    StepCommand("note", _A.NOTE, "记一笔，不改变环节。", "--text 已电话联系 --as wang", (_TEXT,)),
)

"""What people type instead of pressing a button of the forms."""

import re

from bot.conversation.intake import wording
from bot.conversation.intake.form import Standing
from bot.conversation.intake.pages import LETTERS
from bot.conversation.session import Session
from bot.mailbox.stages import Kind


def _table(**words: str) -> dict[str, str]:
    """Word -> verb, from verb=its words."""
    return {word: verb for verb, said in words.items() for word in said.split()}


_OPEN = _table(
    back="上一步 返回 退回 上一项 上一个",
    stop="取消 不填了 不写了 算了",
    save="先存着 先保存 明天再填 以后再填 下次再填 明天再写 先放着",
    list="改一项 修改 我要改",
    send="提交 确认提交 确认",
    switch=" ".join(wording.SWITCH.values()),
    insist=" ".join(wording.INSIST.values()),
)
_WAITING = _table(go="继续填写 继续填 继续 接着填", drop="放弃 删掉")
_SKIP = frozenset({"跳过", "没有", "无", "不填", "不写", "不留", "不需要"}) | {wording.NO_PHONE, wording.NO_EMAIL}
_SAME = frozenset({wording.USE_IT, wording.USE_TITLE, "用刚才写的", "刚才写的"})
_BEGIN = {
    **{wording.START[kind]: f"f:new:{LETTERS[kind]}" for kind in Kind},
    "开始填写": f"f:new:{LETTERS[Kind.DISCLOSURE]}",
    "不是我要申请": f"f:new:{LETTERS[Kind.DISCLOSURE]}",
    "就是这份": "f:found",
    "就是这份谢谢": "f:found",
}
_MARKS = re.compile(r"[\s，。、！!,.“”\"]")


def meant(session: Session, text: str) -> str | None:
    """The action of the button that ``text`` names; None when it names none that is of use now."""
    form, said = session.form, _MARKS.sub("", text)
    if form is None:
        return _BEGIN.get(said)
    if said in _WAITING:
        return f"f:{_WAITING[said]}"
    if form.standing is not Standing.OPEN:
        return _BEGIN.get(said)
    field = form.field(form.asked)
    if field is not None and field.optional and said in _SKIP:
        return f"f:skip:{field.key}"
    if field is not None and said in _SAME:
        return f"f:same:{field.key}"
    return f"f:{_OPEN[said]}" if said in _OPEN else None

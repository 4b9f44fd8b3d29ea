"""One step on a case: (Case, Step, Actor, today) -> Case. Pure; the only way a case changes.

Who may take which step from which stage is in ``stages.TABLE``; what it changes besides the stage is here.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.errors import UserError
from bot.mailbox.calendar import Calendar
from bot.mailbox.cases import Case, LetterClock, Step
from bot.mailbox.content import DisclosureRequest
from bot.mailbox.deadlines import (
    Clock,
    Consultation,
    Correction,
    Extension,
    answer_due,
    ask_correction,
    clock_start,
    extend,
    is_abandoned,
    silence,
)
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import ROLE_NAMES, STAFF_ROLES, Actor, Role
from bot.mailbox.stages import ACTION_NAMES, STAGE_NAMES, TABLE, Action, Kind, Row, Stage, may, rows


class StepRefused(UserError):
    """The step is not possible now; the sentence says why and what is."""


class NotYours(StepRefused):
    """The step belongs to another role, another department or another citizen."""


@dataclass(frozen=True)
class Rules:
    """The district's own terms, in working days."""

    letter_days: int = 5
    letter_days_complex: int = 10
    follow_up_days: int = 15


@dataclass(frozen=True)
class _Moment:
    """All that a change may look at besides the case."""

    step: Step
    actor: Actor
    day: date
    today: date
    calendar: Calendar
    rules: Rules


_NEEDED = {
    "text": "请写明内容或理由",
    "answer_by": "请写明最迟哪天答复",
    "department": "请写明承办部门",
    "authority": "请写明对方名称和联系方式",
    "whom": "请写明征求谁的意见（第三方或共同制作机关）",
    "days": "请写明几个工作日",
    "approver": "请写明批准人",
    "rating": "请选一个评价",
}


def take(case: Case, step: Step, actor: Actor, today: date, calendar: Calendar, rules: Rules = Rules()) -> Case:
    """The case after ``step``. Raises StepRefused, NotYours, DeadlineError; the case is then as before."""
    row = _row(case, step, actor)
    day = _day(case, step, today)
    change = _CHANGES.get(step.action)
    changed = change(case, _Moment(step, actor, day, today, calendar, rules)) if change else {}
    stage = changed.pop("stage", row.to or case.stage)
    return case.model_copy(update={**changed, "stage": stage, "version": case.version + 1})


def _day(case: Case, step: Step, today: date) -> date:
    """The day of the step: today, or an earlier one for what happened outside and is entered later."""
    day = step.day or today
    if day != today and step.action not in _BACKDATED:
        raise StepRefused(f"{ACTION_NAMES[step.action]}只能记今天的日期。")
    if not case.arrived <= day <= today:
        raise StepRefused(f"日期 {day} 不对，应在收到日 {case.arrived} 和今天 {today} 之间。")
    return day


def possible(case: Case, actor: Actor) -> tuple[Action, ...]:
    """The steps that ``actor`` may take now, in the order of the table."""
    if actor.role is Role.DEPARTMENT and actor.department != case.department:
        return ()
    return tuple(dict.fromkeys(row.action for row in rows(case.kind, case.stage, actor.role)))


def possible_for_others(case: Case, actor: Actor) -> list[tuple[Role, tuple[Action, ...]]]:
    """What the other roles may do now, besides notes."""
    found: list[tuple[Role, tuple[Action, ...]]] = []
    for role in (*STAFF_ROLES, Role.CITIZEN):
        if role in {actor.role, Role.ADMIN}:
            continue
        actions = dict.fromkeys(row.action for row in rows(case.kind, case.stage, role))
        actions.pop(Action.NOTE, None)
        if actions:
            found.append((role, tuple(actions)))
    return found


def sees(case: Case, actor: Actor) -> bool:
    """Whether a member of staff may look at the case: a department's people see their own department's only."""
    return actor.role is not Role.DEPARTMENT or (
        case.department is not None and case.department == actor.department
    )


def _row(case: Case, step: Step, actor: Actor) -> Row:
    """The row of the table for this step. Raises StepRefused or NotYours."""
    name = ACTION_NAMES[step.action]
    here = [r for r in TABLE if r.action is step.action and case.kind in r.kinds and case.stage in r.froms]
    if not here:
        raise StepRefused(f"{case.number} 现在是“{STAGE_NAMES[case.stage]}”，不能{name}。{_instead(case, actor)}")
    mine = [row for row in here if may(actor.role, row)]
    if not mine:
        who = "、".join(ROLE_NAMES[role] for row in here for role in sorted(row.roles))
        raise NotYours(f"这一步由{who}办理，您不能{name}。")
    if actor.role is Role.DEPARTMENT and actor.department != case.department:
        raise NotYours("这件不是由您的部门承办。")
    for field in mine[0].needs:
        if not str(getattr(step, field) or "").strip():
            raise StepRefused(f"{_NEEDED[field]}，才能{name}。")
    return mine[0]


def _instead(case: Case, actor: Actor) -> str:
    names = "、".join(ACTION_NAMES[action] for action in possible(case, actor) if action is not Action.NOTE)
    return f"现在可以：{names}。" if names else ""


def _confirm(case: Case, moment: _Moment) -> dict[str, Any]:
    if case.confirmed_by_applicant is not None:
        raise StepRefused(f"{case.number} 在 {case.confirmed_by_applicant} 已经确认过了。")
    return {"confirmed_by_applicant": moment.day}


def _register(case: Case, moment: _Moment) -> dict[str, Any]:
    """Article 31: the clock starts by the way of receipt; internet, chat and fax when both sides have confirmed."""
    both = max(moment.day, case.confirmed_by_applicant) if case.confirmed_by_applicant else None
    start = clock_start(case.received_by, case.arrived, both)
    if start is None:
        raise StepRefused("申请人还没有确认这件申请。请先与申请人确认（条例第三十一条），再登记。")
    return {"confirmed_by_office": moment.day, "clock": Clock(start)}


def _accept(case: Case, moment: _Moment) -> dict[str, Any]:
    if case.confirmed_by_applicant is None:
        raise StepRefused("来信人还没有确认这封信。请先与来信人确认，再受理。")
    days = moment.step.days or moment.rules.letter_days
    if not 1 <= days <= moment.rules.letter_days_complex:
        raise StepRefused(f"来信办理时限是1到{moment.rules.letter_days_complex}个工作日。")
    return {"confirmed_by_office": moment.day, "letter_clock": LetterClock(accepted=moment.day, days=days)}


def _correct(case: Case, moment: _Moment) -> dict[str, Any]:
    answer_by = moment.step.answer_by or moment.day
    if answer_by <= moment.day:
        raise StepRefused("补正期限要晚于告知的那天，给申请人合理的时间（条例第三十条）。")
    return {"clock": ask_correction(_clock(case), Correction(moment.day, answer_by), moment.calendar)}


def _prolong(case: Case, moment: _Moment) -> dict[str, Any]:
    correction = _correction(case)
    earliest = max(correction.answer_by, moment.day)
    answer_by = moment.step.answer_by or earliest
    if answer_by <= earliest:
        raise StepRefused(f"新的补正期限要晚于原来的 {correction.answer_by}，也要晚于今天。")
    return {"clock": replace(_clock(case), correction=replace(correction, answer_by=answer_by))}


def _supplement(case: Case, moment: _Moment) -> dict[str, Any]:
    """Article 30: the term is counted anew from the day the correction is received."""
    clock = replace(_clock(case), correction=replace(_correction(case), received=moment.day))
    changes: dict[str, Any] = {"clock": clock}
    if isinstance(case.content, DisclosureRequest):
        added = f"{case.content.description}\n补正（{moment.day}）：{moment.step.text}"
        changes["content"] = case.content.model_copy(update={"description": added})
    return changes


def _abandon(case: Case, moment: _Moment) -> dict[str, Any]:
    if not is_abandoned(_clock(case), moment.today):
        raise StepRefused(
            f"补正期限到 {_correction(case).answer_by}，还没有过，不能按逾期不补正处理（条例第三十条）。"
        )
    return {"outcome": Outcome.OTHER_1, "answered": moment.day}


def _assign(_: Case, moment: _Moment) -> dict[str, Any]:
    return {"department": moment.step.department}


def _return(_: Case, __: _Moment) -> dict[str, Any]:
    return {"department": None}


def _consult(case: Case, moment: _Moment) -> dict[str, Any]:
    clock = _clock(case)
    if moment.step.whom is None:
        raise StepRefused(_NEEDED["whom"])
    asked = Consultation(moment.step.whom, moment.day)
    parties = (*case.parties, moment.step.authority or "")
    return {"clock": replace(clock, consultations=(*clock.consultations, asked)), "parties": parties}


def _opinion(case: Case, moment: _Moment) -> dict[str, Any]:
    """Record an opinion, or (without text) that the 15 working days passed in silence (articles 32, 34)."""
    clock = _clock(case)
    waiting = [at for at, one in enumerate(clock.consultations) if one.answered is None]
    number = _whose(case, moment.step, waiting)
    asked = clock.consultations[number]
    known = replace(asked, received=moment.step.received or asked.received)
    if not (moment.step.text or "").strip() and silence(known, moment.day, moment.calendar) is None:
        due = answer_due(known, moment.calendar)
        raise StepRefused(f"对方最迟 {due} 答复，还没有过。收到意见了，请写明内容。")
    consultations = list(clock.consultations)
    consultations[number] = replace(known, answered=moment.day)
    stage = Stage.CONSULTING if len(waiting) > 1 else Stage.COLLECTING
    return {"clock": replace(clock, consultations=tuple(consultations)), "stage": stage}


def _whose(case: Case, step: Step, waiting: list[int]) -> int:
    """Which of the consultations that wait the opinion answers: by kind, and by the party's name if it is given."""
    asked = _clock(case).consultations
    fitting = [at for at in waiting if step.whom in (None, asked[at].whom)]
    said = (step.authority or "").strip()
    exactly = [at for at in fitting if case.parties[at].strip() == said]
    chosen = exactly or [at for at in fitting if said in case.parties[at]]
    if not chosen:
        raise StepRefused("没有在等这方的意见。")
    if len({case.parties[at] for at in chosen}) > 1:
        names = "、".join(case.parties[at] for at in chosen)
        raise StepRefused(f"在等几方的意见：{names}。请写明是哪一方的。")
    return chosen[0]


def _draft(case: Case, moment: _Moment) -> dict[str, Any]:
    if moment.step.outcome is not None and case.kind is not Kind.DISCLOSURE:
        raise StepRefused("来信没有答复结果一栏，只写答复就行。")
    return {"draft": moment.step.text, "outcome": moment.step.outcome or case.outcome, **_UNREVIEWED}


def _finish_draft(case: Case, _: _Moment) -> dict[str, Any]:
    if not case.draft:
        raise StepRefused("还没有答复稿。请先起草。")
    if "【" in case.draft:
        raise StepRefused("答复稿里还有【　】没有填。请补上以后再送审。")
    if case.kind is Kind.DISCLOSURE and case.outcome is None:
        raise StepRefused("还没有写明答复结果（予以公开、部分公开、不予公开……）。")
    return {}


def _pass_review(_: Case, moment: _Moment) -> dict[str, Any]:
    return {"reviewed_by": moment.actor.id}


def _send_back(_: Case, __: _Moment) -> dict[str, Any]:
    return dict(_UNREVIEWED)


def _sign(case: Case, moment: _Moment) -> dict[str, Any]:
    if case.reviewed_by is None:
        raise StepRefused("还没有经过法制审核，不能签发。")
    return {"signed_by": moment.actor.id, "signed_on": moment.day}


def _reply(case: Case, moment: _Moment) -> dict[str, Any]:
    if case.reviewed_by is None or case.signed_by is None:
        raise StepRefused("没有经过法制审核和领导签发，不能答复。")
    return {"answered": moment.day}


def _extend(case: Case, moment: _Moment) -> dict[str, Any]:
    """Article 33, paragraph 2, for a request; the district's own rule for a letter."""
    days, approver = moment.step.days or 0, moment.step.approver or ""
    if case.letter_clock is None:
        return {"clock": extend(_clock(case), Extension(days, approver, moment.day), moment.calendar)}
    total, most = case.letter_clock.days + days, moment.rules.letter_days_complex
    if days < 1 or total > most:
        raise StepRefused(f"来信办理时限延长以后不能超过{most}个工作日，现在是{case.letter_clock.days}个。")
    deadline = case.deadline(moment.calendar)
    if deadline is not None and moment.day > deadline.due:
        raise StepRefused(f"办理时限 {deadline.due} 已经过了，不能再延长。")
    return {"letter_clock": case.letter_clock.model_copy(update={"days": total})}


def _transfer(_: Case, moment: _Moment) -> dict[str, Any]:
    """Article 36, item 5: not ours; the applicant is told whose it is."""
    return {"outcome": Outcome.UNAVAILABLE_1, "answered": moment.day}


def _withdraw(case: Case, moment: _Moment) -> dict[str, Any]:
    outcome = Outcome.OTHER_3 if case.kind is Kind.DISCLOSURE else None
    return {"outcome": outcome, "answered": moment.day}


def _end_letter(_: Case, moment: _Moment) -> dict[str, Any]:
    return {"answered": moment.day}


def _rate(_: Case, moment: _Moment) -> dict[str, Any]:
    return {"rating": moment.step.rating}


def _follow_up(case: Case, moment: _Moment) -> dict[str, Any]:
    clock = LetterClock(accepted=moment.day, days=moment.rules.follow_up_days)
    fresh = {"rating": None, "answered": None, "draft": None}
    return {"letter_clock": clock, "department": case.department, **fresh, **_UNREVIEWED}


def _clock(case: Case) -> Clock:
    if case.clock is None:
        raise StepRefused("这件申请还没有登记，期限没有起算。")
    return case.clock


def _correction(case: Case) -> Correction:
    correction = _clock(case).correction
    if correction is None:
        raise StepRefused("没有告知过补正。")
    return correction


_BACKDATED = frozenset(
    {Action.CONFIRM, Action.REGISTER, Action.ACCEPT, Action.SUPPLEMENT, Action.CONSULT, Action.OPINION}
)
_UNREVIEWED: dict[str, Any] = {"reviewed_by": None, "signed_by": None, "signed_on": None}
_CHANGES: dict[Action, Callable[[Case, _Moment], dict[str, Any]]] = {
    Action.CONFIRM: _confirm,
    Action.REGISTER: _register,
    Action.ACCEPT: _accept,
    Action.DECLINE: _end_letter,
    Action.REDIRECT: _end_letter,
    Action.CORRECT: _correct,
    Action.PROLONG: _prolong,
    Action.SUPPLEMENT: _supplement,
    Action.ABANDON: _abandon,
    Action.ASSIGN: _assign,
    Action.RETURN: _return,
    Action.CONSULT: _consult,
    Action.OPINION: _opinion,
    Action.DRAFT: _draft,
    Action.FINISH_DRAFT: _finish_draft,
    Action.PASS_REVIEW: _pass_review,
    Action.SEND_BACK: _send_back,
    Action.SIGN: _sign,
    Action.REPLY: _reply,
    Action.EXTEND: _extend,
    Action.TRANSFER: _transfer,
    Action.WITHDRAW: _withdraw,
    Action.RATE: _rate,
    Action.FOLLOW_UP: _follow_up,
}

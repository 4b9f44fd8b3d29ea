"""What staff see in the chat: the card with what may be done now, choices, prompts, the list of waiting cases."""

from collections.abc import Sequence
from datetime import date

from bot.conversation.compose import in_rows
from bot.conversation.messages import Block, Button, Ending, Note, Paragraph, Reply, Title
from bot.mailbox.cases import Case, Event
from bot.mailbox.deadlines import Consulted
from bot.mailbox.explanation import full_date
from bot.mailbox.letters.draw_up import reply_draft
from bot.mailbox.letters.facts import Facts, masked
from bot.mailbox.outcomes import OUTCOMES, Outcome
from bot.mailbox.people import Actor
from bot.mailbox.stages import ACTION_NAMES, Action, Kind
from bot.mailbox.workflow import possible
from bot.office import staff_wording
from bot.office.card import staff_card, subject, when
from bot.office.desk import Desk
from bot.office.staff_step import PREFIX, Asked, Keyed, default_answer_by, signed
from bot.store.cases import Stored

MOST_LISTED = 30
SOON = 3
"""Working days before the date from which a case is yellow."""
_SHORTENED = 36
"""Characters of a department's id in a button."""
_SAID_ELSEWHERE = frozenset({Action.DRAFT, Action.SUPPLEMENT, Action.SUBMIT})
"""Steps whose text stands on the card itself."""
_GROUPS = {
    outcome.value.rpartition("_")[0]: row.group
    for outcome, row in OUTCOMES.items()
    if outcome not in {Outcome.GRANTED, Outcome.PARTLY}
}


def card(
    case: Case,
    last: Event | None,
    actor: Actor,
    desk: Desk,
    today: date,
    *lead: str,
    enclosed: tuple[str, ...] = (),
) -> Reply:
    """The case's card with ``lead`` before it, what was said in the last step, and a button for a note."""
    plain = staff_card(case, actor, desk, today, enclosed)
    rows = plain.buttons
    if Action.NOTE in possible(case, actor):
        rows = (*rows, (Button(label=staff_wording.NOTE, action=_asked(case, Action.NOTE).button()),))
    before = tuple(Paragraph(text=one) for one in lead)
    return plain.model_copy(update={"blocks": (*before, *plain.blocks, *_last(case, last)), "buttons": rows})


def sure(case: Case, page: Reply, one: Asked) -> Reply:
    """``page`` (the card), asking once more."""
    assert one.action is not None  # noqa: S101 (see SURE)
    question, yes = staff_wording.SURE[one.action]
    row = (Button(label=yes, action=one.button("yes")), _back(case, staff_wording.CANCEL))
    return page.model_copy(update={"blocks": (*page.blocks, Paragraph(text=question)), "buttons": (row,)})


def departments(case: Case, one: Asked, desk: Desk) -> Reply:
    """Every department, the suggested one first."""
    suggested = case.suggested_department
    names = {
        known: f"{name}{staff_wording.SUGGESTED * (known == suggested)}" for known, name in desk.departments.items()
    }
    ids = sorted(names, key=lambda known: known != suggested)
    buttons = [Button(label=names[known][:40], action=one.button(known[:_SHORTENED])) for known in ids]
    return _choice(case, staff_wording.CHOOSE_DEPARTMENT, buttons, 2)


def department_meant(argument: str, desk: Desk) -> str:
    """The id of the department whose button was pressed; ``argument`` itself when there is none such."""
    meant = [known for known in desk.departments if known[:_SHORTENED] == argument]
    return meant[0] if len(meant) == 1 else argument


def outcomes(case: Case, one: Asked) -> Reply:
    """The groups of outcomes, or the rows of the group already chosen."""
    if one.argument in _GROUPS:
        rows = [(o, r) for o, r in OUTCOMES.items() if o.value.startswith(f"{one.argument}_")]
        bare = Asked(one.number, one.version, one.action)
        buttons = [Button(label=row.label[:40], action=bare.button(outcome)) for outcome, row in rows]
        return _choice(case, _GROUPS[one.argument], buttons, 1)
    known = [] if case.outcome is None else [case.outcome]
    kept = [staff_wording.KEEP_OUTCOME.format(outcome=OUTCOMES[o].name)[:40] for o in known]
    direct = [(kept[0], known[0].value)] if known else []
    direct += [(OUTCOMES[o].label, o.value) for o in (Outcome.GRANTED, Outcome.PARTLY) if o not in known]
    buttons = [Button(label=label, action=one.button(code)) for label, code in direct]
    buttons += [Button(label=label, action=one.button(group)) for group, label in _GROUPS.items()]
    return _choice(case, staff_wording.CHOOSE_OUTCOME, buttons, 1)


def whom(case: Case, one: Asked) -> Reply:
    """A third party or a co-author."""
    buttons = [Button(label=staff_wording.WHOM[who], action=one.button(who)) for who in Consulted]
    return _choice(case, staff_wording.CHOOSE_WHOM, buttons, 1)


def prompt(case: Case, last: Event | None, one: Asked, desk: Desk, today: date, keyed: Keyed) -> Reply:
    """The message that is answered by replying to it; its last line says which step it asks for."""
    assert one.action is not None  # noqa: S101 (asked for by its name)
    until = full_date(default_answer_by(today, desk.calendar))
    how = staff_wording.HOW[one.action].format(answer_by=until)
    blocks: tuple[Block, ...] = (
        Title(text=staff_wording.PROMPT.format(number=case.number, action=ACTION_NAMES[one.action])),
        *(Paragraph(text=staff_wording.WHOM[one.argument]) for _ in [0] if one.argument in staff_wording.WHOM),
        *(_template(case, one, desk, today) if one.action is Action.DRAFT else ()),
        *_last(case, last),
        Paragraph(text=staff_wording.ANSWER.format(how=how)),
        Note(text=signed(one, keyed)),
    )
    return Reply(ending=Ending.ASKED, blocks=blocks, asks=True)


def waiting(cases: Sequence[Stored], desk: Desk, today: date) -> Reply:
    """The cases that wait for somebody, each a button."""
    if not cases:
        return Reply(ending=Ending.STATUS, blocks=(Paragraph(text=staff_wording.NOTHING_WAITS),))
    shown = cases[:MOST_LISTED]
    sentence = staff_wording.WAITING if len(shown) == len(cases) else staff_wording.WAITING_SOME
    said = Paragraph(text=sentence.format(count=len(cases), shown=len(shown)))
    return Reply(
        ending=Ending.STATUS, blocks=(said,), buttons=tuple((_listed(one.case, desk, today),) for one in shown)
    )


def _listed(case: Case, desk: Desk, today: date) -> Button:
    label = f"{_urgency(case, desk, today)} {case.number} {subject(case)}"
    return Button(label=label[:40], action=f"{PREFIX}{case.number.ref}")


def _urgency(case: Case, desk: Desk, today: date) -> str:
    """红·今天到期, 黄·还有 2 个工作日到期, 绿·…"""
    left = case.days_left(desk.calendar, today)
    if left is None:
        return staff_wording.NO_TERM
    soon = staff_wording.YELLOW if left <= SOON else staff_wording.GREEN
    return f"{staff_wording.RED if left <= 0 else soon}·{when(case, desk, today)}"


def _template(case: Case, one: Asked, desk: Desk, today: date) -> tuple[Block, ...]:
    """The draft as it stands, or what to start from."""
    outcome = Outcome(one.argument) if case.kind is Kind.DISCLOSURE else None
    chosen = case.model_copy(update={"outcome": outcome})
    facts = Facts(
        case=chosen,
        district=desk.district,
        today=today,
        deadline=case.deadline(desk.calendar),
        department_name=desk.department_name(case.department),
    )
    known = case.draft if case.draft and case.outcome == outcome else reply_draft(facts, desk.own_letters)
    text = masked(known, case.content.applicant if case.content else None)
    named = (Paragraph(text=staff_wording.OUTCOME.format(outcome=OUTCOMES[outcome].name)),) if outcome else ()
    return (*named, Paragraph(text=f"{staff_wording.RULE}\n{text}\n{staff_wording.RULE}"))


def _last(case: Case, last: Event | None) -> tuple[Block, ...]:
    """What was said in the last step: why it was sent back, what the applicant asks."""
    text = last.step.text if last and last.step else None
    if last is None or not text or last.action in _SAID_ELSEWHERE:
        return ()
    shown = masked(text, case.content.applicant if case.content else None)
    return (Note(text=staff_wording.LAST_STEP.format(action=ACTION_NAMES[last.action], text=shown)),)


def _choice(case: Case, question: str, buttons: list[Button], width: int) -> Reply:
    title = Title(text=f"{case.number} {subject(case)}")
    rows = (*in_rows(buttons, width), (_back(case, staff_wording.BACK),))
    return Reply(ending=Ending.ASKED, blocks=(title, Paragraph(text=question)), buttons=rows)


def _back(case: Case, label: str) -> Button:
    return Button(label=label, action=f"{PREFIX}{case.number.ref}")


def _asked(case: Case, action: Action) -> Asked:
    return Asked(case.number, case.version, action)

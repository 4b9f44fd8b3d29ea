"""What a form says: its questions, its summary, its offers. Forms in, replies out.

Actions: ``f:new:<kind>`` begin; ``f:go`` resume; ``f:drop`` and ``f:drop:<kind>`` give up (and begin anew);
``f:back``, ``f:list``, ``f:edit:<field>``, ``f:save``, ``f:stop``, ``f:send``; ``f:a:<field>:<n>`` the n-th
choice; ``f:skip:<field>``; ``f:same:<field>`` take the suggestion; ``f:switch``, ``f:insist`` after a hint that
the other form fits better; ``f:found`` the published document was the one.
"""

import re
from datetime import date

from bot.conversation.compose import in_rows
from bot.conversation.intake import wording
from bot.conversation.intake.fields import FormField
from bot.conversation.intake.form import Form
from bot.conversation.messages import Block, Bullets, Button, Ending, Note, Paragraph, Reply, Title
from bot.mailbox.identity import masked, without_identities
from bot.mailbox.stages import Kind

Rows = tuple[tuple[Button, ...], ...]
LETTERS = {Kind.DISCLOSURE: "d", Kind.LETTER: "l"}
KINDS = {letter: kind for kind, letter in LETTERS.items()}
ROUTED = {Kind.DISCLOSURE: Ending.ROUTED_DISCLOSURE, Kind.LETTER: Ending.ROUTED_LETTER}
_QUOTED = 60
_TITLE = 30
_SKIP_LABELS = {"phone": wording.NO_PHONE, "email": wording.NO_EMAIL}


def button(label: str, *parts: str) -> Button:
    """A button of the forms."""
    return Button(label=label, action=":".join(("f", *parts)))


def start_button(kind: Kind) -> Button:
    """Begins a form."""
    return button(wording.START[kind], "new", LETTERS[kind])


RESUME = button(wording.RESUME, "go")
SAVE = button(wording.SAVE, "save")
CANCEL = button(wording.CANCEL, "stop")
CHANGE = button(wording.CHANGE, "list")
GIVE_UP = button(wording.GIVE_UP, "drop")


def suggestion(form: Form, field: FormField) -> str | None:
    """What may be taken as the answer to ``field`` without typing."""
    if form.is_main(field):
        return form.suggestion
    if field.key == "subject":
        first = re.split(r"[，。！？；,.!?;\n]", form.main.strip(), maxsplit=1)[0]
        return " ".join(first.split())[:_TITLE].strip() or None
    return None


def page(form: Form, today: date, *lead: str) -> Reply:
    """What ``form`` shows now: its question, or its summary when nothing is missing; ``lead`` is said first."""
    field = form.field(form.asked)
    blocks: tuple[Block, ...] = tuple(Paragraph(text=sentence) for sentence in lead)
    if field is None:
        rows: Rows = ((button(wording.SUBMIT, "send"), CHANGE), (SAVE, CANCEL))
        return Reply(ending=Ending.ASKED, blocks=(*blocks, *summary(form)), buttons=rows)
    blocks = (*blocks, *question(form, field, today))
    return Reply(ending=Ending.ASKED, blocks=blocks, buttons=_question_rows(form, field, today))


def question(form: Form, field: FormField, today: date) -> tuple[Block, ...]:
    """The question of ``field``, with what was written for it before."""
    number = [one.key for one in form.fields].index(field.key) + 1
    title = wording.TITLES[form.kind]
    progress = wording.PROGRESS.format(title=title, number=number, count=len(form.fields))
    hint = (Note(text=field.words.hint),) if field.words.hint else ()
    return (Note(text=progress), Paragraph(text=field.words.question), *hint, *_before(form, field, today))


def _before(form: Form, field: FormField, today: date) -> tuple[Block, ...]:
    answer, said = form.answers.get(field.key), _usable(form, field, today)
    if answer:
        return (Note(text=wording.NOW_HAVE.format(value=_quoted(shown_value(field, answer)))),)
    return (Note(text=wording.SAID_BEFORE.format(value=_quoted(said))),) if said else ()


def _usable(form: Form, field: FormField, today: date) -> str | None:
    said = suggestion(form, field)
    return said if said and field.holds(said, today) else None


def _quoted(text: str) -> str:
    text = without_identities(text)
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"


def _question_rows(form: Form, field: FormField, today: date) -> Rows:
    choices = [button(label, "a", field.key, str(number)) for number, label in enumerate(field.choices)]
    same = []
    if not form.answers.get(field.key) and _usable(form, field, today):
        label = wording.USE_IT if form.is_main(field) else wording.USE_TITLE
        same.append(button(label, "same", field.key))
    skip = [button(_SKIP_LABELS.get(field.key, wording.SKIP), "skip", field.key)] if field.optional else []
    moves = ((button(wording.BACK, "back"), CHANGE),) if form.answers else ()
    return (*in_rows(choices, 2), *in_rows([*same, *skip], 2), *moves, (SAVE, CANCEL))


def shown_value(field: FormField, value: str) -> str:
    """``value`` for reading: identity masked, also inside sentences."""
    if not value:
        return wording.LEFT_OUT
    return masked(value) if field.key == "identity" else without_identities(value)


def summary(form: Form) -> tuple[Block, ...]:
    """Everything that was filled in, and what happens next."""
    lines = [f"{field.words.label}：{shown_value(field, form.answers.get(field.key, ''))}" for field in form.fields]
    if form.attachments:
        lines.append(f"{wording.ATTACHED}：{wording.ATTACHMENTS.format(count=len(form.attachments))}")
    after = wording.NEXT_DISCLOSURE if form.kind is Kind.DISCLOSURE else wording.NEXT_LETTER
    return (
        Title(text=wording.TITLES[form.kind]),
        Bullets(items=tuple(lines)),
        Note(text=after + wording.FOLLOW),
        Paragraph(text=wording.SUMMARY),
    )


def choose_field(form: Form) -> Reply:
    """Which of the answers is to be changed."""
    fields = [field for field in form.fields if field.key in form.answers]
    buttons = [button(field.words.label, "edit", field.key) for field in fields]
    return Reply(
        ending=Ending.ASKED,
        blocks=(Paragraph(text=wording.WHAT_TO_CHANGE),),
        buttons=(*in_rows(buttons, 2), (RESUME,)),
    )


def better_as(form: Form, *lead: str) -> Reply:
    """That the other form fits better, why, and both ways on."""
    other = Kind.LETTER if form.kind is Kind.DISCLOSURE else Kind.DISCLOSURE
    why = wording.WHY_LETTER if other is Kind.LETTER else wording.WHY_DISCLOSURE
    blocks = tuple(Paragraph(text=sentence) for sentence in (*lead, why))
    buttons = (button(wording.SWITCH[form.kind], "switch"), button(wording.INSIST[form.kind], "insist"))
    return Reply(ending=ROUTED[other], blocks=blocks, buttons=(buttons,))


def sure_to_cancel() -> Reply:
    """Asked before what was written is thrown away."""
    rows = ((button(wording.DELETE, "drop"), SAVE), (RESUME,))
    return Reply(ending=Ending.ASKED, blocks=(Paragraph(text=wording.SURE_TO_CANCEL),), buttons=rows)


def one_at_a_time(form: Form, wanted: Kind) -> Reply:
    """A form is still unfinished: resume it, or give it up for the one that is wanted."""
    anew = button(wording.GIVE_UP_AND_START, "drop", LETTERS[wanted])
    said = wording.ONE_AT_A_TIME.format(title=wording.TITLES[form.kind])
    return Reply(ending=Ending.ASKED, blocks=(Paragraph(text=said),), buttons=((RESUME, anew),))


def with_question(reply: Reply, form: Form, today: date) -> Reply:
    """``reply``, and after it the question that is open, so that the next words can answer it."""
    field = form.field(form.asked)
    still = Paragraph(text=wording.STILL_OPEN.format(title=wording.TITLES[form.kind]))
    asked = question(form, field, today) if field else (Paragraph(text=wording.SUMMARY),)
    return _followed(reply, (still, *asked), (RESUME, SAVE, CANCEL))


def with_reminder(reply: Reply, form: Form) -> Reply:
    """``reply``, and after it that a form waits."""
    said = Paragraph(text=wording.UNFINISHED.format(title=wording.TITLES[form.kind]))
    return _followed(reply, (said,), (RESUME, GIVE_UP))


def _followed(reply: Reply, blocks: tuple[Block, ...], row: tuple[Button, ...]) -> Reply:
    changed = {"blocks": (*reply.blocks, *blocks), "buttons": (*reply.buttons, row)}
    return reply.model_copy(update=changed)

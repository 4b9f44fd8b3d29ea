"""A case as a reply: the card that staff see with their buttons, and the status that its citizen sees."""

from collections.abc import Iterable
from datetime import date

from bot.conversation.messages import Block, Bullets, Button, Ending, Note, Paragraph, Reply, Title
from bot.mailbox.cases import Case, Rating
from bot.mailbox.deadlines import Deadline
from bot.mailbox.explanation import explanation, full_date
from bot.mailbox.letters.document import Document
from bot.mailbox.letters.facts import masked
from bot.mailbox.outcomes import OUTCOMES
from bot.mailbox.people import Actor, Applicant, ApplicantKind
from bot.mailbox.stages import ACTION_NAMES, STAGE_NAMES, Action, Stage
from bot.mailbox.workflow import possible
from bot.office import wording
from bot.office.desk import Desk

NOT_BY_BUTTON = frozenset({Action.NOTE})
RATINGS = tuple(Rating)
_STARS = {rating: len(RATINGS) - at for at, rating in enumerate(RATINGS)}


def when(case: Case, desk: Desk, today: date) -> str | None:
    """How much time is left: 今天到期, 还有 3 个工作日到期, 已经超期 2 个工作日; None when no term runs."""
    left = case.days_left(desk.calendar, today)
    if left is None:
        return None
    if left == 0:
        return wording.DUE_TODAY
    return wording.DUE_IN.format(days=left) if left > 0 else wording.OVERDUE.format(days=-left)


def subject(case: Case) -> str:
    """One line about the case, without the identity number; empty once it is erased."""
    return masked(case.content.subject, case.content.applicant) if case.content else ""


def staff_card(case: Case, actor: Actor, desk: Desk, today: date, enclosed: tuple[str, ...] = ()) -> Reply:
    """The case for a member of staff, with a button for each step that this person may take now.

    ``enclosed``: names of the files that go out with the reply.
    """
    actions = [action for action in possible(case, actor) if action not in NOT_BY_BUTTON]
    buttons = [Button(label=ACTION_NAMES[a], action=f"s:{case.number.ref}:{case.version}:{a}") for a in actions]
    return Reply(
        ending=Ending.STATUS,
        blocks=(
            Title(text=f"{case.number} {subject(case)}"),
            Paragraph(text=_standing(case, desk, today)),
            *_request(case),
            *_draft(case),
            *((Bullets(label="随答复发出的文件：", items=enclosed),) if enclosed else ()),
        ),
        buttons=tuple(tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)),
    )


def citizen_status(case: Case, desk: Desk, reply: Document | None) -> Reply:
    """Stage, next step, due date explained day by day, and what the citizen may do now."""
    deadline = case.deadline(desk.calendar) if case.is_open else None
    return Reply(
        ending=Ending.STATUS,
        blocks=(
            Title(text=f"{case.number} {subject(case)}"),
            Paragraph(text=" ".join(_progress(case, desk))),
            *(_due(deadline) if deadline else ()),
            *((Paragraph(text=wording.REPLY_BELOW), *document_blocks(reply)) if reply else ()),
        ),
        buttons=citizen_buttons(case),
    )


def document_blocks(document: Document) -> tuple[Block, ...]:
    """A document for a chat."""
    return (
        Title(text=document.title),
        Paragraph(text=document.number),
        Paragraph(text=document.body),
        Note(text=" ".join(document.signature)),
    )


def citizen_buttons(case: Case) -> tuple[tuple[Button, ...], ...]:
    """What the citizen may do at this stage."""
    ref = case.number.ref
    if case.stage is Stage.REPLIED:
        stars = [Button(label=rating, action=f"c:{ref}:rate:{_STARS[rating]}") for rating in RATINGS]
        return (tuple(stars[:3]), tuple(stars[3:]))
    rows: list[tuple[Button, ...]] = []
    if case.stage is Stage.NEEDS_CORRECTION:
        rows.append(
            (
                Button(label=wording.SUPPLEMENT, action=f"c:{ref}:supplement"),
                Button(label=wording.MORE_TIME, action=f"c:{ref}:moretime"),
            )
        )
    if case.stage is Stage.SUBMITTED and case.confirmed_by_applicant is None:
        rows.append((Button(label=wording.CONFIRM, action=f"c:{ref}:confirm"),))
    if case.is_open:
        rows.append(
            (
                Button(label=wording.SHOW, action=f"c:{ref}"),
                Button(label=wording.WITHDRAW, action=f"c:{ref}:withdraw"),
            )
        )
    return tuple(rows)


def masked_applicant(applicant: Applicant) -> str:
    """Name and contact for lists and cards: 李某某 138****5678."""
    person = applicant.kind is ApplicantKind.NATURAL_PERSON
    name = f"{applicant.name[0]}某某"[: max(2, len(applicant.name))] if person else applicant.name
    phone = f" {applicant.phone[:3]}****{applicant.phone[-4:]}" if applicant.phone else ""
    return f"{name}（{applicant.kind}）{phone}"


def _standing(case: Case, desk: Desk, today: date) -> str:
    deadline = case.deadline(desk.calendar) if case.is_open else None
    parts = [
        f"环节：{STAGE_NAMES[case.stage]}",
        f"部门：{desk.department_name(case.department or case.suggested_department) or '未定'}"
        + ("" if case.department else "（建议）"),
    ]
    if deadline is not None:
        mark = wording.DUE_PROVISIONAL if deadline.provisional else ""
        parts.append(f"期限：{full_date(deadline.due)}{mark}，{when(case, desk, today)}")
    if case.outcome is not None:
        parts.append(f"结果：{OUTCOMES[case.outcome].name}")
    if case.content is not None:
        parts.append(f"申请人：{masked_applicant(case.content.applicant)}")
    return "\n".join(parts)


def _request(case: Case) -> Iterable[Block]:
    content = case.content
    if content is None:
        return
    if content.kind == "letter":
        yield Paragraph(text=f"{content.letter_kind}：{content.subject}\n{masked(content.text, content.applicant)}")
        return
    yield Paragraph(text=masked(content.description, content.applicant))
    yield Note(text=f"要{content.medium}，{content.way}")


def _draft(case: Case) -> Iterable[Block]:
    if case.draft and case.stage in {Stage.DRAFTING, Stage.LEGAL_REVIEW, Stage.SIGN_OFF, Stage.APPROVED}:
        yield Bullets(label="答复稿：", items=tuple(_lines(case)))


def _lines(case: Case) -> Iterable[str]:
    applicant = case.content.applicant if case.content else None
    return (line for line in masked(case.draft or "", applicant).splitlines() if line.strip())


def _progress(case: Case, desk: Desk) -> Iterable[str]:
    department = desk.department_name(case.department)
    arrived = full_date(case.arrived)
    if department:
        yield wording.SUBMITTED_ON.format(day=arrived, department=department)
    else:
        yield wording.SUBMITTED_ONLY.format(day=arrived)
    yield wording.STAGE.format(stage=STAGE_NAMES[case.stage])
    if case.answered is not None:
        yield wording.ANSWERED_ON.format(day=full_date(case.answered))
    if case.outcome is not None and not case.is_open:
        yield wording.RESULT.format(outcome=OUTCOMES[case.outcome].name)
    following = wording.WHAT_NEXT.get(case.stage)
    if following:
        correction = case.clock.correction if case.clock else None
        until = full_date(correction.answer_by) if correction else ""
        yield wording.NEXT.format(next=following.format(answer_by=until))


def _due(deadline: Deadline) -> tuple[Block, ...]:
    mark = wording.DUE_PROVISIONAL if deadline.provisional else ""
    first, *rest = explanation(deadline)
    return (
        Paragraph(text=f"{wording.DUE}{full_date(deadline.due)}{mark}"),
        Paragraph(text=first),
        Bullets(items=tuple(rest)),
    )

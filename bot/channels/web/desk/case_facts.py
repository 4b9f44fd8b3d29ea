"""What stands on the page of a case, covered as staff may read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.channels.web.desk.queue import KIND_WORDS, urgency
from bot.mailbox.calendar import CHINA, day_of
from bot.mailbox.cases import Case, Event
from bot.mailbox.explanation import explanation, full_date
from bot.mailbox.letters.document import Document
from bot.mailbox.outcomes import OUTCOMES
from bot.mailbox.people import ROLE_NAMES, STAFF_ROLES, Actor, Role
from bot.mailbox.stages import ACTION_NAMES, STAGE_NAMES
from bot.mailbox.workflow import possible_for_others
from bot.office.card import masked_applicant, subject, when
from bot.office.covering import covered, shown, without_identity
from bot.office.office import Office
from bot.store.cases import Stored
from bot.store.papers import Attached, Listed

_CHANNELS = {"web": "网页", "telegram": "Telegram", "mail": "邮件", "terminal": "终端", "system": "系统"}
LETTER_FILE = "message/rfc822"
"""A mail as it came, with everything that its sender wrote into it: for the registrar alone."""


@dataclass(frozen=True)
class Happened:
    """An event in words."""

    at: datetime
    who: str
    what: str
    stages: str
    due: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    """A file of the case: under which number, name and size."""

    at: int
    name: str
    size: int


@dataclass(frozen=True)
class CaseFacts:
    """All of it. ``lines``: how it stands; ``others``: what the other roles may do now."""

    title: str
    kind: str
    stage: str
    when: str
    urgency: str
    lines: tuple[tuple[str, str], ...]
    request: tuple[tuple[str, str], ...]
    explanation: tuple[str, ...]
    documents: tuple[Document, ...]
    attached: tuple[Paper, ...]
    enclosed: tuple[Paper, ...]
    happened: tuple[Happened, ...]
    events: tuple[Event, ...]
    others: tuple[tuple[str, str], ...]
    outcome: str
    draft: str


def case_facts(office: Office, stored: Stored, actor: Actor) -> CaseFacts:
    """What ``actor`` reads of the case."""
    case, desk = stored.case, office.desk
    with office.store.reading() as t:
        events, documents = t.cases.events(stored), t.papers.documents(stored)
        attached, enclosed = (t.papers.listed(stored, outgoing=one) for one in (False, True))
    today, applicant = day_of(office.clock()), case.content.applicant if case.content else None
    deadline = case.deadline(desk.calendar)
    return CaseFacts(
        title=covered(subject(case), applicant),
        kind=KIND_WORDS[case.kind],
        stage=STAGE_NAMES[case.stage],
        when=when(case, desk, today) or "",
        urgency=urgency(case, desk, today),
        lines=tuple(_lines(case, office)),
        request=tuple(_request(case)),
        explanation=explanation(deadline) if deadline else (),
        documents=tuple(documents),
        attached=_papers(attached, actor),
        enclosed=_papers(enclosed, actor),
        happened=tuple(_happened(event, case) for event in reversed(events)),
        events=tuple(events),
        others=tuple(
            (ROLE_NAMES[role], "、".join(ACTION_NAMES[action] for action in actions))
            for role, actions in possible_for_others(case, actor)
        ),
        outcome=OUTCOMES[case.outcome].name if case.outcome else "",
        draft=without_identity(case.draft or "", applicant),
    )


def may_open(file: Attached | Listed, actor: Actor) -> bool:
    """Whether ``actor`` may open the file: a mail as it came names its sender."""
    return file.content_type != LETTER_FILE or actor.role in {Role.REGISTRAR, Role.ADMIN}


def _papers(files: list[Listed], actor: Actor) -> tuple[Paper, ...]:
    """Numbered as they are kept, so that a number names the same file for everybody."""
    papers = (Paper(at, shown(one.name), one.size) for at, one in enumerate(files, 1) if may_open(one, actor))
    return tuple(papers)


def _lines(case: Case, office: Office) -> Iterator[tuple[str, str]]:
    desk = office.desk
    suggested = desk.department_name(case.suggested_department)
    yield (
        "承办部门",
        desk.department_name(case.department) or (f"未定（建议：{suggested}）" if suggested else "未定"),
    )
    deadline = case.deadline(desk.calendar) if case.is_open else None
    if deadline:
        yield "期限", f"{full_date(deadline.due)}{'（暂定）' if deadline.provisional else ''}"
    if case.outcome:
        yield "结果", OUTCOMES[case.outcome].name
    yield "收到", full_date(case.arrived)
    if case.confirmed_by_applicant is None:
        yield "确认", "申请人还没有确认"
    if case.answered:
        yield "办结", full_date(case.answered)
    if case.rating:
        yield "评价", case.rating.value


def _request(case: Case) -> Iterator[tuple[str, str]]:
    content = case.content
    if content is None:
        return
    applicant = content.applicant
    yield "申请人" if content.kind == "disclosure" else "来信人", masked_applicant(applicant)
    if content.kind == "letter":
        yield "类型", content.letter_kind.value
        yield "标题", covered(content.subject, applicant)
        yield "内容", covered(content.text, applicant)
        if content.place:
            yield "地点", covered(content.place, applicant)
        yield "公开", "可以公开" if content.public else "不公开"
        return
    yield "申请内容", covered(content.description, applicant)
    yield "形式", f"{content.medium}，{content.way}"
    if content.purpose:
        yield "用途", covered(content.purpose, applicant)


def _happened(event: Event, case: Case) -> Happened:
    actor = event.actor
    who = ROLE_NAMES[actor.role] + (f" {actor.id}" if actor.role in STAFF_ROLES else "")
    moved = event.before is not None and event.before is not event.after
    stages = f"{STAGE_NAMES[event.before]} → {STAGE_NAMES[event.after]}" if event.before and moved else ""
    due = f"期限 {event.due}{'（暂定）' if event.provisional else ''}" if event.due else ""
    words = tuple(covered(line, case.content.applicant if case.content else None) for line in event.said)
    at = event.at.astimezone(CHINA)
    return Happened(
        at,
        f"{who}（{_CHANNELS.get(actor.channel, actor.channel)}）",
        ACTION_NAMES[event.action],
        stages,
        due,
        words,
    )

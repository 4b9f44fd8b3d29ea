"""From a notice to documents and messages in the outbox; written in the transaction of the step itself."""

import secrets
from datetime import datetime

from bot.conversation.messages import Ending, Reply
from bot.mailbox.calendar import day_of
from bot.mailbox.cases import Case, Step
from bot.mailbox.letters.document import Document
from bot.mailbox.letters.draw_up import document_of_draft, draw_up
from bot.mailbox.letters.facts import Facts
from bot.mailbox.letters.names import LetterName, reply_name
from bot.mailbox.messages import ChatMessage, MailMessage, Message
from bot.mailbox.people import Role, Staff
from bot.mailbox.stages import ACTION_NAMES, STAGE_NAMES, Action
from bot.mailbox.workflow import possible
from bot.office import wording
from bot.office.card import citizen_buttons, document_blocks, staff_card
from bot.office.desk import Desk
from bot.office.notices import Notice, To
from bot.store.cases import Stored
from bot.store.people import Task
from bot.store.store import Transaction

ROLE_OF = {
    To.REGISTRAR: Role.REGISTRAR,
    To.DEPARTMENT: Role.DEPARTMENT,
    To.LEGAL: Role.LEGAL,
    To.LEADER: Role.LEADER,
}
INFORMAL = frozenset({LetterName.RECEIPT, LetterName.LETTER_RECEIPT, LetterName.RATING_THANKS})
"""Documents that need no docx beside the mail."""
PRINT_TASK, NOBODY_TASK = "print_and_post", "nobody"


class Post:
    """Sends the notices of one step. ``quiet``: the citizen reads the document as the reply of the chat."""

    def __init__(
        self, t: Transaction, desk: Desk, stored: Stored, step: Step, now: datetime, quiet: bool = False
    ) -> None:
        self._t = t
        self._desk = desk
        self._stored = stored
        self._case: Case = stored.case
        self._step = step
        self._now = now
        self._quiet = quiet

    def send(self, notice: Notice) -> None:
        """Draw up the document, if any, and put the messages into the outbox."""
        if notice.letter is None:
            alone = notice.to is To.DEPARTMENT and self._case.department is None
            self.tell_staff(Role.REGISTRAR if alone else ROLE_OF[notice.to])
            return
        document = self._document(notice.letter)
        seq = self._t.papers.add_document(self._stored, document, self._now)
        enclosed = () if notice.letter in INFORMAL else (seq,)
        if notice.to is To.CITIZEN:
            self._tell_citizen(document, enclosed)
        elif self._step.email:
            self._put(MailMessage(to=self._step.email, **self._mail(document, enclosed, footer=False)))
        else:
            self._print(document)

    def tell_staff(self, role: Role) -> None:
        """The case's card to everyone in the role, by chat and mail as they have them."""
        department = self._case.department if role is Role.DEPARTMENT else None
        people = self._t.people.in_role(role, department)
        if not people:
            key = f"{NOBODY_TASK}:{self._case.number.ref}:{role}:{self._case.version}"
            self._t.people.add_task(Task(key, Role.ADMIN, NOBODY_TASK, self._stored.id), self._now)
        for person in people:
            self._tell(person)

    def _tell(self, person: Staff) -> None:
        actor = person.acting("telegram")
        enclosed = self._t.papers.enclosed_names(self._stored)
        card = staff_card(self._case, actor, self._desk, day_of(self._now), enclosed)
        if person.telegram_id is not None:
            self._put(ChatMessage(user_key=f"tg:{person.telegram_id}", reply=card))
        if person.email is not None:
            actions = [action for action in possible(self._case, actor) if action is not Action.NOTE]
            names = "、".join(ACTION_NAMES[action] for action in actions)
            what = wording.STAFF_WHAT.format(actions=names) if names else wording.STAFF_INFORMED
            stage = STAGE_NAMES[self._case.stage]
            title = wording.STAFF_SUBJECT.format(number=self._case.number, stage=stage, what=what)
            how = [wording.STAFF_FOOTER[action] for action in actions if action in wording.STAFF_FOOTER]
            text = "\n".join([plain(card), "", *how])
            self._put(
                MailMessage(to=person.email, subject=title, text=text, role=person.role, version=self._case.version)
            )

    def _document(self, letter: LetterName) -> Document:
        facts = Facts(
            case=self._case,
            district=self._desk.district,
            today=day_of(self._now),
            deadline=self._case.deadline(self._desk.calendar),
            step=self._step,
            department_name=self._desk.department_name(self._case.department),
        )
        if self._step.action is Action.REPLY and letter is reply_name(self._case.outcome):
            return document_of_draft(self._case.draft or "", facts, self._desk.own_letters)
        return draw_up(letter, facts, self._desk.own_letters)

    def _tell_citizen(self, document: Document, enclosed: tuple[int, ...]) -> None:
        content, origin = self._case.content, self._case.origin
        email = content.applicant.email if content else None
        by_mail = origin.channel == "mail" or (email and (content and content.mail_too))
        by_chat = origin.channel in {"telegram", "terminal", "web"}
        if by_chat and not self._quiet:
            reply = Reply(
                ending=Ending.STATUS, blocks=document_blocks(document), buttons=citizen_buttons(self._case)
            )
            self._put(ChatMessage(user_key=origin.user_key, reply=reply, files=self._files()))
        if by_mail or (email and not by_chat):
            to = email or origin.user_key
            mail = self._mail(document, enclosed, footer=True)
            self._put(MailMessage(to=to, files=self._files(), **mail))
        elif not by_chat:
            self._print(document)

    def _files(self) -> tuple[str, ...]:
        """What goes out with the reply, and with nothing else."""
        if self._step.action is not Action.REPLY:
            return ()
        return tuple(one.id for one in self._t.papers.listed(self._stored, outgoing=True))

    def _mail(self, document: Document, enclosed: tuple[int, ...], footer: bool) -> dict[str, object]:
        title = wording.CASE_SUBJECT.format(number=self._case.number, title=document.title)
        text = document.text
        if footer:
            asked = self._case.confirmed_by_applicant is None and document.name in INFORMAL
            confirm = f"\n\n{wording.ASK_TO_CONFIRM}{wording.CONFIRM_BY_MAIL}" if asked else ""
            end = wording.MAIL_FOOTER.format(
                number=self._case.number, code=self._case.query_code, hotline=self._desk.district.hotline
            )
            text = f"{text}{confirm}\n\n{end}"
        return {"subject": title, "text": text, "documents": enclosed}

    def _print(self, document: Document) -> None:
        key = f"{PRINT_TASK}:{self._case.number.ref}:{document.name}:{self._case.version}"
        self._t.people.add_task(Task(key, Role.REGISTRAR, PRINT_TASK, self._stored.id), self._now)

    def _put(self, message: Message) -> None:
        self._t.outbox.add(message_id(self._case, self._desk), message, self._stored, self._now)


def message_id(case: Case, desk: Desk) -> str:
    """Random, for whoever knows the id of a mail of ours passes for one who was written to."""
    return f"{case.number.ref.lower()}.{case.version}.{secrets.token_hex(8)}@{desk.mail_domain}"


def plain(reply: Reply) -> str:
    """A reply's texts as lines, for a mail."""
    lines: list[str] = []
    for block in reply.blocks:
        if block.kind == "bullets":
            lines += [block.label or "", *(f"  {item}" for item in block.items)]
        elif block.kind == "link":
            lines.append(f"{block.label}：{block.url}")
        else:
            lines.append(block.text)
    return "\n".join(lines)

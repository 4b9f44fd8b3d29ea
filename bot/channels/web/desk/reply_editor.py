"""The editor of the reply: outcome and text, from a template or as it was left."""

from dataclasses import dataclass

from pydantic import ValidationError

from bot.channels.web.desk import wording
from bot.channels.web.desk.door import Visit
from bot.channels.web.desk.step_form import outcome_choices
from bot.mailbox.calendar import day_of
from bot.mailbox.cases import Case, Step
from bot.mailbox.letters.document import Document
from bot.mailbox.letters.draw_up import document_of_draft, gaps, reply_draft
from bot.mailbox.letters.facts import Facts
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import Actor
from bot.mailbox.stages import Action, Kind, Stage
from bot.mailbox.workflow import StepRefused, possible
from bot.office.covering import without_identity
from bot.office.office import Office


@dataclass(frozen=True)
class Editor:
    """What stands in the editor. ``may_finish``: whether it may go to review now."""

    kind: Kind
    outcome: Outcome | None
    text: str
    opened: bool
    may_finish: bool

    @property
    def gaps(self) -> tuple[str, ...]:
        """What is still to be filled in."""
        return gaps(self.text)

    @property
    def choices(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """The outcomes of a request; a letter has none."""
        return outcome_choices() if self.kind is Kind.DISCLOSURE else ()

    def differs_from(self, case: Case) -> bool:
        """Whether something was changed."""
        kept = _shown_draft(case)
        return self.text.strip() != kept.strip() or self.outcome not in (None, case.outcome)

    def step(self) -> Step:
        """What saves it. Raises StepRefused for what is empty or too long."""
        if not self.text.strip():
            raise StepRefused(wording.NO_DRAFT)
        try:
            return Step(action=Action.DRAFT, text=self.text.strip(), outcome=self.outcome)
        except ValidationError as error:
            raise StepRefused(wording.TOO_LONG.format(field="答复全文")) from error


def editor(case: Case, actor: Actor) -> Editor | None:
    """The editor as the case stands; None for whoever may not write now."""
    actions = possible(case, actor)
    if Action.DRAFT not in actions:
        return None
    may_finish = case.stage is Stage.DRAFTING or Action.FINISH_DRAFT in actions
    return Editor(case.kind, case.outcome, _shown_draft(case), case.stage is Stage.DRAFTING, may_finish)


def read_editor(visit: Visit, case: Case) -> Editor | None:
    """The editor with what was sent; as the case stands where no reply was sent."""
    known = editor(case, visit.actor)
    if known is None or "reply" not in visit.answers():
        return known
    text = visit.text("reply").replace("\r\n", "\n")
    return Editor(case.kind, _outcome(visit), text, True, known.may_finish)


def with_template(visit: Visit, case: Case) -> Editor | None:
    """The editor with the template of the chosen outcome. Raises UserError when none is chosen."""
    known = editor(case, visit.actor)
    if known is None:
        return None
    outcome = _outcome(visit) or case.outcome
    facts = facts_of(visit.office, case.model_copy(update={"outcome": outcome}))
    return Editor(case.kind, outcome, reply_draft(facts, visit.office.desk.own_letters), True, known.may_finish)


def drafted(office: Office, case: Case) -> Document:
    """The reply as it would go out now. Raises UserError."""
    return document_of_draft(case.draft or "", facts_of(office, case), office.desk.own_letters)


def facts_of(office: Office, case: Case) -> Facts:
    """What documents of this case are drawn up from today."""
    desk = office.desk
    return Facts(
        case=case,
        district=desk.district,
        today=day_of(office.clock()),
        deadline=case.deadline(desk.calendar),
        department_name=desk.department_name(case.department),
    )


def _outcome(visit: Visit) -> Outcome | None:
    said = visit.text("outcome")
    return Outcome(said) if said in set(Outcome) else None


def _shown_draft(case: Case) -> str:
    applicant = case.content.applicant if case.content else None
    return without_identity(case.draft or "", applicant)

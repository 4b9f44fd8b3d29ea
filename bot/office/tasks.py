"""What waits for a person besides the cases' own steps: a bad rating, a mail that bounced, a letter to print."""

from dataclasses import dataclass
from datetime import date

from bot.mailbox.numbers import CaseNumber
from bot.mailbox.people import ROLE_NAMES, Actor, Role
from bot.mailbox.reminders import AlarmKind
from bot.mailbox.workflow import StepRefused
from bot.office import wording
from bot.office.office import Office

_ALARMS = frozenset(AlarmKind)


@dataclass(frozen=True)
class OpenTask:
    """A task as people see it; ``id`` is what they name it by."""

    id: int
    sentence: str
    role: Role
    due: date | None
    number: CaseNumber | None


def open_tasks(office: Office, actor: Actor) -> list[OpenTask]:
    """Tasks of the actor's role (an admin: all), the oldest first. Alarms end with the case they are about."""
    found: list[OpenTask] = []
    with office.store.reading() as t:
        for task, _ in t.people.open_tasks():
            stored = t.cases.by_id(task.case_id) if task.case_id is not None else None
            over = task.kind in _ALARMS and (stored is None or not stored.case.is_open)
            if over or task.id is None or actor.role not in {task.role, Role.ADMIN}:
                continue
            number = stored.case.number if stored else None
            sentence = wording.TASKS[task.kind].format(number=number or "", role=ROLE_NAMES[task.role])
            found.append(OpenTask(task.id, sentence, task.role, task.due, number))
    return found


def finish_task(office: Office, task_id: int, actor: Actor) -> OpenTask:
    """The task is seen to. Raises StepRefused when the actor has no such open task."""
    one = next((task for task in open_tasks(office, actor) if task.id == task_id), None)
    if one is None:
        raise StepRefused(f"没有第 {task_id} 项待办。请用 wenban case tasks 看看有哪些。")
    with office.store.transaction() as t:
        t.people.finish_task(task_id, actor.id, office.clock())
    return one

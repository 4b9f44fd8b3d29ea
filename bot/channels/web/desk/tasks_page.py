"""What waits for a person besides the steps of the cases."""

import re
from dataclasses import replace

from starlette.responses import Response

from bot.channels.web.desk.door import Visit, see
from bot.office.tasks import finish_task, open_tasks

_COMMAND = re.compile(r"（wenban [^）]*）")
"""What the sentence says for people at a terminal."""


def tasks_page(visit: Visit) -> Response:
    """The list, the oldest first."""
    tasks = [
        replace(task, sentence=_COMMAND.sub("", task.sentence)) for task in open_tasks(visit.office, visit.actor)
    ]
    return visit.page("tasks", tasks=tasks, today=visit.today)


def finish_one(visit: Visit) -> Response:
    """This one is seen to. Raises StepRefused."""
    finish_task(visit.office, int(visit.request.path_params["at"]), visit.actor)
    return see("/desk/tasks")

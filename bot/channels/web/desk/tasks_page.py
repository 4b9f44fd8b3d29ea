"""What waits for a person besides the steps of the cases."""

from starlette.responses import Response

from bot.channels.web.desk.door import Visit, see
from bot.office.tasks import finish_task, open_tasks


def tasks_page(visit: Visit) -> Response:
    """The list, the oldest first."""
    return visit.page("tasks", tasks=open_tasks(visit.office, visit.actor), today=visit.today)


def finish_one(visit: Visit) -> Response:
    """This one is seen to. Raises StepRefused."""
    finish_task(visit.office, int(visit.request.path_params["at"]), visit.actor)
    return see("/desk/tasks")

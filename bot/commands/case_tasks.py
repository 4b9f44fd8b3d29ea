"""``wenban case tasks`` and ``wenban case done``: what waits for a person besides the steps of the cases."""

import click

from bot.commands import values
from bot.commands.context import output_json
from bot.commands.office import acting, as_option, json_option, open_office


@click.command("tasks")
@as_option
@json_option
def tasks_command(staff: str | None, as_json: bool) -> None:
    """待办：差评回访、发不出去的邮件、要打印邮寄的文书、待归的来信。

    例：wenban case tasks --as wang
    """
    from bot.office.tasks import open_tasks

    with open_office() as office:
        tasks = open_tasks(office, acting(office, staff))
    if as_json:
        output_json(
            [
                {
                    "id": task.id,
                    "text": task.sentence,
                    "role": task.role,
                    "due": task.due.isoformat() if task.due else None,
                    "number": str(task.number) if task.number else None,
                }
                for task in tasks
            ]
        )
        return
    for task in tasks:
        due = f"（{task.due} 以前）" if task.due else ""
        click.echo(f"{task.id}. {task.sentence}{due}")
    if not tasks:
        click.echo("没有待办。")


@click.command("done")
@click.argument("task_id", type=values.count, metavar="待办号")
@as_option
def done_command(task_id: int, staff: str | None) -> None:
    """这项待办办好了。

    例：wenban case done 3 --as wang
    """
    from bot.office.tasks import finish_task

    with open_office() as office:
        task = finish_task(office, task_id, acting(office, staff))
    click.echo(f"已办好：{task.sentence}")

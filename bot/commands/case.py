"""``wenban case``: what staff do with the cases of the mailbox."""

import click

from bot.commands.case_draft import draft_command
from bot.commands.case_erase import erase_command
from bot.commands.case_export import export_command
from bot.commands.case_list import list_command
from bot.commands.case_open import open_command
from bot.commands.case_show import log_command, show_command
from bot.commands.case_stats import stats_command
from bot.commands.case_step import STEPS
from bot.commands.case_tasks import done_command, tasks_command
from bot.commands.group import Group


@click.group("case", cls=Group)
def case_command() -> None:
    """办件：列表、查看、登记、转办、起草、审核、签发、答复、归档。

    例：wenban case list --as wang
    """


for one in (
    list_command,
    show_command,
    log_command,
    open_command,
    draft_command,
    export_command,
    stats_command,
    erase_command,
    tasks_command,
    done_command,
):
    case_command.add_command(one)
for step in STEPS:
    case_command.add_command(step.command())

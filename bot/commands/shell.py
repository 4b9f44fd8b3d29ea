"""``wenban completion``: the script that makes a shell complete our commands."""

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> None:
    """输出命令补全脚本。

    例：eval "$(wenban completion bash)"
    """
    found = get_completion_class(shell)
    root = click.get_current_context().find_root().command
    if found is not None:
        click.echo(found(root, {}, "wenban", "_WENBAN_COMPLETE").source())

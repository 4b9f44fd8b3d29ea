"""The command ``wenban``: thin; each subcommand is imported only when it is run."""

import importlib
import logging
import os
import secrets
import sys
from pathlib import Path
from typing import Any

import click

from bot.errors import UserError

# command -> module of bot.commands that defines it under the same name (dashes as underscores)
COMMANDS = {
    "ask": "talk",
    "case": "case",
    "catalog": "catalogue",
    "chat": "talk",
    "completion": "shell",
    "deadline": "reckon",
    "eval": "judge",
    "mail": "mail",
    "search": "find",
    "serve": "serve",
    "show": "find",
    "staff": "staff",
    "store": "store",
    "telegram": "channels",
}


class LazyGroup(click.Group):
    """A group that imports a subcommand's module only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"bot.commands.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. Raises UserError when there is none of that name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise UserError(f"没有 {args[0]} 这个命令。可用的有：{'、'.join(sorted(COMMANDS))}。")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--catalog", type=click.Path(path_type=Path), help="目录文件夹（不写则用自带的沙市区目录）")
@click.version_option(package_name="wenban", prog_name="wenban", message="%(prog)s %(version)s")
@click.pass_context
def wenban(context: click.Context, catalog: Path | None) -> None:
    """问办：用平常的话查政务服务事项怎么办。

    例：wenban ask "身份证掉了人在外地咋补"
    """
    context.obj = catalog


def main(arguments: list[str] | None = None) -> None:
    """Run the command. No traceback ever reaches a person; a reference number finds it in the log."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        sys.exit(wenban.main(args=arguments, prog_name="wenban", standalone_mode=False) or 0)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        click.echo(_usage(error), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        sys.exit(_report(error))


def _usage(error: click.ClickException) -> str:
    """What is wrong with the way the command was written, in Chinese."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "wenban"
    return f"{_mistake(error)}。请运行 {path} --help 看用法和例子。"


def _mistake(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"没有 {error.option_name} 这个选项"
    name = error.param.human_readable_name if isinstance(error, click.BadParameter) and error.param else ""
    if isinstance(error, click.MissingParameter):
        return f"少写了 {name}"
    if isinstance(error, click.BadParameter):
        return f"{name} 的值不对"
    return "命令写得不对"


def _report(error: Exception) -> int:
    """Say what went wrong; returns the exit code."""
    message: Any = getattr(error, "message", None)
    if type(error).__module__.split(".")[0] in {"bot", "catalog", "index"} and isinstance(message, str):
        click.echo(message, err=True)
        for fault in getattr(error, "faults", ()):
            click.echo(f"  {fault}", err=True)
        return int(getattr(error, "exit_code", 2))
    reference = secrets.token_hex(4)
    where = _write_down(reference, error)
    said = f"对不起，程序出了问题（{type(error).__name__}）。编号：{reference}"
    click.echo(f"{said}{where}。请把编号告诉管理员。", err=True)
    return 70


def _write_down(reference: str, error: Exception) -> str:
    """Append the traceback to the log in the home folder; returns where, as the end of a sentence."""
    import traceback  # noqa: PLC0415  (only when something broke)

    from bot.settings import Settings  # noqa: PLC0415

    try:
        log = Settings().home / "error.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as out:
            out.write(f"reference {reference}\n{''.join(traceback.format_exception(error))}\n")
    except (OSError, ValueError):
        return ""
    return f"，详情写在 {log}"

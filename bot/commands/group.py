"""A group of commands that answers in Chinese when it is written wrongly."""

import click

from bot.errors import UserError


class Group(click.Group):
    """Without a subcommand it explains itself; with a wrong one it names the right ones."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, but an empty line is a question and no mistake."""
        if not args and not self.invoke_without_command:
            click.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. Raises UserError when there is none of that name."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            raise UserError(
                f"{ctx.command_path} 没有 {args[0]} 这一步。可用的有：{'、'.join(sorted(self.commands))}。"
            )
        return super().resolve_command(ctx, args)

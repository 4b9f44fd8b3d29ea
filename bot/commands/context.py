"""What every command needs: the settings, with ``--catalog`` taken into account, and the snapshot."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from bot.errors import UserError
from bot.settings import Settings

if TYPE_CHECKING:
    from index.snapshot import Snapshot


def settings() -> Settings:
    """Settings of this run. Raises UserError for a faulty environment variable."""
    chosen: Path | None = click.get_current_context().find_root().obj
    try:
        return Settings(catalog=chosen) if chosen is not None else Settings()
    except ValidationError as error:
        names = [f"WENBAN_{str(details['loc'][0]).upper()}" for details in error.errors() if details["loc"]]
        if not names:
            # the one rule over two settings
            raise UserError("WENBAN_LETTER_DAYS 不能比 WENBAN_LETTER_DAYS_COMPLEX 长。请改正后再试。") from error
        raise UserError(f"环境变量 {'、'.join(names)} 的值不对。请改正后再试。") from error


def snapshot() -> "Snapshot":
    """What is served here; before anything is, or with ``--catalog``, the catalogue as it lies in its folder."""
    from bot.commands.serving import served
    from index.snapshot import ensure_snapshot

    chosen = settings()
    named = click.get_current_context().find_root().obj is not None
    opened = None if named else served(chosen)
    return opened or ensure_snapshot(chosen.catalog_folder, chosen.index_folder)


def output_json(value: object) -> None:
    """Print ``value`` as one line of JSON."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False))

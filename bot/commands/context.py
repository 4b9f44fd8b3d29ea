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
        names = "、".join(f"WENBAN_{str(details['loc'][0]).upper()}" for details in error.errors())
        raise UserError(f"环境变量 {names} 的值不对。请改正后再试。") from error


def snapshot() -> "Snapshot":
    """The snapshot of the catalogue in use; built first when the catalogue changed."""
    from index.snapshot import ensure_snapshot

    chosen = settings()
    return ensure_snapshot(chosen.catalog_folder, chosen.index_folder)


def output_json(value: object) -> None:
    """Print ``value`` as one line of JSON."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False))

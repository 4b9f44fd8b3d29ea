"""``access.log`` in the home folder: who was refused, and who saw or took out personal data."""

from datetime import datetime
from pathlib import Path

from bot.errors import UserError


def note(home: Path, now: datetime, what: str) -> None:
    """Write one line down. Raises UserError when that is not possible: then nothing personal is shown."""
    log = home / "access.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as out:
            out.write(f"{now.isoformat(timespec='seconds')} {what}\n")
    except OSError as error:
        raise UserError(f"{log} 写不进去。请管理员检查权限，或用 WENBAN_HOME 换一个文件夹。") from error

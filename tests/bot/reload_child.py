"""Forks a process for each reload and may kill it: ``FOLDER INDEX`` and, for each line ``WHO SECONDS``, one reload.

Killed after SECONDS when these are not negative. Writes its exit code: 0 reloaded, 1 refused, -9 killed.
"""

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from catalog.errors import CatalogError
from index.shelf import Shelf


def reload(folder: Path, parent: Path, who: str) -> int:
    """One reload; 1 for a faulty catalogue."""
    try:
        Shelf(parent).reload(folder, who, datetime.now(UTC))
    except CatalogError:
        return 1
    return 0


def main() -> None:
    """Until standard input ends."""
    folder, parent = Path(sys.argv[1]), Path(sys.argv[2])
    for line in sys.stdin:
        who, seconds = line.split()
        child = os.fork()
        if child == 0:
            os._exit(reload(folder, parent, who))
        if float(seconds) >= 0:
            time.sleep(float(seconds))
            # Ours until it is waited for, even when it has ended: nobody else can have its number.
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

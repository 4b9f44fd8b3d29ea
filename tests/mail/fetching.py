"""A process that fetches once, for the tests that kill it: ``python -m tests.mail.fetching URL FILE``."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from bot.channels.mail.url import open_source


def main(url: str, file: str) -> None:
    """Append the Message-ID line of each mail to ``file``, synced, as a database would commit it."""
    with open(file, "ab") as kept:

        def keep(mail: bytes) -> None:
            kept.write(mail.partition(b"\r\n")[0] + b"\n")
            kept.flush()
            os.fsync(kept.fileno())
            os.write(1, b"kept\n")

        open_source(url).fetch(keep)


def fetch_and_kill(url: str, file: Path, times: int) -> None:
    """Run ``main`` in a process and kill it ``times`` times a moment after its next few mails; then let it end."""
    command = [sys.executable, "-m", "tests.mail.fetching", url, str(file)]
    moments = random.Random(11)
    for _ in range(times):
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
            assert process.stdout is not None
            for _ in range(moments.randint(1, 4)):
                assert process.stdout.readline() == b"kept\n"
            time.sleep(moments.uniform(0.0, 0.004))
            process.kill()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2], timeout=60)


if __name__ == "__main__":
    main(*sys.argv[1:])

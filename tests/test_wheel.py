"""The wheel holds all it needs: built, unpacked outside the checkout, and asked a question."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_answers_outside_the_checkout(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    site = tmp_path / "site"
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    assert (site / "bot" / "store" / "migrations" / "versions" / "r0001_sessions.py").is_file()
    environment = os.environ | {"PYTHONPATH": str(site), "WENBAN_HOME": str(tmp_path / "home")}
    ask = [
        sys.executable,
        "-c",
        "import bot, sys; assert 'site' in bot.__file__; from bot.cli import main; main(sys.argv[1:])",
    ]
    answer = subprocess.run(
        [*ask, "ask", "身份证掉了人在外地咋补"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr
    assert "居民身份证补领" in answer.stdout

"""README's walk through the mailbox, run as it stands, with the embedded defaults."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"<!-- walk-through -->\n```sh\n(.*?)```", re.DOTALL)


def test_the_walk_through_ends_with_a_rated_reply(tmp_path: Path) -> None:
    blocks = BLOCK.findall(README.read_text(encoding="utf-8"))
    assert len(blocks) >= 5
    script = "\n".join(["set -eo pipefail", *blocks, 'echo "HOME=$WENBAN_HOME"'])
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WENBAN_")}
    environment |= {"PATH": path, "TMPDIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    said = done.stdout
    home = Path(said.rpartition("HOME=")[2].strip())
    assert "请写明怎么提供" in said
    assert (
        said.index("退回修改  法制审核 → 起草答复") < said.index("签发  待签发 → 已签发") < said.index("非常满意")
    )
    assert "评价  已答复 → 已评价" in said
    (exported,) = home.glob("D*-0001.zip")
    with zipfile.ZipFile(exported) as archive:
        assert archive.testzip() is None
        assert any(name.endswith(".docx") for name in archive.namelist())

"""What the tests of reloading share: catalogues that say their version in every answer, and a process that reloads."""

import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import write_catalog

ROOT = Path(__file__).parents[2]
NAMES = {"id-card-reissue": "居民身份证补领", "passport": "普通护照首次申领", "driving": "机动车驾驶证换证"}
QUESTIONS = ("身份证丢了怎么补", "办护照要带什么", "驾驶证到期怎么换", "补身份证多少钱", "护照要多久")
ITEM = """\
  - id: {id}
    name: {name}
    aliases: [办{name}]
    phrasings: [{question}]
    type: 行政确认
    audiences: [自然人]
    themes: [户籍身份]
    guide:
      summary: 版本{version}号的简介。
      statutory_limit: {{value: 60, unit: 自然日, note: 版本{version}号的时限}}
      online: {{available: true, fully: true, web_url: "https://zwfw.hubei.gov.cn", platform: 版本{version}号平台}}
      visits: 0
      materials: [{{name: 版本{version}号材料}}]
      steps_online: [版本{version}号登录]
      fees: [{{item: 版本{version}号工本费, amount: 40 元, basis: 文号}}]
      verified_on: 2026-11-01
      source: {{name: 版本{version}号来源}}
"""
FAULTS = ("    colour: red\n", "  - {id: driving}\n", "items: again\n", "   : [\n", "    type: 随便\n", "\x00")
"""Each makes the file of items faulty when it is added."""
_MARK = re.compile(r"版本(\d+)号")


def write_version(folder: Path, version: int, fault: str = "") -> None:
    """The whole catalogue in this version, each file put in place at once."""
    items = "".join(
        ITEM.format(id=one, name=name, question=question, version=version)
        for (one, name), question in zip(NAMES.items(), QUESTIONS, strict=False)
    )
    path = folder / "items" / "gongan.yaml"
    if not path.exists():
        write_catalog(folder, {})
    draft = path.with_suffix(".new")
    draft.write_text(f"department: gongan\nitems:\n{items}{fault}", encoding="utf-8")
    os.replace(draft, path)


def versions(text: str) -> set[int]:
    """The versions that an answer speaks of."""
    return {int(number) for number in _MARK.findall(text)}


class Reloader:
    """Reloads in forked processes, killed on demand."""

    def __init__(self, folder: Path, parent: Path) -> None:
        command = [sys.executable, "-m", "tests.bot.reload_child", str(folder), str(parent)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.usual = 0.3
        """Seconds that the last whole reload took."""

    def reload(self, who: str, kill: random.Random | None = None) -> int:
        """One reload, killed at a random moment of its usual time when ``kill`` is given; its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        began = time.monotonic()
        self._process.stdin.write(f"{who} {kill.uniform(0.0, 0.9 * self.usual) if kill else -1}\n")
        code = int(self._process.stdout.readline())
        if code == 0:
            self.usual = time.monotonic() - began
        return code

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate(timeout=10)

"""Own-written messages for each route, and frames that turn a short question into a letter with a story.

One message a line in ``examples/<route>.txt``. None is taken from judged questions (a test compares them).
"""

from pathlib import Path
from random import Random

FOLDER = Path(__file__).with_name("examples")
OWN = ("disclosure", "letter", "status", "human", "small_talk", "none")
_TITLES = (
    "关于{}的问题", "咨询{}", "关于{}", "{}事宜", "{}相关问题咨询", "{}怎么办理", "关于办理{}的咨询",
    "请问{}的流程",
)  # fmt: skip
_ASKED = ("请问怎么办理？", "不知道能不能办？", "请问需要什么条件？", "想了解一下具体政策。", "该找哪个部门？")


def lines(name: str) -> list[str]:
    """The messages of one file."""
    return [line for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines() if line]


class Frames:
    """Builds letters around a question: greeting, background, question, thanks."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._opening, self._closing, self._background = lines("opening"), lines("closing"), lines("background")

    def letter(self, question: str) -> str:
        """``question`` with a greeting, after a story, inside a letter, or as headline and again at the end."""
        pick = self._chance.choice
        kind = self._chance.random()
        if kind < 0.25:
            return pick(self._opening) + question + pick(("", "。" + pick(self._closing)))
        story = self._story()
        if kind < 0.5:
            return f"{story}，{question}"
        if kind < 0.85:
            return f"{pick(self._opening)}{story}。{question}。{pick(self._closing)}"
        return f"{question}。{pick(self._opening)}{story}，{question}？{pick(self._closing)}"

    def headed(self, name: str) -> str:
        """A letter with a headline that names the thing, half of them with a body."""
        pick = self._chance.choice
        head = pick(_TITLES).format(name)
        if self._chance.random() < 0.5:
            return head
        return f"{head}。{pick(self._opening)}{self._story()}，{pick(_ASKED)}{pick(self._closing)}"

    def _story(self) -> str:
        return "，".join(self._chance.sample(self._background, self._chance.choice((1, 2, 3))))

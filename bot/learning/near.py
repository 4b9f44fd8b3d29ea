"""Questions that are nearly the same, put together: deterministic, and no chain joins what is unlike."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

NEAR = 0.5
"""Least Dice coefficient of the tokens (words and pairs of characters) of two questions that count as one."""
Cut = Callable[[str], Iterable[str]]


class Groups:
    """Groups around leaders; a question joins the leader it is most like, or leads a new group."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._leaders: list[str] = []
        self._sizes: list[int] = []
        self._holders: dict[str, list[int]] = defaultdict(list)
        self.members: dict[str, list[str]] = {}

    def add(self, question: str) -> None:
        """Put ``question`` into its group."""
        leader = self.leader_of(question)
        if leader is None:
            leader = question
            self._lead(question)
        self.members[leader].append(question)

    def leader_of(self, question: str) -> str | None:
        """The leader most like ``question``, the earliest of equals; None when none is near."""
        tokens = self._tokens(question)
        shared = Counter(number for token in tokens for number in self._holders.get(token, ()))
        likeness = {number: 2 * both / (len(tokens) + self._sizes[number]) for number, both in shared.items()}
        best = max(likeness, key=lambda number: (likeness[number], -number), default=None)
        return self._leaders[best] if best is not None and likeness[best] >= NEAR else None

    def _lead(self, question: str) -> None:
        tokens, number = self._tokens(question), len(self._leaders)
        self._leaders.append(question)
        self._sizes.append(len(tokens))
        self.members[question] = []
        for token in tokens:
            self._holders[token].append(number)

    def _tokens(self, question: str) -> set[str]:
        # What says nothing (a lone "怎么办") is like itself only.
        return set(self._cut(question)) or {question}

"""Questions to learn from: without personal data or the person, with the day only, and sealed all the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from bot.learning.heard import Heard, Signal
from bot.learning.privacy import without_personal_data
from bot.store.tables import questions
from bot.store.upsert import insert_once
from bot.store.vault import Vault, digest

_DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Counted:
    """How often a question met one fate on one day; ``item`` as in ``Heard``."""

    question: str
    signal: Signal
    item: str
    day: date
    count: int


class Questions:
    """All of one transaction's work on the questions."""

    def __init__(self, connection: Connection, vault: Vault, pepper: bytes) -> None:
        self._connection = connection
        self._vault = vault
        self._pepper = pepper

    def add(self, heard: Heard, day: date) -> None:
        """Keep what a turn taught. A choice counts only for a question that is kept already."""
        question = without_personal_data(heard.question)
        if question and (heard.signal is not Signal.CHOSEN or self._is_kept(question)):
            self._count(question, heard.signal, heard.item, day)

    def since(self, day: date) -> list[Counted]:
        """Everything kept from ``day`` on, the oldest first."""
        return [
            Counted(text, Signal(row["signal"]), row["item"], row["day"], row["count"])
            for text, row in self._kept(day)
        ]

    def dismiss(self, question: str, day: date) -> None:
        """Nobody wants to see this question, or one like it, any more (until the retention ends)."""
        self._count(without_personal_data(question), _DISMISSED, "", day)

    def dismissed(self) -> list[str]:
        """Questions that are not to be shown."""
        return [text for text, _ in self._kept(date.min, dismissed=True)]

    def forget_before(self, day: date) -> int:
        """Delete what was asked before ``day``; returns how many rows."""
        return self._connection.execute(sa.delete(questions).where(questions.c.day < day)).rowcount

    def _kept(self, day: date, dismissed: bool = False) -> Iterator[tuple[str, RowMapping]]:
        fate = questions.c.signal == _DISMISSED if dismissed else questions.c.signal != _DISMISSED
        query = sa.select(questions).where(questions.c.day >= day, fate)
        ordered = query.order_by(questions.c.day, questions.c.key, questions.c.signal, questions.c.item)
        for row in self._connection.execute(ordered).mappings():
            yield self._vault.text(row["sealed"]), row

    def _is_kept(self, question: str) -> bool:
        query = sa.select(questions.c.key).where(questions.c.key == self._key(question)).limit(1)
        return self._connection.execute(query).first() is not None

    def _count(self, question: str, signal: str, item: str, day: date) -> None:
        key = {"day": day, "key": self._key(question), "signal": signal, "item": item}
        insert_once(self._connection, questions, {**key, "sealed": self._vault.seal(question), "count": 0})
        same = sa.and_(*(questions.c[name] == value for name, value in key.items()))
        more = sa.update(questions).where(same).values(count=questions.c.count + 1)
        self._connection.execute(more)

    def _key(self, question: str) -> str:
        return digest(self._pepper, f"question:{question}")

"""A finished document, before it becomes a message or a file."""

from datetime import date

from bot.frozen import Frozen
from bot.mailbox.letters.names import LetterName


def chinese_date(day: date) -> str:
    """2026年12月22日."""
    return f"{day.year}年{day.month}月{day.day}日"


class Document(Frozen):
    """Title, case number, body and signature. ``body``: paragraphs separated by a line break."""

    name: LetterName
    title: str
    number: str
    body: str
    date: date
    office: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body's paragraphs."""
        return tuple(self.body.split("\n"))

    @property
    def signature(self) -> tuple[str, str]:
        """Office and date."""
        return self.office, chinese_date(self.date)

    @property
    def text(self) -> str:
        """The whole document as plain text, for chat and mail."""
        return "\n".join((self.title, self.number, "", self.body, "", *self.signature))

"""Case numbers: 沙依申〔2026〕0001号 for people, D2026-0001 where only ASCII will do (buttons, mail tags)."""

import re
import unicodedata
from dataclasses import dataclass

from bot.errors import UserError
from bot.mailbox.stages import Kind

WORDS = {Kind.DISCLOSURE: "沙依申", Kind.LETTER: "沙区信"}
LETTERS = {Kind.DISCLOSURE: "D", Kind.LETTER: "L"}
_CODES = "|".join(LETTERS.values())
# no \b: a Chinese character beside the number is a word character too
_SHORT = re.compile(rf"(?<![a-z0-9])({_CODES})(\d{{4}})-(\d{{1,6}})(?![a-z0-9])", re.IGNORECASE | re.ASCII)
_LONG = re.compile(
    rf"({'|'.join(WORDS.values())})\s*[〔\[(（【]?\s*(\d{{4}})\s*[〕\])）】]?\s*第?\s*(\d{{1,6}})(?!\d)\s*号?"
)


@dataclass(frozen=True, order=True)
class CaseNumber:
    """Kind, year of receipt and a sequence without gaps in that year."""

    kind: Kind
    year: int
    sequence: int

    def __str__(self) -> str:
        return f"{WORDS[self.kind]}〔{self.year}〕{self.sequence:04d}号"

    @property
    def ref(self) -> str:
        """The ASCII form."""
        return f"{LETTERS[self.kind]}{self.year}-{self.sequence:04d}"


def numbers_in(text: str) -> tuple[CaseNumber, ...]:
    """Every case number in ``text``, in either form, in order, once each."""
    plain = unicodedata.normalize("NFKC", text)
    kinds = {**{word: kind for kind, word in WORDS.items()}, **{code: kind for kind, code in LETTERS.items()}}
    found = sorted([*_SHORT.finditer(plain), *_LONG.finditer(plain)], key=lambda match: match.start())
    return tuple(dict.fromkeys(CaseNumber(kinds[m[1].upper()], int(m[2]), int(m[3])) for m in found))


def case_number(text: str) -> CaseNumber:
    """The one number in ``text``. Raises UserError."""
    found = numbers_in(text)
    if len(found) != 1:
        raise UserError(f"“{text}”不是办件编号。请照回执写，例：沙依申〔2026〕0001号，或 D2026-0001。")
    return found[0]

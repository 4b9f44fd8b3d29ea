"""A form as one page: the same fields and checks as in the conversation, all at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.channels.web import wording
from bot.conversation.intake import talk
from bot.conversation.intake import wording as forms
from bot.conversation.intake.fields import FIELDS, FormField
from bot.errors import UserError
from bot.mailbox.identity import masked
from bot.mailbox.people import ApplicantKind
from bot.mailbox.stages import Kind

ASKED_AGAIN = frozenset({"kind", "medium", "way", "phone", "email"})
"""Fields on whose answers it depends which others apply."""
FIRST = {"kind": ApplicantKind.NATURAL_PERSON, "mail_too": forms.YES}
"""What is chosen before a person chooses."""
LONG = frozenset({"description", "text", "purpose"})
_COMPLETE = {
    "name": "name",
    "phone": "tel",
    "email": "email",
    "address": "street-address",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one field on the page; ``field`` is None where it does not apply."""

    key: str
    row: str
    """Which row of the table stands here now: tells a page that is changed what to change."""
    field: FormField | None
    written: str = ""
    error: str | None = None
    kept: str | None = None
    """What is kept of an answer that is not shown in full."""

    @property
    def long(self) -> bool:
        """Whether it wants several lines."""
        return self.key in LONG

    @property
    def hint(self) -> str:
        """How to answer; of the conversation's hints those that speak of its buttons are said anew."""
        if self.field is None:
            return ""
        return wording.REACH if self.field.words is forms.EMAIL_NEEDED else self.field.words.hint

    @property
    def asks_again(self) -> bool:
        """Whether other fields depend on it."""
        return self.key in ASKED_AGAIN

    @property
    def complete(self) -> str:
        """What a browser may fill in by itself."""
        return _COMPLETE.get(self.key, "off")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was written into a form: checked answers, and for the rest what is wrong with it."""

    kind: Kind
    written: Mapping[str, str]
    answers: Mapping[str, str]
    errors: Mapping[str, str]
    kept: Mapping[str, str]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """One place for each key, in order."""
        rows = _applying(self.kind, {**self.written, **self.answers})
        return tuple(self._slot(key, rows) for key in dict.fromkeys(field.key for field in FIELDS[self.kind]))

    def fresh(self) -> "Sheet":
        """Without faults, as a page that nobody has sent yet."""
        return Sheet(self.kind, self.written, self.answers, {}, self.kept)

    def changed(self, rows: frozenset[str]) -> tuple[Slot, ...]:
        """The places where another row stands than in ``rows``."""
        return tuple(slot for slot in self.slots if slot.row not in rows)

    def _slot(self, key: str, rows: dict[str, int]) -> Slot:
        number = rows.get(key)
        if number is None:
            return Slot(key, f"{key}:", None)
        kept = wording.KEPT_IDENTITY.format(masked=masked(self.kept[key])) if key in self.kept else None
        said = self.written.get(key, "") or FIRST.get(key, "")
        return Slot(key, f"{key}:{number}", FIELDS[self.kind][number], said, self.errors.get(key), kept)


def sheet(kind: Kind, written: Mapping[str, str], kept: Mapping[str, str], today: date) -> Sheet:
    """Check all that was ``written``. ``kept`` are answers given before that are never shown in full (identity)."""
    written = {key: talk.UNSEEN.sub("", said).strip() for key, said in written.items()}
    answers: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in FIELDS[kind]:
        if not field.applies({**written, **answers}) or field.key in answers:
            continue
        said = written.get(field.key, "")
        try:
            answers[field.key] = _answer(field, said, kept.get(field.key), today)
        except UserError as error:
            errors[field.key] = error.message
    shown = {key: value for key, value in kept.items() if answers.get(key) == value and not written.get(key)}
    return Sheet(kind, written, answers, errors, shown)


def _answer(field: FormField, said: str, kept: str | None, today: date) -> str:
    """The checked value. Raises UserError."""
    if said:
        return field.checked(said, today)
    if kept and field.holds(kept, today):
        return kept
    if field.optional:
        return ""
    if field.words is forms.EMAIL_NEEDED:
        raise UserError(wording.REACH)
    raise UserError(wording.CHOOSE if field.choices else wording.FILL)


def _applying(kind: Kind, written: Mapping[str, str]) -> dict[str, int]:
    """Key -> number of the row that applies; never two at once."""
    given = {key: said for key, said in {**FIRST, **written}.items() if said}
    return {field.key: number for number, field in enumerate(FIELDS[kind]) if field.applies(given)}

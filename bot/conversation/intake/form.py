"""A form that is being filled in: its answers, what it asks next, and the content that comes of it."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from bot.conversation.intake.fields import FIELDS, FormField
from bot.conversation.messages import Attachment
from bot.frozen import Frozen
from bot.mailbox.content import DisclosureRequest, Letter, LetterKind, Medium, Way
from bot.mailbox.people import Applicant, ApplicantKind
from bot.mailbox.stages import Kind

_MAIN = {Kind.DISCLOSURE: "description", Kind.LETTER: "text"}


class Standing(StrEnum):
    """How a form stands in the conversation."""

    OPEN = "open"
    """What is typed is an answer."""
    INTERRUPTED = "interrupted"
    """Something came between; the person is reminded with the next reply."""
    SAVED = "saved"
    """Put aside and said so."""


class Form(Frozen):
    """``answers`` hold checked values by field; "" is an optional field that was skipped.

    ``asked`` is the field that is asked, None at the summary. ``suggestion`` is what was written before the form
    began. ``insisted``: the person was told that the other form fits better and wants this one.
    """

    kind: Kind
    started_at: datetime
    answers: dict[str, str] = Field(default_factory=dict)
    asked: str | None = None
    suggestion: str | None = None
    attachments: tuple[Attachment, ...] = ()
    insisted: bool = False
    standing: Standing = Standing.OPEN

    @property
    def fields(self) -> tuple[FormField, ...]:
        """The fields that apply to the answers so far, in order."""
        return tuple(field for field in FIELDS[self.kind] if field.applies(self.answers))

    def field(self, key: str | None) -> FormField | None:
        """The field ``key``; None when it does not apply."""
        return next((field for field in self.fields if field.key == key), None)

    @property
    def main(self) -> str:
        """What it is about: the description or the text, as far as written."""
        return self.answers.get(_MAIN[self.kind], "")

    def is_main(self, field: FormField) -> bool:
        """Whether ``field`` holds what the form is about."""
        return field.key == _MAIN[self.kind]

    @property
    def at_main(self) -> bool:
        """Whether what it is about is written and asked again, as after a hint that the other form fits better."""
        return bool(self.main) and self.asked == _MAIN[self.kind]

    def missing(self, today: date) -> FormField | None:
        """The first field without a valid answer."""
        return next((f for f in self.fields if not f.holds(self.answers.get(f.key), today)), None)

    def asking(self, key: str | None) -> "Form":
        """This form, open, asking ``key``."""
        return self.model_copy(update={"asked": key, "standing": Standing.OPEN})

    def asking_next(self, today: date) -> "Form":
        """This form, open, asking what is missing; at its summary when nothing is."""
        field = self.missing(today)
        return self.asking(field.key if field else None)

    def answered(self, key: str, value: str) -> "Form":
        """With the checked ``value``; answers to questions that are no longer asked are dropped."""
        changed = self.model_copy(update={"answers": _pruned(self.kind, {**self.answers, key: value})})
        asked = {field.key: field.words.question for field in self.fields}
        kept = {f.key for f in changed.fields if f.key == key or asked.get(f.key) == f.words.question}
        answers = {one: said for one, said in changed.answers.items() if one in kept}
        return changed.model_copy(update={"answers": _pruned(self.kind, answers)})

    def before(self, today: date) -> "Form":
        """One field back; while one field of a complete form is edited, back to the summary."""
        keys = [field.key for field in self.fields]
        if self.asked not in keys or self.missing(today) is None:
            return self.asking_next(today)
        return self.asking(keys[max(0, keys.index(self.asked) - 1)])

    def switched(self, today: date) -> "Form":
        """As the other kind of form; every answer that fits there is carried over."""
        other = Kind.LETTER if self.kind is Kind.DISCLOSURE else Kind.DISCLOSURE
        answers = _pruned(other, {**self.answers, _MAIN[other]: self.main})
        changed = self.model_copy(update={"kind": other, "answers": answers, "insisted": False})
        return changed.asking_next(today)

    def insisting(self, today: date) -> "Form":
        """Going on although the other form would fit better."""
        return self.model_copy(update={"insisted": True}).asking_next(today)

    def standing_as(self, standing: Standing) -> "Form":
        """With another standing."""
        return self.model_copy(update={"standing": standing})

    def content(self) -> DisclosureRequest | Letter:
        """What is submitted; only for a form in which nothing is ``missing``."""
        given = {key: value for key, value in self.answers.items() if value}
        applicant = Applicant(
            kind=ApplicantKind(given.get("kind", ApplicantKind.NATURAL_PERSON)),
            name=given["name"],
            identity=given.get("identity"),
            contact_person=given.get("contact_person"),
            phone=given.get("phone"),
            email=given.get("email"),
            address=given.get("address"),
        )
        return self._letter(given, applicant) if self.kind is Kind.LETTER else self._request(given, applicant)

    def _request(self, given: dict[str, str], applicant: Applicant) -> DisclosureRequest:
        return DisclosureRequest(
            applicant=applicant,
            description=given["description"],
            medium=Medium(given["medium"]),
            # what is wanted as e-mail is not asked for its way
            way=Way(given.get("way", Way.MAILBOX)),
            fax=given.get("fax"),
            purpose=given.get("purpose"),
            mail_too=given.get("mail_too") == "要",
        )

    def _letter(self, given: dict[str, str], applicant: Applicant) -> Letter:
        return Letter(
            applicant=applicant,
            letter_kind=LetterKind(given["letter_kind"]),
            subject=given["subject"],
            text=given["text"],
            place=given.get("place"),
            public=given["public"] == "可以公开",
            mail_too=given.get("mail_too") == "要",
        )


def _pruned(kind: Kind, answers: dict[str, str]) -> dict[str, str]:
    """Only the answers whose fields apply; whether a field applies depends on those before it."""
    kept: dict[str, str] = {}
    for field in FIELDS[kind]:
        if field.key in answers and field.applies(kept):
            kept[field.key] = answers[field.key]
    return kept

"""The two forms as one table: what is asked, in which words, when, and how an answer is checked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.conversation.intake import wording
from bot.conversation.intake.wording import Words
from bot.errors import UserError
from bot.mailbox import identity
from bot.mailbox.content import LetterKind, Medium, Way
from bot.mailbox.people import ApplicantKind
from bot.mailbox.stages import Kind

Answers = Mapping[str, str]
Check = Callable[[str], str]
# What people say for a choice.
_ALIASES = {
    "个人": ApplicantKind.NATURAL_PERSON,
    "公民": ApplicantKind.NATURAL_PERSON,
    "公司": ApplicantKind.COMPANY,
    "企业": ApplicantKind.COMPANY,
    "律所": ApplicantKind.LEGAL_SERVICE,
    "律师事务所": ApplicantKind.LEGAL_SERVICE,
    "纸质": Medium.PAPER,
    "纸": Medium.PAPER,
    "邮件": Medium.EMAIL,
    "电子版": Medium.EMAIL,
    "自取": Way.IN_PERSON,
    "自己来拿": Way.IN_PERSON,
    "快递": Way.POST,
    "公开": wording.PUBLIC,
    "可以": wording.PUBLIC,
    "不可以": wording.PRIVATE,
    "不想公开": wording.PRIVATE,
    "不要公开": wording.PRIVATE,
    "需要": wording.YES,
    "不需要": wording.NO,
    "不用": wording.NO,
}


def _always(_: Answers) -> bool:
    return True


def _any_text(text: str) -> str:
    return text.strip()


@dataclass(frozen=True)
class FormField:
    """One question of a form. Rows of one key differ in when they apply; never two at once.

    ``applies`` looks at answers to earlier fields only. ``dated`` is a check that needs today's date.
    """

    key: str
    words: Words
    check: Check = _any_text
    choices: tuple[str, ...] = ()
    applies: Callable[[Answers], bool] = _always
    optional: bool = False
    dated: Callable[[str, date], str] | None = None

    def checked(self, text: str, today: date) -> str:
        """The value that ``text`` gives. Raises UserError with how to mend it."""
        if self.choices:
            return self._chosen(text)
        return self.dated(text, today) if self.dated else self.check(text)

    def holds(self, value: str | None, today: date) -> bool:
        """Whether ``value`` is a valid answer."""
        if not value:
            return value is not None and self.optional
        try:
            return self.checked(value, today) == value
        except UserError:
            return False

    def _chosen(self, text: str) -> str:
        said = re.sub(r"[\s，。,.!！]", "", text)
        alias = _ALIASES.get(said, "")
        number = int(said) if said.isascii() and said.isdigit() and len(said) == 1 else 0
        if said in self.choices:
            return said
        if alias in self.choices:
            return str(alias)
        if 1 <= number <= len(self.choices):
            return str(self.choices[number - 1])
        raise UserError(wording.CHOOSE.format(choices="、".join(self.choices)))


def _length(least: int, most: int, too_short: str) -> Check:
    """A check that wants ``least`` to ``most`` characters, of which some are letters."""

    def check(text: str) -> str:
        said = text.strip()
        if len(re.sub(r"[\W_]", "", said)) < least:
            raise UserError(too_short)
        if len(said) > most:
            raise UserError(wording.SHORTEN.format(length=len(said), limit=most))
        return said

    return check


def _one_line(check: Check) -> Check:
    return lambda text: check(" ".join(text.split()))


def _is(key: str, *values: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(key) in values


def _organisation(answers: Answers) -> bool:
    return answers.get("kind", ApplicantKind.NATURAL_PERSON) != ApplicantKind.NATURAL_PERSON


def _person(answers: Answers) -> bool:
    return not _organisation(answers)


def _email_needed(answers: Answers) -> bool:
    """Wanted as e-mail, or no other way to reach the person was given."""
    reachable = answers.get("phone") or answers.get("way") == Way.POST
    return answers.get("medium") == Medium.EMAIL or not reachable


def _email_wanted(answers: Answers) -> bool:
    return not _email_needed(answers)


def _email_given(answers: Answers) -> bool:
    return bool(answers.get("email"))


_EMAILS = (
    FormField("email", wording.EMAIL_NEEDED, check=identity.email, applies=_email_needed),
    FormField("email", wording.EMAIL, check=identity.email, applies=_email_wanted, optional=True),
    FormField("mail_too", wording.MAIL_TOO, choices=(wording.YES, wording.NO), applies=_email_given),
)
_PHONE = FormField("phone", wording.PHONE, check=identity.phone, optional=True)
_TO_HAND_OVER = (Way.IN_PERSON, Way.POST)

FIELDS: dict[Kind, tuple[FormField, ...]] = {
    Kind.DISCLOSURE: (
        FormField("kind", wording.APPLICANT, choices=tuple(ApplicantKind)),
        FormField("name", wording.PERSON_NAME, check=identity.person_name, applies=_person),
        FormField("name", wording.ORGANISATION, check=identity.organisation_name, applies=_organisation),
        FormField("identity", wording.ID_NUMBER, dated=identity.id_number, applies=_person),
        FormField("identity", wording.CREDIT_CODE, check=identity.credit_code, applies=_organisation),
        FormField("contact_person", wording.CONTACT_PERSON, check=identity.person_name, applies=_organisation),
        _PHONE,
        FormField("description", wording.DESCRIPTION, check=_length(4, 2000, wording.DESCRIBE_MORE)),
        FormField("medium", wording.MEDIUM, choices=tuple(Medium)),
        FormField("way", wording.WAY, choices=(*_TO_HAND_OVER, Way.FAX), applies=_is("medium", Medium.PAPER)),
        FormField("way", wording.WAY, choices=_TO_HAND_OVER, applies=_is("medium", Medium.DISC)),
        FormField(
            "address",
            wording.ADDRESS,
            check=_one_line(_length(5, 200, wording.WHOLE_ADDRESS)),
            applies=_is("way", Way.POST),
        ),
        FormField("fax", wording.FAX, check=identity.fax, applies=_is("way", Way.FAX)),
        *_EMAILS,
        FormField("purpose", wording.PURPOSE, check=_length(1, 500, wording.PURPOSE_OR_SKIP), optional=True),
    ),
    Kind.LETTER: (
        FormField("letter_kind", wording.LETTER_KIND, choices=tuple(LetterKind)),
        FormField("text", wording.LETTER_TEXT, check=_length(8, 5000, wording.TELL_MORE)),
        FormField("subject", wording.SUBJECT, check=_one_line(_length(2, 60, wording.SUBJECT_MORE))),
        FormField("place", wording.PLACE, check=_one_line(_length(2, 200, wording.PLACE_MORE)), optional=True),
        FormField("name", wording.WRITER, check=identity.organisation_name),
        _PHONE,
        *_EMAILS,
        FormField("public", wording.PUBLICITY, choices=(wording.PUBLIC, wording.PRIVATE)),
    ),
}

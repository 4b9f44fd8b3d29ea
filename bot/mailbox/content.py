"""What a citizen submits: a disclosure request or a letter. Personal data, sealed at rest."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from bot.frozen import Frozen
from bot.mailbox.people import Applicant


class Medium(StrEnum):
    """The form in which information is wanted (article 29, paragraph 2, item 3)."""

    PAPER = "纸面"
    EMAIL = "电子邮件"
    DISC = "光盘"


class Way(StrEnum):
    """How information is wanted to be handed over (article 29, paragraph 2, item 3)."""

    IN_PERSON = "当面"
    POST = "邮寄"
    MAILBOX = "邮箱"
    FAX = "传真"


class LetterKind(StrEnum):
    """What a letter to the district head is."""

    QUESTION = "咨询"
    COMPLAINT = "投诉"
    SUGGESTION = "建议"
    HELP = "求助"


class DisclosureRequest(Frozen):
    """依申请公开: the elements of article 29; ``purpose`` is never required."""

    kind: Literal["disclosure"] = "disclosure"
    applicant: Applicant
    description: str = Field(min_length=1, max_length=25_000)
    """Name, document number, or features that let the office find the information.

    The form takes 2000 characters; the one supplement (a ``Step.text``) is added to them.
    """
    medium: Medium
    way: Way
    fax: str | None = None
    purpose: str | None = Field(None, max_length=500)
    mail_too: bool = False
    """Whether notices are wanted by mail as well as in the channel that the request came from."""

    @property
    def subject(self) -> str:
        """One line for lists."""
        return self.description.split("\n")[0][:40]


class Letter(Frozen):
    """来信 to the district head's mailbox (区长信箱)."""

    kind: Literal["letter"] = "letter"
    applicant: Applicant
    letter_kind: LetterKind
    subject: str = Field(min_length=1, max_length=60)
    text: str = Field(min_length=1, max_length=5000)
    place: str | None = Field(None, max_length=200)
    public: bool = False
    """Whether letter and reply may be published (without the name)."""
    mail_too: bool = False


Content = Annotated[DisclosureRequest | Letter, Field(discriminator="kind")]

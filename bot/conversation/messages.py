"""What a person sent and what we say back; no channel type in it.

A reply is a list of blocks. A channel renders each kind of block its own way and escapes every text.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from bot.frozen import Frozen


class Ending(StrEnum):
    """How one turn ended. Every ending is named here and nowhere else."""

    ANSWERED = "answered"
    CLARIFIED = "clarified"
    DECLINED = "declined"
    ROUTED_DISCLOSURE = "routed_disclosure"
    ROUTED_LETTER = "routed_letter"
    STATUS = "status"
    HANDOVER = "handover"
    SMALL_TALK = "small_talk"
    HELPED = "helped"
    BROWSED = "browsed"
    CANCELLED = "cancelled"
    ASKED = "asked"
    """A question of a form or of a step on a case, or the summary before sending."""
    SAVED = "saved"
    SUBMITTED = "submitted"
    REFUSED_INPUT = "refused_input"
    FAILED = "failed"


class Facet(StrEnum):
    """Which part of a guide is asked for."""

    OVERVIEW = "overview"
    ONLINE = "online"
    MATERIALS = "materials"
    STEPS = "steps"
    TIME = "time"
    FEE = "fee"
    PLACE = "place"
    CONDITIONS = "conditions"
    CONTACT = "contact"
    RESULT = "result"
    FAQ = "faq"


class Attachment(Frozen):
    """A photo or file that the channel has stored as an upload; only this reference travels. ``size`` in bytes."""

    id: str
    name: str
    content_type: str
    size: int


class Incoming(Frozen):
    """One message, command or pressed button.

    ``text`` is what was typed (a command starts with "/"); ``action`` is the ``Button.action`` that was pressed.
    One of them is set; ``text`` may be missing when there are ``attachments``. ``reply_to`` is the text of the
    message that was replied to.
    """

    text: str | None = None
    action: str | None = None
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None


class Title(Frozen):
    """A headline."""

    kind: Literal["title"] = "title"
    text: str


class Paragraph(Frozen):
    """Running text; may hold newlines."""

    kind: Literal["paragraph"] = "paragraph"
    text: str


class Bullets(Frozen):
    """A list under an optional label; numbered when its order matters."""

    kind: Literal["bullets"] = "bullets"
    label: str | None = None
    items: tuple[str, ...]
    numbered: bool = False


class Link(Frozen):
    """An address to open."""

    kind: Literal["link"] = "link"
    label: str
    url: str


class Note(Frozen):
    """Small print: source, date, what is unverified."""

    kind: Literal["note"] = "note"
    text: str


Block = Annotated[Title | Paragraph | Bullets | Link | Note, Field(discriminator="kind")]


class Button(Frozen):
    """Something to press. ``action`` is ASCII, at most 64 bytes (Telegram's callback data)."""

    label: str = Field(min_length=1, max_length=40)
    action: str = Field(pattern=r"^[\x21-\x7e]{1,64}$")


class ItemRef(Frozen):
    """A service item that was offered."""

    id: str
    name: str


class Reply(Frozen):
    """What we say back."""

    ending: Ending
    blocks: tuple[Block, ...] = Field(min_length=1)
    buttons: tuple[tuple[Button, ...], ...] = ()
    items: tuple[ItemRef, ...] = ()
    facet: Facet | None = None
    replaces: bool = False
    """Whether the message whose button was pressed is to be rewritten rather than a new one sent."""
    asks: bool = False
    """Whether it wants to be answered by replying to it (Telegram opens the reply by itself); no buttons then."""

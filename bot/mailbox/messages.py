"""What the office sends: to a citizen's or a staff member's chat, or by mail."""

from typing import Annotated, Literal

from pydantic import Field

from bot.conversation.messages import Reply
from bot.frozen import Frozen
from bot.mailbox.people import Role


class ChatMessage(Frozen):
    """A message for a chat; ``user_key`` names channel and person (``tg:123``, ``terminal:local``)."""

    kind: Literal["chat"] = "chat"
    user_key: str
    reply: Reply
    files: tuple[str, ...] = ()
    """Ids of the files that go along."""

    @property
    def channel(self) -> str:
        """The part of the key that names the channel."""
        return self.user_key.partition(":")[0]


class MailMessage(Frozen):
    """A mail; ``documents`` are the case's documents (by their sequence) that go along as docx."""

    kind: Literal["mail"] = "mail"
    to: str
    subject: str
    text: str
    documents: tuple[int, ...] = ()
    files: tuple[str, ...] = ()
    """Ids of the files that go along."""
    role: Role | None = None
    """The role in which a member of staff may answer this mail; None for a citizen or a party."""
    version: int | None = None
    """The version of the case that this mail tells a member of staff about."""

    @property
    def channel(self) -> str:
        """Always mail."""
        return "mail"


Message = Annotated[ChatMessage | MailMessage, Field(discriminator="kind")]

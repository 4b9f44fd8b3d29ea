"""The base of the values that conversation, mailbox and channels hand to each other."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Immutable, exact fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

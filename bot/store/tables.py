"""The tables, once; migrations bring a database to this state.

Columns named ``sealed`` (or ``…_sealed``) hold personal data encrypted by the vault. Everything that the statistics
need stands in plain columns, so that erasing a case leaves them right.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A moment with time zone, kept in UTC; SQLite alone would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Any) -> datetime | None:
        """To UTC."""
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, _: Any) -> datetime | None:
        """From UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")

sessions = Table(
    "sessions",
    metadata,
    Column("user_key", String(80), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

updates = Table(
    "updates",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("update_id", BigInteger, primary_key=True),
    Column("chat", String(80), nullable=False),
    Column("payload_sealed", LargeBinary),
    Column("reply_sealed", LargeBinary),
    Column("state", String(12), nullable=False, index=True),
    Column("received_at", Moment, nullable=False),
)

endings = Table(
    "endings",
    metadata,
    Column("day", Date, primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("ending", String(30), primary_key=True),
    Column("count", Integer, nullable=False),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("kind", String(12), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("submission", String(120), nullable=False, unique=True),
    Column("owner", String(40), index=True),
    Column("stage", String(20), nullable=False, index=True),
    Column("department", String(60)),
    Column("due", Date, index=True),
    Column("provisional", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("key_sealed", LargeBinary),
    Column("sealed", LargeBinary),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    UniqueConstraint("kind", "year", "sequence"),
)

events = Table(
    "events",
    metadata,
    Column("case_id", BigId, ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("role", String(12), nullable=False),
    Column("actor", String(60), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("action", String(20), nullable=False),
    Column("before", String(20)),
    Column("after", String(20), nullable=False),
    Column("due", Date),
    Column("provisional", Boolean, nullable=False),
    Column("sealed", LargeBinary),
)

documents = Table(
    "documents",
    metadata,
    Column("case_id", BigId, ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("case_id", BigId, ForeignKey("cases.id"), index=True),
    Column("owner", String(40), nullable=False),
    Column("outgoing", Boolean, nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("content_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("message_id", String(200), nullable=False, unique=True),
    Column("case_id", BigId, ForeignKey("cases.id"), index=True),
    Column("channel", String(20), nullable=False),
    Column("recipient", String(40), index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("error_sealed", LargeBinary),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("message_id", String(200), nullable=False, unique=True),
    Column("case_id", BigId, ForeignKey("cases.id"), index=True),
    Column("sealed", LargeBinary),
    Column("state", String(12), nullable=False, index=True),
    Column("verdict", String(40)),
    Column("guesses", Text),
    Column("received_at", Moment, nullable=False),
    Column("handled_at", Moment),
)

staff = Table(
    "staff",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(40), nullable=False),
    Column("role", String(12), nullable=False),
    Column("department", String(60)),
    Column("email", String(200), unique=True),
    Column("telegram_id", BigInteger, unique=True),
    Column("active", Boolean, nullable=False),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("case_id", BigId, ForeignKey("cases.id"), index=True),
    Column("role", String(12), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("due", Date),
    Column("created_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("done_by", String(40)),
)

grants = Table(
    "grants",
    metadata,
    Column("owner", String(40), primary_key=True),
    Column("case_id", BigId, ForeignKey("cases.id"), primary_key=True),
)

guesses = Table(
    "guesses",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("subject", String(60), nullable=False, index=True),
    Column("at", Moment, nullable=False),
)

staff_logins = Table(
    "staff_logins",
    metadata,
    Column("staff_id", String(40), ForeignKey("staff.id"), primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("totp_sealed", LargeBinary),
    Column("code_used", BigInteger),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token", String(40), primary_key=True),
    Column("staff_id", String(40), ForeignKey("staff.id"), nullable=False, index=True),
    Column("begun_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

staff_tries = Table(
    "staff_tries",
    metadata,
    Column("subject", String(40), primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("last_at", Moment),
)

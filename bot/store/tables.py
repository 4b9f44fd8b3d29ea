"""The tables, once; migrations bring a database to this state."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, String, Table, Text

metadata = MetaData()

sessions = Table(
    "sessions",
    metadata,
    Column("user_key", String(80), primary_key=True),
    Column("data", Text, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

updates = Table(
    "updates",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("update_id", BigInteger, primary_key=True),
    Column("chat", String(80), nullable=False),
    Column("payload", Text),
    Column("reply", Text),
    Column("state", String(12), nullable=False, index=True),
    Column("received_at", DateTime(timezone=True), nullable=False),
)

endings = Table(
    "endings",
    metadata,
    Column("day", Date, primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("ending", String(30), primary_key=True),
    Column("count", Integer, nullable=False),
)

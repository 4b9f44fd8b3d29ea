"""The mailbox: cases, events, documents, mail, staff, tasks; sessions and updates are sealed from now on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the mailbox's tables; sessions of the earlier shape were unsealed and are dropped."""
    _sealed_sessions()
    _cases()
    _parts()
    _post()
    _people()
    _append_only()


def downgrade() -> None:
    """Not offered: it would drop cases. Restore the copy of the database made before the update."""
    raise NotImplementedError


def _sealed_sessions() -> None:
    op.drop_table("sessions")
    op.create_table(
        "sessions",
        sa.Column("user_key", sa.String(80), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.drop_table("updates")
    op.create_table(
        "updates",
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat", sa.String(80), nullable=False),
        sa.Column("payload_sealed", sa.LargeBinary),
        sa.Column("reply_sealed", sa.LargeBinary),
        sa.Column("state", sa.String(12), nullable=False, index=True),
        sa.Column("received_at", MOMENT, nullable=False),
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def _cases() -> None:
    op.create_table(
        "counters",
        sa.Column("kind", sa.String(12), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "cases",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("submission", sa.String(120), nullable=False, unique=True),
        sa.Column("owner", sa.String(40), index=True),
        sa.Column("stage", sa.String(20), nullable=False, index=True),
        sa.Column("department", sa.String(60)),
        sa.Column("due", sa.Date, index=True),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("key_sealed", sa.LargeBinary),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.UniqueConstraint("kind", "year", "sequence"),
    )


def _parts() -> None:
    op.create_table(
        "events",
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("actor", sa.String(60), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("before", sa.String(20)),
        sa.Column("after", sa.String(20), nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
    )
    op.create_table(
        "documents",
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), index=True),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("outgoing", sa.Boolean, nullable=False),
        sa.Column("name_sealed", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )


def _post() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("message_id", sa.String(200), nullable=False, unique=True),
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), index=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("recipient", sa.String(40), index=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(12), nullable=False, index=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("error_sealed", sa.LargeBinary),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
    )
    op.create_table(
        "inbox",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("message_id", sa.String(200), nullable=False, unique=True),
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), index=True),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("state", sa.String(12), nullable=False, index=True),
        sa.Column("verdict", sa.String(40)),
        sa.Column("guesses", sa.Text),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("handled_at", MOMENT),
    )


def _people() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("department", sa.String(60)),
        sa.Column("email", sa.String(200), unique=True),
        sa.Column("telegram_id", sa.BigInteger, unique=True),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_table(
        "tasks",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("key", sa.String(120), nullable=False, unique=True),
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), index=True),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT),
        sa.Column("done_by", sa.String(40)),
    )
    op.create_table(
        "grants",
        sa.Column("owner", sa.String(40), primary_key=True),
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    )
    op.create_table(
        "guesses",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("subject", sa.String(60), nullable=False, index=True),
        sa.Column("at", MOMENT, nullable=False),
    )


def _append_only() -> None:
    """The database itself refuses to change or delete an event, by REPLACE or TRUNCATE too."""
    said = "events are append-only"
    if op.get_bind().dialect.name == "sqlite":
        again = "WHEN EXISTS (SELECT 1 FROM events WHERE case_id = NEW.case_id AND seq = NEW.seq)"
        for what, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", again)):
            op.execute(
                f"CREATE TRIGGER events_no_{what.lower()} BEFORE {what} ON events {when} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION events_append_only() RETURNS trigger AS "
        f"$$ BEGIN RAISE EXCEPTION '{said}'; END $$ LANGUAGE plpgsql"
    )
    for name, what, each in (("rows", "UPDATE OR DELETE", "ROW"), ("table", "TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER events_append_only_{name} BEFORE {what} ON events "
            f"FOR EACH {each} EXECUTE FUNCTION events_append_only()"
        )

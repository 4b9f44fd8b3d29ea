"""Signing in to the desk: passwords, sessions, wrong tries."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "staff_logins",
        sa.Column("staff_id", sa.String(40), sa.ForeignKey("staff.id"), primary_key=True),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary),
        sa.Column("code_used", sa.BigInteger),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token", sa.String(40), primary_key=True),
        sa.Column("staff_id", sa.String(40), sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
    )
    op.create_table(
        "staff_tries",
        sa.Column("subject", sa.String(40), primary_key=True),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("last_at", MOMENT),
    )


def downgrade() -> None:
    """Drop them again."""
    for name in ("staff_tries", "staff_sessions", "staff_logins"):
        op.drop_table(name)

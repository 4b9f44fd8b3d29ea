"""Questions to learn from, counted by day."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "questions",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("signal", sa.String(12), primary_key=True),
        sa.Column("item", sa.String(48), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_index("ix_questions_key", "questions", ["key"])


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("questions")

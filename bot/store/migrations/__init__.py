"""Numbered, append-only migrations (Alembic)."""

"""Telegram: updates are kept before they are acknowledged, answered once, delivered until it works."""

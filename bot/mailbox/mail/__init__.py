"""Mail as it comes in: bytes to values, no network, no store."""

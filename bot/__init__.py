"""Who is served: conversation, channels, commands."""

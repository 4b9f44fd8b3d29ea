"""The pure core of a conversation; knows no channel."""

"""The web: the page where citizens ask, and the desk where staff work."""

"""Learning from use: what was not answered well, grouped for a clerk, and written into the catalogue."""

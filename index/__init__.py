"""How it is found: the full-text index over a catalogue."""

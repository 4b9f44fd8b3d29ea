"""One channel a file: translate in, call the core, translate out."""

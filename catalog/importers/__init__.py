"""Official exports -> our catalogue."""

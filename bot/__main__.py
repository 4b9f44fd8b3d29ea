"""``python -m bot`` is the command ``wenban``."""

from bot.cli import main

main()

"""Errors of the bot package.

UserError      ``message`` is the only text of an error that reaches a person; ``exit_code`` is the command's
"""


class UserError(Exception):
    """Something a person can mend. ``message`` is Chinese and says what and how."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

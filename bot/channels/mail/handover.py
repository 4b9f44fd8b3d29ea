"""The rule of ``MailSource.fetch`` for every source: keep first, then mark; one bad mail stops no other."""

import logging
from collections.abc import Callable, Iterable

from bot.channels.mail.wire import TemporaryFailure

_log = logging.getLogger(__name__)


def hand_over(
    names: Iterable[str],
    read: Callable[[str], bytes | None],
    keep: Callable[[bytes], None],
    done: Callable[[str], None],
) -> int:
    """``read``, ``keep`` and mark as ``done`` each of ``names``; returns how many were kept.

    ``read`` gives None for a mail that has gone meanwhile. Raises TemporaryFailure of ``read`` and ``done`` at
    once, the first other error at the end.
    """
    kept = 0
    first: Exception | None = None
    for name in names:
        try:
            mail = read(name)
            if mail is None:
                continue
            keep(mail)
        except TemporaryFailure:
            raise
        except Exception as error:
            _log.exception("mail %s was not kept and stays new", name)
            first = first or error
            continue
        done(name)
        kept += 1
    if first is not None:
        raise first
    return kept

"""Messages that are no business of ours or want to break something: no error, and nothing answered as if sure."""

from pathlib import Path

import pytest

from bot.channels.terminal import plain
from bot.conversation.messages import Ending, Incoming
from bot.conversation.respond import respond
from bot.conversation.session import Session
from index.snapshot import Snapshot
from tests.conftest import NOW

SENT = (Path(__file__).parent / "data" / "adversarial.txt").read_text(encoding="utf-8").splitlines()


def test_there_are_two_hundred() -> None:
    assert len(set(SENT)) >= 200


@pytest.mark.parametrize("text", SENT)
def test_nothing_is_answered_as_if_sure(shipped: Snapshot, text: str) -> None:
    reply = respond(Session(), Incoming(text=text), shipped, NOW).reply
    assert reply.ending not in {Ending.ANSWERED, Ending.FAILED}, [item.name for item in reply.items]
    assert plain(reply).strip()

"""Telegram messages: every text escaped, below the limit, tags in balance, buttons under the last."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.render import LIMIT, keyboard, messages, plain, units
from bot.conversation.messages import Bullets, Button, Ending, Link, Note, Paragraph, Reply, Title

NASTY = st.text(st.sampled_from("<>&\"'/b😀护\n ") | st.characters(codec="utf-8"), min_size=1, max_size=60)
LONG = st.builds(lambda text, times: text * times, NASTY, st.sampled_from([1, 90]))
BLOCKS = st.one_of(
    LONG.map(lambda text: Title(text=text)),
    LONG.map(lambda text: Paragraph(text=text)),
    LONG.map(lambda text: Note(text=text)),
    st.lists(LONG, max_size=3).map(lambda items: Bullets(label="<i>", items=tuple(items), numbered=True)),
    NASTY.map(lambda text: Link(label=text, url='https://a/?b=1&c="<')),
)


class Balance(HTMLParser):
    """Fails on a tag that Telegram does not know or that is not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "i", "a"}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@given(st.lists(BLOCKS, min_size=1, max_size=4))
def test_every_message_is_short_and_balanced(blocks: list[Title]) -> None:
    for html in messages(Reply(ending=Ending.ANSWERED, blocks=tuple(blocks))):
        assert units(html) <= LIMIT
        reader = Balance()
        reader.feed(html)
        reader.close()
        assert reader.open == []


def test_escaping_and_buttons() -> None:
    buttons = ((Button(label="<甲>", action="b"),), (Button(label="乙", action="no"),))
    reply = Reply(ending=Ending.ANSWERED, blocks=(Title(text="<b>&"), Paragraph(text="x" * 9000)), buttons=buttons)
    sent = messages(reply)
    assert sent[0].startswith("<b>&lt;b&gt;&amp;</b>")
    assert "".join(sent).count("x") == 9000
    assert len(sent) == 3
    markup = keyboard(reply)
    assert markup is not None
    assert [[b.callback_data for b in row] for row in markup.inline_keyboard] == [["b"], ["no"]]
    assert keyboard(reply.model_copy(update={"buttons": ()})) is None


@pytest.mark.parametrize(
    "block", [Title(text="<b>&"), Note(text="a<b"), Link(label="打开", url="https://a/?b=1&c=2")]
)
def test_plain_has_no_tags(block: Title) -> None:
    text = plain(messages(Reply(ending=Ending.ANSWERED, blocks=(block,)))[0])
    assert "<a" not in text
    assert "</" not in text
    assert "&amp;" not in text

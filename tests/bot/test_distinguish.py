"""Sisters are told from each other by what their guides say about when each applies."""

import pytest

from bot.channels.terminal import plain
from bot.conversation.messages import Ending, Incoming, Reply
from bot.conversation.respond import respond
from bot.conversation.session import Session
from index.snapshot import Snapshot, ensure_snapshot
from tests.conftest import NOW, write_catalog

ITEM = """\
  - id: {id}
    name: {name}
    aliases: [{alias}]
    type: 行政确认
    audiences: [自然人]
    themes: [证照]
    guide: {{online: {{available: false}}}}
"""


def village(folder_of: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> Snapshot:
    """Items with these names and what distinguishes them ("" for nothing)."""
    folder = folder_of.mktemp("village")
    items = "".join(
        ITEM.format(id=f"item-{n}", name=name, alias=name[:4].rstrip("换补挂"))
        + (f"    distinguish: {told}\n" if told else "")
        for n, (name, told) in enumerate(rows)
    )
    files = {"items/gongan.yaml": "department: gongan\nitems:\n" + items}
    return ensure_snapshot(write_catalog(folder / "catalog", files), folder / "index")


def ask(text: str, snapshot: Snapshot) -> Reply:
    return respond(Session(), Incoming(text=text), snapshot, NOW).reply


def labels(reply: Reply) -> set[str]:
    return {button.label for row in reply.buttons for button in row}


@pytest.mark.parametrize(
    ("rows", "lines", "buttons"),
    [
        # The own case and the part of the name that differs; a long case stays off the button.
        ([("渔民证换领", "证还在、到期了办换领；丢了办“补领”。"), ("渔民证补领", "证丢了办补领；证还在办“换领”。")],
         ["换领：证还在、到期了", "补领：证丢了"], {"证还在、到期了 → 换领", "证丢了 → 补领", "不是我要的"}),
        ([("渔民证换领", "证还在手上、有效期快满或者已经过了的办换领；丢了办“补领”。"), ("渔民证补领", "证丢了办补领。")],
         ["换领：证还在手上、有效期快满或者已经过了"], {"换领", "证丢了 → 补领", "不是我要的"}),
        # One that states nothing keeps its label; brackets go.
        ([("渔船补助（个人）", "个人来领的办这一项。"), ("渔船补助（公司）", "")],
         ["个人：个人来领", "公司"], {"个人来领 → 个人", "公司", "不是我要的"}),
        # A whole clause where no case can be cut out.
        ([("渔民证挂失", "挂失只是停用，不发新证。"), ("渔民证补领", "证丢了办补领。")],
         ["挂失：挂失只是停用，不发新证"], {"挂失只是停用，不发新证 → 挂失", "证丢了 → 补领", "不是我要的"}),
        # Names are never cut inside a word.
        ([("渔业保险金申领", "丢了饭碗来领钱办这个。"), ("渔业保险登记", "头一次参保办这个。")],
         [], {"渔业保险金申领", "渔业保险登记", "不是我要的"}),
        # Nothing distinguishes them: the names, as ever.
        ([("渔民证换领", ""), ("渔民证补领", "")], [], {"渔民证换领", "渔民证补领", "不是我要的"}),
    ],
    ids=["case", "long case", "nothing stated", "whole clause", "inside a word", "no distinguish"],
)  # fmt: skip
def test_the_question_asks_in_which_case(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], lines: list[str], buttons: set[str]
) -> None:
    reply = ask(rows[0][0][:4].rstrip("换补挂"), village(tmp_path_factory, rows))
    assert reply.ending is Ending.CLARIFIED
    assert all(line in plain(reply) for line in lines)
    assert labels(reply) == buttons
    assert "哪一件" in plain(reply)


@pytest.mark.parametrize(
    ("text", "stem"), [("护照", "普通护照"), ("社保卡", "社会保障卡"), ("港澳通行证", "往来港澳通行证")]
)
def test_on_the_shipped_catalogue(shipped: Snapshot, text: str, stem: str) -> None:
    reply = ask(text, shipped)
    assert reply.ending is Ending.CLARIFIED
    question, *lines = plain(reply).split("\n")
    assert question.startswith(f"{stem}有几种，您要办的是哪一件")
    for line, ref in zip(lines, reply.items, strict=True):
        label, _, case = line.removeprefix("  · ").partition("：")
        item = shipped.catalog.items_by_id[ref.id]
        assert label in item.name
        assert (item.distinguish or "").startswith(case)


def test_every_button_opens_what_its_line_says(shipped: Snapshot) -> None:
    asked = respond(Session(), Incoming(text="护照"), shipped, NOW)
    for row, item in zip(asked.reply.buttons, asked.reply.items, strict=False):
        opened = respond(asked.session, Incoming(action=row[0].action), shipped, NOW).reply
        assert opened.items[0] == item
        assert row[0].label.split("→")[-1].strip() in item.name

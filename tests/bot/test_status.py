"""What is suspended, withdrawn, planned or ending, on a given day; sisters that can be done come first."""

from datetime import UTC, datetime

import pytest

from bot.channels.terminal import plain
from bot.conversation.messages import Ending, Incoming, Reply
from bot.conversation.respond import respond
from bot.conversation.session import Session
from bot.conversation.whole_guide import whole_guide
from index.snapshot import Snapshot, ensure_snapshot
from tests.conftest import write_catalog

ITEM = """\
  - id: {id}
    name: {name}
    aliases: [{alias}]
    type: 行政许可
    audiences: [自然人]
    themes: [船员]
    {more}
    guide:
      online: {{available: true, fully: true, web_url: "https://example.gov.cn"}}
      materials: [{{name: 船员照片}}]
      steps_online: [登录平台]
"""
# Two sisters that the same words find, and four items alone.
ITEMS = (
    ("boat-old", "渔船登记证书换发", "渔船证", "status: 取消\n    status_note: 并入新证。"),
    ("boat-new", "渔船登记证书核发", "渔船证", "popularity: 1"),
    ("planned", "无人机飞行登记", "无人机", "effective_from: 2026-12-01"),
    ("ending", "摩托车驾驶培训", "摩托车", "effective_until: 2026-12-31"),
    ("ended", "粮票兑换", "粮票", "effective_until: 2026-11-23\n    related_services: [{id: boat-new}, {id: planned}]"),
    ("paused", "温泉取水核准", "温泉", "status: 暂停\n    status_note: 十二月恢复。"),
)  # fmt: skip


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("harbour")
    items = "".join(ITEM.format(id=i, name=name, alias=alias, more=more) for i, name, alias, more in ITEMS)
    files = {"items/gongan.yaml": "department: gongan\nitems:\n" + items}
    return ensure_snapshot(write_catalog(folder / "catalog", files), folder / "index")


def ask(text: str, snapshot: Snapshot, day: str = "2026-11-24T09:00") -> Reply:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    pressed = text.startswith(">")
    incoming = Incoming(action=text[1:]) if pressed else Incoming(text=text)
    return respond(Session(), incoming, snapshot, now).reply


def offered(reply: Reply) -> list[str]:
    return [button.action for row in reply.buttons for button in row]


@pytest.mark.parametrize(
    ("text", "day", "said", "guide"),
    [
        ("无人机飞行登记", "2026-11-24T09:00", "从 2026-12-01 起才能办", True),
        # The day is China's: 16:00 in Greenwich is midnight there.
        ("无人机飞行登记", "2026-11-30T15:59", "从 2026-12-01 起才能办", True),
        ("无人机飞行登记", "2026-11-30T16:00", "", True),
        ("摩托车驾驶培训", "2026-11-24T09:00", "办到 2026-12-31 为止", True),
        ("摩托车驾驶培训", "2026-12-31T15:59", "办到 2026-12-31 为止", True),
        ("摩托车驾驶培训", "2026-12-31T16:00", "已经取消，不再办理", False),
        ("粮票兑换", "2026-11-24T09:00", "办到 2026-11-23 为止，已经取消", False),
        ("温泉取水核准", "2026-11-24T09:00", "暂停办理。十二月恢复。", True),
        (">i:boat-old", "2026-11-24T09:00", "已经取消，不再办理。并入新证。", False),
        (">i:boat-old:online", "2026-11-24T09:00", "已经取消", False),
        (">i:ended:materials", "2026-11-24T09:00", "已经取消", False),
    ],
)
def test_how_it_stands_is_said_first(harbour: Snapshot, text: str, day: str, said: str, guide: bool) -> None:
    reply = ask(text, harbour, day)
    assert reply.ending is Ending.ANSWERED
    first = plain(reply).split("\n")[1]
    assert said in first if said else first.startswith("可以全程网上办")
    assert ("登录平台" in plain(reply)) is guide
    assert ("https://example.gov.cn" in plain(reply)) is guide


@pytest.mark.parametrize(
    ("text", "instead", "hotline"),
    [
        ("粮票兑换", ["i:boat-new"], "您可以看看下面这些"),
        (">i:boat-old", ["i:boat-new"], "您可以看看下面这些"),
        ("温泉取水核准", [], "拨 12345"),
    ],
)
def test_what_can_be_done_instead_is_offered(
    harbour: Snapshot, text: str, instead: list[str], hotline: str
) -> None:
    reply = ask(text, harbour)
    assert [action for action in offered(reply) if action.count(":") == 1] == instead
    assert hotline in plain(reply)


@pytest.mark.parametrize(
    ("text", "first"),
    [("渔船证", "boat-new"), ("渔船登记证书", "boat-new"), ("渔船登记证书核发", "boat-new"), ("渔船登记证书换发", "boat-old")],
)  # fmt: skip
def test_a_sister_that_can_be_done_comes_first_unless_the_other_is_named(
    harbour: Snapshot, text: str, first: str
) -> None:
    assert ask(text, harbour).items[0].id == first


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2026-11-24", {"boat-new", "planned", "ending", "paused"}),
        ("2027-01-01", {"boat-new", "planned", "paused"}),
    ],
)
def test_browsing_leaves_out_what_is_withdrawn(harbour: Snapshot, day: str, found: set[str]) -> None:
    assert {item.id for item in ask(">b:d:gongan", harbour, f"{day}T09:00").items} == found


@pytest.mark.parametrize(
    ("item", "online"), [("boat-old", False), ("ended", False), ("paused", True), ("boat-new", True)]
)
def test_the_whole_guide_says_so_too(harbour: Snapshot, item: str, online: bool) -> None:
    day = datetime(2026, 11, 24, tzinfo=UTC).date()
    text = plain(whole_guide(harbour.catalog.items_by_id[item], harbour.catalog, day))
    assert ("登录平台" in text) is online
    assert ("注意：" in text) is (item != "boat-new")
    assert "船员照片" in text

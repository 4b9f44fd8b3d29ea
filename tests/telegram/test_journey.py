"""Cases worked wholly in Telegram: from the citizen's form to the rating, and through kills."""

import random
import time
from collections.abc import Callable

import pytest

from bot.mailbox.cases import Rating
from bot.mailbox.stages import Action, Stage
from bot.store.cases import Stored
from bot.store.store import Store
from tests.telegram.conftest import CITIZEN, DEPARTMENT, LEADER, LEGAL, REGISTRAR, Bot
from tests.telegram.double import TOKEN, BotApi
from tests.telegram.double_values import Failure

ID = "421002195603041237"
ANSWERS = ("自然人", "张三", ID, "13800138000", "2025年塔桥路改造工程的施工合同", "纸面", "当面", "跳过", "跳过")
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40
PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 100
DRAFT = "经审查，您申请公开的信息属于应当公开的政府信息，现予公开，见附件。"


def fill_in(api: BotApi) -> None:
    """The form of a disclosure request, up to its summary."""
    api.press_data("f:new:d", CITIZEN)
    api.wait(lambda a: len(a.to(CITIZEN)) == 1)
    for answer in ANSWERS:
        api.ask(answer, CITIZEN)


def submit(api: BotApi) -> None:
    fill_in(api)
    api.tap("提交", CITIZEN)


def stored(store: Store) -> Stored:
    """The only case."""
    with store.reading() as t:
        return t.cases.find()[0]


def draft(api: BotApi, outcome: str = "予以公开") -> None:
    """The department drafts by replying to the message that the button brings."""
    before = len(api.to(DEPARTMENT))
    api.press("起草", DEPARTMENT)
    api.wait(lambda a: any("答复结果是哪一种" in one.text for one in a.to(DEPARTMENT)))
    api.press(outcome, DEPARTMENT)
    prompt = api.until(DEPARTMENT, "办理码", after=before)
    assert prompt.asks
    assert "答复结果：予以公开" in prompt.text
    api.reply(f"答复结果：予以公开\n{DRAFT}", prompt, DEPARTMENT)
    api.until(DEPARTMENT, "起草：办好了", after=before)


def test_a_request_from_the_form_to_the_rating(api: BotApi, running: Bot, store: Store) -> None:
    submit(api)
    api.until(REGISTRAR, "已提交", "张某（", "138****8000")
    assert ID not in "".join(one.text for one in api.sent if one.chat != CITIZEN)
    card = api.tap("登记", REGISTRAR)
    assert "登记：办好了" in card.text
    assert card.edits == 1
    api.until(CITIZEN, "登记")
    assert "（建议）" in api.tap("转部门", REGISTRAR).buttons[0]["text"]
    api.tap("区住建局", REGISTRAR)
    assert stored(store).case.department == "zhujian"
    api.until(DEPARTMENT, "收集材料")
    draft(api)
    assert "送审：办好了" in api.tap("送审", DEPARTMENT).text
    api.until(LEGAL, "法制审核", DRAFT)
    prompt = api.tap("退回修改", LEGAL)
    api.reply("请写明公开的依据", prompt, LEGAL)
    api.until(LEGAL, "退回修改：办好了")
    api.until(DEPARTMENT, "起草答复")
    before = len(api.to(DEPARTMENT))
    api.ask("/cases", DEPARTMENT)
    api.press_data(f"s:{stored(store).case.number.ref}", DEPARTMENT)
    assert "请写明公开的依据" in api.until(DEPARTMENT, "上一步（退回修改）", after=before).text
    api.press("起草", DEPARTMENT)
    api.wait(lambda a: any(b["text"] == "仍是：予以公开" for one in a.to(DEPARTMENT) for b in one.buttons))
    api.press("仍是：予以公开", DEPARTMENT)
    prompt = api.until(DEPARTMENT, "办理码", "请写明公开的依据")
    before = len(api.to(DEPARTMENT))
    api.reply(prompt.text.replace(DRAFT, f"依照条例第三十六条。{DRAFT}"), prompt, DEPARTMENT)
    # the card with the new version: an older card's 送审 would be refused as overtaken
    api.until(DEPARTMENT, "起草：办好了", after=before)
    assert stored(store).case.draft == f"依照条例第三十六条。{DRAFT}"
    api.tap("送审", DEPARTMENT)
    api.until(LEGAL, "法制审核", "依照条例")
    api.tap("审核通过", LEGAL)
    api.until(LEADER, "待签发")
    assert "真的要签发吗" in api.tap("签发", LEADER).text
    assert stored(store).case.signed_by is None
    api.tap("确认签发", LEADER)
    api.until(REGISTRAR, "已签发")
    api.tap("答复", REGISTRAR)
    api.tap("确认答复", REGISTRAR)
    reply = api.until(CITIZEN, "依照条例第三十六条")
    assert "非常满意" in [button["text"] for button in reply.buttons]
    api.tap("非常满意", CITIZEN)
    case = stored(store).case
    assert (case.stage, case.rating) == (Stage.RATED, Rating.VERY_GOOD)


def kept(store: Store) -> list[tuple[str, str, bytes]]:
    with store.reading() as t:
        return [(one.name, one.content_type, one.content) for one in t.papers.attached(stored(store))]


def test_files_are_kept_with_the_case_as_they_are(api: BotApi, running: Bot, store: Store) -> None:
    fill_in(api)
    api.fail("getFile", Failure(502, "Bad Gateway"))
    api.fail("download", Failure(502, "Bad Gateway"), Failure(500, "Internal Server Error"))
    for kind, name, content in (
        ("photo", "", PHOTO),
        ("document", "合同.pdf", PDF),
        ("document", "证明.pdf", PHOTO),
    ):
        before = len(api.to(CITIZEN))
        update = api.send_file(CITIZEN, name, content, kind=kind, media_group_id="7")
        api.wait(lambda a, n=before: len(a.to(CITIZEN)) > n)
    api.redeliver(update)
    refused = (
        ("合同.exe.pdf", b"MZ" + bytes(900), "document", "这种文件收不了"),
        ("大.pdf", PDF + bytes(10 * 1024 * 1024), "document", "最多 10 MB"),
        ("巨大.pdf", PDF + bytes(21 * 1024 * 1024), "document", "最多 10 MB"),
        ("", b"x", "voice", "请打字"),
        ("", b"x", "video", "视频"),
        ("", b"x", "sticker", "表情"),
    )
    for name, content, kind, said in refused:
        before = len(api.to(CITIZEN))
        api.send_file(CITIZEN, name, content, kind=kind)
        api.until(CITIZEN, said, after=before)
    api.press("提交", CITIZEN)
    api.until(REGISTRAR, "已提交")
    assert kept(store) == [
        ("照片.jpg", "image/jpeg", PHOTO),
        ("合同.pdf", "application/pdf", PDF),
        ("证明.pdf.jpg", "image/jpeg", PHOTO),
    ]
    assert TOKEN not in running.log.read_text()


def test_the_words_beside_a_refused_file_are_answered(api: BotApi, running: Bot) -> None:
    api.send_file(CITIZEN, "x.zip", b"PK\x05\x06" + bytes(18), caption="身份证掉了怎么补")
    api.until(CITIZEN, "这种文件收不了", "居民身份证补领")


def test_a_citizens_forged_button_tells_nothing(api: BotApi, running: Bot, store: Store) -> None:
    submit(api)
    api.until(REGISTRAR, "已提交")
    ref = stored(store).case.number.ref
    answers = []
    for data in ("x:unknown", f"s:{ref}", f"s:{ref}:0:register", f"s:{ref}:0:note"):
        before = len(api.to(CITIZEN))
        api.press_data(data, CITIZEN)
        api.wait(lambda a, n=before: len(a.to(CITIZEN)) > n)
        answers.append(api.to(CITIZEN)[-1].text)
    assert len(set(answers)) == 1
    assert stored(store).case.stage is Stage.SUBMITTED
    log = running.log.read_text()
    assert "who is no staff" in log
    assert "张三" not in log


def through_kills(running: Bot, act: Callable[[], object], kills: int) -> None:
    """``act`` (somebody sends something), and the bot killed at random moments after it."""
    act()
    for _ in range(kills):
        time.sleep(random.uniform(0.0, 1.0))
        running.kill()
        running.start()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kill_9_doubles_and_loses_no_step(api: BotApi, running: Bot, store: Store, seed: int) -> None:
    random.seed(seed)
    submit(api)
    api.until(REGISTRAR, "已提交")
    through_kills(running, lambda: api.press("登记", REGISTRAR), 2)
    api.until(REGISTRAR, "登记：办好了")
    api.press("记事", REGISTRAR)
    prompt = api.until(REGISTRAR, "办理码")
    through_kills(running, lambda: api.reply("电话问过申请人", prompt, REGISTRAR), 2)
    api.until(REGISTRAR, "记事：办好了")
    api.reply("又回复一次同一条", prompt, REGISTRAR)
    api.until(REGISTRAR, "这一步您已经办过了")
    with store.reading() as t:
        actions = [event.action for event in t.cases.events(stored(store))]
    assert actions == [Action.SUBMIT, Action.REGISTER, Action.NOTE]

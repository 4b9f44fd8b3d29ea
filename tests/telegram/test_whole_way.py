"""A whole request and a whole letter: Telegram, real SMTP, real IMAP, and the office between them."""

import email
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from bot.mailbox.cases import Rating
from bot.mailbox.stages import Action, Kind, Stage
from bot.store.cases import Stored
from bot.store.store import Store
from tests.mail.conftest import Authority
from tests.mail.servers import DOVECOT, PASSWORD, ImapServer, Post, imap_server, smtp_server
from tests.telegram.conftest import CITIZEN, DEPARTMENT, LEADER, LEGAL, REGISTRAR, Bot
from tests.telegram.double import BotApi
from tests.telegram.test_journey import ID, PDF

OUR_BOX, CITIZENS_BOX = "mailbox@district.example", "zhang@example.com"
REQUEST = (
    "自然人",
    "张三",
    ID,
    "13800138000",
    "2025年塔桥路改造工程的施工合同",
    "电子邮件",
    CITIZENS_BOX,
    "要",
    "跳过",
)
LETTER = ("投诉", "塔桥路12号门口的路灯坏了半个月，请派人修一修。", "路灯不亮", "塔桥路12号", "张三")
LETTER_REST = ("13800138000", CITIZENS_BOX, "要", "不公开")


class World:
    """The bot on Telegram, mail servers, and the commands of the office; all on one store."""

    def __init__(self, api: BotApi, store: Store, post: Post, imap: ImapServer) -> None:
        self.api = api
        self.store = store
        self.post = post
        self.imap = imap

    def wenban(self, *words: str) -> str:
        """A command that must work; what it says."""
        command = [sys.executable, "-m", "bot", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def case(self, kind: Kind) -> Stored:
        with self.store.reading() as t:
            return t.cases.find(kind=kind)[0]

    def mailed(self, subject: str) -> EmailMessage:
        """The mail to the citizen with this in its subject; sent by this command or by the bot."""
        self.wenban("mail", "send")
        self.api.wait(lambda _: self._unsent() == 0)
        raw = [one.content for one in self.post.arrived if CITIZENS_BOX in one.rcpt_tos]
        mails = [email.message_from_bytes(one, policy=default) for one in raw if isinstance(one, bytes)]
        return next(one for one in mails if subject in str(one["Subject"]))

    def _unsent(self) -> int:
        with self.store.reading() as t:
            return t.outbox.waiting("mail")

    def answer(self, mail: EmailMessage, text: str) -> None:
        """The citizen answers that mail; it lies in the mailbox and is fetched."""
        answer = EmailMessage()
        answer["From"], answer["To"], answer["Subject"] = CITIZENS_BOX, mail["Reply-To"], f"回复：{mail['Subject']}"
        answer["Message-ID"] = f"<{len(text)}.{id(answer)}@example.com>"
        answer["In-Reply-To"] = mail["Message-ID"]
        answer.set_content(f"{text}\n\n在 2026年11月24日，{OUR_BOX} 写道：\n> 您好\n")
        self.imap.deliver(OUR_BOX, answer.as_bytes())
        self.wenban("mail", "fetch")  # unless the bot has fetched it already


@pytest.fixture
def world(
    api: BotApi, store: Store, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[World]:
    post = Post()
    kind = "dovecot" if DOVECOT else "mail-devel"
    with smtp_server(post) as smtp, imap_server(kind, Authority(tmp_path).server) as imap:
        monkeypatch.setenv("WENBAN_HOME", str(home))
        monkeypatch.setenv("WENBAN_MAIL_FROM", OUR_BOX)
        monkeypatch.setenv("WENBAN_MAIL_OUT", f"smtp://127.0.0.1:{smtp}")
        login = f"{OUR_BOX.replace('@', '%40')}:{PASSWORD}"
        monkeypatch.setenv("WENBAN_MAIL_IN", f"imap://{login}@127.0.0.1:{imap.port}")
        bot = Bot(api, home, webhook=False)
        bot.start()
        yield World(api, store, post, imap)
        bot.kill()


def words_of(mail: EmailMessage) -> str:
    """The text of a mail."""
    body = mail.get_body()
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def drafted(world: World, kind: Kind, text: str) -> None:
    """The department drafts and sends it on; a request needs its outcome."""
    outcome = ("--outcome", "予以公开") if kind is Kind.DISCLOSURE else ()
    ref = world.case(kind).case.number.ref
    world.wenban("case", "draft", ref, *outcome, "--text", text, "--finish", "--as", "zhou")


def reviewed_and_signed(world: World, draft: str) -> None:
    """The law passes it, the leader signs it, the registrar replies; all in their chats."""
    api = world.api
    api.until(LEGAL, "法制审核", draft)
    api.tap("审核通过", LEGAL)
    api.until(LEADER, "待签发", draft)
    sure(api, "签发", LEADER)
    api.until(REGISTRAR, "已签发", draft)
    sure(api, "答复", REGISTRAR)


def sure(api: BotApi, label: str, chat: int) -> None:
    """Press a button that asks once more, and confirm; other messages may come in between."""
    api.press(label, chat)
    api.wait(lambda a: any(b["text"] == f"确认{label}" for one in a.to(chat) for b in one.buttons))
    api.press(f"确认{label}", chat)


def sent_back(world: World, draft: str) -> None:
    """The law sends the draft back."""
    world.api.until(LEGAL, "法制审核", draft)
    prompt = world.api.tap("退回修改", LEGAL)
    world.api.reply("请写明依据", prompt, LEGAL)
    world.api.until(DEPARTMENT, "起草答复", draft)


def test_a_whole_request_and_a_whole_letter(world: World, tmp_path: Path) -> None:
    api = world.api
    # a request: chat -> register -> correction -> supplement by mail -> collecting -> drafts -> reply
    api.press_data("f:new:d", CITIZEN)
    api.wait(lambda a: len(a.to(CITIZEN)) == 1)
    for answer in REQUEST:
        api.ask(answer, CITIZEN)
    api.tap("提交", CITIZEN)
    api.until(REGISTRAR, "已提交")
    api.tap("登记", REGISTRAR)
    api.until(CITIZEN, "登记告知书")
    prompt = api.tap("告知补正", REGISTRAR)
    api.reply("请写明是哪一段路", prompt, REGISTRAR)
    api.until(CITIZEN, "请写明是哪一段路")
    world.answer(world.mailed("补正告知书"), "北京路到江津路那一段")
    api.wait(lambda _: world.case(Kind.DISCLOSURE).case.stage is Stage.CORRECTED)
    request = world.case(Kind.DISCLOSURE).case
    assert "北京路到江津路" in getattr(request.content, "description", "")
    world.wenban("case", "assign", request.number.ref, "--department", "zhujian", "--as", "wang")
    api.until(DEPARTMENT, "收集材料")
    drafted(world, Kind.DISCLOSURE, "现予公开。")
    sent_back(world, "现予公开。")
    contract = tmp_path / "施工合同.pdf"
    contract.write_bytes(PDF)
    world.wenban("case", "draft", request.number.ref, "--attach", str(contract), "--as", "zhou")
    drafted(world, Kind.DISCLOSURE, "依照条例第三十六条第（二）项，现予公开，见附件。")
    reviewed_and_signed(world, "依照条例第三十六条第（二）项")
    api.until(LEADER, "随答复发出的文件", "施工合同.pdf")
    api.until(CITIZEN, "依照条例第三十六条第（二）项")
    reply = world.mailed("答复书")
    assert "依照条例第三十六条第（二）项" in words_of(reply)
    sent = {part.get_filename(): part.get_content() for part in reply.iter_attachments()}
    assert list(sent) == ["政府信息公开申请答复书.docx", "施工合同.pdf"]
    assert sent["施工合同.pdf"] == PDF
    api.wait(lambda a: a.documents == [(CITIZEN, "施工合同.pdf", PDF)])
    world.answer(reply, "非常满意")
    api.wait(lambda _: world.case(Kind.DISCLOSURE).case.rating is Rating.VERY_GOOD)

    # a letter: chat -> accepted -> department -> draft -> law -> leader -> reply -> rating in the chat
    api.press_data("f:new:l", CITIZEN)
    api.until(CITIZEN, "第 1 项")
    for answer in (*LETTER, *LETTER_REST):
        api.ask(answer, CITIZEN)
    api.tap("提交", CITIZEN)
    api.until(REGISTRAR, "路灯不亮", "已提交")
    letter = world.case(Kind.LETTER).case.number.ref
    api.tap("受理", REGISTRAR)
    world.wenban("case", "assign", letter, "--department", "zhujian", "--as", "wang")
    api.until(DEPARTMENT, "路灯不亮")
    api.tap("接办", DEPARTMENT)
    drafted(world, Kind.LETTER, "路灯修好了。")
    sent_back(world, "路灯修好了。")
    drafted(world, Kind.LETTER, "路灯已于昨日修好，谢谢您的反映。")
    reviewed_and_signed(world, "路灯已于昨日修好")
    api.until(CITIZEN, "路灯已于昨日修好")
    api.tap("不满意", CITIZEN)
    rated = world.case(Kind.LETTER)
    assert (rated.case.stage, rated.case.rating) == (Stage.RATED, Rating.BAD)
    assert "差评" in world.wenban("case", "tasks", "--as", "wang")
    assert "路灯已于昨日修好" in words_of(world.mailed("来信答复"))
    with world.store.reading() as t:
        actions = [event.action for event in t.cases.events(rated)]
        assert t.outbox.waiting("mail") == 0
    assert actions.index(Action.SEND_BACK) < actions.index(Action.SIGN) < actions.index(Action.RATE)

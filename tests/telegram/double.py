"""A double of Telegram's Bot API over real HTTP, for tests.

Long polling with offsets and 409 for a second poller, webhooks with a secret and redelivery, 400 for bad HTML, for
more than 4,096 characters and for over-long callback data, scripted failures (429 with retry_after, 502).
Private chats only; the error texts are modelled on Telegram's, not compared with it.
"""

import itertools
import json
import queue
import socket
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "123456:TEST-token_that_must_not_be_logged"
_TAGS = {"b", "strong", "i", "em", "u", "s", "a", "code", "pre"}


@dataclass(frozen=True)
class Failure:
    """What to answer instead of doing the work; code 0 closes the connection without an answer."""

    code: int
    description: str = "scripted"
    retry_after: int | None = None


@dataclass
class Sent:
    """A message the bot has sent, as it stands now."""

    chat: int
    message_id: int
    text: str
    buttons: list[dict[str, str]] = field(default_factory=list)
    edits: int = 0


class _Html(HTMLParser):
    """Collects the faults of Telegram's HTML subset and the text that is left."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in _TAGS:
            self.faults.append(f'Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f'Unmatched end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        if "<" in data:
            self.faults.append("Unescaped <")
        self.text += data


class Refused(Exception):
    """A call that Telegram would refuse."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.description)
        self.failure = failure


class BotApi:
    """The double. Use as a context manager; ``url`` is the API's address."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.sent: list[Sent] = []
        self.acknowledged: set[int] = set()
        self.commands: list[dict[str, str]] = []
        self.webhook: dict[str, Any] | None = None
        self._updates: list[dict[str, Any]] = []
        self._failures: dict[str, list[Failure]] = {}
        self._ids = itertools.count(1000)
        self._changed = threading.Condition()
        self._poller = 0
        self._closing = False
        self._last: dict[int, Sent] = {}
        self._sockets: list[socket.socket] = []
        self._queues: dict[int, queue.SimpleQueue[dict[str, Any]]] = {}
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                double._serve(self)

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def get_request(self) -> tuple[socket.socket, Any]:
                accepted = super().get_request()
                double._sockets.append(accepted[0])
                return accepted

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A killed bot drops its connections; that is what the tests are for."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "BotApi":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        with self._changed:
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()
        for connection in self._sockets:
            connection.close()

    # what people do

    def say(self, text: str, chat: int = 1) -> int:
        """A person writes; returns the update_id."""
        message = self._message(chat, text) | {"from": self._person(chat)}
        return self._push({"message": message})

    def press(self, label: str, chat: int = 1) -> int:
        """A person presses the newest button with this label in the chat."""
        for sent in reversed(self.sent):
            for button in sent.buttons if sent.chat == chat else []:
                if button["text"] == label:
                    return self._push(
                        {
                            "callback_query": {
                                "id": str(next(self._ids)),
                                "from": self._person(chat),
                                "chat_instance": "1",
                                "data": button["callback_data"],
                                "message": self._message(chat, sent.text, sent.message_id),
                            }
                        }
                    )
        raise AssertionError(f"no button {label}: {[b['text'] for s in self.sent for b in s.buttons]}")

    def fail(self, method: str, *failures: Failure) -> None:
        """Answer the next calls of ``method`` with these failures."""
        with self._changed:
            self._failures.setdefault(method, []).extend(failures)

    def redeliver(self, update_id: int) -> None:
        """Deliver an update once more, though it was acknowledged."""
        with self._changed:
            self.acknowledged.discard(update_id)
            self._changed.notify_all()
        if self.webhook:
            self._deliver(next(u for u in self._updates if u["update_id"] == update_id))

    def wait(self, ready: Callable[["BotApi"], bool], seconds: float = 20.0) -> None:
        """Wait until ``ready(self)``; fails the test after ``seconds``."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not ready(self):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"waited in vain; sent {[s.text[:60] for s in self.sent][-5:]}")
                self._changed.wait(min(left, 0.2))

    def ask(self, text: str, chat: int = 1) -> Sent:
        """Write and wait for the next message to that chat."""
        return self._after(lambda: self.say(text, chat), chat)

    def tap(self, label: str, chat: int = 1) -> Sent:
        """Press and wait for a new or edited message in that chat."""
        return self._after(lambda: self.press(label, chat), chat)

    def to(self, chat: int) -> list[Sent]:
        """Messages sent to ``chat``."""
        return [sent for sent in self.sent if sent.chat == chat]

    def _after(self, act: Callable[[], object], chat: int) -> Sent:
        before = sum(1 + sent.edits for sent in self.to(chat))
        act()
        self.wait(lambda _: sum(1 + sent.edits for sent in self.to(chat)) > before)
        return self._last[chat]

    # the wire

    def _push(self, update: dict[str, Any]) -> int:
        with self._changed:
            update = {"update_id": next(self._ids), **update}
            self._updates.append(update)
            self._changed.notify_all()
        if self.webhook:
            self._enqueue(update)
        return int(update["update_id"])

    def _enqueue(self, update: dict[str, Any]) -> None:
        """Deliveries of one chat follow each other; chats are served side by side."""
        message = update.get("message") or update["callback_query"]["message"]
        waiting = self._queues.get(message["chat"]["id"])
        if waiting is None:
            waiting = self._queues[message["chat"]["id"]] = queue.SimpleQueue()
            threading.Thread(target=self._work, args=(waiting,), daemon=True).start()
        waiting.put(update)

    def _work(self, waiting: "queue.SimpleQueue[dict[str, Any]]") -> None:
        while not self._closing:
            with suppress(queue.Empty):
                self._deliver(waiting.get(timeout=0.2))

    def _deliver(self, update: dict[str, Any]) -> None:
        """Post to the webhook until it says 200, as Telegram does."""
        while not self._closing and self.webhook:
            headers = {"Content-Type": "application/json"}
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook.get("secret_token", "")
            request = urllib.request.Request(self.webhook["url"], json.dumps(update).encode(), headers)
            try:
                with urllib.request.urlopen(request, timeout=5) as response:
                    if response.status == 200:
                        self.acknowledged.add(update["update_id"])
                        return
            except OSError:
                time.sleep(0.1)

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        values = dict(urllib.parse.parse_qsl(handler.rfile.read(length).decode(), keep_blank_values=True))
        _, bot, method = (*handler.path.split("?")[0].split("/"), "", "")[:3]
        if bot != f"bot{TOKEN}":
            return self._reply(handler, 401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        with self._changed:
            scripted = self._failures.get(method) or [None]
            failure = scripted.pop(0)
        if failure is not None and failure.code == 0:
            handler.close_connection = True
            return None
        try:
            if failure is not None:
                raise Refused(failure)
            result = getattr(self, f"_{method}")(values)
        except Refused as refused:
            return self._reply(handler, refused.failure.code, _error(refused.failure))
        with self._changed:
            self.calls.append((method, values))
            self._changed.notify_all()
        return self._reply(handler, 200, {"ok": True, "result": result})

    @staticmethod
    def _reply(handler: BaseHTTPRequestHandler, code: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        try:
            handler.send_response(code)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data)
        except OSError:
            pass

    # the methods

    def _getMe(self, _: dict[str, str]) -> dict[str, Any]:
        return {"id": 123456, "is_bot": True, "first_name": "问办", "username": "wenban_bot"}

    def _getUpdates(self, values: dict[str, str]) -> list[dict[str, Any]]:
        offset, deadline = int(values.get("offset", 0)), time.monotonic() + float(values.get("timeout", 0))
        with self._changed:
            self._poller += 1
            mine = self._poller
            self._changed.notify_all()
            self.acknowledged |= {u["update_id"] for u in self._updates if u["update_id"] < offset}
            while True:
                if self._poller != mine:
                    raise Refused(Failure(409, "Conflict: terminated by other getUpdates request"))
                found = [u for u in self._updates if u["update_id"] not in self.acknowledged]
                if found or time.monotonic() >= deadline or self._closing:
                    return found[:100]
                self._changed.wait(min(0.2, max(deadline - time.monotonic(), 0.01)))

    def _sendMessage(self, values: dict[str, str]) -> dict[str, Any]:
        text, buttons = _checked(values)
        sent = Sent(int(values["chat_id"]), next(self._ids), text, buttons)
        with self._changed:
            self.sent.append(sent)
            self._last[sent.chat] = sent
        return self._message(sent.chat, text, sent.message_id)

    def _editMessageText(self, values: dict[str, str]) -> dict[str, Any]:
        text, buttons = _checked(values)
        sent = next((s for s in self.sent if s.message_id == int(values["message_id"])), None)
        if sent is None:
            raise Refused(Failure(400, "Bad Request: message to edit not found"))
        if (sent.text, sent.buttons) == (text, buttons):
            raise Refused(Failure(400, "Bad Request: message is not modified"))
        with self._changed:
            sent.text, sent.buttons, sent.edits = text, buttons, sent.edits + 1
            self._last[sent.chat] = sent
        return self._message(sent.chat, text, sent.message_id)

    def _answerCallbackQuery(self, _: dict[str, str]) -> bool:
        return True

    _sendChatAction = _answerCallbackQuery

    def _setMyCommands(self, values: dict[str, str]) -> bool:
        self.commands = json.loads(values["commands"])
        return True

    def _setWebhook(self, values: dict[str, str]) -> bool:
        self.webhook = values
        for update in [u for u in self._updates if u["update_id"] not in self.acknowledged]:
            self._enqueue(update)
        return True

    def _deleteWebhook(self, _: dict[str, str]) -> bool:
        self.webhook = None
        return True

    def _message(self, chat: int, text: str, message_id: int | None = None) -> dict[str, Any]:
        return {
            "message_id": message_id or next(self._ids),
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "市民"},
            "text": text,
        }

    @staticmethod
    def _person(chat: int) -> dict[str, Any]:
        return {"id": chat, "is_bot": False, "first_name": "市民"}


def _error(failure: Failure) -> dict[str, Any]:
    parameters = {"parameters": {"retry_after": failure.retry_after}} if failure.retry_after else {}
    return {"ok": False, "error_code": failure.code, "description": failure.description, **parameters}


def _checked(values: dict[str, str]) -> tuple[str, list[dict[str, str]]]:
    """Text and buttons of a message; raises Refused as Telegram would."""
    text = values.get("text", "")
    if values.get("parse_mode") == "HTML":
        parser = _Html()
        parser.feed(text)
        parser.close()
        if parser.faults or parser.open:
            raise Refused(Failure(400, f"Bad Request: can't parse entities: {parser.faults or parser.open}"))
        text = parser.text
    if not text.strip():
        raise Refused(Failure(400, "Bad Request: message text is empty"))
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise Refused(Failure(400, "Bad Request: message is too long"))
    markup = json.loads(values.get("reply_markup") or "{}")
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
    if any(len(button["callback_data"].encode()) > 64 for button in buttons):
        raise Refused(Failure(400, "Bad Request: BUTTON_DATA_INVALID"))
    return text, buttons

"""A double of Telegram's Bot API over real HTTP, for tests.

Long polling with offsets and 409 for a second poller, webhooks with a secret and redelivery, 400 for bad HTML, for
more than 4,096 characters and for over-long callback data, scripted failures (429 with retry_after, 502).
Files by getFile and download, people who have blocked the bot (403), messages that ask for a reply. Private chats
only; the error texts are modelled on Telegram's, not compared with it.
"""

import itertools
import json
import queue
import socket
import threading
import time
import urllib.parse
import urllib.request
import zlib
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.telegram.double_values import Failure, Refused, Sent, as_sent, call_values, checked, error

TOKEN = "123456:TEST-token_that_must_not_be_logged"


class BotApi:
    """The double. Use as a context manager; ``url`` is the API's address."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.sent: list[Sent] = []
        self.acknowledged: set[int] = set()
        self.commands: list[dict[str, str]] = []
        self.webhook: dict[str, Any] | None = None
        self.files: dict[str, bytes] = {}
        self.documents: list[tuple[int, str, bytes]] = []
        self.blocked: set[int] = set()
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

    def reply(self, text: str, to: Sent, chat: int = 1) -> int:
        """A person answers a message of the bot by replying to it."""
        original = self._message(chat, to.text, to.message_id) | {"from": self._getMe({})}
        message = self._message(chat, text) | {"from": self._person(chat), "reply_to_message": original}
        return self._push({"message": message})

    def send_file(
        self, chat: int, name: str, content: bytes, caption: str | None = None, kind: str = "document", **more: Any
    ) -> int:
        """A person sends a photo, document, voice …; ``more`` goes into the message (media_group_id)."""
        file_id, unique = f"file-{next(self._ids)}", f"u{zlib.crc32(content)}"
        self.files[file_id] = content
        file = {"file_id": file_id, "file_unique_id": unique, "file_size": len(content)}
        message = {key: value for key, value in self._message(chat, "").items() if key != "text"}
        message |= {"from": self._person(chat), kind: as_sent(kind, file, name), **more}
        return self._push({"message": message | ({"caption": caption} if caption else {})})

    def press(self, label: str, chat: int = 1) -> int:
        """A person presses the newest button with this label in the chat."""
        for sent in reversed(self.sent):
            for button in sent.buttons if sent.chat == chat else []:
                if button["text"] == label:
                    return self.press_data(button["callback_data"], chat, sent)
        raise AssertionError(f"no button {label}: {[b['text'] for s in self.sent for b in s.buttons]}")

    def press_data(self, data: str, chat: int = 1, under: Sent | None = None) -> int:
        """A person presses a button with this data, also one that the bot never made (under any message)."""
        under = under or Sent(chat, next(self._ids), "一条消息")
        query = {
            "id": str(next(self._ids)),
            "from": self._person(chat),
            "chat_instance": "1",
            "data": data,
            "message": self._message(chat, under.text, under.message_id),
        }
        return self._push({"callback_query": query})

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

    def wait(self, ready: Callable[["BotApi"], bool], seconds: float = 40.0) -> None:
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

    def until(self, chat: int, *needles: str, after: int = 0) -> Sent:
        """Wait for a message to ``chat`` that holds all of ``needles``, beyond its first ``after``; the newest such."""

        def found() -> list[Sent]:
            return [one for one in self.to(chat)[after:] if all(needle in one.text for needle in needles)]

        try:
            self.wait(lambda _: bool(found()))
        except AssertionError as vain:
            raise AssertionError(f"no {needles} to {chat}: {[one.text for one in self.to(chat)]}") from vain
        return found()[-1]

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
        values = call_values(handler.headers.get("Content-Type") or "", handler.rfile.read(length))
        path = urllib.parse.unquote(handler.path.split("?")[0])
        if path.startswith(f"/file/bot{TOKEN}/"):
            return self._download(handler, path.rpartition("/")[2])
        _, bot, method = (*path.split("/"), "", "")[:3]
        if bot != f"bot{TOKEN}":
            return self._reply(handler, 401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        failure = self._scripted(method)
        if failure is not None and failure.code == 0:
            handler.close_connection = True
            return None
        try:
            if failure is not None:
                raise Refused(failure)
            result = getattr(self, f"_{method}")(values)
        except Refused as refused:
            return self._reply(handler, refused.failure.code, error(refused.failure))
        with self._changed:
            self.calls.append((method, values))
            self._changed.notify_all()
        return self._reply(handler, 200, {"ok": True, "result": result})

    def _scripted(self, method: str) -> Failure | None:
        with self._changed:
            return (self._failures.get(method) or [None]).pop(0)  # type: ignore[list-item]

    def _download(self, handler: BaseHTTPRequestHandler, file_id: str) -> None:
        failure = self._scripted("download")
        if failure is not None:
            return self._reply(handler, failure.code, error(failure))
        if file_id not in self.files:
            return self._reply(handler, 404, error(Failure(404, "Not Found")))
        return self._give(handler, 200, self.files[file_id], "application/octet-stream")

    @classmethod
    def _reply(cls, handler: BaseHTTPRequestHandler, code: int, body: dict[str, Any]) -> None:
        cls._give(handler, code, json.dumps(body).encode(), "application/json")

    @staticmethod
    def _give(handler: BaseHTTPRequestHandler, code: int, data: bytes, content_type: str) -> None:
        try:
            handler.send_response(code)
            handler.send_header("Content-Type", content_type)
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
        text, buttons = checked(values)
        asks = bool(json.loads(values.get("reply_markup") or "{}").get("force_reply"))
        sent = Sent(int(values["chat_id"]), next(self._ids), text, buttons, asks=asks)
        if sent.chat in self.blocked:
            raise Refused(Failure(403, "Forbidden: bot was blocked by the user"))
        with self._changed:
            self.sent.append(sent)
            self._last[sent.chat] = sent
        return self._message(sent.chat, text, sent.message_id)

    def _editMessageText(self, values: dict[str, str]) -> dict[str, Any]:
        text, buttons = checked(values)
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

    def _sendDocument(self, values: dict[str, Any]) -> dict[str, Any]:
        name, content = values["document"]
        with self._changed:
            self.documents.append((int(values["chat_id"]), name, content))
        return self._message(int(values["chat_id"]), name)

    def _getFile(self, values: dict[str, str]) -> dict[str, Any]:
        file_id = values["file_id"]
        content = self.files.get(file_id)
        if content is None or len(content) > 20_000_000:
            raise Refused(Failure(400, "Bad Request: file is too big" if content else "Bad Request: wrong file_id"))
        return {"file_id": file_id, "file_unique_id": "u", "file_size": len(content), "file_path": f"x/{file_id}"}

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

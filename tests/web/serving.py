"""The real site on a real port, over a fresh home, with a clock that can be moved."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from bot.channels.web.app import web_app
from bot.channels.web.settings import WebSettings
from bot.office.desk import desk_of
from bot.office.office import Office
from bot.reception import Reception
from bot.settings import Settings
from bot.store.opening import open_store
from index.snapshot import Snapshot
from tests.office.mailing import Clock

ID = "11010519491231002X"
"""A number that is in the standard as an example (GB 11643)."""


class Running:
    """A site that runs, and what is behind it."""

    def __init__(self, home: Path, snapshot: Snapshot, web: WebSettings, clock: Clock) -> None:
        self.home, self.clock, self.web = home, clock, web
        self.snapshot = snapshot
        self.settings = Settings(home=home)
        store = open_store(self.settings)
        self.office = Office(store, desk_of(self.settings, snapshot.catalog), clock)
        reception = Reception(lambda: self.snapshot, self.office, clock)
        self.app = web_app(self.settings, lambda: self.snapshot, reception, self.office, web)
        self.url = ""

    def person(self, **options: object) -> "Person":
        """Somebody with a browser of their own."""
        return Person(self.url, **options)


class Person(httpx.Client):
    """A browser without scripts: keeps cookies, and sends the token of the last page with every form."""

    def __init__(self, url: str, **options: object) -> None:
        super().__init__(base_url=url, follow_redirects=True, timeout=20, **options)  # type: ignore[arg-type]

    def token(self, path: str = "/") -> str:
        return str(re.findall(r'name="csrf" value="([^"]+)"', self.get(path).text)[0])

    def submit(self, path: str, token_from: str = "/", **fields: object) -> httpx.Response:
        """POST a form as a page of this site would."""
        files = fields.pop("files", None)
        return self.post(path, data={"csrf": self.token(token_from), **fields}, files=files)  # type: ignore[arg-type]

    def ask(self, text: str) -> str:
        return self.submit("/chat", text=text).text


@contextmanager
def running(
    home: Path, snapshot: Snapshot, web: WebSettings | None = None, clock: Clock | None = None
) -> Iterator[Running]:
    """The site, up when this is entered and down when it is left."""
    site = Running(home, snapshot, web or WebSettings(per_address=100_000, per_session=10_000), clock or Clock())
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(site.app, log_config=None, access_log=False, proxy_headers=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        yield site
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
        site.office.store.close()

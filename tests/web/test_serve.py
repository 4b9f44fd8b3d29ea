"""``wenban serve`` as people start it: a process of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import write_catalog
from tests.telegram.double import TOKEN, BotApi


@contextmanager
def serving(home: Path, **environment: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The process, and the address that it says."""
    catalog = write_catalog(home / "catalog", {})
    command = [sys.executable, "-m", "bot", "--catalog", str(catalog), "serve", "--port", "0"]
    known = os.environ | {"WENBAN_HOME": str(home), "PYTHONUNBUFFERED": "1"} | environment
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, env=known, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        said = ""
        while "网页：" not in said:
            line = process.stdout.readline()
            assert line, (home / "log").read_text()
            said += line
        address = re.findall(r"网页：(http://127\.0\.0\.1:\d+)", said)[0]
        wait(lambda: httpx.get(f"{address}/healthz").text == "ok")
        yield address, process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)
        process.stdout.close()  # type: ignore[union-attr]


def wait(ready: object, seconds: float = 20.0) -> None:
    """Until ``ready`` says so; what it raises is a no."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if ready():  # type: ignore[operator]
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def test_pages_desk_and_a_clean_end(tmp_path: Path) -> None:
    with serving(tmp_path) as (address, process):
        with httpx.Client(base_url=address, follow_redirects=True) as person:
            home = person.get("/")
            token = re.findall(r'name="csrf" value="([^"]+)"', home.text)[0]
            assert "居民身份证补领" in person.post("/chat", data={"csrf": token, "text": "身份证搞丢了怎么补"}).text
            assert person.get("/readyz").text == "ok"
            assert "登录" in person.get("/desk").text
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines() if line.startswith("{")]
    assert {"chat.home", "chat.talk"} <= {line.get("page") for line in lines}
    assert "身份证" not in (tmp_path / "log").read_text()


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with serving(tmp_path) as (address, _):
        port = address.rpartition(":")[2]
        known = os.environ | {"WENBAN_HOME": str(tmp_path)}
        command = [sys.executable, "-m", "bot", "serve", "--port", port]
        done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"{port} 端口用不了" in done.stderr


@pytest.mark.parametrize("way", ["polling", "webhook"])
def test_telegram_runs_beside(tmp_path: Path, way: str) -> None:
    with BotApi() as api:
        known = {"WENBAN_TELEGRAM_TOKEN": TOKEN, "WENBAN_TELEGRAM_API": api.url}
        if way == "webhook":
            known |= {"WENBAN_WEBHOOK_URL": "http://127.0.0.1:9", "WENBAN_WEBHOOK_SECRET": "s3cret"}
        with serving(tmp_path, **known) as (address, process):
            if way == "webhook":
                api.wait(lambda _: api.webhook is not None)
                assert api.webhook is not None
                api.webhook["url"] = f"{address}/telegram"
            assert "居民身份证补领" in api.ask("身份证搞丢了怎么补").text
            assert httpx.get(f"{address}/").status_code == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0
        assert TOKEN not in (tmp_path / "log").read_text()


def test_a_wrong_token_does_not_stop_the_page(tmp_path: Path) -> None:
    with BotApi() as api:
        known = {"WENBAN_TELEGRAM_TOKEN": "1:wrong", "WENBAN_TELEGRAM_API": api.url}
        with serving(tmp_path, **known) as (address, _):
            wait(lambda: "telegram stopped (InvalidToken)" in (tmp_path / "log").read_text())
            assert httpx.get(f"{address}/").status_code == 200
        assert "1:wrong" not in (tmp_path / "log").read_text()

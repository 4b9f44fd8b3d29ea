"""``wenban staff password`` and ``staff totp``."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from bot.settings import Settings
from bot.store.accounts import Login
from bot.store.opening import open_store
from bot.store.passwords import is_right
from tests.commands.conftest import Run


def login(home: Path, staff_id: str = "reg") -> Login | None:
    store = open_store(Settings(home=home))
    with store.reading() as t:
        found = t.accounts.login(staff_id)
    store.close()
    return found


def test_a_password_is_read_and_works(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct-horse-battery\n"))
    done = run("staff", "password", "reg")
    assert done.code == 0
    assert "/desk" in done.out
    assert "correct-horse" not in done.said
    found = login(home)
    assert found is not None
    assert is_right(found.password_hash, "correct-horse-battery")


@pytest.mark.parametrize("weak", ["", "short", "aaaaaaaaaaaa", "reg-2026-password", "ababababab"])
def test_a_weak_password_is_refused(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, weak: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{weak}\n"))
    done = run("staff", "password", "reg")
    assert done.code == 2
    assert "太容易猜" in done.err
    assert login(home) is None


def test_a_generated_password_is_shown_once_and_works(run: Run, home: Path) -> None:
    shown = [re.findall(r"密码：(\S+)", run("staff", "password", "reg", "--generate").out)[0] for _ in range(2)]
    assert shown[0] != shown[1]
    found = login(home)
    assert found is not None
    assert [is_right(found.password_hash, one) for one in shown] == [False, True]


@pytest.mark.parametrize("command", [("password", "--generate"), ("totp",), ("totp", "--off")])
def test_nobody_unknown_gets_one(run: Run, command: tuple[str, ...]) -> None:
    assert "没有“nobody”这个账号" in run("staff", command[0], "nobody", *command[1:]).err


def test_a_one_time_code_needs_a_password_first(run: Run) -> None:
    done = run("staff", "totp", "reg")
    assert done.code == 2
    assert "wenban staff password reg" in done.err


class Telephone(io.StringIO):
    """Standard input of somebody who scans what is shown and types what the telephone says, ``off`` from now."""

    def __init__(self, capsys: pytest.CaptureFixture[str], off: timedelta) -> None:
        super().__init__()
        self._capsys, self._off = capsys, off
        self.secret = ""

    def readline(self, *_: object) -> str:  # type: ignore[override]
        self.secret = re.findall(r"密钥：([A-Z2-7]{32})", self._capsys.readouterr().err)[0]
        return f"{pyotp.TOTP(self.secret).at(datetime.now(UTC) + self._off)}\n"


def test_a_one_time_code_is_set_after_it_was_shown_to_work(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("staff", "password", "reg", "--generate")

    def secret() -> str | None:
        found = login(home)
        assert found is not None
        return found.totp_secret

    monkeypatch.setattr("sys.stdin", Telephone(capsys, timedelta(hours=1)))
    done = run("staff", "totp", "reg")
    assert (done.code, secret()) == (2, None)
    assert "没有改动" in done.err
    right = Telephone(capsys, timedelta())
    monkeypatch.setattr("sys.stdin", right)
    assert run("staff", "totp", "reg").code == 0
    assert secret() == right.secret
    assert run("staff", "totp", "reg", "--off").code == 0
    assert secret() is None


def test_a_removed_account_keeps_no_password(run: Run, home: Path) -> None:
    run("staff", "password", "reg", "--generate")
    assert run("staff", "remove", "reg").code == 0
    assert login(home) is None
    assert run("staff", "add", "reg", "--name", "王丽", "--role", "政务公开办").code == 0
    assert login(home) is None

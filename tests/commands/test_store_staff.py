"""Keys and accounts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.commands.conftest import REQUEST, Run

Opened = Callable[..., str]


def test_a_fresh_key_each_time(bare: Run) -> None:
    one, other = bare("store", "key").out.strip(), bare("store", "key").out.strip()
    assert one != other
    assert Fernet(one.encode())


def test_rotation(run: Run, opened: Opened, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = opened(REQUEST)
    alone = run("store", "rotate")
    assert (alone.code, "WENBAN_KEY=" in alone.err) == (2, True)
    old = (home / "secret.key").read_text().strip()
    new = run("store", "key").out.strip()
    monkeypatch.setenv("WENBAN_KEY", f"{new},{old}")
    done = run("store", "rotate")
    assert (done.code, "1 件办件" in done.out) == (0, True)
    monkeypatch.setenv("WENBAN_KEY", new)
    shown = run("case", "show", number, "--as", "reg", "--json")
    assert shown.json["content"]["description"].startswith("解放路")
    assert shown.json["documents"]
    assert run("case", "open", "/nothing", "--received-by", "fax", "--as", "reg").code == 2
    monkeypatch.setenv("WENBAN_KEY", old)
    locked = run("case", "show", number, "--as", "reg")
    assert (locked.code, "密钥不对" in locked.err) == (2, True)
    monkeypatch.setenv("WENBAN_KEY", "short,shorter")
    assert "不是可用的密钥" in run("store", "rotate").err


def test_accounts(bare: Run) -> None:
    assert "还没有账号" in bare("staff", "list").out
    words = (
        "--name",
        "李强",
        "--role",
        "承办部门",
        "--department",
        "区住建局",
        "--email",
        "Li@Example.CN",
        "--telegram",
        7,
    )
    assert bare("staff", "add", "li", *words, "--json").json == {
        "id": "li", "name": "李强", "role": "department", "role_name": "承办部门", "department": "zhujian",
        "email": "Li@example.cn", "telegram": 7
    }  # fmt: skip
    assert "区住建局" in bare("staff", "list").out
    assert bare("staff", "add", "li", "--name", "李强", "--role", "legal").code == 0
    assert bare("staff", "list", "--json").json[0]["role"] == "legal"
    assert bare("staff", "remove", "li").code == 0
    assert bare("staff", "list", "--json").json == []
    gone = bare("staff", "remove", "li")
    assert (gone.code, "wenban staff list" in gone.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Wang --name 王 --role legal", "账号用小写字母"),
        ("a/b --name 王 --role legal", "账号用小写字母"),
        ("x --name 王 --role 市长", "没有“市长”这种角色"),
        ("x --name 王 --role citizen", "没有“citizen”这种角色"),
        ("x --name 王 --role department", "要写 --department"),
        ("x --name 王 --role legal --department gongan", "其他角色不写"),
        ("x --name 王 --role department --department 无此局", "没有“无此局”这个部门"),
        ("x --name 王 --role legal --email nomail", "@"),
        ("x --name 王 --role legal --email a@example.cn", "已经是 taken（占用）的"),
        ("x --name 王 --role legal --telegram 7", "已经是 taken（占用）的"),
        ("x --name 王 --role legal --telegram -7", "的值不对"),
        ("x --role legal", "少写了"),
    ],
)
def test_accounts_that_are_wrong(bare: Run, words: str, said: str) -> None:
    taken = ("--name", "占用", "--role", "legal", "--email", "a@example.cn", "--telegram", "7")
    assert bare("staff", "add", "taken", *taken).code == 0
    done = bare("staff", "add", *words.split())
    assert said in done.err
    assert done.code == 2
    assert [one["id"] for one in bare("staff", "list", "--json").json] == ["taken"]

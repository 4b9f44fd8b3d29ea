"""``wenban staff password`` and ``wenban staff totp``: what an account signs in to the desk with."""

import secrets
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from bot.commands import values
from bot.commands.office import open_office
from bot.errors import UserError

if TYPE_CHECKING:
    from bot.store.store import Transaction

SHORTEST = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without signs that people mix up; four groups of four are 79 bits."""


@click.command("password")
@click.argument("staff_id", type=values.text, metavar="账号")
@click.option("--generate", is_flag=True, help="替他生成一个，显示一次")
def password_command(staff_id: str, generate: bool) -> None:
    """设置（或重设）登录工作台的密码；已经登录的要重新登录。

    例：wenban staff password wang
    """
    from bot.store.passwords import hashed

    with open_office() as office:
        with office.store.reading() as t:
            _known(t, staff_id)
        password = _generated() if generate else _asked(staff_id)
        kept = hashed(password)
        with office.store.transaction() as t:
            _known(t, staff_id)
            t.accounts.set_password(staff_id, kept)
    click.echo(f"{staff_id} 的密码设好了，在工作台 /desk 登录。")
    if generate:
        click.echo(f"密码：{password}\n只显示这一次，请当面交给本人。")


@click.command("totp")
@click.argument("staff_id", type=values.text, metavar="账号")
@click.option("--off", is_flag=True, help="不再要动态码（比如手机丢了）")
def totp_command(staff_id: str, off: bool) -> None:
    """登录时再要一个手机动态码（TOTP）；用手机上的验证器扫屏幕上的码。

    例：wenban staff totp wang
    """
    from bot.store import one_time

    with open_office() as office:
        with office.store.reading() as t:
            _known(t, staff_id)
            if t.accounts.login(staff_id) is None:
                raise UserError(f"{staff_id} 还没有密码。请先运行 wenban staff password {staff_id}。")
        secret = None if off else one_time.new_secret()
        if secret is not None:
            _show(secret, one_time.address_of(secret, staff_id))
            code = click.prompt("扫好以后，请输入手机上显示的 6 位数字", type=str, err=True)
            if one_time.time_of(secret, code, datetime.now(UTC)) is None:
                raise UserError("数字不对，没有改动。请核对手机的时间，再运行一次。")
        with office.store.transaction() as t:
            t.accounts.set_totp(staff_id, secret)
    click.echo(f"{staff_id} 以后登录{'不再要' if off else '要输入'}动态码。")


def _known(t: "Transaction", staff_id: str) -> None:
    if t.people.get(staff_id) is None:
        raise UserError(f"没有“{staff_id}”这个账号，或者已经停用。用 wenban staff list 查看。")


def _generated() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def _asked(staff_id: str) -> str:
    """The password that is typed (twice, unseen) or comes on standard input. Raises UserError."""
    if sys.stdin.isatty():
        password = str(click.prompt("新密码", hide_input=True, confirmation_prompt="再输入一次", err=True))
    else:
        password = values.text(sys.stdin.readline().rstrip("\r\n"))
    if len(password) < SHORTEST or staff_id in password or len(set(password)) < SHORTEST // 2:
        raise UserError(
            f"密码太容易猜：至少 {SHORTEST} 个字，不要全是同一个字，也不要带账号。也可以加 --generate 生成一个。"
        )
    return password


def _show(secret: str, address: str) -> None:
    import segno

    segno.make(address).terminal(out=sys.stderr, compact=True)
    click.echo(f"扫不了的，手工输入密钥：{secret}", err=True)

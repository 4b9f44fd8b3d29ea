"""``wenban staff``: who works in the office. Whoever may run this on the machine may do it."""

import click

from bot.commands import values
from bot.commands.case_step import department_id
from bot.commands.context import output_json
from bot.commands.group import Group
from bot.commands.office import json_option, open_office
from bot.commands.staff_sign_in import password_command, totp_command
from bot.errors import UserError
from bot.mailbox.people import ROLE_NAMES, STAFF_ROLES, Role, Staff


def role_named(said: str) -> Role:
    """A role of the staff by its code or Chinese name. Raises UserError."""
    for role in STAFF_ROLES:
        if said in {role.value, ROLE_NAMES[role]}:
            return role
    choices = "、".join(f"{role.value}（{ROLE_NAMES[role]}）" for role in STAFF_ROLES)
    raise UserError(f"没有“{said}”这种角色。可以写：{choices}。")


@click.group("staff", cls=Group)
def staff_command() -> None:
    """工作人员账号：添加、列出、停用，登录工作台的密码和动态码。

    例：wenban staff add wang --name 王丽 --role 政务公开办
    """


for one in (password_command, totp_command):
    staff_command.add_command(one)


@staff_command.command("add")
@click.argument("staff_id", type=values.text, metavar="账号")
@click.option("--name", required=True, type=values.text, metavar="姓名", help="姓名")
@click.option(
    "--role", required=True, type=role_named, metavar="角色", help="政务公开办、承办部门、法制办、领导、管理员"
)
@click.option("--department", type=values.text, metavar="部门", help="承办部门的编号或名称")
@click.option("--email", type=values.text, metavar="邮箱", help="收通知的邮箱，也可以用它回信办理")
@click.option("--telegram", type=click.IntRange(1), metavar="号码", help="Telegram 用户号码（数字）")
@json_option
def add(
    staff_id: str,
    name: str,
    role: Role,
    department: str | None,
    email: str | None,
    telegram: int | None,
    as_json: bool,
) -> None:
    """添加一个账号，或改掉同一账号的资料。

    例：wenban staff add li --name 李强 --role 承办部门 --department 区住建局 --email li@example.cn
    """
    if (role is Role.DEPARTMENT) != (department is not None):
        raise UserError("承办部门的人要写 --department，其他角色不写。")
    with open_office() as office:
        chosen = department_id(office, department) if department else None
        if chosen is not None and chosen not in office.desk.departments:
            raise UserError(f"没有“{department}”这个部门。可以写：{'、'.join(office.desk.departments.values())}。")
        person = _person(staff_id, name, role, chosen, email, telegram)
        with office.store.transaction() as t:
            taken = t.people.with_email(person.email) if person.email else None
            taken = taken or (t.people.on_telegram(telegram) if telegram else None)
            if taken is not None and taken.id != staff_id:
                raise UserError(f"这个邮箱或 Telegram 号码已经是 {taken.id}（{taken.name}）的。请核对。")
            t.people.add(person)
    if as_json:
        output_json(_as_dict(person))
    else:
        click.echo(f"{person.id}（{person.name}，{ROLE_NAMES[role]}）已添加。办理时写：--as {person.id}")


def _person(
    staff_id: str, name: str, role: Role, department: str | None, email: str | None, telegram: int | None
) -> Staff:
    from pydantic import ValidationError

    from bot.mailbox import identity

    try:
        return Staff(
            id=staff_id,
            name=name.strip(),
            role=role,
            department=department,
            email=identity.email(email) if email else None,
            telegram_id=telegram,
        )
    except ValidationError as error:
        raise UserError("账号用小写字母、数字和 -，最多40个；姓名1到40个字。例：wang-li。") from error


@staff_command.command("list")
@json_option
def list_staff(as_json: bool) -> None:
    """列出在用的账号。

    例：wenban staff list
    """
    with open_office() as office:
        with office.store.reading() as t:
            people = t.people.all()
        names = {one.id: office.desk.department_name(one.department) for one in people}
    if as_json:
        output_json([_as_dict(one) for one in people])
        return
    if not people:
        click.echo("还没有账号。请用 wenban staff add 添加。")
    for one in people:
        parts = (one.id, one.name, ROLE_NAMES[one.role], names[one.id], one.email)
        telegram = f"Telegram {one.telegram_id}" if one.telegram_id else None
        click.echo("　".join(part for part in (*parts, telegram) if part))


def _as_dict(person: Staff) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "role_name": ROLE_NAMES[person.role],
        "department": person.department,
        "email": person.email,
        "telegram": person.telegram_id,
    }


@staff_command.command("remove")
@click.argument("staff_id", type=values.text, metavar="账号")
def remove(staff_id: str) -> None:
    """停用一个账号；以前办过的留在经过里。

    例：wenban staff remove li
    """
    with open_office() as office, office.store.transaction() as t:
        if not t.people.remove(staff_id):
            raise UserError(f"没有“{staff_id}”这个账号，或者已经停用。用 wenban staff list 查看。")
        t.accounts.close(staff_id)
    click.echo(f"{staff_id} 已停用。")

"""`huiying person`: the accounts of the desk: add, list, reset-password, disable, enable."""

from __future__ import annotations

import click

from huiying.chinese import ChineseGroup
from huiying.cli import pass_settings
from huiying.clock import shown
from huiying.console import desk_at_console
from huiying.settings import Settings
from pipeline import accounts
from records.people import Person
from records.words import Role

_ROLES = "；".join(f"{role.value} {role.label}" for role in Role)


@click.group(cls=ChineseGroup, help="管理值班台的账户。新密码只显示一次，本人首次登录时须改掉。")
def command() -> None:
    """Only holds the sub-commands."""


@command.command("add", help="添加一个账户，显示首次登录的密码。")
@click.argument("username", metavar="用户名")
@click.option("--name", required=True, metavar="姓名", help="姓名，写进报告和日志")
@click.option(
    "--role", required=True, type=click.Choice([role.value for role in Role]), metavar="角色", help=f"角色：{_ROLES}"
)
@click.option("--unit", metavar="单位", help="所属单位；责任单位的账户必填")
@pass_settings
def add(settings: Settings, username: str, name: str, role: str, unit: str | None) -> None:
    """Add an account."""
    with desk_at_console(settings) as desk:
        newcomer = Person(username, name, Role(role), unit)
        password = accounts.create(desk.store, newcomer, desk.clock.now())
    click.echo(f"已添加 {username}（{name}，{Role(role).label}）")
    _show_password(password)


@command.command("list", help="列出全部账户。")
@pass_settings
def show(settings: Settings) -> None:
    """List the accounts."""
    with desk_at_console(settings) as desk:
        now = desk.clock.now()
        with desk.store.reading() as t:
            people = t.people.all()
    for person in people:
        locked = person.locked_until is not None and now < person.locked_until
        states = [
            "已停用" if not person.active else "可用",
            f"锁定到 {shown(person.locked_until)}" if locked and person.locked_until else "",
            "首次登录须改密码" if person.must_change_password else "",
        ]
        fields = [person.username, person.name, person.role.label, person.unit or "—", *filter(None, states)]
        click.echo("\t".join(fields))
    if not people:
        click.echo("还没有账户；用 huiying person add 添加")


@command.command("reset-password", help="重设密码，并结束该账户的全部登录和锁定。")
@click.argument("username", metavar="用户名")
@pass_settings
def reset_password(settings: Settings, username: str) -> None:
    """Give an account a new first password."""
    with desk_at_console(settings) as desk:
        password = accounts.reset_password(desk.store, username, desk.clock.now())
    click.echo(f"已重设 {username} 的密码")
    _show_password(password)


@command.command("disable", help="停用账户：立即生效，正在进行的登录随之结束。")
@click.argument("username", metavar="用户名")
@pass_settings
def disable(settings: Settings, username: str) -> None:
    """Close an account."""
    with desk_at_console(settings) as desk:
        accounts.disable(desk.store, username, desk.clock.now())
    click.echo(f"已停用 {username}")


@command.command("enable", help="重新启用账户。")
@click.argument("username", metavar="用户名")
@pass_settings
def enable(settings: Settings, username: str) -> None:
    """Open an account again."""
    with desk_at_console(settings) as desk:
        accounts.enable(desk.store, username, desk.clock.now())
    click.echo(f"已启用 {username}")


def _show_password(password: str) -> None:
    click.echo(f"首次登录密码：{password}")
    click.echo("请当面或电话告知本人；这里只显示这一次。")

"""`huiying person`: the accounts of the desk: add, import, list, change, reset-password, disable, enable."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from huiying.chinese import ChineseGroup
from huiying.cli import BadInput, Failed, pass_settings
from huiying.clock import shown
from huiying.console import desk_at_console
from huiying.settings import Settings
from pipeline import accounts
from pipeline.people_file import read_people
from pipeline.people_import import HEADING, Issued, import_people
from records.os_errors import reason
from records.people import Person
from records.spreadsheets import Cell, Unreadable, safe, table_in
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


@command.command(
    "import", help="从 .xlsx 或 .csv 导入账户；有错的行逐行列出，其余照常导入。首次登录密码只在这一次给出。"
)
@click.argument("file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--passwords",
    type=click.Path(exists=False, path_type=Path),
    metavar="文件.csv",
    help="把首次登录密码写进这个新文件（只有本用户可读），供打印分发，发完请删除；不写则显示在屏幕上",
)
@pass_settings
def take_in(settings: Settings, file: Path, passwords: Path | None) -> None:
    """Make accounts for the people of a spreadsheet."""
    # Before the import: once the accounts are made, their passwords are known nowhere else.
    sheet = None if passwords is None else _Sheet(passwords)
    try:
        with desk_at_console(settings) as desk:
            try:
                outcome = import_people(desk.store, read_people(table_in(file)), desk.clock.now())
            except Unreadable as fault:
                raise BadInput(str(fault)) from None
    except BaseException:
        if sheet is not None:
            sheet.remove()
        raise
    for row in outcome.bad:
        click.echo(f"第{row.number}行未导入：{row.reason}", err=True)
    unwritten = _hand_out(outcome.issued, sheet)
    click.echo(f"新增 {len(outcome.issued)} 个账户，已有 {outcome.known} 个，未导入 {len(outcome.bad)} 行")
    if unwritten is not None:
        raise Failed(unwritten)
    if outcome.bad and not (outcome.issued or outcome.known):
        raise Failed("没有一行可以导入")


@command.command("change", help="改账户的姓名、身份或单位；身份、单位变了的，正在进行的登录随之结束。")
@click.argument("username", metavar="用户名")
@click.option("--name", metavar="姓名", help="改成的姓名")
@click.option("--role", type=click.Choice([role.value for role in Role]), metavar="角色", help=f"改成的角色：{_ROLES}")
@click.option("--unit", metavar="单位", help="改成的所属单位；写 - 表示没有")
@pass_settings
def change(settings: Settings, username: str, name: str | None, role: str | None, unit: str | None) -> None:
    """Change what an account is."""
    with desk_at_console(settings) as desk:
        with desk.store.reading() as t:
            person = t.people.get(accounts.normal(username))
        after = person or Person(username, name or "?", Role(role or Role.DUTY), unit)
        after = replace(
            after,
            name=name or after.name,
            role=Role(role) if role else after.role,
            unit=after.unit if unit is None else None if unit == "-" else unit,
        )
        accounts.change(desk.store, username, after, desk.clock.now())
    click.echo(f"已修改 {username}（{after.name}，{after.role.label}，{after.unit or '没有单位'}）")


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


class _Sheet:
    """A new file for its owner alone, which first passwords are written into. Raises BadInput where it cannot be made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise BadInput(f"{path} 已经存在：请换一个文件名") from None
        except OSError as error:
            raise BadInput(f"写不了 {path}：{reason(error)}；没有导入") from None

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write the rows and close. Raises OSError."""
        with os.fdopen(self._descriptor, "w", encoding="utf-8-sig", newline="") as opened:
            csv.writer(opened).writerows(rows)
            opened.flush()
            os.fsync(self._descriptor)

    def remove(self) -> None:
        """Leave no file behind where nothing was written."""
        os.close(self._descriptor)
        self.path.unlink(missing_ok=True)


def _hand_out(issued: Sequence[Issued], sheet: _Sheet | None) -> str | None:
    """Write the first passwords into the sheet, or show them; why they are shown although there is a sheet, else None."""
    rows = [[safe(cell) for cell in one.cells] for one in issued]
    unwritten = None
    if sheet is not None and not rows:
        sheet.remove()
        return None
    if sheet is not None:
        try:
            sheet.write([HEADING, *rows])
        except OSError as error:
            unwritten = f"写不了 {sheet.path}：{reason(error)}；首次登录密码已显示在屏幕上，请立即抄录，并删除这个文件"
        else:
            click.echo(f"首次登录密码在 {sheet.path}：打印、分发以后请删除")
            return None
    for row in rows:
        click.echo("\t".join(map(str, row)))
    return unwritten


def _show_password(password: str) -> None:
    click.echo(f"首次登录密码：{password}")
    click.echo("请当面或电话告知本人；这里只显示这一次。")

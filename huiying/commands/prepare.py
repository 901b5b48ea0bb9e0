"""`huiying prepare`: builds or upgrades the record store, and makes the first account, for processes that are started singly."""

from __future__ import annotations

import os

import click

from huiying.alone import put_in_words, set_up
from huiying.awaiting import await_database, to_stderr, told_to_stop
from huiying.chinese import ChineseCommand
from huiying.cli import Invocation
from huiying.clock import SystemClock
from huiying.locking import held
from huiying.starting import FIRST_LOGIN, first_admin, login_lines, migrate, write_first_logins
from huiying.wiring import Desk

PATIENCE_SECONDS = 60.0
"""So long it waits for another one that prepares the same."""


@click.command(
    cls=ChineseCommand,
    help="建立或升级数据库，还没有账户时建第一个管理员；单独运行各进程（huiying crawl、judge、clock、send、desk）之前做一次，升级后再做一次。重复运行没有害处。",
)
@click.pass_obj
def command(invocation: Invocation) -> int:
    """Wait for the database, migrate, make the first account."""
    with put_in_words(), told_to_stop() as stop:
        settings = invocation.settings()
        set_up(settings, "prepare")
        desk = Desk(settings, SystemClock())
        try:
            if not await_database(desk, stop, to_stderr):
                return 1
            with held(settings.data_dir / "prepare.lock", PATIENCE_SECONDS):
                before = desk.store.schema_version()
                migrate(desk, to_stderr)
                now = desk.store.schema_version()
                logins = first_admin(desk, desk.clock.now())
        finally:
            desk.close()
    click.echo(f"数据库已是 {now}" if before == now else f"数据库已从 {before or '空库'} 升级到 {now}")
    if logins:
        file = settings.data_dir / FIRST_LOGIN
        write_first_logins(file, settings.public_url, logins)
        click.echo("首次登录（密码只显示这一次）：")
        for line in login_lines(logins):
            click.echo(line)
        click.echo(f"也记在 {os.path.relpath(file)}（只有本机当前用户可读），记下后请删除")
    return 0

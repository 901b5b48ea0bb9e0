"""`huiying doctor`: one line for each thing that must be in order."""

from __future__ import annotations

import click

from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Invocation
from huiying.clock import SystemClock
from huiying.doctor import Finding, Level, examine
from huiying.wiring import Desk


@click.command(
    cls=ChineseCommand,
    help="检查设置、数据库、磁盘、索引、模型、采集源、提醒渠道、时间、字体和各进程；有故障时退出码为 1。",
)
@click.pass_obj
def command(invocation: Invocation) -> int:
    """Print every finding."""
    try:
        settings = invocation.settings()
    except BadInput as error:
        click.echo(Finding("设置", Level.FAULT, error.message))
        return 1
    desk = Desk(settings, SystemClock())
    worst = 0
    try:
        for finding in examine(desk, str(invocation.file_in_force() or "没有设置文件，全部用默认值")):
            click.echo(finding)
            worst = 1 if finding.level is Level.FAULT else worst
    finally:
        desk.close()
    return worst

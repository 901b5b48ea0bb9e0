"""`huiying doctor`: one line for each thing that must be in order."""

from __future__ import annotations

import click

from huiying import overseer
from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Invocation
from huiying.clock import SystemClock
from huiying.doctor import Finding, Level, examine
from huiying.settings import BadSettings
from huiying.wiring import Desk
from pipeline.oversight import Trouble

NOT_STARTED = Trouble("database", "database", "还没有数据库：回应台没有启动过")


@click.command(
    cls=ChineseCommand,
    help="检查设置、数据库、磁盘、索引、模型、采集源、提醒渠道、时间、字体和各进程；有故障时退出码为 1。",
)
@click.option(
    "--watch",
    is_flag=True,
    help="只看正在运行的回应台有没有出事（进程、计时、待发提醒、磁盘），供 cron 或监控系统反复调用；有事时退出码为 1",
)
@click.pass_obj
def command(invocation: Invocation, watch: bool) -> int:
    """Print every finding."""
    try:
        settings = invocation.settings()
    except BadInput as error:
        click.echo(Finding("设置", Level.FAULT, error.message))
        return 1
    desk = Desk(settings, SystemClock())
    worst = 0
    try:
        if watch:
            return _watch(desk)
        for finding in examine(desk, str(invocation.file_in_force() or "没有设置文件，全部用默认值")):
            click.echo(finding)
            worst = 1 if finding.level is Level.FAULT else worst
    finally:
        desk.close()
    return worst


def _watch(desk: Desk) -> int:
    """What is wrong now, a line each; whether anything is."""
    try:
        found = overseer.examine(desk) if desk.has_store() else [NOT_STARTED]
    except BadSettings as error:
        found = [Trouble("settings", "settings", str(error))]
    for trouble in found:
        click.echo(Finding("运行", Level.FAULT if trouble.grave else Level.NOTE, trouble.said))
    if not found:
        click.echo(Finding("运行", Level.GOOD, "计时、发送、研判、采集都在动，没有积压"))
    return 1 if found else 0

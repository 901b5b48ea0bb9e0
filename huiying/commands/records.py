"""`huiying records`: looks after what is published."""

from __future__ import annotations

import click

from huiying.chinese import ChineseCommand, ChineseGroup
from huiying.cli import pass_settings
from huiying.clock import SystemClock
from huiying.settings import Settings
from huiying.wiring import open_desk


@click.group(cls=ChineseGroup, help="公开事项的发布情况。")
def command() -> None:
    """Group what can be looked after."""


@command.command(
    cls=ChineseCommand,
    help="检查发布记录里的网址能否打开、内容是否相符；遵守 robots.txt，不访问内网地址，党内事项的不查。采集进程每天也会自动检查。",
)
@click.option("--all", "all_of_them", is_flag=True, help="一天内查过的也再查")
@pass_settings
def links(settings: Settings, all_of_them: bool) -> None:
    """Look at the links now."""
    desk = open_desk(settings, SystemClock())
    try:
        looked = desk.check_links(all_of_them=all_of_them)
    finally:
        desk.close()
    for entry, look in looked.entries:
        click.echo(
            "　".join(
                (look.state.label, entry.platform_name, entry.record, entry.link or "", look.detail or "")
            ).rstrip()
        )
    click.echo(f"检查了 {len(looked.entries)} 个网址，新提醒 {looked.alerts} 条")

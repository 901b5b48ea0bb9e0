"""`huiying settings`: what is in force, or what can be set."""

from __future__ import annotations

import click

from huiying.chinese import ChineseCommand
from huiying.cli import Invocation
from huiying.settings_text import documentation, in_force


@click.command(cls=ChineseCommand, help="显示当前生效的设置（不含密码）。")
@click.option("--markdown", is_flag=True, help="改为输出全部设置的说明（即 docs/settings.md）")
@click.pass_obj
def command(invocation: Invocation, markdown: bool) -> None:
    """Print the settings."""
    click.echo(documentation() if markdown else in_force(invocation.settings()), nl=False)

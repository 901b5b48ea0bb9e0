"""`huiying desk`: the web desk by itself, in the foreground."""

from __future__ import annotations

import click

from huiying.alone import become_desk
from huiying.chinese import ChineseCommand
from huiying.cli import Invocation


@click.command(
    cls=ChineseCommand,
    help="单独运行网页值班台，直到 Ctrl-C 或收到终止信号；几台机器可以各运行一个。不升级数据库，那由 huiying prepare 或 huiying up 做。",
)
@click.pass_obj
def command(invocation: Invocation) -> int:
    """Serve until told to stop."""
    return become_desk(invocation)

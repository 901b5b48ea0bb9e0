"""`huiying send`: one such worker by itself, in the foreground."""

from __future__ import annotations

import click

from huiying.alone import run_worker
from huiying.chinese import ChineseCommand
from huiying.cli import Invocation


@click.command(
    cls=ChineseCommand,
    help="单独运行一个发送进程（把待发的提醒经各渠道发出去），直到 Ctrl-C 或收到终止信号；可在几台机器上各运行几个。不升级数据库，那由 huiying prepare 或 huiying up 做。",
)
@click.pass_obj
def command(invocation: Invocation) -> int:
    """Work until told to stop."""
    return run_worker(invocation, "send")

"""`huiying redact`: takes away the words of a post in which something personal was left."""

from __future__ import annotations

import click

from huiying.chinese import ChineseCommand
from huiying.cli import pass_settings
from huiying.console import desk_at_console
from huiying.settings import Settings
from pipeline.accounts import CONSOLE
from pipeline.acts import Actor
from pipeline.redacting import redact


@click.command(
    cls=ChineseCommand,
    help="遮盖一条帖文（连同近似的转帖）：文字删去，只留编号、研判结果和校验值，并记入操作日志。用于自动遮盖有遗漏时。",
)
@click.argument("post_id", metavar="帖子编号")
@click.option("--reason", required=True, metavar="理由", help="为什么遮盖，如“漏了手机号”；不要写出内容本身")
@pass_settings
def command(settings: Settings, post_id: str, reason: str) -> None:
    """Redact a post and its near-copies."""
    with desk_at_console(settings) as desk:
        done = redact(desk.store, post_id, reason, Actor(CONSOLE, None), desk.clock.now())
    click.echo(f"已遮盖 {len(done.posts)} 条：{'、'.join(done.posts)}")
    for line in done.to_check:
        click.echo(line)
    click.echo("原网页上的内容不受影响；备份里的旧内容随备份到期删除")

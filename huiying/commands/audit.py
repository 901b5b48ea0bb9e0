"""`huiying audit`: whether the log of acts is whole, and its head to keep outside."""

from __future__ import annotations

from pathlib import Path

import click

from huiying.chinese import ChineseGroup
from huiying.cli import BadInput, Failed, pass_settings
from huiying.console import desk_at_console
from huiying.settings import Settings
from storage.audit import Broken, Head


@click.group(cls=ChineseGroup, help="查验操作日志：每一行都带着上一行的校验值，改动、删除、插入、调换都会露出来。")
def command() -> None:
    """Only holds the sub-commands."""


@command.command("verify", help="逐行查验；不完整时说明是第几行，退出码 1。")
@click.option(
    "--head", metavar="链首", help="另存的链首（huiying audit head 的输出）；有它才查得出末尾被截断或整体改写"
)
@click.option(
    "--head-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件", help="存有链首的文件"
)
@pass_settings
def verify(settings: Settings, head: str | None, head_file: Path | None) -> None:
    """Check every row."""
    expected = _expected(head if head_file is None else head_file.read_text("utf-8", "replace"))
    broken, count, now_head = _look(settings, expected)
    if broken is not None:
        raise Failed(f"操作日志第 {broken.seq} 行：{broken.what}")
    click.echo(f"操作日志完整，共 {count} 行")
    if expected is None:
        click.echo("没有给出链首：末尾被截断或整体改写是查不出来的。请把下面的链首存到本机以外，下次用 --head 核对")
    click.echo(f"链首 {now_head}" if now_head else "日志还是空的")


@command.command("head", help="只输出现在的链首（行号:校验值），供存到本机以外。")
@pass_settings
def head(settings: Settings) -> None:
    """Print the head."""
    with desk_at_console(settings) as desk, desk.store.reading() as t:
        now_head = t.audit.head()
    if now_head is None:
        raise Failed("日志还是空的，没有链首")
    click.echo(str(now_head))


def _expected(written: str | None) -> Head | None:
    if written is None:
        return None
    try:
        return Head.read(written)
    except ValueError:
        raise BadInput("不是链首：应为“行号:校验值”，即 huiying audit head 的输出") from None


def _look(settings: Settings, expected: Head | None) -> tuple[Broken | None, int, Head | None]:
    with desk_at_console(settings) as desk, desk.store.reading() as t:
        return t.audit.verify(expected), t.audit.count(), t.audit.head()

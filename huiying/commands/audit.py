"""`huiying audit`: whether the log of acts is whole, and its head to keep outside."""

from __future__ import annotations

from pathlib import Path

import click

from huiying.chinese import ChineseGroup
from huiying.cli import BadInput, Failed, pass_settings
from huiying.console import desk_at_console
from huiying.settings import Settings
from pipeline.audit_sending import send_head
from pipeline.notify import stored_contacts
from storage.audit import Broken, Head


@click.group(cls=ChineseGroup, help="查验操作日志：每一行都带着上一行的校验值，改动、删除、插入、调换都会露出来。")
def command() -> None:
    """Only holds the sub-commands."""


@command.command("verify", help="逐行查验；不完整时说明是第几行，退出码 1。")
@click.option(
    "--head",
    metavar="链首",
    help="另存的链首（huiying audit head 的输出，或只是它冒号后的校验值）；有它才查得出末尾被截断或整体改写",
)
@click.option("--length", type=click.IntRange(min=1), metavar="行数", help="另存链首时的行数；只写了校验值时用")
@click.option(
    "--head-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件", help="存有链首的文件"
)
@pass_settings
def verify(settings: Settings, head: str | None, length: int | None, head_file: Path | None) -> None:
    """Check every row."""
    expected = _expected(head if head_file is None else head_file.read_text("utf-8", "replace"), length)
    broken, count, now_head = _look(settings, expected)
    if broken is not None:
        raise Failed(f"操作日志第 {broken.seq} 行：{broken.what}")
    click.echo(f"操作日志完整，共 {count} 行")
    if expected is None:
        click.echo("没有给出链首：末尾被截断或整体改写是查不出来的。请把下面的链首存到本机以外，下次用 --head 核对")
    click.echo(f"链首 {now_head}" if now_head else "日志还是空的")


@command.command("head", help="输出现在的链首（行号:校验值），供存到本机以外；--send 发给链首保管人。")
@click.option("--send", is_flag=True, help="经提醒渠道发给链首保管人（huiying contact add keeper …）")
@pass_settings
def head(settings: Settings, send: bool) -> None:
    """Print the head, or send it to those who keep it."""
    with desk_at_console(settings) as desk, desk.store.reading() as t:
        now_head = t.audit.head()
    if now_head is None:
        raise Failed("日志还是空的，没有链首")
    click.echo(str(now_head))
    if send:
        with desk_at_console(settings) as desk:
            keepers = send_head(desk.store, desk.clock.now(), stored_contacts)
        click.echo(f"已交给发送进程，发往 {keepers} 个联系方式")


def _expected(written: str | None, length: int | None) -> Head | str | None:
    """The head with its row; a hash alone where nobody says of which row it is."""
    if written is None:
        return None
    text = written.strip()
    if ":" not in text and length is not None:
        text = f"{length}:{text}"
    try:
        if ":" in text:
            found = Head.read(text)
            if length not in (None, found.seq):
                raise BadInput(f"链首是第 {found.seq} 行的，与 --length {length} 不一致")
            return found
        return Head.read(f"1:{text}").hash
    except ValueError:
        raise BadInput("不是链首：应为“行号:校验值”，即 huiying audit head 的输出") from None


def _look(settings: Settings, expected: Head | str | None) -> tuple[Broken | None, int, Head | None]:
    with desk_at_console(settings) as desk, desk.store.reading() as t:
        count, now_head = t.audit.count(), t.audit.head()
        if not isinstance(expected, str):
            return t.audit.verify(expected), count, now_head
        broken = t.audit.verify()
        if broken is None and t.audit.row_of(expected) is None:
            broken = Broken(count + 1, "另存的链首不在日志里：末尾被截断，或日志被整体改写过")
        return broken, count, now_head

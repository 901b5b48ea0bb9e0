"""`huiying import`: brings records into the desk from a file."""

from __future__ import annotations

from pathlib import Path

import click

from casework.disclosures.importing import mapping_from, read_file
from huiying.chinese import ChineseCommand, ChineseGroup
from huiying.cli import BadInput, Failed, pass_settings
from huiying.clock import SystemClock
from huiying.settings import Settings
from huiying.wiring import open_desk
from pipeline.accounts import CONSOLE
from pipeline.acts import Actor
from pipeline.disclosing import Imported, import_disclosures
from records.spreadsheets import Unreadable

_TOLD_EVERY = 1000
"""Rows after which it is told how far the import has come."""

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=ChineseGroup, help="从文件导入资料。")
def command() -> None:
    """Group the kinds of things that can be imported."""


@command.command(
    cls=ChineseCommand,
    help="导入公开事项：.jsonl、.xlsx 或 .csv。有错的行逐行列出，其余照常导入；内容有变的记为新版本，旧版本保留。",
)
@click.argument("file", metavar="文件", type=FILE)
@click.option(
    "--mapping", "mapping_file", type=FILE, metavar="文件", help="表头与项目的对应表（YAML，每行“表头: 项目”）"
)
@click.option("--explanation", metavar="文字", help="内容有变时写进新版本的更正说明；不写则列出变了哪些项目")
@pass_settings
def disclosures(settings: Settings, file: Path, mapping_file: Path | None, explanation: str | None) -> None:
    """Import disclosure records."""
    clock = SystemClock()
    desk = open_desk(settings, clock)
    try:
        mapping = None if mapping_file is None else mapping_from(mapping_file)
        outcome = import_disclosures(
            desk.store, read_file(file, mapping), Actor(CONSOLE, None), clock.now(), explanation, _progress
        )
    except Unreadable as fault:
        raise BadInput(str(fault)) from None
    finally:
        desk.close()
    _report(outcome)


def _progress(rows: int) -> None:
    if rows % _TOLD_EVERY == 0:
        click.echo(f"已读 {rows} 行……", err=True)


def _report(outcome: Imported) -> None:
    for row in outcome.bad:
        click.echo(f"第{row.number}行未导入：{row.reason}", err=True)
    click.echo(
        f"新增 {outcome.new} 条，更正 {outcome.corrected} 条，未变 {outcome.unchanged} 条，未导入 {len(outcome.bad)} 行"
    )
    if outcome.bad and not (outcome.new or outcome.corrected or outcome.unchanged):
        raise Failed("没有一行可以导入")

"""`huiying calendar`: which days are worked, how working days are counted, and a new year's days off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from alerts.message import shown_due
from huiying.chinese import ChineseGroup
from huiying.cli import BadInput, pass_settings
from huiying.console import desk_at_console
from huiying.settings import Settings
from pipeline.accounts import CONSOLE
from pipeline.acts import Actor
from pipeline.working_calendar import import_calendar, working_days
from records.os_errors import reason
from records.zone import CHINA
from regulation.working_days import BadCalendar, YearTable, shown, written_table

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group(cls=ChineseGroup, help="工作日历：放假和调休，按工作日计算期限。")
def command() -> None:
    """Only holds the sub-commands."""


@command.command("show", help="列出某年的放假和调休，以及它们的依据。")
@click.argument("year", metavar="[年份]", type=click.IntRange(2004, 2100), required=False)
@pass_settings
def show(settings: Settings, year: int | None) -> None:
    """List a year's days off and made-up days."""
    with desk_at_console(settings) as desk, desk.store.reading() as t:
        table = working_days(t).table(year or desk.clock.now().astimezone(CHINA).year)
    click.echo(f"{table.year} 年（依据：{table.origin}{'' if table.confirmed else '，没有计入调休，待确认'}）")
    for line in _lines(table):
        click.echo(line)


@command.command("count", help="从某日起算若干个工作日，逐段列出怎样计算。")
@click.argument("start", metavar="起算日", type=_DAY)
@click.argument("count", metavar="工作日数", type=click.IntRange(1, 2000))
@pass_settings
def count(settings: Settings, start: datetime, count: int) -> None:
    """Count working days and show how."""
    with desk_at_console(settings) as desk, desk.store.reading() as t:
        counted = working_days(t).after(start.date(), count)
    for line in counted.explained():
        click.echo(line)


@command.command("import", help="导入一年的放假安排（YAML 文件），写法见 docs/calendar.md。")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@pass_settings
def import_(settings: Settings, file: Path) -> None:
    """Take in a year's table."""
    row = _read(file)
    with desk_at_console(settings) as desk:
        imported = import_calendar(desk.store, row, Actor(CONSOLE, None), desk.clock.now())
    table = imported.table
    click.echo(f"{table.year} 年按导入的安排计算：放假 {len(table.off)} 天，调休上班 {len(table.worked)} 天")
    for move in imported.moves:
        before, after = shown_due(move.before.due_at), shown_due(move.after.due_at)
        click.echo(f"事件 {move.after.incident} {move.after.label}：原定{before}，改为{after}")


def _read(file: Path) -> Any:
    try:
        return written_table(file.read_text("utf-8-sig"))
    except OSError as error:
        raise BadInput(f"读不了 {file}：{reason(error)}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{file} 不是 UTF-8 文字") from None
    except BadCalendar as fault:
        raise BadInput(f"{file} {fault}") from None


def _lines(table: YearTable) -> Iterator[str]:
    for day in sorted((*table.off, *table.worked)):
        yield f"{shown(day)}  {table.off.get(day, '调休上班')}"

"""`huiying duty`: who is on duty for the office and for each unit, imported from a spreadsheet, swapped and cancelled."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import click

from alerts.message import day_and_time
from alerts.roster_file import read_roster, template
from huiying.chinese import ChineseGroup
from huiying.cli import BadInput, Failed, pass_settings
from huiying.console import desk_at_console
from huiying.settings import Settings
from huiying.wiring import Desk
from pipeline.accounts import CONSOLE
from pipeline.acts import Actor
from pipeline.duty_roster import Imported, Span, cancel, import_roster, said, swap, uncovered
from records.os_errors import reason as os_reason
from records.spreadsheets import Unreadable, table_in
from records.zone import CHINA

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_MOMENT = click.DateTime(formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])
_AHEAD = timedelta(days=14)
_BEGIN = click.option(
    "--from", "begin", required=True, type=_MOMENT, metavar="时间", help="从何时起，如 '2026-05-01 08:00'"
)
_END = click.option("--to", "end", required=True, type=_MOMENT, metavar="时间", help="到何时止")
_REASON = click.option("--reason", required=True, metavar="理由", help="为什么；写进操作日志")


@click.group(cls=ChineseGroup, help="值班表：每个单位（本办公室写 office）什么时候由谁值班，提醒先发给值班的人。")
def command() -> None:
    """Only holds the sub-commands."""


@command.command("show", help="列出以后两周的值班安排，以及没有人值班的时段。")
@pass_settings
def show(settings: Settings) -> None:
    """List the shifts to come and the holes."""
    with desk_at_console(settings) as desk, desk.store.reading() as t:
        now = desk.clock.now()
        shifts = [one for recipient in t.duty.recipients() for one in t.duty.between(recipient, now, now + _AHEAD)]
    for shift in shifts:
        swapped = f"（替{shift.instead_of}：{shift.reason}）" if shift.instead_of else ""
        times = f"{day_and_time(shift.begins_at)}\t{day_and_time(shift.ends_at)}"
        click.echo(f"{shift.recipient}\t{times}\t{shift.name}{swapped}")
    if not shifts:
        click.echo("以后两周没有值班安排：提醒按联系方式的次序发。用 huiying duty import 导入")
    _warn(desk)


@command.command("template", help="写出一份空的值班表（.csv），照着填好后导入。")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
def write_template(file: Path) -> None:
    """Write the headings and two rows that show how."""
    headings, rows = template()
    if file.suffix.lower() != ".csv":
        raise BadInput("模板请写成 .csv 文件；要 .xlsx 的请到“值班表”页下载")
    try:
        with file.open("x", encoding="utf-8-sig", newline="") as opened:
            csv.writer(opened).writerows([headings, *rows])
    except OSError as error:
        raise BadInput(f"写不了 {file}：{os_reason(error)}") from None
    click.echo(f"已写好 {file}：两行示例请改成自己的")


@command.command("import", help="导入值班表：.xlsx 或 .csv。有错的行逐行列出，其余照常导入。")
@click.argument("file", metavar="文件", type=FILE)
@click.option("--replace", is_flag=True, help="以本表为准：表里每个单位从最早到最晚的时段，原有安排（含换班）一律替换")
@pass_settings
def import_(settings: Settings, file: Path, replace: bool) -> None:
    """Take a roster in."""
    with desk_at_console(settings) as desk:
        try:
            rows = list(read_roster(table_in(file), desk.organisation.office_name))
        except Unreadable as fault:
            raise BadInput(str(fault)) from None
        actor = Actor(CONSOLE, None)
        outcome = import_roster(desk.store, rows, actor, desk.clock.now(), desk.duty_rules, replace=replace)
        _report(outcome)
        _warn(desk)


@command.command("swap", help="换班：一段时间里由另一人替班。")
@click.argument("recipient", metavar="单位")
@click.argument("name", metavar="原值班人")
@click.argument("to", metavar="替班人")
@_BEGIN
@_END
@_REASON
@pass_settings
def swap_(settings: Settings, recipient: str, name: str, to: str, begin: datetime, end: datetime, reason: str) -> None:
    """Let somebody else take a stretch of duty."""
    with desk_at_console(settings) as desk:
        span = Span(recipient, begin.replace(tzinfo=CHINA), end.replace(tzinfo=CHINA))
        taken = swap(desk.store, span, name, to, reason, Actor(CONSOLE, None), desk.clock.now())
    for shift in taken:
        click.echo(f"{day_and_time(shift.begins_at)} 至 {day_and_time(shift.ends_at)} 由{to}替{name}值班")


@command.command("cancel", help="撤去一段时间的值班安排。")
@click.argument("recipient", metavar="单位")
@_BEGIN
@_END
@_REASON
@click.option("--stop", is_flag=True, help="这个单位不再排班：以后不再提醒值班表空着")
@pass_settings
def cancel_(settings: Settings, recipient: str, begin: datetime, end: datetime, reason: str, stop: bool) -> None:
    """Take shifts out."""
    with desk_at_console(settings) as desk:
        span = Span(recipient, begin.replace(tzinfo=CHINA), end.replace(tzinfo=CHINA))
        count = cancel(desk.store, span, reason, Actor(CONSOLE, None), desk.clock.now(), stop=stop)
        click.echo(f"已撤去 {count} 班" + ("，这个单位不再排班" if stop else ""))
        _warn(desk)


def _report(outcome: Imported) -> None:
    for row in outcome.bad:
        click.echo(f"第{row.number}行未导入：{row.reason}", err=True)
    click.echo(f"新增 {outcome.new} 班，原已在表上 {outcome.unchanged} 班，未导入 {len(outcome.bad)} 行")
    if outcome.bad and not (outcome.new or outcome.unchanged):
        raise Failed("没有一行可以导入")


def _warn(desk: Desk) -> None:
    with desk.store.reading() as t:
        for recipient, hole in uncovered(t, desk.clock.now(), desk.duty_rules):
            click.echo(f"注意：{said(recipient, hole)}")

"""`huiying archive`: puts a record's archive package away, checks packages, lists them for handing over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from huiying.chinese import ChineseGroup
from huiying.cli import BadInput, Failed, pass_settings
from huiying.clock import shown
from huiying.console import desk_at_console
from huiying.settings import Settings
from huiying.wiring import Desk
from pipeline import archiving
from pipeline.accounts import CONSOLE
from pipeline.acts import Actor
from pipeline.archiving import Checked


@click.group(
    cls=ChineseGroup,
    help="归档包：每条公开事项、每个事件的全部材料装成一个 .zip，附目录和校验值（第三十四至三十七条）。",
)
def command() -> None:
    """Only holds the sub-commands."""


@command.command("make", help="归档一条公开事项（或以自己的编号办结的不予公开事项）；再归档另成一包，以前的不动。")
@click.argument("record", metavar="编号")
@click.option("--incident", is_flag=True, help="编号是事件的编号（不涉及公开事项的事件也可以）")
@pass_settings
def make(settings: Settings, record: str, incident: bool) -> None:
    """Put the next package away."""
    put_away = archiving.archive_incident if incident else archiving.archive
    with desk_at_console(settings) as desk:
        made = put_away(desk.store, record, Actor(CONSOLE, None), desk.clock.now(), desk.archive_shelf)
    click.echo(f"已归档 {settings.archive_dir / made.file}（{max(1, made.size // 1000)} KB）")
    click.echo(f"SHA-256 {made.sha256}")
    click.echo("所缺的材料见包内的 目录.txt")


@command.command("verify", help="查验归档包；每个被改动、缺失、后加的文件都列出来，有一处不符退出码即为 1。")
@click.argument("files", nargs=-1, metavar="[文件]…", type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="查验全部归档包，以及归档目录里多出来的文件")
@pass_settings
def verify(settings: Settings, files: Sequence[Path], everything: bool) -> None:
    """Check packages against what was put away."""
    if everything == bool(files):
        raise BadInput("请写要查验的文件，或写 --all")
    with desk_at_console(settings) as desk:
        looked = _all(desk) if everything else _these(desk, files)
    for one in looked:
        for fault in one.faults:
            click.echo(f"{one.name}：{fault}")
    wrong = sum(bool(one.faults) for one in looked)
    if wrong:
        raise Failed(f"查验 {len(looked)} 个，{wrong} 个不符")
    click.echo(f"查验 {len(looked)} 个，全部相符")


@command.command("list", help="列出归档包，供移交档案室时核对：制表符分隔，一行一包。")
@click.option("--year", type=int, metavar="年份", help="只列这一年公开的事项")
@pass_settings
def list_(settings: Settings, year: int | None) -> None:
    """List the packages."""
    with desk_at_console(settings) as desk, desk.store.reading() as t:
        packages = t.archives.all(year)
    click.echo("\t".join(("年份", "编号", "包", "题目", "责任单位", "归档时间", "归档人", "文件", "字节", "SHA-256")))
    for one in packages:
        name = f"事件 {one.record}" if one.of_incident else one.record
        cells = (one.year, name, one.number, one.title, one.unit, shown(one.made_at), one.made_by)
        click.echo("\t".join(" ".join(str(cell).split()) for cell in (*cells, one.file, one.size, one.sha256)))
    click.echo(f"共 {len(packages)} 包", err=True)


def _all(desk: Desk) -> list[Checked]:
    with desk.store.reading() as t:
        return list(archiving.check_all(t, desk.settings.archive_dir))


def _these(desk: Desk, files: Sequence[Path]) -> list[Checked]:
    with desk.store.reading() as t:
        return [archiving.check_file(t, file, desk.settings.archive_dir) for file in files]

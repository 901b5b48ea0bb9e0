"""`huiying move`: carries an embedded desk over to the database and the index that other settings name."""

from __future__ import annotations

from pathlib import Path

import click

from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Failed, Invocation
from huiying.clock import SystemClock
from huiying.console import desk_at_console
from huiying.locking import AlreadyRunning, held
from huiying.moving import fill_index, move_store
from huiying.settings import BadSettings, load
from huiying.slots import InUse, nobody_at_work
from huiying.wiring import Desk
from pipeline.accounts import CONSOLE
from pipeline.acts import Actor
from pipeline.restoring import note_move
from storage.moving import CannotMove
from storage.search.text_index import SearchDown


@click.command(
    cls=ChineseCommand,
    help="把随程序的数据库（SQLite）搬到“新设置”写明的数据库和搜索引擎：先停下回应台；逐表复制，核对行数和内容；"
    "中断了再运行一次，接着搬。原库不动。搬完改用新设置启动。",
)
@click.argument("target", metavar="新设置", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def command(invocation: Invocation, target: Path) -> None:
    """Copy the store, compare, fill the index."""
    try:
        settings = invocation.settings()
        # Variables stand over both files: they would make the new settings the old ones.
        chosen = load(target, {})
    except BadSettings as error:
        raise BadInput(str(error)) from None
    if chosen.database_url == settings.database_url:
        raise BadInput(f"{target} 用的还是现在的数据库：请在其中写明新的 database.url")
    new = Desk(chosen, SystemClock())
    try:
        with (
            held(settings.data_dir / "up.lock"),
            nobody_at_work(settings.data_dir),
            desk_at_console(settings) as old,
        ):
            tables = move_store(old, new, old.clock.now(), _tell)
            rows = sum(one.rows for one in tables.values())
            facts = {"rows": rows, "tables": len(tables)}
            note_move(new.store, Actor(CONSOLE, None), new.clock.now(), facts)
        click.echo(f"已搬 {len(tables)} 张表、{rows} 行，两边行数和内容一致")
        try:
            click.echo(f"索引里有 {fill_index(new, _tell)} 条帖文，与数据库一致")
        except SearchDown as error:
            raise Failed(f"数据库已搬完；索引还没有：{error}。启动后研判进程会自己补上") from None
    except (CannotMove, AlreadyRunning, InUse) as error:
        raise Failed(str(error)) from None
    finally:
        new.close()
    if chosen.data_dir.resolve() != settings.data_dir.resolve():
        click.echo(f"报告、归档包、自学的模型和密钥仍在 {settings.data_dir}：请整个复制到 {chosen.data_dir}")
    click.echo(f"请改用 {target} 启动；原库留在原处，确认无误后再删，不要再用原设置启动")


def _tell(line: str) -> None:
    click.echo(line, err=True)

"""`huiying backup`: everything that the desk keeps, in one file, while the desk runs."""

from __future__ import annotations

from pathlib import Path

import click

from huiying.backing_up import BadBackup, pack
from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Failed, pass_settings
from huiying.console import desk_at_console
from huiying.settings import Settings
from pipeline.accounts import CONSOLE
from pipeline.acts import Actor
from pipeline.restoring import note_backup
from records.os_errors import reason
from storage.backup import CannotCopy


@click.command(
    cls=ChineseCommand,
    help="备份到一个新文件：数据库、报告、归档包、自学的模型、密钥。回应台可以照常运行。文件里有全部数据和密钥，请妥善保管。",
)
@click.argument("file", metavar="文件", type=click.Path(dir_okay=False, path_type=Path))
@pass_settings
def command(settings: Settings, file: Path) -> None:
    """Write the backup."""
    with desk_at_console(settings) as desk:
        now = desk.clock.now()
        note_backup(desk.store, Actor(CONSOLE, None), now, file.name)
        try:
            manifest = pack(settings, file.absolute(), now)
        except (BadBackup, CannotCopy) as error:
            raise Failed(str(error)) from None
        except OSError as error:
            raise BadInput(f"写不进 {file.parent}：{reason(error)}") from None
    click.echo(f"已备份到 {file}（{file.stat().st_size / 1e6:.1f} MB，{len(manifest.files)} 个文件）")
    click.echo(f"链首 {manifest.head}")
    click.echo("设置文件、采集源文件和渠道密钥不在其中：请另外保存")

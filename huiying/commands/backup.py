"""`huiying backup`: everything that the desk keeps, in one file, while the desk runs."""

from __future__ import annotations

import re
from datetime import datetime
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
from records.zone import CHINA
from storage.backup import CannotCopy

KEPT_NAME = re.compile(r"\d{4}-\d{2}-\d{2}-\d{6}\.huiying", re.ASCII)
"""How backups are called that are made to be dropped again: whatever else lies in their folder stays."""


@click.command(
    cls=ChineseCommand,
    help="备份到一个新文件：数据库、报告、归档包、自学的模型。回应台可以照常运行。文件里有全部数据，请妥善保管；密钥不在其中。",
)
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(1, 10_000),
    metavar="份数",
    help="定时备份用：“文件”写一个已有的目录，备份以时间命名放进去，只留最新的这么多份；目录里别的文件不动",
)
@pass_settings
def command(settings: Settings, file: Path, keep: int | None) -> None:
    """Write the backup; of those that are made to be dropped again, keep the newest."""
    with desk_at_console(settings) as desk:
        now = desk.clock.now()
        target = _alone(file) if keep is None else _in_folder(file, now)
        note_backup(desk.store, Actor(CONSOLE, None), now, target.name)
        try:
            manifest = pack(settings, target.absolute(), now)
        except (BadBackup, CannotCopy) as error:
            raise Failed(str(error)) from None
        except OSError as error:
            raise BadInput(f"写不进 {target.parent}：{reason(error)}") from None
    click.echo(f"已备份到 {target}（{target.stat().st_size / 1e6:.1f} MB，{len(manifest.files)} 个文件）")
    click.echo(f"链首 {manifest.head}")
    click.echo("设置文件、采集源文件和渠道密钥不在其中：请另外保存")
    if keep is not None:
        _drop_older(file, keep)


def _alone(file: Path) -> Path:
    if file.is_dir():
        raise BadInput(f"{file} 是目录：请写明文件名；定时备份到目录、只留最新几份，请加 --keep")
    return file


def _in_folder(folder: Path, now: datetime) -> Path:
    """The next backup in a folder, named after the moment, so that names follow one another as times do."""
    if not folder.is_dir():
        raise BadInput(f"用了 --keep，{folder} 就要是一个已有的目录：请先建好它，或检查备份盘是否已挂上")
    return folder / f"{now.astimezone(CHINA):%Y-%m-%d-%H%M%S}.huiying"


def _drop_older(folder: Path, keep: int) -> None:
    """Take away all but the newest."""
    older = sorted(one for one in folder.iterdir() if KEPT_NAME.fullmatch(one.name) and one.is_file())[:-keep]
    for one in older:
        try:
            one.unlink()
        except OSError as error:
            raise Failed(f"备份已做好，但较旧的 {one} 删不去：{reason(error)}") from None
    if older:
        click.echo(f"只留最新 {keep} 份，删去较旧的 {len(older)} 份")

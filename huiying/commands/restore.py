"""`huiying restore`: fills an empty desk from a backup; its clocks go on, and what may have gone out already is marked."""

from __future__ import annotations

from pathlib import Path

import click

from huiying.backing_up import BadBackup, Manifest, check, unpack
from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Failed, pass_settings
from huiying.clock import SystemClock, shown
from huiying.locking import AlreadyRunning, held
from huiying.settings import Settings
from huiying.wiring import open_desk
from pipeline.accounts import CONSOLE
from pipeline.acts import Actor
from pipeline.notify import stored_contacts
from pipeline.restoring import take_up
from records.os_errors import reason
from storage.backup import CannotCopy


@click.command(
    cls=ChineseCommand,
    help="从备份恢复到空的数据目录和空的数据库；已有内容一律不覆盖。计时接着走，备份以后可能已经发出过的提醒会注明。",
)
@click.argument("file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_settings
def command(settings: Settings, file: Path) -> None:
    """Restore, verify, take up work."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with held(settings.data_dir / "up.lock"):
            manifest = unpack(settings, file)
            marked = _taken_up(settings, manifest, file.name)
    except (BadBackup, CannotCopy, AlreadyRunning) as error:
        raise Failed(str(error)) from None
    except OSError as error:
        raise BadInput(f"不能恢复：{reason(error)}（{error.filename}）") from None
    click.echo(f"已恢复 {shown(manifest.made_at)} 的备份；数据库完整，操作日志完整")
    click.echo(f"备份以后可能已经发出的 {marked} 条提醒，重发时会注明“可能重复”；启动后计时接着走")
    click.echo("备份以后才录入的内容不在其中：请核对有没有启动预案、报送首报等要补记")


def _taken_up(settings: Settings, manifest: Manifest, name: str) -> int:
    desk = open_desk(settings, SystemClock())
    try:
        check(desk.store, manifest)
        facts = {"backup": name, "made_at": manifest.made_at.isoformat()}
        return take_up(desk.store, Actor(CONSOLE, None), desk.look, stored_contacts, facts, desk.escalation)
    finally:
        desk.close()

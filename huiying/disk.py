"""Looks whether the disks that the desk writes to have room: what is nearly full is said before anything is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from huiying.settings import Settings
from pipeline.oversight import Trouble
from regulation.oversight import Room

if TYPE_CHECKING:
    from huiying.wiring import Desk

_MEGABYTE = 1024 * 1024
_SHORT = 1024


def free_bytes(folder: Path) -> int:
    """The room that is left where this folder is, or is to be made. Raises OSError."""
    return shutil.disk_usage(next(parent for parent in (folder, *folder.parents) if parent.exists())).free


def written_folders(settings: Settings) -> dict[str, Path]:
    """The folders that the desk cannot do without, by what they are called; one inside another counts once."""
    folders = {"数据目录": settings.data_dir}
    if not settings.reports_dir.is_relative_to(settings.data_dir):
        folders["报告目录"] = settings.reports_dir
    return folders


def disk_troubles(desk: Desk) -> Iterator[Trouble]:
    """What is too little of: grave where it must be acted on at once."""
    for name, folder in written_folders(desk.settings).items():
        try:
            free = desk.free(folder) // _MEGABYTE
        except OSError:
            yield Trouble("disk", name, f"{name} {folder} 打不开：什么都存不下，请立即检查磁盘")
            continue
        room = desk.oversight.room(free)
        if room is Room.LITTLE:
            yield Trouble(
                "disk", str(folder), f"{name}所在磁盘只剩 {shown(free)}：满了以后什么都存不下，请立即清理或扩容"
            )
        elif room is Room.LOW:
            yield Trouble("disk", name, f"{name}所在磁盘剩余 {shown(free)}：请安排清理或扩容", grave=False)


def shown(megabytes: int) -> str:
    """An amount of room as people read it."""
    return f"{megabytes} MB" if megabytes < _SHORT else f"{megabytes / _SHORT:.1f} GB"

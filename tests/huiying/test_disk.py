"""Room on the disks that the desk writes to: shown when it is short, grave when it is nearly gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from huiying.clock import SystemClock
from huiying.disk import disk_troubles, free_bytes
from huiying.settings import Reports, Settings
from huiying.wiring import Desk

GIGABYTE = 1024**3


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A desk whose reports lie on a disk of their own."""
    return Settings(data_dir=tmp_path / "data", reports=Reports(dir=tmp_path / "reports"))


def seen(settings: Settings, data: float, reports: float) -> list[tuple[bool, str]]:
    free = {settings.data_dir: data, settings.reports_dir: reports}
    desk = Desk(settings, SystemClock(), free=lambda folder: int(free[folder] * GIGABYTE))
    return [(one.grave, one.said.partition("：")[0]) for one in disk_troubles(desk)]


def test_each_disk_is_looked_at_and_only_what_is_nearly_gone_is_grave(settings: Settings):
    assert seen(settings, 5, 5) == []
    assert seen(settings, 4.9, 5) == [(False, "数据目录所在磁盘剩余 4.9 GB")]
    assert seen(settings, 5, 0.5) == [(True, "报告目录所在磁盘只剩 512 MB")]
    assert seen(settings, 0.9, 3) == [(True, "数据目录所在磁盘只剩 921 MB"), (False, "报告目录所在磁盘剩余 3.0 GB")]


def test_reports_inside_the_data_folder_are_not_counted_twice(tmp_path: Path):
    desk = Desk(Settings(data_dir=tmp_path), SystemClock(), free=lambda _: 0)
    assert len(list(disk_troubles(desk))) == 1


def test_a_folder_that_cannot_be_looked_at_is_grave(tmp_path: Path):
    def gone(_: Path) -> int:
        raise OSError("gone")

    (trouble,) = disk_troubles(Desk(Settings(data_dir=tmp_path), SystemClock(), free=gone))
    assert trouble.grave
    assert "打不开" in trouble.said


def test_the_room_of_a_folder_to_be_made_is_that_of_the_one_above(tmp_path: Path):
    assert free_bytes(tmp_path / "a" / "b") > 0

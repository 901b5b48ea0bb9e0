"""`huiying backup` makes one new file of a whole desk, readable to its owner alone."""

from __future__ import annotations

import os
import re
import stat
import tarfile
from pathlib import Path

import pytest

from tests.huiying.commands.desks import at, desks, urls

__all__ = ["desks", "urls"]


def test_everything_that_cannot_be_made_again_is_in_it_for_its_owner_alone(desks: list[Path]):
    assert at(desks[0], "backup", "desk.huiying") == 0
    assert stat.S_IMODE(os.stat("desk.huiying").st_mode) == 0o600
    with tarfile.open("desk.huiying") as archive:
        assert archive.getnames() == ["manifest.json", "store", "reports/一.docx"]


def test_no_key_is_in_it(desks: list[Path], tmp_path: Path):
    keys = tmp_path / "old" / "inbound"
    keys.mkdir()
    (keys / "hotline.key").write_text("p" * 40, encoding="ascii")
    assert at(desks[0], "backup", "desk.huiying") == 0
    written = Path("desk.huiying").read_bytes()
    assert (b"p" * 40 in written, b"s" * 40 in written) == (False, False)


def test_archive_packages_are_in_it(desks: list[Path], tmp_path: Path):
    packages = tmp_path / "old" / "archive" / "2026"
    packages.mkdir(parents=True)
    (packages / "d1-1.zip").write_bytes(b"package")
    assert at(desks[0], "backup", "desk.huiying") == 0
    with tarfile.open("desk.huiying") as archive:
        assert "archive/2026/d1-1.zip" in archive.getnames()


def test_a_file_that_is_there_is_not_overwritten(desks: list[Path], capsys: pytest.CaptureFixture[str]):
    Path("desk.huiying").write_bytes(b"older")
    assert at(desks[0], "backup", "desk.huiying") == 1
    assert "备份不覆盖已有的文件" in capsys.readouterr().err
    assert Path("desk.huiying").read_bytes() == b"older"


def kept(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_of_backups_made_by_a_timer_the_newest_stay_and_nothing_else_in_their_folder_is_touched(
    desks: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "disk"
    folder.mkdir()
    older = ["2026-03-01-090000.huiying", "2026-03-02-090000.huiying", "2026-03-03-090000.huiying"]
    others = ["升级前.huiying", "2026-03-01.huiying", "2026-03-01-090000.huiying.sha256"]
    for name in [*older, *others]:
        (folder / name).write_bytes(b"kept")
    assert at(desks[0], "backup", "--keep", "2", str(folder)) == 0
    assert "只留最新 2 份，删去较旧的 2 份" in capsys.readouterr().out
    made = set(kept(folder)) - {*older, *others}
    assert set(kept(folder)) - made == {older[-1], *others}
    (name,) = made
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-\d{6}\.huiying", name)
    with tarfile.open(folder / name) as archive:
        assert "store" in archive.getnames()


def test_no_backup_goes_beside_a_disk_that_is_not_there(
    desks: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert at(desks[0], "backup", "--keep", "2", str(tmp_path / "disk")) == 2
    assert "备份盘是否已挂上" in capsys.readouterr().err
    assert not (tmp_path / "disk").exists()
    (tmp_path / "disk").mkdir()
    assert at(desks[0], "backup", str(tmp_path / "disk")) == 2
    assert "请写明文件名" in capsys.readouterr().err
    assert kept(tmp_path / "disk") == []

"""A report's file is whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.report_files import write_whole


def test_a_file_is_written_whole_and_alone(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "reports", "a.docx", b"one")
    assert path.read_bytes() == b"one"
    assert [file.name for file in path.parent.iterdir()] == ["a.docx"]


def test_a_file_left_by_a_broken_off_filing_is_replaced(tmp_path: Path) -> None:
    write_whole(tmp_path, "a.docx", b"left over")
    assert write_whole(tmp_path, "a.docx", b"filed").read_bytes() == b"filed"


def test_a_failed_write_raises_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "a.docx").mkdir()
    with pytest.raises(OSError, match=r"a\.docx"):
        write_whole(tmp_path, "a.docx", b"one")
    assert [file.name for file in tmp_path.iterdir()] == ["a.docx"]

"""Why the system refused is said in Chinese."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from records.os_errors import reason


def test_a_known_cause_has_chinese_words(tmp_path: Path):
    with pytest.raises(OSError, match="No such file") as caught:
        (tmp_path / "none").read_text(encoding="utf-8")
    assert reason(caught.value) == "没有这个文件或目录"
    assert reason(OSError(errno.ENOSPC, "x")) == "磁盘已满"


def test_an_unknown_cause_is_a_number_and_no_foreign_sentence():
    assert reason(OSError(errno.EXDEV, "Invalid cross-device link")) == f"系统错误 {errno.EXDEV}"

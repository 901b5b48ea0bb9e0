"""`huiying doctor` prints one line a check and ends with 1 where something is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.cli import run


def test_a_fresh_desk_gets_one_line_for_each_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["init", str(tmp_path)]) == 0
    capsys.readouterr()
    assert run(["--settings", str(tmp_path / "huiying.yaml"), "doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith(("正常 ", "注意 ", "故障 ")) for line in lines)
    for subject in ("设置", "数据库", "磁盘", "索引", "模型", "采集源", "提醒渠道", "系统时间", "中文字体", "运行"):
        assert any(f" {subject}" in line for line in lines), subject


def test_bad_settings_are_a_fault(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HUIYING_DESK__PROT", "1")
    assert run(["doctor"]) == 1
    assert "故障 设置：环境变量 HUIYING_DESK__PROT" in capsys.readouterr().out

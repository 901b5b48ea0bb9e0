"""The report benchmark runs and says what it measured."""

from __future__ import annotations

import json

import pytest

from benchmarks.reports import main


def test_it_measures_drafting_and_filing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick"]) == 0
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    found = answer["sqlite"]
    assert answer["printing"]["docx"]["papers"] == 8
    assert answer["printing"]["docx"]["promised_s"] == 0.8  # 200 papers in 20 seconds
    assert found["posts"] == 200
    assert found["same_bytes"] is True
    assert found["draft_ms"] > 0

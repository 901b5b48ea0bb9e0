"""The record benchmark runs and says what it measured."""

from __future__ import annotations

import json

import pytest

from benchmarks.records import main


def test_it_imports_from_every_kind_of_file_and_leaves_the_bad_rows_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    for kind in ("xlsx", "csv", "jsonl"):
        result = found[kind]["sqlite"]
        assert (result["new"], result["bad"], result["unchanged_again"]) == (495, 5, 495)
        assert result["watched_records"] == 200

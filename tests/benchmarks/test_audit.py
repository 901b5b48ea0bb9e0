"""The audit promise holds, and its benchmark can fail."""

from __future__ import annotations

import json

import pytest

from benchmarks.audit import main


@pytest.mark.parametrize(("args", "code"), [(["--quick"], 0), (["--quick", "--mutant"], 1)])
def test_every_tampered_row_is_named_and_a_blind_check_is_found_out(
    args: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(args) == code
    found = json.loads(capsys.readouterr().out.splitlines()[-1])["sqlite"]
    assert found["tampered"] == 165
    assert (found["missed"] > 0) == bool(code)
    assert found["false_alarms"] == 0

"""`huiying send` does not wait for a database with channels that it could not use."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.cli import run
from tests.huiying.commands.alone import settings_in


def test_a_channel_that_cannot_be_set_up_is_said_before_anything_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = settings_in(tmp_path, "alerts: {webhook: {secret_file: missing.key}}\n")
    assert run(["--settings", str(file), "send"]) == 2
    assert "alerts.webhook" in capsys.readouterr().err

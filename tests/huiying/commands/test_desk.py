"""`huiying desk` says what would keep it from serving."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from huiying.cli import run
from tests.huiying.commands.alone import settings_in


def test_a_port_that_is_taken_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(["--settings", str(settings_in(tmp_path, f"desk: {{port: {port}}}\n")), "desk"]) == 1
    assert f"127.0.0.1:{port} 用不了" in capsys.readouterr().err

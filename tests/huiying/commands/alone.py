"""Processes of the desk, each started by itself as an administrator does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from huiying.cli import run


def settings_in(folder: Path, more: str = "") -> Path:
    """A settings file with a sources file that names no source."""
    (folder / "sources.yaml").write_text("sources: []\n", encoding="utf-8")
    file = folder / "huiying.yaml"
    file.write_text(f"data_dir: data\n{more}", encoding="utf-8")
    return file


def prepared_in(folder: Path, more: str = "") -> Path:
    """The same, with a record store."""
    file = settings_in(folder, more)
    assert run(["--settings", str(file), "prepare"]) == 0
    return file


def started(file: Path, *command: str, output: Path) -> subprocess.Popen[bytes]:
    """`huiying COMMAND` as a process, all that it says kept in `output`."""
    with output.open("wb") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "huiying", "--settings", str(file), *command],
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )

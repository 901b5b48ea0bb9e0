"""Runs one of the desk's own workers as a process, on any database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from huiying.linear_algebra import on_one_core, the_same_everywhere

ROOT = Path(__file__).parent.parent
_RUN = "import sys; from huiying import workers; {before}sys.exit(workers.main('{kind}'))"


def written_settings(folder: Path, url: str, rules: Mapping[str, Any] | None = None) -> Path:
    """A settings file in `folder` for a desk on that database."""
    file = folder / "huiying.yaml"
    written = {"data_dir": "data", "database": {"url": url}, "rules": dict(rules or {})}
    file.write_text(yaml.safe_dump(written), encoding="utf-8")
    return file


@contextmanager
def worker(kind: str, settings: Path, before: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """The worker `kind` as `huiying` starts it, killed when the block ends; `before` is a statement that runs first."""
    environment = {**os.environ, "HUIYING_SETTINGS": str(settings), "PYTHONPATH": str(ROOT)}
    on_one_core(environment)
    the_same_everywhere(environment)
    code = _RUN.format(kind=kind, before=before)
    process = subprocess.Popen([sys.executable, "-c", code], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait(60)

"""Environments of their own for real servers that are Python programs, so that nothing of theirs moves what ours is pinned to."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

_START_SECONDS = 60


class NotInstalled(Exception):
    """The program cannot be had here."""


def made_for(program: str, lock: Path) -> Path:
    """An interpreter with what the lock file names installed. Raises NotInstalled.

    HUIYING_TEST_ and the program's name in capitals name one that is made already; without it one is made beside ours.
    """
    named = os.environ.get(f"HUIYING_TEST_{program.upper()}")
    if named:
        return Path(named)
    folder = Path(sys.prefix) / "servers" / f"{program}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    if not (folder / "ready").exists():
        make(folder, lock)
        (folder / "ready").touch()
    return folder / "bin" / "python"


def make(folder: Path, lock: Path) -> None:
    """Make the environment. Raises NotInstalled."""
    shutil.rmtree(folder, ignore_errors=True)
    _run(sys.executable, "-m", "venv", str(folder))
    # What pip builds, it builds with the tools of the lock file; their hashes it takes for no constraints.
    versions = folder / "versions.txt"
    versions.write_text("\n".join(re.findall(r"^[\w.-]+==[^\s\\]+", lock.read_text("utf-8"), re.M)), encoding="utf-8")
    pip = "-m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r"
    _run(str(folder / "bin" / "python"), *pip.split(), str(lock), constrained=versions)


def _run(*command: str, constrained: Path | None = None) -> None:
    environment = dict(os.environ) if constrained is None else {**os.environ, "PIP_CONSTRAINT": str(constrained)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)
    if done.returncode:
        faults = [line for line in done.stderr.splitlines() if "ERROR" in line] or done.stderr.strip().splitlines()[-1:]
        raise NotInstalled("; ".join(faults)[:500])


def free_port() -> int:
    """A port of the loopback that nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server listens at the port."""
    pause = threading.Event()
    for _ in range(_START_SECONDS * 20):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            pause.wait(0.05)
    raise AssertionError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]).resolve())

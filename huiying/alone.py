"""Runs one process of the desk in the foreground, for whoever starts each by itself: systemd, a container, another host."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from huiying.awaiting import to_stderr
from huiying.cli import BadInput, Failed, Invocation
from huiying.clock import SystemClock
from huiying.settings import FILE_VARIABLE, BadSettings, Settings
from huiying.starting import CannotStart, check_port_of_desk, check_sources, make_folders
from huiying.wiring import Desk
from records.os_errors import reason


def run_worker(invocation: Invocation, kind: str) -> int:
    """Be that worker until SIGTERM or Ctrl-C; the exit code."""
    # Imported here: whoever only asks for --help is spared it.
    from huiying.workers import run

    with put_in_words():
        settings = invocation.settings()
        set_up(settings, kind)
        return run(kind, SystemClock(), settings, to_stderr)


def become_desk(invocation: Invocation) -> int:
    """Become the web desk; does not come back but by an error."""
    with put_in_words():
        settings = invocation.settings()
        set_up(settings, "desk")
        check_port_of_desk(settings)
        to_stderr(f"正在启动值班台：{settings.public_url}，按 Ctrl-C 停下")
        environment = dict(invocation.environment)
        file = invocation.file_in_force()
        if file is not None:
            environment[FILE_VARIABLE] = str(file)
        os.execve(sys.executable, [sys.executable, "-m", "dashboard"], environment)


def set_up(settings: Settings, kind: str) -> None:
    """What a process of that kind needs on its own machine. Raises BadSettings or CannotStart."""
    os.umask(0o077)  # what it writes is for its own user only
    make_folders(settings)
    desk = Desk(settings, SystemClock())
    try:
        desk.check_rules()
        if kind == "crawl":
            check_sources(settings)
        if kind == "send":
            _ = desk.channels()
        if kind in ("judge", "desk"):
            _ = desk.cluster
    finally:
        desk.close()


@contextmanager
def put_in_words() -> Iterator[None]:
    """Turn what keeps a process from starting into one Chinese line and the exit code. Raises BadInput or Failed."""
    try:
        yield
    except BadSettings as error:
        raise BadInput(str(error)) from None
    except CannotStart as error:
        raise Failed(str(error)) from None
    except OSError as error:
        raise Failed(f"不能启动：{reason(error)}（{error.filename}）") from None

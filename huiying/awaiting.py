"""Waits for the record store of a process that is started by itself, and refuses one of another version."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from huiying.starting import CannotStart, check_not_moved, schema_fault
from huiying.wiring import Desk

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0

Tell = Callable[[str], None]
"""Hears one Chinese line."""


@contextmanager
def told_to_stop() -> Iterator[threading.Event]:
    """What is set when the process is told to end, by SIGTERM or Ctrl-C, within the block."""
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def to_stderr(line: str) -> None:
    """Tell it to whoever reads the process's output; where that is a file on a full disk, nobody is told."""
    with suppress(OSError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def await_store(desk: Desk, stop: threading.Event, tell: Tell) -> bool:
    """Wait until the database answers; False where it was told to stop meanwhile.

    Raises CannotStart where the schema is not this program's (who migrates is `huiying prepare` or `huiying up`), and where
    the store has been moved elsewhere or is being moved there.
    """
    check_not_moved(desk.settings)
    url = make_url(desk.settings.database_url)
    if url.drivername == "sqlite" and not Path(url.database or "").exists():
        raise CannotStart(f"还没有数据库 {url.database}：请先运行 huiying prepare（或 huiying up）")
    if not await_database(desk, stop, tell):
        return False
    fault = schema_fault(desk.store.schema_version())
    if fault is not None:
        raise CannotStart(fault)
    return True


def await_database(desk: Desk, stop: threading.Event, tell: Tell) -> bool:
    """Wait with growing pauses until the database answers, whatever is in it; False where it was told to stop meanwhile.

    Raises CannotStart where it answers and will not let itself be read.
    """
    pause = FIRST_PAUSE
    waited = False
    while not stop.is_set():
        try:
            desk.store.schema_version()
        except (OperationalError, InterfaceError) as error:
            said = f"连不上数据库（{type(error.orig).__name__}），{pause:.0f} 秒后再试"
            tell(f"{said}：请确认它已启动，database.url 和密码无误")
            waited = True
            stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        except DBAPIError as error:
            raise CannotStart(f"数据库读不了（{type(error.orig).__name__}）：请检查所用账户的权限") from None
        else:
            if waited:
                tell("数据库已连上")
            return True
    return False

"""The desk as a command at the console has it: opened, its refusals told as one line, closed again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from huiying.cli import Failed
from huiying.clock import SystemClock
from huiying.settings import Settings
from huiying.starting import CannotStart, check_not_moved
from huiying.wiring import Desk, open_desk
from pipeline.refusals import Refused
from storage.outages import place_of
from storage.store import StoreHeld


@contextmanager
def desk_at_console(settings: Settings) -> Iterator[Desk]:
    """The desk of these settings, its store at the newest schema.

    What is refused inside raises Failed, and so does a store that was moved away or that somebody holds.
    """
    try:
        check_not_moved(settings)
    except CannotStart as fault:
        raise Failed(str(fault)) from None
    try:
        desk = open_desk(settings, SystemClock())
    except StoreHeld:
        place = place_of(settings.database_url)
        raise Failed(f"数据库 {place} 一直被别的进程占用，什么也没有做：请先停下占用它的程序，再运行一次") from None
    try:
        yield desk
    except Refused as refused:
        raise Failed(str(refused)) from None
    finally:
        desk.close()

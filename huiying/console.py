"""The desk as a command at the console has it: opened, its refusals told as one line, closed again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from huiying.cli import Failed
from huiying.clock import SystemClock
from huiying.settings import Settings
from huiying.wiring import Desk, open_desk
from pipeline.refusals import Refused


@contextmanager
def desk_at_console(settings: Settings) -> Iterator[Desk]:
    """The desk of these settings, its store at the newest schema. What is refused inside raises Failed."""
    desk = open_desk(settings, SystemClock())
    try:
        yield desk
    except Refused as refused:
        raise Failed(str(refused)) from None
    finally:
        desk.close()

"""Ends a conversation when its time is up, however slowly the answers drip in."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer


@contextmanager
def cut_off(talking: Callable[[], socket.socket | None], seconds: float, expired: Event) -> Iterator[None]:
    """Shut the socket in use by then down after `seconds`, and set `expired`, unless the block has ended before."""

    def cut() -> None:
        expired.set()
        used = talking()
        if used is not None:
            with suppress(OSError):
                used.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()

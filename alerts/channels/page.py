"""The local message page: an alert becomes a row that the desk shows, without any server or network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from alerts.delivery import Outgoing


class Page:
    """Shows messages on the desk itself. `write` stores all that it is handed, and nothing where a key is there already."""

    idempotent = True
    budget = None

    def __init__(self, write: Callable[[Sequence[Outgoing]], None], timeout: timedelta) -> None:
        self.timeout = timeout
        self._write = write

    def send(self, outgoing: Outgoing) -> None:
        """Store the message."""
        self.send_several([outgoing])

    def send_several(self, outgoing: Sequence[Outgoing]) -> None:
        """Store these messages."""
        self._write(outgoing)

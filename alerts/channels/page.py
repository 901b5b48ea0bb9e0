"""The local message page: an alert becomes a row that the desk shows, without any server or network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from alerts.delivery import Outgoing


class Page:
    """Shows messages on the desk itself. `write` stores one message, and nothing where its key is there already."""

    idempotent = True
    budget = None

    def __init__(self, write: Callable[[Outgoing], None], timeout: timedelta) -> None:
        self.timeout = timeout
        self._write = write

    def send(self, outgoing: Outgoing) -> None:
        """Store the message."""
        self._write(outgoing)

"""Has a process say, in its log and to whoever reads its output, that the record store is away and that it is back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from huiying.clock import steady_seconds
from huiying.logs import facts
from records.spans import lasting
from storage.store import Store

Tell = Callable[[str], None]
"""Hears one Chinese line."""


class TellingOutages:
    """What a process says of its store from now on: one line when an outage begins, one when it is over."""

    def __init__(self, store: Store, log: logging.Logger, tell: Tell, seconds: Callable[[], float] = steady_seconds):
        self._log, self._tell, self._seconds = log, tell, seconds
        self._since = 0.0
        store.outages.hears = self._hear

    def _hear(self, trouble: str | None) -> None:
        if trouble is not None:
            self._since = self._seconds()
            self._log.warning("store_away", extra=facts(reason=trouble))
            self._tell(f"{trouble}。本进程不退出，一直等着；已存下的不丢，恢复后自动接上")
            return
        away = self._seconds() - self._since
        self._log.warning("store_back", extra=facts(seconds=round(away, 1)))
        self._tell(f"数据库恢复了，停了{lasting(timedelta(seconds=away))}，已自动接上")


def note_no_answer(log: logging.Logger, store: Store) -> None:
    """Log the fault that is being handled, unless an outage explains it: that is told of once."""
    if store.outages.trouble is None:
        log.warning("store_does_not_answer", exc_info=True)

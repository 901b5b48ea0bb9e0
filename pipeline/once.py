"""Does now and then what one worker of all does for everybody: whichever looks first when it is time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from storage.leases import LONGEST
from storage.store import Store, Transaction

R = TypeVar("R")

_KEPT = "once "


class Once:
    """The jobs of one worker that others of its kind have as well. `holder` is this process and no other."""

    def __init__(self, store: Store, holder: str, now: Callable[[], datetime]) -> None:
        self._store = store
        self._holder = holder
        self._now = now

    def due(self, names: Iterable[str], every: timedelta) -> list[str]:
        """Those of these jobs that nobody has begun for so long; asked often, it writes nothing."""
        with self._store.reading() as t:
            at = t.leases.now(self._now())
            return [name for name in names if self._is_due(t, name, every, at)]

    def do(self, name: str, every: timedelta, job: Callable[[], R]) -> R | None:
        """Do a job unless somebody has begun it less than `every` ago or is still at it, for five minutes at most; None then.

        What fails, or whose worker dies, is begun again when it is time again.
        """
        with self._store.transaction() as t:
            at = t.leases.now(self._now())
            mine = t.leases.take(_KEPT + name, self._holder, at, LONGEST.total_seconds()) is not None
            # Looked at behind the lease: who has waited for it is later than what the one before has noted, and sees it.
            at = t.leases.now(self._now())
            if not mine or not self._is_due(t, name, every, at):
                if mine:
                    t.leases.give_back(_KEPT + name, self._holder)
                return None
            t.meta.put(_KEPT + name, at.isoformat())
        try:
            return job()
        finally:
            with self._store.transaction() as t:
                t.leases.give_back(_KEPT + name, self._holder)

    def _is_due(self, t: Transaction, name: str, every: timedelta, at: datetime) -> bool:
        begun = t.meta.get(_KEPT + name)
        # One that lies ahead stems from a clock that has been set back since.
        return begun is None or not timedelta(0) <= at - datetime.fromisoformat(begun) < every

"""Keeps for the pages how far back the originals of copies are known, where that is less than the whole window."""

from __future__ import annotations

from datetime import timedelta

from storage.store import Transaction

_KEY = "copies_known_hours"
_HOUR = timedelta(hours=1)


class CopyNote:
    """Notes it in whole hours, and only where they have changed. One for each who reads."""

    def __init__(self) -> None:
        self._noted: int | None = None

    def keep(self, t: Transaction, reach: timedelta, window: timedelta) -> None:
        """Note this `reach` into the past; one as long as the `window` takes the note away."""
        hours = -1 if reach >= window else reach // _HOUR
        if hours != self._noted:
            t.meta.put(_KEY, None if hours < 0 else hours)
            self._noted = hours

    def forget(self) -> None:
        """Note it again, whatever was: the transaction has failed, or another has read meanwhile."""
        self._noted = None


def copies_known(t: Transaction) -> timedelta | None:
    """How far back originals are found at present; None for the whole window."""
    hours = t.meta.get(_KEY)
    return None if hours is None else int(hours) * _HOUR

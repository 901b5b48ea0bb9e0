"""Keeps for the pages what is wrong with the text index, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.store import Store, Transaction

_KEY = "search_trouble"


@dataclass(frozen=True, slots=True)
class SearchNote:
    """What is wrong with the text index, in Chinese, and since when."""

    trouble: str
    since: datetime


def note_search(store: Store, trouble: str | None, now: datetime) -> None:
    """Keep it for the pages; None where nothing is wrong. Trouble that goes on keeps the time when it began."""
    with store.transaction() as t:
        known = search_note(t)
        if known is None and trouble is None:
            return
        since = now if known is None else known.since
        t.meta.put(_KEY, None if trouble is None else {"trouble": trouble, "since": since.isoformat()})


def search_note(t: Transaction) -> SearchNote | None:
    """What was noted last, or None where nothing is wrong."""
    kept = t.meta.get(_KEY)
    return None if kept is None else SearchNote(kept["trouble"], datetime.fromisoformat(kept["since"]))

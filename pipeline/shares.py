"""Shares the parts of judging out among the workers that live: each has about as many in hand as the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from nlp.duplicates import TEXTS_KEPT
from storage.store import Store, Transaction

LEASE_SECONDS = 30.0
"""So long after its last look a dead worker's parts are taken up; beginning to read with the usual memory takes half of it."""

LOOK_SECONDS = 5.0

_HERE, _WITHOUT_MODEL = "judge:here:", "judge:idle:"


def lease_seconds(texts: int) -> float:
    """So long for workers that remember so many texts: to begin with a larger memory takes longer."""
    return LEASE_SECONDS * max(1.0, texts / TEXTS_KEPT)


class Part(StrEnum):
    """What one judging worker at a time does."""

    INDEX = "index"
    READ = "read"
    SETTLE = "settle"


ALL = frozenset(Part)


class Shares:
    """Which parts this worker has in hand. A worker that is alone has all of them; the fourth of four has none and waits.

    `holder` is this process and no other, also after a restart. `place` is where the index is that it keeps level: each
    file is kept by a worker of its own machine, an index that all share by one of all. `seconds` is how long a dead
    worker's parts wait.
    """

    def __init__(
        self, store: Store, holder: str, place: str, now: Callable[[], datetime], seconds: float = LEASE_SECONDS
    ) -> None:
        self._store = store
        self._holder = holder
        self._seconds = seconds
        self._place = place
        self._here, self._idle = (f"{kind}{place}:{holder}" for kind in (_HERE, _WITHOUT_MODEL))
        self._names = {Part.READ: "judge:read", Part.INDEX: f"judge:index:{place}", Part.SETTLE: "judge:settle"}
        self._now = now
        self._have: frozenset[Part] = frozenset()

    @property
    def have(self) -> frozenset[Part]:
        """What it had in hand at the last look."""
        return self._have

    def look(self, can_read: bool = True) -> frozenset[Part]:
        """Prolong what it has, give up what is more than its share, take what is free; what it has then. Call it often.

        Who cannot read leaves everything to those who can, but an index that none of them keeps: in its hand posts would wait.
        """
        with self._store.transaction() as t:
            self._have = self._shared(t, t.leases.now(self._now()), can_read)
        return self._have

    def give_back(self) -> None:
        """Let the others take everything at once."""
        with self._store.transaction() as t:
            for name in (self._here, self._idle, *self._names.values()):
                t.leases.give_back(name, self._holder)
        self._have = frozenset()

    def _shared(self, t: Transaction, now: datetime, can_read: bool) -> frozenset[Part]:
        def take(name: str) -> bool:
            return t.leases.take(name, self._holder, now, self._seconds) is not None

        def places(kind: str) -> list[str]:
            return [one.name.removeprefix(kind).removesuffix(f":{one.holder}") for one in t.leases.holders(kind, now)]

        here, idle = (self._here, self._idle) if can_read else (self._idle, self._here)
        take(here)
        t.leases.give_back(idle, self._holder)
        reading, others = places(_HERE), places(_WITHOUT_MODEL)
        # Where nobody can read, they share as ever: what else there is to do goes on.
        working = reading or others
        reads = (can_read or not reading) and take(self._names[Part.READ])
        if reading and not can_read:
            share = int(self._place not in reading)
        elif len(working) == 1:
            share = len(Part)
        elif reads:
            # Reading is half of the work: beside it only what nobody else is there to do.
            share = int(working.count(self._place) == 1)
        else:
            # One settles, and in each place one keeps the index.
            share = -(-(1 + len({*reading, *others})) // (len(working) - 1))
        kept = {Part.READ} if reads else set[Part]()
        for part in (Part.INDEX, Part.SETTLE):
            if share and take(self._names[part]):
                kept.add(part)
                share -= 1
        for part in self._have - kept:
            t.leases.give_back(self._names[part], self._holder)
        return frozenset(kept)

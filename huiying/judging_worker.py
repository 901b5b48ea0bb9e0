"""What a judging worker does again and again: its share of reading posts and of settling them."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import asdict

from sqlalchemy.exc import DBAPIError

from huiying.clock import steady_seconds
from huiying.logs import facts
from huiying.wiring import Desk
from nlp.model import ModelMissing
from pipeline.expiry import let_go_of_old
from pipeline.model_note import ModelNote, note_model
from pipeline.shares import ALL, LOOK_SECONDS, Part

EXPIRY_SECONDS = 3600.0

BUSY_SECONDS, SHORT_PAUSE = 2.0, 0.02
"""While there was something to do so lately, whoever works with others looks again soon: they hand each other work."""

_LABELS = {Part.READ: "读帖", Part.SETTLE: "归集立案", Part.INDEX: "建索引"}


class JudgingWorker:
    """One of the desk's judging workers; `pipeline.shares` says which parts it has in hand. Whoever makes it closes it."""

    def __init__(self, desk: Desk, log: logging.Logger, stop: threading.Event) -> None:
        self._desk, self._stop = desk, stop
        self._log = log
        self._judging = desk.judging()
        self._shares = desk.shares()
        self._looked = self._expired = self._busy = -EXPIRY_SECONDS
        self._noted: ModelNote | None = None

    def close(self) -> None:
        """Leave its parts to the others."""
        with suppress(DBAPIError):
            self._shares.give_back()

    def does(self) -> str | None:
        """Its parts, as people read them; None where it does everything."""
        have = self._shares.have
        if have == ALL:
            return None
        return "、".join(_LABELS[part] for part in Part if part in have) or "待命"

    def keeps_indexes(self) -> bool:
        """Whether keeping the indexes level is among its parts."""
        return Part.INDEX in self._shares.have

    def step(self) -> bool:
        """Do what there is to do; whether there was something."""
        if steady_seconds() - self._looked >= LOOK_SECONDS:
            self._desk.model.look()
            had, have = self._shares.have, self._shares.look(can_read=self._desk.model.note.name is not None)
            self._looked = steady_seconds()
            if have != had:
                self._log.info("shares", extra=facts(parts=",".join(sorted(have))))
        parts = self._shares.have
        if Part.SETTLE in parts:
            self._expire()
        judged = self._judge(parts)
        if judged:
            self._busy = steady_seconds()
            self._log.info("judged", extra=facts(changes=judged))
        return judged > 0 or self._others_are_at_it(parts)

    def _others_are_at_it(self, parts: frozenset[Part]) -> bool:
        if parts == ALL or steady_seconds() - self._busy >= BUSY_SECONDS:
            return False
        self._stop.wait(SHORT_PAUSE)
        return True

    def _expire(self) -> None:
        if steady_seconds() - self._expired >= EXPIRY_SECONDS:
            self._expired = steady_seconds()
            let = let_go_of_old(self._desk.store, self._desk.keeping, self._desk.clock.now())
            self._log.info("expired", extra=facts(**asdict(let)))

    def _judge(self, parts: frozenset[Part]) -> int:
        """Without a model posts wait; whatever else there is to do goes on."""
        desk = self._desk
        desk.model.look()
        if Part.READ not in parts:
            self._noted = None  # another's model is noted meanwhile
        elif desk.model.note != self._noted:
            note_model(desk.store, desk.model.note)
            self._noted = desk.model.note
            self._log.info("model", extra=facts(**asdict(self._noted)))
        self._judging.go_by(desk.escalation, desk.watched_records)
        now, batch = desk.clock.now(), desk.settings.judge.batch
        with suppress(ModelMissing):
            if {Part.READ, Part.SETTLE} <= parts:
                return self._judging.step(now, batch)
            if Part.READ in parts:
                return self._judging.read_ahead(batch)
            if Part.SETTLE in parts:
                return self._judging.settle(now)
        return 0

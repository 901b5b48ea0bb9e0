"""Watches the desk from the process that started it, and tells of trouble past the outbox, straight over a channel."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from alerts.delivery import Channel, DeliveryFailed, Outgoing
from alerts.message import number_of
from huiying.disk import disk_troubles
from huiying.logs import facts
from huiying.wiring import Desk
from pipeline.notify import PAGE
from pipeline.oversight import Trouble, troubles

log = logging.getLogger("huiying.overseer")

PROCESSES = ("clock", "judge", "crawl")
_TITLE = "回应台自身有故障"


def examine(desk: Desk) -> list[Trouble]:
    """What is wrong with the desk now: its disk, its database, its clocks, its alerts, its processes."""
    found = [trouble for trouble in disk_troubles(desk) if trouble.grave]
    try:
        with desk.store.reading() as t:
            return [*found, *troubles(t, desk.clock.now(), desk.oversight, expected(desk))]
    except DBAPIError as fault:
        return [
            *found,
            Trouble("database", "database", f"{_of_store(desk, fault)}。计时和提醒可能都停了"),
        ]


def expected(desk: Desk) -> list[str]:
    """The workers that a desk has, as `newest_beats` names them."""
    return [*PROCESSES, *(f"send/{name}" for name in desk.channels())]


def _of_store(desk: Desk, fault: DBAPIError) -> str:
    return desk.store.outages.trouble or f"数据库读不了（{type(fault).__name__}）"


@dataclass
class Overseer:
    """Tells `addresses` (channel and address) of grave trouble that is there at two looks in a row, again after a while, and
    of its end."""

    addresses: Sequence[tuple[str, str]]
    channels: Mapping[str, Channel]
    again: timedelta
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _told: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def note(self, found: Sequence[Trouble], now: datetime) -> list[Trouble]:
        """Take in what one look has found; what was told of."""
        grave = {(one.kind, one.subject): one for one in found if one.grave}
        ended = [key for key in self._told if key not in grave and key not in self._seen]
        due = [
            one
            for key, one in grave.items()
            if key in self._seen and (key not in self._told or now - self._told[key] >= self.again)
        ]
        self._seen = set(grave)
        if due:
            self._tell([one.said for one in due], now)
            self._told |= {(one.kind, one.subject): now for one in due}
        if ended:
            for key in ended:
                del self._told[key]
            self._tell([f"已恢复：{kind}/{subject}" for kind, subject in ended], now)
        return due

    def _tell(self, said: Sequence[str], now: datetime) -> None:
        body = "\n".join(said)
        key = hashlib.sha256(f"{now.isoformat()}|{body}".encode()).hexdigest()
        for name, address in self.addresses:
            message = Outgoing(
                key, number_of(key), "office", address, "desk_trouble", now, None, _TITLE, body, None, False
            )
            try:
                self.channels[name].send(message)
                log.warning("trouble_told", extra=facts(channel=name))
            except DeliveryFailed as failure:
                log.error("trouble_could_not_be_told", extra=facts(channel=name, reason=str(failure)))
            except Exception:
                # The others are still to be told.
                log.exception("trouble_could_not_be_told")


def oversee(make: Callable[[], Desk], stop: threading.Event) -> None:
    """Look every few seconds until `stop` is set. Whatever happens here, the desk goes on."""
    desk: Desk | None = None
    overseer: Overseer | None = None
    wait = 10.0
    while not stop.wait(wait):
        try:
            desk = desk or make()
            wait = desk.oversight.every_seconds
            overseer = overseer or of(desk)
            overseer.again = timedelta(minutes=desk.oversight.again_minutes)
            overseer.note(examine(desk), desk.clock.now())
        except Exception:
            log.exception("the_overseer_failed")
    if desk is not None:
        desk.close()


def of(desk: Desk) -> Overseer:
    """The overseer that the settings describe."""
    channels = {name: channel for name, channel in desk.channels().items() if name != PAGE}
    return Overseer(alarm_of(desk), channels, timedelta(minutes=desk.oversight.again_minutes))


def alarm_of(desk: Desk) -> list[tuple[str, str]]:
    """The channels and addresses of `alerts.alarm`, as far as this desk has the channels."""
    channels = desk.channels().keys() - {PAGE}
    return [pair for pair in desk.settings.alerts.alarm_pairs if pair[0] in channels]

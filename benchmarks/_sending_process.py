"""A sender in a process of its own that writes what it sends into a file: `URL FILE WORKER MANNER SEND_SECONDS`.

MANNER is `well`, `desk` (the message page beside it, as on every desk), `naive` (marked as sent before it is sent),
`unmarked` (repeats carry no mark) or `ticking` (one message a look). It ends when its standard input does.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import timedelta
from threading import Event, Thread

from alerts.channels.page import Page
from alerts.delivery import Channel, Outgoing
from huiying.clock import SystemClock
from pipeline.message_writing import message_writer
from pipeline.notify import PAGE
from pipeline.send import Sender, Terms
from records.deliveries import AttemptOutcome
from storage.store import Store

LEASE = timedelta(seconds=2)
TIMEOUT = timedelta(seconds=1)
POLL = timedelta(milliseconds=20)


class FileMail:
    """Mail that is a line in a file: `begin` when a send begins, `got` when the message has arrived."""

    idempotent = False
    budget = None
    timeout = TIMEOUT

    def __init__(self, path: str, seconds: float, marks: bool) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._seconds = seconds
        self._marks = marks
        self._pause = Event()

    def send(self, outgoing: Outgoing) -> None:
        """Take half of the time, arrive, take the other half."""
        self._write("begin", outgoing)
        self._pause.wait(self._seconds / 2)
        self._write("got", outgoing)
        self._pause.wait(self._seconds / 2)
        self._write("end", outgoing)

    def _write(self, event: str, outgoing: Outgoing) -> None:
        marked = outgoing.maybe_repeated and self._marks
        row = {"event": event, "key": outgoing.key, "marked": marked, "pid": os.getpid(), "at": time.monotonic()}
        os.write(self._file, (json.dumps(row) + "\n").encode())


def main(arguments: list[str]) -> None:
    """Send until standard input ends."""
    url, path, worker, manner, seconds = arguments
    store = Store(url)
    mail = FileMail(path, float(seconds), marks=manner != "unmarked")
    stop = Event()
    Thread(target=_until_the_parent_goes, args=(stop,), daemon=True).start()
    clock = SystemClock()
    channels: dict[str, Channel] = {"email": mail}
    if manner in ("desk", "ticking"):
        channels[PAGE] = Page(message_writer(store), TIMEOUT)
    sender = Sender(store, channels, worker, Terms(LEASE, (timedelta(seconds=1),)))
    if manner == "naive":
        _send_naively(store, mail, worker, stop)
    elif manner == "ticking":
        while not stop.wait(POLL.total_seconds()):
            sender.send_due(clock.now(), limit=1)
    else:
        sender.run(stop, clock.now, POLL)
    store.close()


def _send_naively(store: Store, mail: FileMail, worker: str, stop: Event) -> None:
    clock = SystemClock()
    while not stop.is_set():
        now = clock.now()
        with store.transaction() as t:
            claim = t.alerts.claim("email", now, now + LEASE, worker)
            if claim is not None:
                t.alerts.settle(claim, AttemptOutcome.SENT, now)
        if claim is None:
            stop.wait(POLL.total_seconds())
            continue
        alert, row = claim.alert, claim.delivery
        mail.send(
            Outgoing(
                key=row.idem_key,
                number=alert.key[:8],
                recipient=alert.recipient,
                address=row.address,
                kind=alert.kind,
                at=alert.at,
                due_at=alert.due_at,
                title=alert.title,
                body=alert.body,
                link=alert.link,
                maybe_repeated=claim.maybe_repeated,
            )
        )


def _until_the_parent_goes(stop: Event) -> None:
    sys.stdin.read()
    stop.set()


if __name__ == "__main__":
    main(sys.argv[1:])

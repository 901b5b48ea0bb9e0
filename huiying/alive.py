"""Tells whether one kind of process lives on this machine: the web server by its answer, the others by the sign of life
that they leave in the record store."""

from __future__ import annotations

import http.client
from datetime import datetime

from huiying.settings import Settings
from records.messages import Heartbeat
from records.worker_names import kind_of, on
from regulation.oversight import OversightRules

DESK = "desk"
EVERYWHERE = frozenset({"0.0.0.0", "::", ""})


def lives(kind: str, host: str, beats: list[Heartbeat], now: datetime, rules: OversightRules) -> bool:
    """Whether a process of this kind on that machine has lately left a sign of life; of `send`, over any channel."""
    mine = [beat for beat in beats if on(host, beat.worker) and kind_of(beat.worker).partition("/")[0] == kind]
    return any(now - beat.at <= rules.silent for beat in mine)


def answers(settings: Settings) -> bool:
    """Whether the desk's web server is there."""
    host = "127.0.0.1" if settings.desk.host in EVERYWHERE else settings.desk.host
    connection = http.client.HTTPConnection(host, settings.desk.port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

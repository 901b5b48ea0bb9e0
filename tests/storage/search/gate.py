"""A port in front of a cluster that leads to it, hangs or is shut: the same client meets one after the other."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from urllib.parse import urlsplit

import pytest

from tests.storage.search.clusters import CLUSTER


class Way(Enum):
    """What comes of a connection."""

    OPEN = "open"
    HANGING = "hanging"
    SHUT = "shut"


class Gate:
    """A port of the loopback; `turn` says what comes of connections from now on, and ends those that there are."""

    def __init__(self, target: str, way: Way) -> None:
        to = urlsplit(target)
        self._target = (to.hostname or "127.0.0.1", to.port or 9200)
        self._held: list[socket.socket] = []
        self._listening: socket.socket | None = None
        self._port = 0
        self._lock = threading.Lock()
        self.turn(Way.OPEN)
        self.turn(way)

    @property
    def url(self) -> str:
        """Where to connect to."""
        return f"http://127.0.0.1:{self._port}"

    def turn(self, way: Way) -> None:
        """Let connections go that way from now on."""
        with self._lock:
            for one in self._held:
                # A close alone would not wake who waits for it.
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()
            self._held = []
            if self._listening is not None:
                with suppress(OSError):
                    self._listening.shutdown(socket.SHUT_RDWR)
                self._listening.close()
                self._listening = None
            if way is Way.SHUT:
                return
            self._listening = socket.create_server(("127.0.0.1", self._port), backlog=50)
            self._port = self._listening.getsockname()[1]
            threading.Thread(target=self._accept, args=(self._listening, way), daemon=True).start()

    def _accept(self, listening: socket.socket, way: Way) -> None:
        while True:
            try:
                one, _ = listening.accept()
            except OSError:
                return
            with self._lock:
                self._held.append(one)
                if way is Way.HANGING:
                    continue
                other = socket.create_connection(self._target)
                self._held.append(other)
            threading.Thread(target=_passed, args=(one, other), daemon=True).start()


def _passed(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while True:
            for ready in select.select([one, other], [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    one.close()
                    other.close()
                    return
                (other if ready is one else one).sendall(data)


@contextmanager
def gate(target: str, way: Way = Way.OPEN) -> Iterator[Gate]:
    """A gate before that address, shut at the end."""
    made = Gate(target, way)
    yield made
    made.turn(Way.SHUT)


@pytest.fixture
def way_in() -> Iterator[Gate]:
    """The gate before the tests' node."""
    assert CLUSTER
    with gate(CLUSTER) as one:
        yield one

"""A web server on the loopback that sends exactly the bytes that it is told to, and keeps what it was asked for."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Self

LONGEST_HEAD = 1_000_000


class Wire:
    """One connection, after the head of a request has come."""

    def __init__(self, connection: socket.socket, stop: Event) -> None:
        self._connection = connection
        self._stop = stop
        self.sent = 0

    def send(self, data: bytes) -> None:
        """Send, in parts. Raises OSError once nobody listens."""
        view = memoryview(data)
        while view:
            done = self._connection.send(view[:65536])
            self.sent += done
            view = view[done:]

    def wait(self, seconds: float) -> bool:
        """Wait; True when the server stops meanwhile."""
        return self._stop.wait(seconds)


Reply = Callable[[Wire], None]


class RawServer:
    """Replies by path; 404 for any other. Every connection serves one request in a thread of its own.

    `everywhere` listens on every address of the machine, of both kinds.
    """

    def __init__(self, replies: Mapping[str, Reply], everywhere: bool = False) -> None:
        self._replies = replies
        if everywhere:
            self._listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        else:
            self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._stop = Event()
        self._threads: list[Thread] = []
        self.heads: list[bytes] = []
        self.sent = 0

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    @property
    def host(self) -> str:
        """`host:port`."""
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """The address of the site, without a slash at the end."""
        return f"http://{self.host}"

    @property
    def asked(self) -> list[str]:
        """The paths of all requests."""
        return [head.split(b" ", 2)[1].decode("latin-1") for head in self.heads]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        # Closing alone would not wake the thread that waits in accept().
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=10)

    def _start(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        thread = Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        wire = Wire(connection, self._stop)
        with connection, suppress(OSError):
            connection.settimeout(30)
            head = _head(connection)
            if not head:
                return
            self.heads.append(head)
            reply = self._replies.get(head.split(b" ", 2)[1].decode("latin-1"), _ABSENT)
            try:
                reply(wire)
            finally:
                self.sent += wire.sent


def _head(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and len(head) < LONGEST_HEAD:
        part = connection.recv(65536)
        if not part:
            return b""
        head += part
    return head


def answer_of(status_line: bytes, *headers: bytes, body: bytes = b"") -> bytes:
    """An answer as bytes, with these headers and no others."""
    return b"\r\n".join((status_line, *headers)) + b"\r\nConnection: close\r\n\r\n" + body


def http(body: bytes, *headers: str, status: str = "200 OK") -> Reply:
    """A sound answer."""
    lines = (header.encode() for header in headers)
    length = b"Content-Length: %d" % len(body)
    answer = answer_of(b"HTTP/1.1 " + status.encode(), *lines, length, body=body)
    return lambda wire: wire.send(answer)


def streamed(parts: Callable[[], Iterator[bytes]], *headers: str) -> Reply:
    """An answer whose body goes on as long as `parts` does, or until nobody listens."""

    def reply(wire: Wire) -> None:
        wire.send(answer_of(b"HTTP/1.1 200 OK", *(header.encode() for header in headers), b"Content-Type: text/html"))
        for part in parts():
            if wire.wait(0):
                return
            wire.send(part)

    return reply


_ABSENT = http("没有".encode(), status="404 Not Found")

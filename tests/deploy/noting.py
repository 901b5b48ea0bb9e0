"""Something that answers where a desk would, and keeps what it was asked with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class Noting(HTTPServer):
    """Answers everything with one status; `asked` holds the headers of each request."""

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.status = status
        self.asked: list[dict[str, str]] = []


class _Answering(BaseHTTPRequestHandler):
    server: Noting

    def do_GET(self) -> None:
        self.server.asked.append(dict(self.headers))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test does not talk."""


@contextmanager
def noting(status: int) -> Iterator[Noting]:
    """One that runs for the length of the block."""
    server = Noting(status)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join(60)
        server.server_close()

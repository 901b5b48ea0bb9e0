"""A vendor's HTTP server on the loopback that answers 200 with whatever it is told to say, and keeps what it took."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Vendor:
    """`say` is the JSON body of every answer; `taken` holds the bodies of the requests."""

    def __init__(self) -> None:
        self.say: Any = {"errcode": 0, "code": 0}
        self.taken: list[bytes] = []

    @property
    def asked(self) -> int:
        """How many requests came."""
        return len(self.taken)

    @property
    def address(self) -> str:
        """Where it listens, as host:port."""
        return self._address

    @contextmanager
    def serving(self) -> Iterator[Vendor]:
        """Listen while the block runs."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._address = f"127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join(60)

    def _handler(vendor) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                vendor.taken.append(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
                body = vendor.say if isinstance(vendor.say, bytes) else json.dumps(vendor.say).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *_: object) -> None:
                pass

        return Handler

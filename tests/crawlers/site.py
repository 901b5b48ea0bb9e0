"""A web site on the loopback whose pages a test writes, and that keeps what it was asked for."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """What the site answers. `raw` goes out as it is, in place of everything else; a `drip` sends one byte a step."""

    body: bytes | str = b""
    status: int = 200
    content_type: str | None = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    declared_length: int | None = None
    raw: bytes | None = None
    drip_seconds: float = 0


Page = Answer | str | Callable[[str], Answer]


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep to oneself what a reader breaks off."""


class Site:
    """Pages by path (query included, or not where the path alone is known); with a `tls` context over https.

    It listens on `address`; one that listens everywhere is to be asked at 127.0.0.1.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, address: str = "127.0.0.1") -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[float, str, dict[str, str]]] = []
        self.stopping = threading.Event()
        self._scheme = "http"
        self._name = address if address.startswith("127.") else "127.0.0.1"
        self._server = _Server((address, 0), self._handler())
        self._server.daemon_threads = True
        if tls is not None:
            self._scheme = "https"
            # The handshake is left to the thread of the connection.
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def host(self) -> str:
        return f"{self._name}:{self._server.server_port}"

    def url(self, path: str) -> str:
        return f"{self._scheme}://{self.host}{path}"

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked if path != "/robots.txt"]

    def stop(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join(60)
        self._server.server_close()

    def _find(self, path: str) -> Page | None:
        return self.pages.get(path, self.pages.get(path.partition("?")[0]))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                return

            def do_GET(self) -> None:
                site.asked.append((time.monotonic(), self.path, dict(self.headers)))
                page = site._find(self.path)
                answer = page(self.path) if callable(page) else Answer(page) if isinstance(page, str) else page
                try:
                    _send(self, answer or Answer("没有", 404), site.stopping)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

        return Handler


def _send(handler: BaseHTTPRequestHandler, answer: Answer, stopping: threading.Event) -> None:
    if answer.raw is not None:
        handler.wfile.write(answer.raw)
        handler.close_connection = True
        return
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    handler.send_response(answer.status)
    if answer.content_type:
        handler.send_header("Content-Type", answer.content_type)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(answer.declared_length or len(body)))
    handler.end_headers()
    if not answer.drip_seconds:
        handler.wfile.write(body)
        return
    for byte in body:
        if stopping.wait(answer.drip_seconds):
            return
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()


@contextmanager
def serving(tls: ssl.SSLContext | None = None, address: str = "127.0.0.1") -> Iterator[Site]:
    """A site that stops at the end of the block."""
    site = Site(tls, address)
    try:
        yield site
    finally:
        site.stop()

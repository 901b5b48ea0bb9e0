"""A vendor as the outside world has it: a real HTTP server on the loopback that keeps what it gets and answers as told."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from alerts.delivery import Outgoing

AT = datetime(2026, 4, 10, 7, 40, tzinfo=UTC)
SECONDS = timedelta(seconds=1)


@dataclass(frozen=True)
class Got:
    """One request as it came."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def row(self) -> Any:
        return json.loads(self.body)


class Vendor:
    """`answers` are given one after the other, the last one again and again: a status and a body."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answers: list[tuple[int, bytes]] = [(200, b'{"errcode": 0, "code": 0, "errmsg": "ok"}')]
        self.headers: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(60)

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def private_hosts(self) -> list[str]:
        return [f"127.0.0.1:{self.port}", f"localhost:{self.port}"]

    def encrypt(self, context: ssl.SSLContext) -> None:
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def say(self, *rows: Any, status: int = 200) -> None:
        """Answer with these rows as JSON, one after the other."""
        self.answers = [(status, json.dumps(row).encode()) for row in rows]

    def _handler(vendor) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                parts = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                vendor.got.append(Got(parts.path, query, dict(self.headers), body))
                status, answer = vendor.answers.pop(0) if len(vendor.answers) > 1 else vendor.answers[0]
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                for key, value in vendor.headers.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *_: object) -> None:
                pass

        return Handler


def outgoing(**more: object) -> Outgoing:
    """A reminder as the sender hands it to a channel."""
    values: dict[str, object] = {
        "key": "ab" * 32,
        "number": "abababab",
        "recipient": "住建局",
        "address": "值班群",
        "kind": "reminder",
        "at": AT,
        "due_at": AT,
        "title": "首报还剩30分钟：“供热方案”相关舆情",
        "body": "责任单位：住建局\n最迟4月10日 09:40（北京时间）报送。",
        "link": "http://127.0.0.1:8501/incident?id=20260410-001",
        "maybe_repeated": False,
    }
    return Outgoing(**(values | more))  # type: ignore[arg-type]

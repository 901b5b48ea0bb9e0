"""The town's four sites, each on a port of its own on the loopback, each with its own robots.txt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from samples.town.moment import Moment, Pace
from samples.town.pages import comments, forum, news, official
from samples.town.pages.answers import Answer
from samples.town.reading import SITES, Texts

LOOPBACK = "127.0.0.1"
_PAGES: dict[str, ModuleType] = {"official": official, "forum": forum, "news": news, "comments": comments}


def ports_from(first: int) -> dict[str, int]:
    """Site → port: consecutive from `first`, in the order official, forum, news, comments; from 0, any free ones."""
    return {site: first + offset if first else 0 for offset, site in enumerate(SITES)}


class Town:
    """The town at work. `now` is asked for the time at every request; `visited` counts requests as (site, path)."""

    def __init__(
        self, texts: Texts, pace: Pace, records_dated: datetime, ports: Mapping[str, int], now: Callable[[], datetime]
    ) -> None:
        self.texts = texts
        self.pace = pace
        self.records_dated = records_dated
        self.ports = dict(ports)
        self.now = now
        self.visited: dict[tuple[str, str], int] = {}
        self._servers: list[_SiteServer] = []
        self._threads: list[threading.Thread] = []

    def moment(self) -> Moment:
        """The town as it stands now."""
        return Moment(self.texts, self.pace, self.now(), self.records_dated, self.ports)

    def answer(self, site: str, target: str) -> Answer:
        """What `site` answers to a GET of `target`, such as `/thread-f01-1.html` or `/api/comments?page=2`."""
        parts = urlsplit(target)
        path = unquote(parts.path)
        self.visited[site, path] = self.visited.get((site, path), 0) + 1
        found: Answer = _PAGES[site].answer(self.moment(), path, dict(parse_qsl(parts.query)))
        return found

    def start(self) -> None:
        """Listen. A port 0 takes a free one (`ports` then says which). Raises OSError where a port is taken."""
        try:
            for site in SITES:
                server = _SiteServer(self, site, self.ports[site])
                self.ports[site] = server.server_address[1]
                self._servers.append(server)
        except OSError:
            self._close()
            raise
        for server in self._servers:
            thread = threading.Thread(
                target=server.serve_forever, args=(0.05,), name=f"town-{server.site}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop listening."""
        for server in self._servers:
            server.shutdown()
        for thread in self._threads:
            thread.join()
        self._close()

    def _close(self) -> None:
        for server in self._servers:
            server.server_close()
        self._servers.clear()
        self._threads.clear()


class _SiteServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, town: Town, site: str, port: int) -> None:
        self.town = town
        self.site = site
        super().__init__((LOOPBACK, port), _Visit)


class _Visit(BaseHTTPRequestHandler):
    """One request. HTTP/1.1 with ETag, so that an unchanged page costs a visitor nothing."""

    protocol_version = "HTTP/1.1"
    server_version = "Town"
    sys_version = ""
    timeout = 30
    server: _SiteServer

    def do_GET(self) -> None:
        """Answer with the page."""
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        """Answer with the head of the page."""
        self._send(with_body=False)

    def _send(self, *, with_body: bool) -> None:
        answer = self.server.town.answer(self.server.site, self.path)
        tag = f'"{sha256(answer.body).hexdigest()[:32]}"'
        unchanged = answer.status == 200 and self.headers.get("If-None-Match") == tag
        self.send_response(304 if unchanged else answer.status)
        self.send_header("ETag", tag)
        if not unchanged:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if with_body and not unchanged:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """A visitor's requests are nobody's business."""

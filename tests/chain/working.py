"""The workers of a desk in this process, each with parts of its own, and somebody who asks its pages."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.backstage import Backstage
from dashboard.cookies import SESSION, Signer
from dashboard.gate import Gate
from dashboard.navigation import ADDRESSES
from dashboard.routes import Routes
from huiying.clock import SimulatedClock
from huiying.settings import Settings
from huiying.wiring import Desk
from huiying.workers import work
from tests.dashboard.test_routes import listening
from tests.huiying.waiting import until
from tests.storage.making import NOON, post

PATIENCE = 60
KINDS = ("clock", "send", "judge")


@dataclass
class Running:
    """The workers of a desk, each with parts of its own as in a process of its own, and what each says."""

    settings: Settings
    clock: SimulatedClock
    stop: threading.Event = field(default_factory=threading.Event)
    said: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    threads: list[threading.Thread] = field(default_factory=list)
    ended: dict[str, int] = field(default_factory=dict)

    def start(self) -> None:
        for kind in KINDS:
            self.threads.append(threading.Thread(target=self._be, args=(kind,), daemon=True))
            self.threads[-1].start()

    def _be(self, kind: str) -> None:
        log = logging.getLogger(f"huiying.{kind}")
        self.ended[kind] = work(kind, Desk(self.settings, self.clock), self.stop, log, self.said[kind].append)

    def all_say(self, words: str, times: int) -> bool:
        """Whether each comes to have said it at least so often."""
        return until(
            lambda: all(sum(words in line for line in lines) >= times for lines in self.said.values()), PATIENCE
        )

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(PATIENCE)


@contextmanager
def served(desk: Desk) -> Iterator[httpx.Client]:
    """Somebody with a signed cookie at the desk's own routes: who they are is asked of the store at every page."""
    parts = Backstage(desk, Signer(b"k" * 32))
    gate = Middleware(Gate, parts=parts, policy="default-src 'self'")
    app = Starlette(routes=Routes(parts, "").all(ADDRESSES), middleware=[gate])
    cookies = {SESSION: parts.signer.sealed("0" * 43)}
    with (
        listening(app) as base,
        httpx.Client(base_url=base, headers={"Accept": "text/html"}, cookies=cookies, timeout=PATIENCE) as client,
    ):
        yield client


def add_posts(desk: Desk, count: int) -> None:
    with desk.store.transaction() as t:
        first = t.posts.count()
        for number in range(first, first + count):
            made = post(f"p{number}", text=f"停暖第{number}天，没人管", source=f"s{number % 7}")
            t.posts.add(made, NOON + timedelta(days=99))


def judged_once(desk: Desk, posts: int) -> bool:
    with desk.store.reading() as t:
        marked = t.connection.exec_driver_sql("SELECT count(*), count(DISTINCT post_id) FROM assessment").one()
        return t.posts.waiting_count() == 0 and tuple(marked) == (posts, posts)


def on_page(desk: Desk) -> int:
    with desk.store.reading() as t:
        return len(t.messages.of(limit=1000))

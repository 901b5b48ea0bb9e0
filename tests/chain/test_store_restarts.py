"""PostgreSQL is stopped and started again under a working desk: nothing ends, is lost or done twice, and people are told."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from alerts.channels.webhook import Options
from benchmarks._server import PostgresServer
from dashboard.backstage import Backstage
from dashboard.cookies import SESSION, Signer
from dashboard.gate import Gate
from dashboard.navigation import ADDRESSES
from dashboard.routes import Routes
from huiying.clock import SimulatedClock
from huiying.settings import Alerts, Database, Judge, Settings
from huiying.wiring import Desk, open_desk
from huiying.workers import work
from pipeline.notify import stored_contacts
from records.alerts import AlertState
from records.people import Contact
from storage.backup import program
from tests.alerts.vendor import Vendor
from tests.dashboard.test_routes import listening
from tests.huiying.waiting import until
from tests.pipeline.clocks import open_incident, start
from tests.storage.making import NOON, post

PATIENCE = 60
POSTS = 200
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
        return until(
            lambda: all(sum(words in line for line in lines) == times for lines in self.said.values()), PATIENCE
        )

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(PATIENCE)


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    if program("pg_ctl") is None:
        pytest.skip("PostgreSQL: it is not installed")
    with PostgresServer() as started:
        yield started


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


@pytest.mark.postgres
@pytest.mark.clause("H-42(3)")
def test_the_desk_outlives_restarts_of_its_store(server: PostgresServer, tmp_path: Path):
    robot, clock = tmp_path / "robots" / "平台.key", SimulatedClock(NOON)
    robot.parent.mkdir()
    with Vendor() as vendor:
        robot.write_text(f"{vendor.url}\n{'k' * 40}\n", encoding="utf-8")
        robot.chmod(0o600)
        settings = Settings(
            data_dir=tmp_path,
            database=Database(url=server.url),
            judge=Judge(poll_seconds=0.1, batch=20),
            alerts=Alerts(
                poll_seconds=0.1,
                allow_private_hosts=tuple(vendor.private_hosts),
                webhook=Options(robots_dir=robot.parent),
            ),
        )
        desk, running = open_desk(settings, clock), Running(settings, clock)
        with desk.store.transaction() as t:
            for recipient in ("office", "住建局"):
                t.people.set_contacts(recipient, [Contact(recipient, "webhook", "平台")])
        open_incident(desk.store)
        start(desk.store, routes=stored_contacts)
        running.start()
        try:
            with served(desk) as browser:
                assert running.all_say("进程已启动", 1), running.said
                for number, (mode, minutes) in enumerate([("fast", 60), ("immediate", 90)], 1):
                    add_posts(desk, POSTS)
                    clock.move_to(NOON + timedelta(minutes=minutes))
                    restarted(server, mode, running, browser, number)
                    settled(desk, vendor, POSTS * number, 2 * number)
        finally:
            running.end()
            desk.close()
    assert running.ended == dict.fromkeys(KINDS, 0)


def settled(desk: Desk, vendor: Vendor, posts: int, reminders: int) -> None:
    """Every post is judged once; every alert, so many reminders among them, is on the page and reached its receiver, again
    only where it says so. Meanwhile time goes by: what was in hand at the stop is free when its lease has run out."""

    def all_done() -> bool:
        assert isinstance(desk.clock, SimulatedClock)
        desk.clock.move_to(desk.clock.now() + timedelta(seconds=1))
        with desk.store.reading() as t:
            alerts = sum(alert.state is not AlertState.SUPPRESSED for alert in t.alerts.all())
        return len(keys(vendor, "")) == on_page(desk) == alerts and len(keys(vendor, "首报还剩")) == reminders

    assert until(lambda: judged_once(desk, posts), PATIENCE)
    assert until(all_done, PATIENCE), [(got.headers["Idempotency-Key"], got.row["title"]) for got in vendor.got]
    unmarked = [got.headers["Idempotency-Key"] for got in vendor.got if not got.row["maybe_repeated"]]
    assert len(set(unmarked)) == len(unmarked)


def keys(vendor: Vendor, words: str) -> set[str]:
    """What has arrived that has these words in its title."""
    return {got.headers["Idempotency-Key"] for got in vendor.got if words in got.row["title"]}


def restarted(server: PostgresServer, mode: str, running: Running, browser: httpx.Client, number: int) -> None:
    """Stop it while there is work, see what the workers and the page say, and start it again."""
    server.stop(mode)
    assert running.all_say("本进程不退出", number), running.said
    answer = browser.get("/")
    assert (answer.status_code, answer.headers["Refresh"]) == (503, "5")
    assert "数据库现在用不了" in answer.text
    server.start()
    assert running.all_say("数据库恢复了", number), running.said
    # The session is unknown: the store has been asked.
    assert browser.get("/").status_code == 303

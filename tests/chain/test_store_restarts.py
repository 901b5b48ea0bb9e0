"""PostgreSQL is stopped and started again under a working desk: nothing ends, is lost or done twice, and people are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from alerts.channels.webhook import Options
from benchmarks._server import PostgresServer
from huiying.clock import SimulatedClock
from huiying.settings import Alerts, Database, Judge, Settings
from huiying.wiring import Desk, open_desk
from pipeline.notify import stored_contacts
from records.alerts import AlertState
from records.people import Contact
from storage.backup import program
from tests.alerts.vendor import Vendor
from tests.chain.working import KINDS, PATIENCE, Running, add_posts, judged_once, on_page, served
from tests.huiying.waiting import until
from tests.pipeline.clocks import open_incident, start
from tests.storage.making import NOON

POSTS = 200


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    if program("pg_ctl") is None:
        pytest.skip("PostgreSQL: it is not installed")
    with PostgresServer() as started:
        yield started


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

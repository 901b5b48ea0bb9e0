"""The disk is full under a working desk: it says what, where and what to do, nothing is broken, and it goes on when there is room."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from casework.reports.formats import docx
from huiying.clock import SimulatedClock
from huiying.overseer import examine
from huiying.settings import Alerts, Database, Judge, Settings
from huiying.wiring import Desk, open_desk
from pipeline import archiving
from pipeline.acts import Actor
from pipeline.notify import page_only
from pipeline.printing import write_formats
from pipeline.refusals import Refused
from records.alerts import AlertState
from records.words import Role
from storage.backup import damage
from storage.outages import is_full
from storage.store import Store
from tests.chain.disks import Disk, small_disk
from tests.chain.working import KINDS, PATIENCE, Running, add_posts, judged_once, on_page, served
from tests.huiying.indexing_desk import keep, note
from tests.huiying.waiting import until
from tests.pipeline.clocks import open_incident, start
from tests.storage.conftest import DATABASES, migrated_database, migrated_file, store
from tests.storage.making import NOON, disclosure, post

__all__ = ["migrated_database", "migrated_file", "store"]
LATER = NOON + timedelta(days=99)
MOST = 20_000
KEEPER = Actor("档案丁", Role.ARCHIVIST)


@pytest.fixture(params=["its own", "limited"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", real=request.param == "its own") as made:
        yield made


def add_until_full(desk: Desk) -> int:
    """Take posts in until the store takes no more; how many it took."""
    taken: list[str] = []
    with pytest.raises(OperationalError) as refused:
        take_in(desk, taken)
    assert is_full(refused.value)
    return len(taken)


def take_in(desk: Desk, taken: list[str]) -> None:
    while len(taken) < MOST:
        with desk.store.transaction() as t:
            t.posts.add(post(f"q{len(taken)}", text="停水，" + "没人管" * 200), LATER)
        taken.append("one more")


@pytest.mark.clause("H-42(3)")
def test_a_store_on_a_full_disk_loses_nothing_and_goes_on_when_there_is_room(disk: Disk):
    settings = Settings(data_dir=disk.folder / "data", judge=Judge(poll_seconds=0.1), alerts=Alerts(poll_seconds=0.1))
    clock = SimulatedClock(NOON)
    desk, running = open_desk(settings, clock), Running(settings, clock)
    open_incident(desk.store)
    start(desk.store, routes=page_only)
    add_posts(desk, 50)
    disk.fill()
    kept = add_until_full(desk)
    trouble = desk.store.outages.trouble or ""
    assert trouble.startswith(f"数据库 {disk.folder / 'data' / 'huiying.db'} ")
    assert "腾出空间" in trouble
    running.start()
    try:
        assert until(lambda: any("磁盘" in line for line in running.said["judge"]), PATIENCE), running.said
        with served(desk) as browser:
            # Nobody is signed in by this cookie: the store has been read.
            assert browser.get("/").status_code == 303
        if disk.real:
            assert any(one.said.startswith("数据目录所在磁盘只剩 0 MB") for one in examine(desk))
        disk.make_room()
        clock.move_to(NOON + timedelta(minutes=60))
        assert until(lambda: judged_once(desk, 50 + kept), PATIENCE), running.said
        assert until(lambda: on_page(desk) == alerts(desk) >= 4, PATIENCE), running.said
        assert until(lambda: "数据库恢复了" in running.said["judge"][-1], PATIENCE), running.said
    finally:
        running.end()
    assert running.ended == dict.fromkeys(KINDS, 0)
    assert damage(desk.store.engine) is None
    with desk.store.reading() as t:
        assert t.audit.verify() is None
    desk.close()


def alerts(desk: Desk) -> int:
    with desk.store.reading() as t:
        return sum(alert.state is not AlertState.SUPPRESSED for alert in t.alerts.all())


class Hurried(threading.Event):
    """Pauses of at most a moment."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(0.05)


@pytest.mark.parametrize("store", DATABASES[1:], indirect=True)
def test_what_lies_beside_the_store_is_refused_by_name_and_taken_when_there_is_room(disk: Disk, store: Store):
    data = disk.folder / "data"
    with closing(Desk(Settings(data_dir=data, database=Database(url=store.url)), SimulatedClock(NOON))) as desk:
        with desk.store.transaction() as t:
            t.disclosures.add(disclosure("d1"), NOON, "测试")
        add_posts(desk, 20)
        with kept(desk):
            assert until(lambda: indexed(desk) == 20, PATIENCE)
            before = (data / "search.db").stat().st_ino
            disk.fill()
            with desk.store.transaction() as t:
                for number in range(1000):
                    t.posts.add(post(f"r{number}", text=f"停水{number}" + "没人管" * 100), LATER)
            assert until(lambda: note(desk) is not None, PATIENCE)
        said = str(note(desk))
        assert f"检索索引 {data / 'search.db'} " in said
        assert "腾出空间" in said
        assert (data / "search.db").stat().st_ino == before, "it is not begun anew"
        files_are_refused(desk, disk, data)
        disk.make_room()
        with kept(desk):
            assert until(lambda: note(desk) is None and indexed(desk) == 1020, PATIENCE)
        made = archiving.archive(desk.store, "d1", KEEPER, NOON, desk.archive_shelf)
        with desk.store.reading() as t:
            assert [(one.name, one.faults) for one in archiving.check_all(t, data / "archive")] == [(made.file, [])]


@contextmanager
def kept(desk: Desk) -> Iterator[None]:
    """The indexes are kept level meanwhile."""
    stop = Hurried()
    keeping = threading.Thread(target=keep, args=(desk, stop), daemon=True)
    keeping.start()
    try:
        yield
    finally:
        stop.set()
        keeping.join(PATIENCE)


def files_are_refused(desk: Desk, disk: Disk, data: Path) -> None:
    """The shelf and the papers say what they could not write and where; nothing half-written stays."""
    disk.fill()  # what the index had begun is gone again
    why = "(磁盘已满|文件超出允许的大小)"
    with pytest.raises(Refused, match=f"归档包写不进 {data / 'archive'}：{why}，没有归档"):
        archiving.archive(desk.store, "d1", KEEPER, NOON, desk.archive_shelf)
    with (
        pytest.raises(Refused, match=f"文稿写不进 {data / 'reports'}：{why}"),
        desk.store.transaction() as t,
    ):
        write_formats(t, data / "reports", "一", [docx], lambda _: b"x" * 100_000)
    assert [file for folder in ("archive", "reports") for file in (data / folder).rglob("*") if file.is_file()] == []


def indexed(desk: Desk) -> int:
    with closing(desk.index()) as index:
        return index.count()

"""The cluster that finds posts is away for a while: the desk judges on, says so, and nothing is missing when it is back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from huiying.clock import SimulatedClock, steady_seconds
from huiying.doctor import Finding, Level, examine
from huiying.index_keeping import keep_indexes
from huiying.settings import Judge, Searching, Settings
from huiying.wiring import Desk, open_desk
from huiying.workers import judge_worker
from pipeline.search_note import SearchNote, search_note
from storage.search.cluster_layout import Layout
from storage.search.dated import span_of
from storage.search.text_index import SearchDown
from tests.huiying.waiting import until
from tests.storage.making import post
from tests.storage.search.clusters import NEEDS_CLUSTER, client, layout
from tests.storage.search.gate import Gate, Way, way_in

__all__ = ["way_in"]

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=180)
SLOW = 1.0


@pytest.fixture
def made() -> Iterator[Layout]:
    """A layout under a prefix of its own."""
    with layout() as one:
        yield one


@pytest.fixture
def desk(tmp_path: Path, made: Layout, way_in: Gate) -> Iterator[Desk]:
    """A desk that finds posts in the cluster behind the gate."""
    search = Searching(engine="elasticsearch", url=way_in.url, prefix=made.prefix, timeout_seconds=SLOW)
    settings = Settings(data_dir=tmp_path, search=search, judge=Judge(poll_seconds=0.05))
    opened = open_desk(settings, SimulatedClock(NOON))
    yield opened
    opened.close()


@contextmanager
def running(desk: Desk, work: object) -> Iterator[None]:
    """A worker of the desk in a thread."""
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(desk, stop))  # type: ignore[arg-type]
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(30)
        assert not worker.is_alive()


def keep(desk: Desk, stop: threading.Event) -> None:
    """Keep the indexes level, whoever else there may be."""
    keep_indexes(desk, stop, lambda: True)


def add(desk: Desk, *post_ids: str) -> None:
    with desk.store.transaction() as t:
        for post_id in post_ids:
            t.posts.add(post(post_id, "又停水了，没人管"), LATER)


def found(desk: Desk) -> set[str] | None:
    """What the desk finds; None where it finds nothing because the cluster is away."""
    try:
        with closing(desk.index()) as index:
            return set(index.find("停水"))
    except SearchDown:
        return None


def finds(desk: Desk, post_ids: set[str]) -> bool:
    return found(desk) == post_ids


def note(desk: Desk) -> SearchNote | None:
    with desk.store.reading() as t:
        return search_note(t)


def waiting(desk: Desk) -> int:
    with desk.store.reading() as t:
        return t.posts.waiting_count()


def index_line(desk: Desk) -> Finding:
    return next(line for line in examine(desk, "huiying.yaml") if line.subject == "索引")


@pytest.mark.elasticsearch
@NEEDS_CLUSTER[1]
def test_while_the_cluster_is_away_posts_are_judged_and_afterwards_all_are_found(desk: Desk, way_in: Gate) -> None:
    way_in.turn(Way.SHUT)
    come: list[str] = []
    with running(desk, judge_worker):
        for away in (Way.SHUT, Way.HANGING):
            way_in.turn(away)
            add(desk, f"{away.value}-1", f"{away.value}-2")
            come += [f"{away.value}-1", f"{away.value}-2"]
            assert until(lambda: waiting(desk) == 0, 60)
            assert until(lambda: note(desk) is not None)
            assert "连不上搜索引擎" in str(note(desk))
            begun = steady_seconds()
            assert found(desk) is None
            assert steady_seconds() - begun < 20 * SLOW
            way_in.turn(Way.OPEN)
            assert until(partial(finds, desk, set(come)))
            assert until(lambda: note(desk) is None)


@pytest.mark.elasticsearch
@NEEDS_CLUSTER[1]
def test_the_doctor_says_how_the_cluster_stands(desk: Desk, way_in: Gate, made: Layout) -> None:
    add(desk, "p1", "p2")
    # A busy machine may let an answer take longer than the desk waits for it.
    assert until(lambda: index_line(desk).level is Level.NOTE)
    assert until(lambda: "0 条，还差 2 条" in index_line(desk).state)
    with closing(desk.index()) as index:
        index.add([post("p1", "停水"), post("p2", "停水")], 2)
    assert until(lambda: (index_line(desk).level, index_line(desk).advice) == (Level.GOOD, ""))
    assert until(lambda: "，2 条" in index_line(desk).state)
    way_in.turn(Way.SHUT)
    line = index_line(desk)
    assert (line.level, line.subject) == (Level.FAULT, "索引")
    assert "连不上搜索引擎" in line.state
    assert "search 的 url" in line.advice
    assert "\n" not in str(line)


@pytest.mark.elasticsearch
@NEEDS_CLUSTER[1]
def test_a_post_that_the_cluster_refuses_is_told_of_and_comes_in_later(desk: Desk, made: Layout) -> None:
    spring, name = NOON - timedelta(days=60), span_of(NOON - timedelta(days=60), 30, made.posts).name
    with desk.store.transaction() as t:
        t.posts.add(post("old", "停水", seen_at=spring), LATER)
    with running(desk, keep):
        assert until(lambda: found(desk) == {"old"})
    with client() as trouble:
        trouble.indices.put_settings(index=name, settings={"index.blocks.write": True})
        with desk.store.transaction() as t:
            t.posts.add(post("late", "停水", seen_at=spring), LATER)
            t.posts.add(post("new", "停水"), LATER)
        with running(desk, keep):
            assert until(lambda: found(desk) == {"old", "new"})
            assert until(lambda: "1 条帖文搜索引擎不肯收" in str(note(desk)))
        assert until(lambda: "有 1 条帖文集群不肯收，如 late：" in index_line(desk).state)
        assert index_line(desk).level is Level.FAULT
        trouble.indices.put_settings(index=name, settings={"index.blocks.write": None})
    with running(desk, keep):
        assert until(lambda: found(desk) == {"old", "new", "late"})
        assert until(lambda: note(desk) is None)


def test_an_embedded_index_that_fails_is_noted_and_judging_goes_on(tmp_path: Path) -> None:
    with closing(open_desk(Settings(data_dir=tmp_path, judge=Judge(poll_seconds=0.05)), SimulatedClock(NOON))) as desk:
        (tmp_path / "search.db").mkdir()
        add(desk, "p1")
        with running(desk, judge_worker):
            assert until(lambda: waiting(desk) == 0, 60)
            assert until(lambda: "全文索引" in str(note(desk)))
            (tmp_path / "search.db").rmdir()
            assert until(lambda: found(desk) == {"p1"})
            assert until(lambda: note(desk) is None)

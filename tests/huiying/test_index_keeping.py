"""The cluster that finds posts is away for a while: the desk judges on, says so, and nothing is missing when it is back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from huiying.clock import SimulatedClock, steady_seconds
from huiying.doctor import Level
from huiying.settings import Judge, Searching, Settings
from huiying.wiring import Desk, open_desk
from huiying.workers import judge_worker
from pipeline.indexing import catch_up
from storage.search.cluster_layout import Layout
from storage.search.dated import span_of
from tests.huiying.indexing_desk import LATER, NOON, add, found, index_line, keep, note, running, waiting
from tests.huiying.waiting import until
from tests.storage.making import post
from tests.storage.search.clusters import NEEDS_CLUSTER, client, layout
from tests.storage.search.gate import Gate, Way, way_in

__all__ = ["way_in"]

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


def _finds(desk: Desk, post_ids: set[str]) -> bool:
    return found(desk) == post_ids


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
            assert until(partial(_finds, desk, set(come)))
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
    assert "search.url" in line.state
    assert "恢复后自动补进搜索" in line.advice
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


@pytest.mark.elasticsearch
@NEEDS_CLUSTER[1]
def test_changed_settings_reach_the_indices_that_are_there(desk: Desk, made: Layout) -> None:
    add(desk, "p1")
    with closing(desk.index()) as index:
        catch_up(desk.store, index)
    changed = desk.settings.search.model_copy(update={"replicas": 1, "refresh_seconds": 0.5})
    again = Desk(desk.settings.model_copy(update={"search": changed}), SimulatedClock(NOON))
    with closing(again), running(again, keep), client() as asking:

        def stand(name: str) -> set[str]:
            found = asking.indices.get_settings(index=f"{made.prefix}-*", name=f"index.{name}", flat_settings=True)
            return {each["settings"][f"index.{name}"] for each in found.values()}

        assert until(lambda: (stand("number_of_replicas"), stand("refresh_interval")) == ({"1"}, {"500ms"}))


def test_an_embedded_index_that_fails_is_noted_and_judging_goes_on(tmp_path: Path) -> None:
    with closing(open_desk(Settings(data_dir=tmp_path, judge=Judge(poll_seconds=0.05)), SimulatedClock(NOON))) as desk:
        (tmp_path / "search.db").mkdir()
        add(desk, "p1")
        with running(desk, judge_worker):
            assert until(lambda: waiting(desk) == 0, 60)
            assert until(lambda: "search.db 打不开：请检查磁盘、目录和权限" in str(note(desk)))
            (tmp_path / "search.db").rmdir()
            assert until(lambda: found(desk) == {"p1"})
            assert until(lambda: note(desk) is None)

"""Two judging workers on one desk: each does its share, nothing is done twice, and what a dead one left is taken up."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from huiying import judging_worker
from huiying.clock import SimulatedClock
from huiying.index_keeping import IndexKeeper
from huiying.judging_worker import JudgingWorker
from huiying.settings import Judge, Settings
from huiying.wiring import Desk, open_desk
from pipeline.model_note import model_note
from pipeline.shares import LEASE_SECONDS
from storage.tables import read_ahead
from tests.storage.making import DAY, NOON, post

POSTS = 40


@pytest.fixture
def desks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Desk]]:
    """Two processes of one desk, as far as they know."""
    monkeypatch.setattr(judging_worker, "LOOK_SECONDS", 0.0)
    settings = Settings(data_dir=tmp_path, judge=Judge(batch=5))
    made = [open_desk(settings, SimulatedClock(NOON)) for _ in range(2)]
    yield made
    for desk in made:
        desk.close()


def begun(desk: Desk) -> JudgingWorker:
    return JudgingWorker(desk, logging.getLogger("test"), threading.Event())


def come(desk: Desk, first: int, last: int) -> None:
    with desk.store.transaction() as t:
        for n in range(first, last):
            at = NOON + timedelta(seconds=n)
            t.posts.add(post(f"p{n}", text=f"第{n}小区停暖三天了，什么时候能恢复？", seen_at=at), NOON + 180 * DAY)


def judged(desk: Desk) -> int:
    with desk.store.reading() as t:
        return len(t.assessments.many(f"p{n}" for n in range(POSTS)))


def indexed(desk: Desk, worker: JudgingWorker) -> int:
    """How many posts are in the index once this worker has done its part of keeping it level."""
    keeper = IndexKeeper(desk)
    with closing(desk.index()) as posts, closing(desk.record_index()) as records:
        while worker.keeps_indexes() and keeper.step(posts, records):
            pass
        return posts.count()


def test_a_worker_alone_does_everything_and_says_nothing_of_it(desks: list[Desk]):
    alone = begun(desks[0])
    come(desks[0], 0, 12)
    while alone.step():
        pass
    assert (judged(desks[0]), indexed(desks[0], alone), alone.does()) == (12, 12, None)
    alone.close()


def test_two_share_the_work_and_the_second_takes_up_what_the_first_leaves_when_it_dies(desks: list[Desk]):
    one, two = map(begun, desks)
    one.step()
    two.step()
    one.step()
    two.step()
    assert (one.does(), two.does()) == ("读帖", "建索引、归集立案")
    come(desks[0], 0, 20)
    one.step()
    assert indexed(desks[0], one) == 0
    assert (judged(desks[1]), indexed(desks[1], two)) == (0, 20), "what is read is not stored by who reads"
    two.step()
    assert judged(desks[0]) == 5
    one.step()  # it has read five more, and is killed
    come(desks[0], 20, POSTS)
    two.step()
    two.step()
    assert judged(desks[1]) == 10, "nobody reads"
    for desk in desks:
        assert isinstance(desk.clock, SimulatedClock)
        desk.clock.move_to(desk.clock.now() + timedelta(seconds=LEASE_SECONDS + 1))
    while two.step():
        pass
    assert (judged(desks[1]), indexed(desks[1], two), two.does()) == (POSTS, POSTS, None)
    two.close()


def test_who_is_told_to_stop_leaves_its_share_at_once(desks: list[Desk]):
    one, two = map(begun, desks)
    one.step()
    two.step()
    one.close()
    come(desks[0], 0, 10)
    while two.step():
        pass
    assert (judged(desks[0]), two.does()) == (10, None)
    two.close()


def test_who_has_no_model_lets_the_other_read(desks: list[Desk], tmp_path: Path):
    chosen = Judge(batch=5, model_dir=tmp_path / "none")
    without = open_desk(Settings(data_dir=tmp_path, judge=chosen), SimulatedClock(NOON))
    blind, other = begun(without), begun(desks[0])
    come(desks[0], 0, 10)
    blind.step()
    for _ in range(4):
        other.step()
        blind.step()
    assert (judged(desks[0]), other.does(), blind.does()) == (10, None, "待命")
    with desks[0].store.reading() as t:
        note = model_note(t)
    assert note is not None
    assert note.trouble is None, "people are told how posts are read, not what is wrong with who reads none"
    without.close()


def test_the_posts_of_a_batch_that_another_version_left_are_read_anew(desks: list[Desk]):
    come(desks[0], 0, 10)
    assert desks[0].judging().read_ahead(5) == 5
    with desks[0].store.transaction() as t:
        t.connection.execute(read_ahead.update().values(content=b'{"changes":[1],"assessed":[{"post":"p0"}]}'))
    alone = begun(desks[0])
    while alone.step():
        pass
    assert judged(desks[0]) == 10

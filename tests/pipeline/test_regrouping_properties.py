"""Whatever people merge, split and link: every post is in one incident, no clock is lost or due later, nothing less grave."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from pipeline.notify import page_only
from pipeline.owing import Owed
from pipeline.refusals import Refused
from pipeline.sweep import sweep
from records.actions import Act
from records.incidents import Incident
from records.words import Channel
from regulation.time_limits import ACKNOWLEDGEMENT, FOLLOW_UP, further_limits
from storage.store import Store
from tests.pipeline.known_answers import NOON
from tests.pipeline.regrouped import Regrouped

MINUTE = timedelta(minutes=1)
RECORDS = ("d1", "d2", "d3", "d4")
DEEDS = ("come", "acknowledge", "start", "graver", "confirm", "wait", "merge", "merge", "split", "split", "relink")
STEP = st.tuples(st.sampled_from(DEEDS), st.integers(0, 7), st.integers(0, 7), st.booleans())


class Play:
    """People do one thing after another; around every regrouping it is looked at whether what must hold does."""

    def __init__(self, store: Store) -> None:
        self.town = Regrouped(store, Owed(further_limits(["national"])), RECORDS)
        self.now = NOON
        self.came = 0
        for number, record in enumerate(RECORDS[:3]):
            self.town.incident(record, f"p{number}-", NOON + number * MINUTE)

    def step(self, deed: str, first: int, second: int, flag: bool) -> bool:
        """Do one thing to one of the ongoing incidents, or to two of them; False where it is refused."""
        self.now += 5 * MINUTE
        with self.town.store.reading() as t:
            there = sorted(t.incidents.ongoing(), key=lambda one: one.id)
        one, other = there[first % len(there)], there[second % len(there)]
        try:
            getattr(self, deed)(one, other, flag)
        except Refused:
            return False
        finally:
            self.each_post_in_one_place()
        return True

    def each_post_in_one_place(self) -> None:
        with self.town.store.reading() as t:
            for post in t.posts.newest(200):
                assert len(t.incidents.gatherings_of_post(post.id)) == 1, post.id
            over = {one.id for one in t.incidents.list() if not one.state.ongoing}
            assert not over & {clock.incident for clock in t.deadlines.running()}

    def dues(self, *incidents: Incident) -> list[tuple[str, datetime]]:
        """What runs and when it is due, but for what any deed fulfils."""
        found = [clock for one in incidents for clock in self.town.clocks(one)]
        return [(one.kind.partition(".")[0], one.due_at) for one in found if not one.kind.startswith(FOLLOW_UP)]

    def come(self, one: Incident, other: Incident, flag: bool) -> None:
        self.came += 1
        copied = self.town.posts(other)[0] if flag else None
        channel = Channel.NEWS if flag else Channel.FORUM
        self.town.come(f"x{self.came}-0", self.now, disclosure=one.disclosure, copy_of=copied, channel=channel)

    def acknowledge(self, one: Incident, other: Incident, flag: bool) -> None:
        self.town.act(one, Act.ACKNOWLEDGE, self.now)

    def start(self, one: Incident, other: Incident, flag: bool) -> None:
        self.town.act(one, Act.START_PLAN, self.now)

    def graver(self, one: Incident, other: Incident, flag: bool) -> None:
        severity = "major" if flag else "major_emergency"
        self.town.act(one, Act.SET_SEVERITY, self.now, severity=severity, reason="人工认定")

    def confirm(self, one: Incident, other: Incident, flag: bool) -> None:
        self.town.act(one, Act.CONFIRM, self.now)

    def wait(self, one: Incident, other: Incident, flag: bool) -> None:
        self.now += 20 * MINUTE
        sweep(self.town.store, self.now, page_only)

    def merge(self, one: Incident, other: Incident, flag: bool) -> None:
        posts = {*self.town.posts(one), *self.town.posts(other)}
        before = self.dues(one, other)
        target = self.town.merge(one, other, self.now, relinks=flag)
        assert set(self.town.posts(target)) >= posts
        assert target.severity.rank >= max(one.severity.rank, other.severity.rank)
        after = self.dues(target)
        for duty, due in before:
            kept = {duty, ACKNOWLEDGEMENT} if "acknowledgement" in duty else {duty}
            assert any(other_duty in kept and at <= due for other_duty, at in after), (duty, due, after)

    def split(self, one: Incident, other: Incident, flag: bool) -> None:
        posts, before = set(self.town.posts(one)), self.dues(one)
        chosen = self.town.posts(one)[: 1 + self.came % 3]
        made = self.town.split(one, chosen, one.disclosure if flag else other.disclosure, self.now)
        left = self.town.get(one)
        assert {*self.town.posts(left), *self.town.posts(made)} >= posts
        assert set(chosen) <= set(self.town.posts(made))
        assert left.severity.rank >= one.severity.rank
        if left.severity is one.severity:
            assert self.dues(left) == before

    def relink(self, one: Incident, other: Incident, flag: bool) -> None:
        posts, before = set(self.town.posts(one)), self.dues(one)
        changed = self.town.relink(one, "d4", self.now)
        assert set(self.town.posts(changed)) >= posts
        assert changed.severity.rank >= one.severity.rank
        if changed.severity is one.severity:
            assert self.dues(changed) == before


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("regrouped")


@settings(max_examples=15, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@example(steps=[("confirm", 1, 0, False), ("merge", 0, 1, False)])
@given(steps=st.lists(STEP, min_size=2, max_size=8))
def test_nothing_is_lost_or_put_off_whatever_people_regroup(
    migrated_file: Path, folder: Path, steps: list[tuple[str, int, int, bool]]
):
    file = folder / "store.db"
    shutil.copy(migrated_file, file)
    store = Store(f"sqlite:///{file}")
    try:
        play = Play(store)
        for step in steps:
            play.step(*step)
    finally:
        store.close()
        for left in folder.iterdir():
            left.unlink()

"""Plays a scenario through the same pipeline as live, on a simulated clock: nothing waits, nothing leaves the machine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from huiying.clock import SimulatedClock
from huiying.replay_files import BEIJING, REPORTS, Outcome, make_room, write_outcome
from huiying.scenario import NumberedAction, NumberedPost, Rejected, Scenario
from huiying.wiring import Desk
from pipeline.acts import Actor, Deps, attempt
from pipeline.intake import Received, receive_file_row
from pipeline.judging import Judging
from pipeline.notify import page_only
from pipeline.post_reading import Reader
from pipeline.refusals import Refused
from pipeline.send import Sender
from pipeline.sweep import next_due, sweep
from records.reading import BadRecord

T = TypeVar("T")
BATCH = 500


@dataclass
class _Stage:
    """The desk on which the scenario is played, and how far it has got."""

    desk: Desk
    clock: SimulatedClock
    judging: Judging
    sender: Sender
    deps: Deps
    new_ids: dict[str, int] = field(default_factory=dict)
    rejected_posts: list[Rejected] = field(default_factory=list)
    rejected_actions: list[Rejected] = field(default_factory=list)

    def take_posts(self, posts: Sequence[NumberedPost]) -> None:
        """Receive and judge posts in order; a post and its update never share a step, each has its own moment."""
        batch: dict[str, NumberedPost] = {}
        for numbered in posts:
            if numbered.post.id in batch or len(batch) == BATCH:
                self._judge(list(batch.values()))
                batch.clear()
            batch[numbered.post.id] = numbered
        self._judge(list(batch.values()))

    def act(self, numbered: NumberedAction) -> None:
        """Carry out one action, or note why not."""
        action = numbered.action
        try:
            attempt(self.desk.store, action, Actor(action.actor, None), self.deps)
        except Refused as refusal:
            self.rejected_actions.append(Rejected(numbered.line, str(refusal), numbered.row))

    def run_clocks(self) -> None:
        """Fire the timers that are due and send what waits."""
        sweep(self.desk.store, self.clock.now(), page_only, self.desk.escalation)
        while self.sender.send_due(self.clock.now(), BATCH) >= BATCH:
            pass

    def _judge(self, batch: Sequence[NumberedPost]) -> None:
        if not batch:
            return
        with self.desk.store.transaction() as t:
            for numbered in batch:
                post = numbered.post
                try:
                    received = receive_file_row(t, post, post.seen_at, self.desk.retention)
                except BadRecord as error:
                    self.rejected_posts.append(Rejected(numbered.line, str(error)))
                    continue
                if received is Received.NEW:
                    self.new_ids[post.id] = numbered.line
        while self.judging.step(lambda waiting: waiting.at, BATCH):
            pass


def replay(scenario: Scenario, out: Path, load_reader: Callable[[], Reader]) -> Outcome:
    """Play the scenario and write the files of the contract into `out`. The same scenario gives the same bytes."""
    make_room(out)
    begin = scenario.begin or datetime(2000, 1, 1, tzinfo=BEIJING)
    with tempfile.TemporaryDirectory(prefix="huiying-replay-") as scratch:
        settings = scenario.settings.model_copy(
            update={"data_dir": Path(scratch), "database": type(scenario.settings.database)()}
        )
        clock = SimulatedClock(begin)
        desk = Desk(settings, clock)
        try:
            stage = _stage(desk, clock, out / REPORTS, load_reader)
            _play(scenario, stage)
            rejected_posts = [*scenario.rejected_posts, *stage.rejected_posts]
            rejected_actions = [*scenario.rejected_actions, *stage.rejected_actions]
            with desk.store.reading() as t:
                return write_outcome(
                    t, out, sorted(stage.new_ids, key=stage.new_ids.__getitem__), rejected_posts, rejected_actions
                )
        finally:
            desk.close()


def _stage(desk: Desk, clock: SimulatedClock, reports_dir: Path, load_reader: Callable[[], Reader]) -> _Stage:
    desk.store.migrate()
    return _Stage(
        desk=desk,
        clock=clock,
        judging=Judging(
            desk.store,
            load_reader,
            desk.rules,
            page_only,
            escalation=desk.escalation,
            owed=desk.owed,
            watched=desk.watched_records,
            closer=desk.closer_watch,
        ),
        sender=desk.sender("replay"),
        deps=Deps(
            rules=desk.rules,
            routes=page_only,
            reports_dir=reports_dir,
            letterhead=desk.letterhead,
            replay=True,
            escalation=desk.escalation,
            owed=desk.owed,
        ),
    )


def _play(scenario: Scenario, stage: _Stage) -> None:
    """At each moment posts come first, then actions, then timers; moments without action or timer need no stop."""
    with stage.desk.store.transaction() as t:
        for record in scenario.disclosures:
            t.disclosures.add(record, stage.clock.now(), "场景")
    if scenario.end is None:
        return
    posts, actions = list(scenario.posts), list(scenario.actions)
    while True:
        due = [moment for moment in (actions[0].action.at if actions else None, next_due(stage.desk.store)) if moment]
        moment = min([*due, scenario.end])
        stage.clock.move_to(max(moment, stage.clock.now()))
        stage.take_posts(_taken(posts, moment, lambda one: one.post.seen_at))
        for numbered in _taken(actions, moment, lambda one: one.action.at):
            stage.act(numbered)
        stage.run_clocks()
        if moment == scenario.end and not actions:
            return


def _taken(waiting: list[T], until: datetime, time_of: Callable[[T], datetime]) -> list[T]:
    """Take from the front what happens at `until` or earlier."""
    count = next((n for n, one in enumerate(waiting) if time_of(one) > until), len(waiting))
    taken, waiting[:] = waiting[:count], waiting[count:]
    return taken

"""Judges the posts that wait: assesses them, lets negative ones gather, opens and raises incidents, queues alerts."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from pydantic import ValidationError

from casework.incidents.moves import categorised, opened, raised, title_of
from casework.incidents.severity import step_up, still_overruled
from nlp.duplicates import TEXTS_KEPT
from pipeline.closer_watch import RulesInForce
from pipeline.copies import followed
from pipeline.explained import Explained, Explainer
from pipeline.gatherings import Gatherings, LiveGathering
from pipeline.notify import Routes, tell
from pipeline.owing import NONE, OPENING, Owed, begin
from pipeline.own_figures import Below, Changes, own_figures
from pipeline.post_reading import PostReading, Reader
from pipeline.rising import risen
from pipeline.unacknowledged import await_acknowledgement
from records.assessments import Assessment, ReadPosts
from records.incidents import SeverityChange
from records.posts import BACKLOG, REDACTED, Post
from records.words import Sentiment
from regulation.closer_watch import CloserWatch, closer_watch
from regulation.escalation import Escalation
from regulation.rule_rows import BadRules
from regulation.severity import Rule, SeverityRules
from regulation.watched_records import WatchedRecords, watched_records
from storage.posts import Change, Waiting
from storage.store import Store, Transaction

_SETTLED = "settled_mark"
"""The mark of the last step that let posts gather: what a worker remembers of gatherings holds while it is its own."""

_log = logging.getLogger(__name__)

AHEAD = 4
"""So many batches may be read and not settled: whoever settles never waits, and little is read in vain."""

Moment = datetime | Callable[[Waiting], datetime]
"""When the alerts of a step are queued: one moment for all (live), or one for each change (a replay's own time)."""


class Judging:
    """Judges what waits on a store. Each step is one transaction, so that nothing is half judged.

    One worker does it all with `step`. Where several share the work, one reads ahead of the others (`read_ahead`, which
    writes nothing but what it has read) and one settles what was read (`settle`); what comes of it is the same, and
    several that do the same by mistake only hinder each other.

    `load_reader` makes a reader with an empty memory; it is called at the first step and after a failed one, once
    `stamp` gives another text than at the last call (then another model is to be used), and where somebody else has
    read on this store meanwhile. `memory` is how far back copies are known, of up to `texts`
    different texts. `load_explainer` makes what says why a post is
    read so; whoever settles does that, not whoever reads.
    """

    def __init__(
        self,
        store: Store,
        load_reader: Callable[[], Reader],
        rules: SeverityRules,
        routes: Routes,
        memory: timedelta = timedelta(days=7),
        stamp: Callable[[], str] = str,
        escalation: Escalation | None = None,
        owed: Owed = NONE,
        watched: WatchedRecords | None = None,
        closer: CloserWatch | None = None,
        below: Below | None = None,
        load_explainer: Callable[[], Explainer] | None = None,
        texts: int = TEXTS_KEPT,
    ) -> None:
        """With `below` the office's own figures are looked up before every step, and stand over it and over `rules`."""
        self._store = store
        self._reading = PostReading(load_reader, memory, stamp, watched or watched_records(), texts)
        self._explained = Explained(load_explainer, stamp)
        self._routes = routes
        self._owed = owed
        self._rules = RulesInForce(rules, closer or closer_watch())
        self._below = below
        self._own: Changes = {}
        self._escalation = escalation
        self._gatherings = Gatherings(self._rules)
        self._settled = ""

    def go_by(self, escalation: Escalation, watched: WatchedRecords) -> None:
        """Judge by these rules from the next step on."""
        self._escalation = escalation
        self._reading.go_by(watched)

    def step(self, now: Moment, limit: int = 200) -> int:
        """Judge up to `limit` waiting changes in the order they came; how many there were. What was read ahead comes first.

        History and opening times are those of the change itself (a post's `seen_at`, an update's own time). `now` is
        what the alerts bear: live the present, in a replay `lambda waiting: waiting.at`. Whatever goes wrong, the
        transaction leaves nothing, memory is rebuilt from the store at the next step, and the error rises.
        """
        with self._forgetting_what_fails(), self._store.transaction() as t:
            t.incidents.take_turn()
            t.read_ahead.take_turn()
            return self._settle_first(t, now) or self._judge(t, now, limit)

    def read_ahead(self, limit: int = 200) -> int:
        """Read up to `limit` waiting changes that nobody has read yet, and leave the result to whoever settles; how many.

        0 as well where `AHEAD` batches are not settled yet, and where there are any that this reader does not remember.
        """
        with self._forgetting_what_fails():
            with self._store.reading() as t:
                before, ahead = t.read_ahead.mark, t.read_ahead.count()
                if ahead >= AHEAD or (ahead and not self._reading.remembers(t)):
                    return 0
                waiting = t.posts.waiting(limit, t.read_ahead.changes())
                if not waiting:
                    return 0
                read = self._reading.read(t, waiting, t.posts.many(change.post_id for change in waiting))
            with self._store.transaction() as t:
                t.read_ahead.take_turn()
                if t.read_ahead.mark != before:
                    self._reading.forget()
                    return 0
                t.read_ahead.put(read)
                self._reading.leave_mark(t)
            return len(waiting)

    def settle(self, now: Moment) -> int:
        """Settle the next batch that was read ahead; how many changes it held. `now` as in `step`."""
        with self._forgetting_what_fails():
            first = self._first()
            with self._store.transaction() as t:
                # Not the turn of those who read: whoever throws away what was read takes this one first.
                t.incidents.take_turn()
                return self._settle_first(t, now, first)

    def _first(self) -> _Ready | None:
        """The batch to be settled next, explained before anybody has to wait for it."""
        with self._store.reading() as t, suppress(ValidationError):
            return self._ready(t)
        return None

    def _ready(self, t: Transaction) -> _Ready | None:
        first = t.read_ahead.first()
        if first is None:
            return None
        number, read = first
        posts = t.posts.many(one.post_id for one in read.assessed)
        return _Ready(number, self._explained.of(t, read, posts), posts)

    @contextmanager
    def _forgetting_what_fails(self) -> Iterator[None]:
        done = False
        try:
            yield
            done = True
        finally:
            if not done:
                self._reading.forget()
                self._gatherings.forget()

    def _settle_first(self, t: Transaction, now: Moment, ready: _Ready | None = None) -> int:
        """Settle the batch that is the first by now, whoever was after it meanwhile."""
        if ready is None or ready.number != t.read_ahead.next:
            try:
                ready = self._ready(t)
            except ValidationError:
                # Another version of the program has left it. What is wrong is not told: it holds words of posts.
                _log.warning("what was read ahead cannot be used, the posts are read anew")
                t.read_ahead.forget()
                return 0
        if ready is None:
            return 0
        waiting = t.posts.still_waiting(ready.read.changes)
        self._settle_all(t, waiting, _as_they_are(t, waiting, ready.posts), ready.read, now)
        t.read_ahead.drop(ready.number)
        return len(ready.read.changes)

    def _judge(self, t: Transaction, now: Moment, limit: int) -> int:
        waiting = t.posts.waiting(limit)
        if not waiting:
            return 0
        posts = t.posts.many(change.post_id for change in waiting)
        read = self._reading.read(t, waiting, posts)
        self._reading.leave_mark(t)
        self._settle_all(t, waiting, posts, self._explained.of(t, read, posts), now)
        return len(waiting)

    def _settle_all(
        self, t: Transaction, waiting: Sequence[Waiting], posts: Mapping[str, Post], read: ReadPosts, now: Moment
    ) -> None:
        """Store how the posts are read and let them gather, one change after the other."""
        if not waiting:
            return
        self._take_up_own_figures(t)
        if t.meta.get(_SETTLED) != self._settled:
            # Somebody else has settled meanwhile, or this worker's last transaction failed.
            self._gatherings.forget()
        self._settled = secrets.token_hex(8)
        t.meta.put(_SETTLED, self._settled)
        self._gatherings.begin()
        clear: dict[str, list[Assessment]] = {}
        for earlier in read.again:
            clear.setdefault(earlier.by, []).append(earlier.assessment)
        here = {each.post_id: each for each in read.assessed if each.post_id in posts}
        assessed = followed(t, here, posts, _at(now, waiting[-1]))
        for new, changes in groupby(waiting, lambda change: change.change is Change.NEW):
            run = list(changes)
            if new:
                # Nothing looks at the assessment of a new post before its turn: those of a run are stored in one go.
                fresh = [change for change in run if change.post_id in assessed]
                t.assessments.put_all((assessed[change.post_id], _at(now, change)) for change in fresh)
            for change in run:
                post = posts.get(change.post_id)
                if post is not None:
                    self._settle(t, change, post, assessed.get(post.id), _at(now, change))
                for again in clear.pop(change.post_id, ()):
                    if self._read_again(t, change, again, _at(now, change)) and again.post_id in assessed:
                        assessed[again.post_id] = again
        self._gatherings.save(t)
        t.posts.settle([change.seq for change in waiting])

    def _take_up_own_figures(self, t: Transaction) -> None:
        own = {} if self._below is None else own_figures(t)
        if self._below is None or own == self._own:
            return
        self._own = own
        try:
            self._rules = self._below.in_force(own)
        except BadRules:
            # The settings or the program have changed since: judging goes on by what it has.
            _log.exception("the office's own figures cannot be used")
        # What is remembered was counted in windows that may be others now.
        self._gatherings = Gatherings(self._rules)

    def _settle(
        self, t: Transaction, change: Waiting, post: Post, assessment: Assessment | None, now: datetime
    ) -> None:
        if change.change is Change.CORRECTION:
            self._corrected(t, change, post, now)
            return
        if change.change is Change.UPDATE or assessment is None:
            self._updated(t, change, post, None, now)
            return
        joined: frozenset[str | None] = frozenset()
        if change.change is Change.EDIT:
            t.assessments.put(assessment, now)
            joined = self._updated(t, change, post, assessment, now)
        disclosure = assessment.disclosure
        if assessment.sentiment is not Sentiment.NEGATIVE or disclosure is None or disclosure in joined:
            return
        if BACKLOG in post.flags:
            return
        live = self._gatherings.for_post(t, disclosure, change.at, _near(post, assessment))
        if post.id not in live.figures:
            self._gatherings.join(live, post, change.at, assessment.category, assessment.duplicate_of or post.id)
            self._evaluate(t, live, post, change.at, now)

    def _read_again(self, t: Transaction, change: Waiting, read: Assessment, now: datetime) -> bool:
        """Keep what an earlier post is about, clear by now, and let it join; False where a person has said how it is read."""
        post, standing = t.posts.get(read.post_id), t.assessments.get(read.post_id)
        if post is None or standing is None or standing.corrected or REDACTED in post.flags:
            return False
        t.assessments.put(read, now)
        self._join_late(t, change, post, read, self._gatherings.holding(t, post.id), now)
        return True

    def _corrected(self, t: Transaction, change: Waiting, post: Post, now: datetime) -> None:
        """Let the post leave the gatherings in which it does not belong as a person reads it, and join its own."""
        read = t.assessments.get(post.id)
        if read is None:
            return
        gathers = _gathers(post, read)
        holding = self._gatherings.holding(t, post.id)
        for live in holding:
            if live.stored.ended_at is None:
                if gathers and read.disclosure in live.records:
                    total = post.reactions.total
                    member = live.figures.update(post.id, change.at, reactions=total, category=read.category)
                    t.incidents.update_member(live.stored.id, member)
                else:
                    self._gatherings.leave(t, live, post.id)
                self._evaluate(t, live, post, change.at, now)
        self._join_late(t, change, post, read, holding, now)

    def _join_late(
        self,
        t: Transaction,
        change: Waiting,
        post: Post,
        read: Assessment,
        holding: Sequence[LiveGathering],
        now: datetime,
    ) -> None:
        """Let a post that came before the change join its record's gathering, if none of those that hold it is that."""
        record = read.disclosure if _gathers(post, read) else None
        if record is not None and not any(record in live.records for live in holding):
            live = self._gatherings.for_post(t, record, post.seen_at, _near(post, read))
            self._gatherings.join(live, post, post.seen_at, read.category, read.duplicate_of or post.id)
            live.figures.advance(change.at)
            self._evaluate(t, live, post, change.at, now)

    def _updated(
        self, t: Transaction, change: Waiting, post: Post, assessment: Assessment | None, now: datetime
    ) -> frozenset[str | None]:
        """Evaluate the post's gatherings again with its new figures; the records that it has gathered under."""
        holding = self._gatherings.holding(t, post.id)
        for live in holding:
            if live.stored.ended_at is None:
                mine = assessment is not None and assessment.disclosure in live.records
                category = assessment.category if assessment is not None and mine else None
                member = live.figures.update(post.id, change.at, reactions=post.reactions.total, category=category)
                t.incidents.update_member(live.stored.id, member)
                self._evaluate(t, live, post, change.at, now)
        return frozenset[str | None]().union(*(live.records for live in holding))

    def _evaluate(self, t: Transaction, live: LiveGathering, post: Post, at: datetime, now: datetime) -> None:
        incident = live.incident
        rules = self._rules.of(t, live.stored.disclosure, at)
        rule = step_up(live.figures, rules, None if incident is None else incident.severity, live.overruled)
        live.overruled = still_overruled(live.figures, rules, live.overruled)
        lowered = None if rule is None else self._lowered(live, rules, rule)
        if incident is None:
            if rule is not None:
                self._open(t, live, rule, lowered, post, at, now)
            return
        moved = categorised(incident, live.figures.leading_category(incident.category))
        moved = replace(moved, first_post_at=live.figures.first_post_at)
        if rule is not None:
            moved = raised(moved, rule.severity)
        if moved != incident:
            live.incident = t.incidents.save(moved, incident.revision)
        if rule is not None:
            t.incidents.record(incident.id, SeverityChange(at, rule.severity, rule.name, reason=lowered))
            facts = _seen(live, post) | _grounds(rule, lowered)
            risen(t, incident, moved, now, rule.name, facts, self._routes, self._escalation, self._owed, at)

    def _lowered(self, live: LiveGathering, rules: SeverityRules, rule: Rule) -> str | None:
        """Why the rule holds although its usual thresholds are not reached, or by which figures of the office; else None."""
        if rules.because is None or rule.name in {one.name for one in self._rules.usual.holding(live.figures)}:
            return f"按本单位改定的数值“{rule.wording}”认定" if rule.name in self._rules.own else None
        return f"{rules.because}，按“{rule.wording}”认定"

    def _open(
        self,
        t: Transaction,
        live: LiveGathering,
        rule: Rule,
        lowered: str | None,
        post: Post,
        at: datetime,
        now: datetime,
    ) -> None:
        disclosure = live.stored.disclosure
        record = None if disclosure is None else t.disclosures.get(disclosure)
        live.incident = opened(
            t.incidents.next_id(at),
            disclosure=disclosure,
            title=f"事项 {disclosure} 相关舆情" if record is None else title_of(record),
            unit=None if record is None else record.unit,
            severity=rule.severity,
            category=live.figures.leading_category(None),
            at=at,
            first_post_at=live.figures.first_post_at,
            gathering=live.stored.number,
        )
        t.incidents.open(live.incident, live.stored.id, SeverityChange(at, rule.severity, rule.name, reason=lowered))
        facts = _seen(live, post) | _grounds(rule, lowered)
        tell(t, "opened", live.incident, now, "opened", self._routes, facts)
        await_acknowledgement(t, live.incident, now, rule.name, self._escalation)
        begin(t, live.incident, OPENING, now, rule.name, self._owed, self._routes)


def _seen(live: LiveGathering, post: Post) -> dict[str, str]:
    """Where the matter was last seen, and how large it is."""
    return {"where": post.channel.label, "posts": f"{len(live.figures)}条"}


@dataclass(frozen=True, slots=True)
class _Ready:
    """A batch that was read ahead, explained, with its posts as they were then."""

    number: int
    read: ReadPosts
    posts: Mapping[str, Post]


def _as_they_are(t: Transaction, waiting: Sequence[Waiting], known: Mapping[str, Post]) -> dict[str, Post]:
    """The posts of these changes. Of those known a moment ago only other words or their end count: whatever else becomes of a
    post waits as a change of its own."""
    wanted = list(dict.fromkeys(change.post_id for change in waiting))
    versions = t.posts.versions(wanted)
    other = [
        post_id for post_id, version in versions.items() if post_id not in known or known[post_id].version != version
    ]
    found = {**known, **t.posts.many(other)}
    return {post_id: found[post_id] for post_id in wanted if post_id in versions}


def _grounds(rule: Rule, lowered: str | None) -> dict[str, str]:
    """What people read as the reason: the rule, or why its thresholds were lowered."""
    return {"why": lowered or rule.wording}


def _gathers(post: Post, read: Assessment) -> bool:
    """Whether a post so read belongs to a gathering."""
    return read.sentiment is Sentiment.NEGATIVE and BACKLOG not in post.flags


def _near(post: Post, read: Assessment) -> tuple[str, ...]:
    """The posts beside which this one belongs: what it copies and what it answers."""
    return tuple(one for one in (read.duplicate_of, post.in_reply_to) if one is not None)


def _at(now: Moment, change: Waiting) -> datetime:
    """The moment of a change."""
    return now if isinstance(now, datetime) else now(change)

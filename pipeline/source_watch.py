"""Watches the sources: notes what is wrong with each, once, and tells the office in few messages; again when it is over.

It asks the store alone, so that it also notices when nothing is being collected at all.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.source_message import Troubled
from crawlers.outcomes import Outcome
from crawlers.sources import Source
from pipeline.notify import Routes, tell_of_sources
from pipeline.source_health import Seen, first_day
from records.patrols import SourceDay, Trouble
from regulation.source_baseline import Baseline
from regulation.source_health import HealthRules, Rule, SilenceRule, SourceView
from storage.sources import SourceState
from storage.store import Store, Transaction

BACK = "source_back"
"""The kind of alert that says that sources are read again."""

_LOOKED_AT = "sources_watched_at"
_OUTAGE_TOLD_AT = "sources_outage_told_at"
_ANSWERS = frozenset(outcome.value for outcome in Outcome if outcome.answered)


@dataclass(frozen=True, slots=True)
class _Found:
    """A source as the rules see it now. `tried`: its last attempt failed; `failing`: that, or none is made."""

    source: Source
    state: SourceState | None
    rule: Rule | None
    since: datetime
    why: str
    tried: bool
    failing: bool

    def goes_on(self, trouble: Trouble, rules: HealthRules) -> bool:
        """Whether a trouble noted earlier lasts, though its rule does not hold now.

        An unread source is read again when it answers, and not because a watch that began anew is patient again.
        """
        rule = rules.rule(trouble.kind)
        if rule is None or rule.collected or self.rule is not None:
            return False
        answered = self.state.last_answer_at if self.state else None
        return self.tried or answered is None or answered == trouble.since


def watch_sources(store: Store, sources: Sequence[Source], rules: HealthRules, now: datetime, routes: Routes) -> int:
    """Note what has begun and what is over, and queue what must be told; the number of new alerts.

    All of it is one transaction, and what was told stands in the store: however often and wherever it runs, nothing is
    told twice.
    """
    with store.transaction() as t:
        t.source_troubles.take_turn()
        _keep_watch(t, [source.id for source in sources], rules, now)
        found = _found(t, sources, rules, now)
        _note(t, found, rules, now)
        return _Telling(t, found, rules, now, routes).all()


def _keep_watch(t: Transaction, sources: Sequence[str], rules: HealthRules, now: datetime) -> None:
    """A source is watched from when it is first seen here; all of them anew after a time in which nobody looked."""
    last = _moment(t.meta.get(_LOOKED_AT))
    broken = last is None or not last <= now <= last + timedelta(minutes=rules.watch.gap_minutes)
    watched = t.source_troubles.watched()
    begun = [source for source in sources if broken or source not in watched]
    gone = watched.keys() - set(sources)
    if begun:
        t.source_troubles.begin_watch(begun, now)
    if gone:
        t.source_troubles.end_watch(gone, now)
    t.meta.put(_LOOKED_AT, now.isoformat())


def _found(t: Transaction, sources: Sequence[Source], rules: HealthRules, now: datetime) -> list[_Found]:
    seen = Seen.of(t, now)
    days = t.source_days.since(first_day(now, rules))
    return [_one(t, source, seen, days.get(source.id, ()), rules) for source in sources]


def _one(t: Transaction, source: Source, seen: Seen, days: Sequence[SourceDay], rules: HealthRules) -> _Found:
    state = seen.states.get(source.id)
    tried = state is not None and state.failures > 0
    view = seen.view(source, days, _since_the_last_answer(t, source.id, rules.attempts) if tried else ())
    rule = rules.trouble(view)
    due = state.next_due_at if state else None
    overdue = not view.pushed and due is not None and seen.now > due + view.interval
    unread = rule is not None and not rule.collected
    since, why = seen.unread_since(source), seen.why(source)
    if not unread:
        since, why = seen.now, _counts(view, rules.baseline(view))
    return _Found(source, state, rule, since, why, tried, tried or overdue or unread)


def _since_the_last_answer(t: Transaction, source: str, limit: int) -> list[str]:
    outcomes: list[str] = []
    for patrol in t.sources.patrol_log(source, limit=limit):
        if patrol.outcome in _ANSWERS:
            break
        outcomes.append(patrol.outcome)
    return outcomes


def _counts(view: SourceView, usual: Baseline | None) -> str:
    yesterday = view.today - timedelta(days=1)
    today = view.posts_since(view.today)
    counted = f"今日新帖{today}条，昨日{view.posts_since(yesterday) - today}条"
    return counted if usual is None else f"{counted}，平日每天{usual.low}至{usual.high}条"


def _note(t: Transaction, found: Iterable[_Found], rules: HealthRules, now: datetime) -> None:
    """Open and end troubles. One that returns before anybody was told of its end has not ended."""
    known: dict[str, list[Trouble]] = {}
    for trouble in t.source_troubles.unsettled():
        known.setdefault(trouble.source, []).append(trouble)
    for one in found:
        troubles, kind = known.get(one.source.id, []), one.rule.name if one.rule is not None else None
        for trouble in troubles:
            if trouble.ended_at is None and trouble.kind != kind and not one.goes_on(trouble, rules):
                t.source_troubles.end(trouble, now)
        same = next((trouble for trouble in troubles if trouble.kind == kind), None)
        if kind is not None and same is None:
            t.source_troubles.open(one.source.id, kind, one.since, now, one.why)
        elif same is not None and same.ended_at is not None:
            t.source_troubles.open_again(same.id)


class _Telling:
    """What is to be told now of the troubles that are noted."""

    def __init__(
        self, t: Transaction, found: Sequence[_Found], rules: HealthRules, now: datetime, routes: Routes
    ) -> None:
        self._t, self._rules, self._now, self._routes = t, rules, now, routes
        self._names = {one.source.id: one.source.name for one in found}
        self._holding = {(one.source.id, one.rule.name) for one in found if one.rule is not None}
        self._failing = [one for one in found if one.failing]
        self._outage = rules.telling.is_outage(len(self._failing), len(found))
        self._troubles = [trouble for trouble in t.source_troubles.unsettled() if trouble.source in self._names]
        longest = max((rule.again for rule in rules.rules), default=timedelta(0))
        told = t.source_troubles.told_since(now - max(longest, rules.telling.pause))
        self._recent = [one for one in told if one.told_at is not None and one.told_at <= now]
        if not self._outage:
            t.meta.put(_OUTAGE_TOLD_AT, None)

    def all(self) -> int:
        """Queue it; the number of new alerts."""
        return sum(self._of_kind(alert) for alert in self._rules.alerts) + self._back()

    def _of_kind(self, alert: str) -> int:
        rule_of = {rule.name: rule for rule in self._rules.rules if rule.alert == alert}
        lasting = [one for one in self._troubles if one.ended_at is None and one.kind in rule_of]
        holding = [one for one in lasting if (one.source, one.kind) in self._holding]
        fresh = [one for one in holding if one.told_at is None and not self._told_lately(one, rule_of)]
        fresh = self._uncovered(fresh)
        again = [one for one in holding if one.told_at is not None and rule_of[one.kind].remind is not None]
        if not any(self._to_be_reminded(one, rule_of[one.kind]) for one in again):
            again = []
        # One reminder stands for all, whenever each was told.
        due = bool(again) or any(self._passed(one.noticed_at, self._rules.telling.gather) for one in fresh)
        if not due or self._pausing(rule_of):
            return 0
        told = [*fresh, *again]
        facts = {"others": str(len(lasting) - len(told)), **self._outage_facts(told)}
        self._t.source_troubles.told([one.id for one in told], self._now)
        return self._tell(alert, told, facts)

    def _told_lately(self, trouble: Trouble, rule_of: Mapping[str, Rule]) -> bool:
        """Whether an alert of this kind named the source lately, be it for another cause."""
        begin = self._now - rule_of[trouble.kind].again
        return any(
            one.source == trouble.source and one.kind in rule_of and one.told_at > begin
            for one in self._recent
            if one.told_at is not None
        )

    def _to_be_reminded(self, trouble: Trouble, rule: Rule) -> bool:
        told, remind = trouble.told_at, rule.remind
        return told is not None and remind is not None and self._passed(told, remind)

    def _passed(self, moment: datetime, length: timedelta) -> bool:
        """Whether so much time has gone by since; of a moment in the future nobody knows how much, and it counts as gone by:
        the machine's clock has been set back since."""
        return not moment <= self._now < moment + length

    def _pausing(self, kinds: Container[str]) -> bool:
        begin = self._now - self._rules.telling.pause
        return any(one.kind in kinds and one.told_at is not None and one.told_at > begin for one in self._recent)

    def _uncovered(self, fresh: list[Trouble]) -> list[Trouble]:
        """Those that the message about the outage that is going on does not stand for."""
        if not self._outage or self._t.meta.get(_OUTAGE_TOLD_AT) is None:
            return fresh
        covered = [one for one in fresh if isinstance(self._rules.rule(one.kind), SilenceRule)]
        self._t.source_troubles.told([one.id for one in covered], self._now)
        return [one for one in fresh if one not in covered]

    def _outage_facts(self, told: Sequence[Trouble]) -> dict[str, str]:
        if not self._outage or not any(isinstance(self._rules.rule(one.kind), SilenceRule) for one in told):
            return {}
        self._t.meta.put(_OUTAGE_TOLD_AT, self._now.isoformat())
        tried = sum(one.tried for one in self._failing)
        guess = "network" if 2 * tried >= len(self._failing) else "idle"
        return {"guess": guess, "count": str(len(self._failing))}

    def _back(self) -> int:
        """Say that sources are read again, once they have been for a while."""
        unread = {one.source for one in self._troubles if one.ended_at is None and self._is_unread(one)}
        over = [one for one in self._troubles if one.ended_at is not None and one.source not in unread]
        told = [one for one in over if self._is_unread(one)]
        ends = [one.ended_at for one in told if one.ended_at is not None]
        telling = self._rules.telling
        ready = bool(ends) and (self._passed(max(ends), telling.gather) or self._passed(min(ends), telling.pause))
        self._t.source_troubles.settle([one.id for one in over if ready or one not in told])
        return self._tell(BACK, _spells(told), {}) if ready else 0

    def _is_unread(self, trouble: Trouble) -> bool:
        rule = self._rules.rule(trouble.kind)
        return rule is not None and not rule.collected

    def _tell(self, alert: str, troubles: Sequence[Trouble], facts: Mapping[str, str]) -> int:
        wording = {rule.name: rule.wording for rule in self._rules.rules}
        troubled = [Troubled(one, self._names[one.source], wording[one.kind]) for one in troubles]
        return tell_of_sources(self._t, alert, troubled, self._now, self._routes, facts)


def _spells(troubles: Sequence[Trouble]) -> list[Trouble]:
    """One for each source, from its first trouble to the end of its last."""
    spells: dict[str, Trouble] = {}
    for one in troubles:
        spell = spells.setdefault(one.source, one)
        ends = [moment for moment in (spell.ended_at, one.ended_at) if moment is not None]
        spells[one.source] = replace(spell, since=min(spell.since, one.since), ended_at=max(ends, default=None))
    return list(spells.values())


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None

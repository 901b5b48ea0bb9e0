"""Reads the sources that are due, many in one crawl, and hands what comes back to the patrol of each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from crawlers.jobs import Asked, Begun, Done, Ended, Event, Found, Gone, PageRead, There, Whole
from crawlers.outcomes import Outcome
from crawlers.reading import Via
from crawlers.sources import Source
from pipeline.crawl_shares import CrawlShares, Round, host_of
from pipeline.patrols import Account, Collecting, flush_in_time, interval_of, let_in, prepared, settle
from storage.sources import Patrol, SourceState

EARLY = 0.1
"""Share of its interval by which a source may be read early, so as to share a process with one that is due."""

_RETRY_CUT_OFF = timedelta(seconds=1)


def collect_due(deps: Collecting, sources: Sequence[Source]) -> list[Patrol]:
    """Read those of `sources` that are due, in one crawl; return their new lines of the patrol log."""
    return _collect(deps, _claim(deps, sources), lambda _: True)


class Collector:
    """Collects again and again: a source that takes long or hangs holds up none of another host that becomes due meanwhile.

    `sources` is asked at every tick, so that a row that changes is read from then on as it says. One host is read by one
    crawl at a time, which keeps its pace, and by none while it wants to be left alone; with `shares` that holds over all
    crawl workers on whatever machine.
    """

    def __init__(
        self,
        deps: Collecting,
        sources: Callable[[], Iterable[Source]],
        side_by_side: int = 3,
        shares: CrawlShares | None = None,
    ) -> None:
        self._deps = deps
        self._shares = shares
        self._sources = sources
        self._side_by_side = side_by_side
        self._busy: dict[str, str] = {}
        self._left_alone: dict[str, datetime] = {}
        self._crawls: list[threading.Thread] = []
        self._faults: list[BaseException] = []
        self._lock = threading.Lock()

    def tick(self) -> int:
        """Start reading what is due and return how many sources that is. Raises what went wrong in an earlier crawl."""
        if self._shares is not None:
            self._shares.look()
        with self._lock:
            if self._faults:
                raise self._faults.pop(0)
            self._crawls = [crawl for crawl in self._crawls if crawl.is_alive()]
            if len(self._crawls) >= self._side_by_side:
                return 0
            claimed, hosts = self._claim()
            if claimed:
                self._busy.update((source.id, host_of(source)) for source in claimed)
                # A daemon: when this process ends, so does its crawl, whose standard input then closes.
                crawl = threading.Thread(target=self._run, args=(claimed, hosts), daemon=True, name="crawl")
                self._crawls.append(crawl)
                crawl.start()
            return len(claimed)

    def leave(self) -> None:
        """This worker ends: let others read its hosts."""
        if self._shares is not None:
            self._shares.leave()

    def _claim(self) -> tuple[list[Source], Round | None]:
        if self._shares is None:
            return _claim(self._deps, [source for source in self._sources() if self._free_to_read(source)]), None
        claimed, crawl = _claim_shared(self._deps, list(self._sources()), self._shares)
        if crawl is not None:
            self._shares.begin(crawl)
        return claimed, crawl

    def busy(self) -> frozenset[str]:
        """The sources that are being read."""
        with self._lock:
            return frozenset(self._busy)

    def _run(self, claimed: Sequence[Source], crawl: Round | None) -> None:
        left = {source.id: host_of(source) for source in claimed}

        def heard(event: Event) -> bool:
            if isinstance(event, Asked) and crawl is not None:
                crawl.asked(event)
            # Where another worker reads its hosts by now, this crawl ends.
            return crawl is None or not crawl.lost

        def done(event: Done) -> None:
            self._done(event, left.pop(event.source), crawl)

        try:
            _collect(self._deps, claimed, heard, done)
        except BaseException as fault:  # noqa: BLE001 (it is raised by the next tick, in the thread that can act on it)
            with self._lock:
                self._faults.append(fault)
        finally:
            # Not those that are done: another crawl may be reading them by now.
            for source in left:
                self._free(source)
            if crawl is not None and self._shares is not None:
                self._end(self._shares, crawl)

    def _done(self, event: Done, host: str, crawl: Round | None) -> None:
        if event.retry_after:
            self._leave_alone(host, event.retry_after)
        self._free(event.source)
        if crawl is not None:
            if event.retry_after:
                crawl.leave_alone(host, event.retry_after)
            crawl.done(event.source)

    def _end(self, shares: CrawlShares, crawl: Round) -> None:
        try:
            shares.end(crawl)
        except DBAPIError as fault:
            # Its leases run out by themselves.
            with self._lock:
                self._faults.append(fault)

    def _free_to_read(self, source: Source) -> bool:
        host = host_of(source)
        if source.id in self._busy or (host and host in self._busy.values()):
            return False
        until = self._left_alone.get(host)
        return until is None or until <= self._deps.now()

    def _leave_alone(self, host: str, seconds: float) -> None:
        until = self._deps.now() + timedelta(seconds=seconds)
        with self._lock:
            self._left_alone[host] = max(until, self._left_alone.get(host, until))

    def _free(self, source: str) -> None:
        with self._lock:
            self._busy.pop(source, None)


def _claim_shared(
    deps: Collecting, sources: Sequence[Source], shares: CrawlShares
) -> tuple[list[Source], Round | None]:
    """This worker's share of the sources to read now, marked as attempted, and their hosts."""
    now = deps.now()
    enabled = _enabled(sources)
    with deps.store.reading() as t:
        due = set(t.sources.due(now, [source.id for source in enabled]))
        # Most looks find nothing, and then nothing is written.
        if not shares.free(t, [source for source in enabled if source.id in due]):
            return [], None
    with deps.store.transaction() as t:
        t.crawl_hosts.take_turn()
        states = t.sources.states()
        order = {source: number for number, source in enumerate(t.sources.due(now, [one.id for one in enabled]))}
        ready = [source for source in enabled if _soon(source, states.get(source.id), now)]
        ready.sort(key=lambda source: order.get(source.id, len(order)))
        due_at = now + timedelta(seconds=shares.lease)
        claimed, crawl = shares.claim(t, ready, due_at)
        for source in claimed:
            t.sources.attempted(source.id, now, due_at)
    return claimed, crawl


def _enabled(sources: Iterable[Source]) -> list[Source]:
    return [source for source in sources if source.enabled and source.via is not Via.PUSH]


def _claim(deps: Collecting, sources: Sequence[Source]) -> list[Source]:
    """The sources to read now, marked as attempted."""
    now = deps.now()
    enabled = _enabled(sources)
    with deps.store.reading() as t:
        if not t.sources.due(now, [source.id for source in enabled]):
            return []
        states = t.sources.states()
    claimed = [source for source in enabled if _soon(source, states.get(source.id), now)]
    with deps.store.transaction() as t:
        for source in claimed:
            longest = timedelta(seconds=deps.settings.run_seconds) + interval_of(source, states.get(source.id))
            t.sources.attempted(source.id, now, now + longest)
    return claimed


def _soon(source: Source, state: SourceState | None, now: datetime) -> bool:
    if state is None or state.next_due_at is None:
        return True
    # A source that fails is never read early: its pause is there for a reason.
    early = timedelta() if state.failures else interval_of(source, state) * EARLY
    return state.next_due_at <= now + early


def _collect(
    deps: Collecting,
    sources: Sequence[Source],
    heard: Callable[[Event], bool],
    done: Callable[[Done], None] = lambda _: None,
) -> list[Patrol]:
    """Read sources that were claimed; what `heard` refuses ends the crawl, and with it all that is not done."""
    if not sources:
        return []
    now = deps.now()
    accounts, job = prepared(deps, sources, now)
    patrols: list[Patrol] = []
    blamed: str | None = None
    for event in deps.crawl(job):
        if not heard(event):
            break
        if isinstance(event, Found):
            let_in(deps, accounts[event.source], event)
        elif isinstance(event, PageRead):
            accounts[event.source].pages.append(event.page)
            flush_in_time(deps, accounts[event.source])
        elif isinstance(event, Gone | There | Whole):
            accounts[event.source].notes.append(event)
        elif isinstance(event, Begun):
            blamed = event.source
            accounts[event.source].read += 1
        elif isinstance(event, Done):
            patrols.append(settle(deps, accounts[event.source], event))
            done(event)
        elif isinstance(event, Ended):
            patrols += _left_over(deps, accounts, event, blamed)
    return patrols


def _left_over(deps: Collecting, accounts: Mapping[str, Account], ended: Ended, blamed: str | None) -> list[Patrol]:
    """The sources that a crawl left unfinished: the one whose page it stumbled over fails, the others go on soon."""
    unfinished = [account for account in accounts.values() if not account.over]
    guilty = [account for account in unfinished if account.source.id == blamed]
    patrols = []
    for account in unfinished:
        fault = ended.fault or Outcome.CRASHED
        if account in guilty or not guilty:
            done = _without_end(account, fault, ended.detail)
            patrols.append(settle(deps, account, done))
            continue
        done = _without_end(account, Outcome.CUT_OFF, f"同一批里的“{guilty[0].source.name}”{fault.label}")
        patrols.append(settle(deps, account, done, _RETRY_CUT_OFF))
    return patrols


def _without_end(account: Account, outcome: Outcome, detail: str | None) -> Done:
    return Done(account.source.id, outcome, account.read, 0, {}, {}, detail, None)

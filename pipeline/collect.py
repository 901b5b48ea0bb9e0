"""Reads the sources that are due: crawled items are let in (masked) before anything is written, then stored.

A page is remembered in the same transaction as its posts: a crash in between repeats a page and loses none.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawlers.jobs import Begun, Done, Ended, Event, Found, Job, KnownPage, PageRead
from crawlers.outcomes import Outcome
from crawlers.processes import run_crawl
from crawlers.reading import Via
from crawlers.settings import CrawlSettings
from crawlers.sources import Source
from nlp.admission import admit
from pipeline.intake import Received, receive
from pipeline.queries import Queries, no_queries
from records.posts import Post, RawPost
from records.reading import BadRecord
from storage.sources import PageState, Patrol, SourceState
from storage.store import Store, Transaction

BATCH = 50
"""Posts stored in one transaction."""

LONGEST_WAIT = timedelta(seconds=1)
"""How long a post waits for others to be stored with."""

EARLY = 0.1
"""Share of its interval by which a source may be read early, so as to share a process with one that is due."""

_RETRY_CUT_OFF = timedelta(seconds=1)
_TOO_OLD = "发布时间早于保存期限"


@dataclass(frozen=True, slots=True)
class Collecting:
    """What collecting needs. `now` tells the time, `admit` lets an item in, `crawl` runs one crawl.

    `queries` gives what search sources are to be asked.
    """

    store: Store
    settings: CrawlSettings
    retention: timedelta
    now: Callable[[], datetime]
    admit: Callable[[RawPost], Post] = admit
    crawl: Callable[[Job], Iterator[Event]] = run_crawl
    queries: Queries = no_queries


@dataclass(slots=True)
class _Account:
    """One source's part of a crawl, so far."""

    source: Source
    started_at: datetime
    posts: list[Post] = field(default_factory=list)
    pages: list[KnownPage] = field(default_factory=list)
    tally: Counter[Received] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    stored_at: datetime | None = None
    read: int = 0
    over: bool = False


def collect_due(deps: Collecting, sources: Sequence[Source]) -> list[Patrol]:
    """Read those of `sources` that are due, in one crawl; return their new lines of the patrol log."""
    return _collect(deps, _claim(deps, sources), lambda _: None)


class Collector:
    """Collects again and again: a source that takes long or hangs holds up none that becomes due meanwhile.

    `sources` is asked at every tick, so that a row that changes is read from then on as it says.
    """

    def __init__(self, deps: Collecting, sources: Callable[[], Iterable[Source]], side_by_side: int = 3) -> None:
        self._deps = deps
        self._sources = sources
        self._side_by_side = side_by_side
        self._busy: set[str] = set()
        self._crawls: list[threading.Thread] = []
        self._faults: list[BaseException] = []
        self._lock = threading.Lock()

    def tick(self) -> int:
        """Start reading what is due and return how many sources that is. Raises what went wrong in an earlier crawl."""
        with self._lock:
            if self._faults:
                raise self._faults.pop(0)
            self._crawls = [crawl for crawl in self._crawls if crawl.is_alive()]
            if len(self._crawls) >= self._side_by_side:
                return 0
            claimed = _claim(self._deps, [source for source in self._sources() if source.id not in self._busy])
            if claimed:
                self._busy.update(source.id for source in claimed)
                # A daemon: when this process ends, so does its crawl, whose standard input then closes.
                crawl = threading.Thread(target=self._run, args=(claimed,), daemon=True, name="crawl")
                self._crawls.append(crawl)
                crawl.start()
            return len(claimed)

    def busy(self) -> frozenset[str]:
        """The sources that are being read."""
        with self._lock:
            return frozenset(self._busy)

    def _run(self, claimed: Sequence[Source]) -> None:
        left = {source.id for source in claimed}

        def done(source: str) -> None:
            left.discard(source)
            self._free(source)

        try:
            _collect(self._deps, claimed, done)
        except BaseException as fault:  # noqa: BLE001 (it is raised by the next tick, in the thread that can act on it)
            with self._lock:
                self._faults.append(fault)
        finally:
            # Not those that are done: another crawl may be reading them by now.
            for source in left:
                self._free(source)

    def _free(self, source: str) -> None:
        with self._lock:
            self._busy.discard(source)


def _claim(deps: Collecting, sources: Sequence[Source]) -> list[Source]:
    """The sources to read now, marked as attempted."""
    now = deps.now()
    enabled = [source for source in sources if source.enabled and source.via is not Via.PUSH]
    with deps.store.reading() as t:
        if not t.sources.due(now, [source.id for source in enabled]):
            return []
        states = t.sources.states()
    claimed = [source for source in enabled if _soon(source, states.get(source.id), now)]
    with deps.store.transaction() as t:
        for source in claimed:
            longest = timedelta(seconds=deps.settings.run_seconds) + _interval(source)
            t.sources.attempted(source.id, now, now + longest)
    return claimed


def _soon(source: Source, state: SourceState | None, now: datetime) -> bool:
    if state is None or state.next_due_at is None:
        return True
    # A source that fails is never read early: its pause is there for a reason.
    early = timedelta() if state.failures else _interval(source) * EARLY
    return state.next_due_at <= now + early


def _interval(source: Source) -> timedelta:
    return timedelta(seconds=source.interval)


def _collect(deps: Collecting, sources: Sequence[Source], done: Callable[[str], None]) -> list[Patrol]:
    if not sources:
        return []
    now = deps.now()
    accounts = {source.id: _Account(source, now) for source in sources}
    patrols: list[Patrol] = []
    blamed: str | None = None
    job = Job(now, deps.settings, sources, _known(deps.store, sources), queries=deps.queries(sources))
    for event in deps.crawl(job):
        if isinstance(event, Found):
            _let_in(deps, accounts[event.source], event)
        elif isinstance(event, PageRead):
            accounts[event.source].pages.append(event.page)
            _flush_in_time(deps, accounts[event.source])
        elif isinstance(event, Begun):
            blamed = event.source
            accounts[event.source].read += 1
        elif isinstance(event, Done):
            patrols.append(_settle(deps, accounts[event.source], event))
            done(event.source)
        elif isinstance(event, Ended):
            patrols += _left_over(deps, accounts, event, blamed)
    return patrols


def _known(store: Store, sources: Sequence[Source]) -> Mapping[str, Sequence[KnownPage]]:
    with store.reading() as t:
        return {
            source.id: [
                KnownPage(page.page, page.etag, page.last_modified, page.fingerprint, page.fetched_at, page.resume)
                for page in t.sources.pages(source.id)
            ]
            for source in sources
        }


def _let_in(deps: Collecting, account: _Account, found: Found) -> None:
    try:
        account.posts.append(deps.admit(found.raw(deps.now())))
    except BadRecord as refusal:
        account.refused[str(refusal)] += 1
    except Exception as fault:  # noqa: BLE001 (counted in the patrol log; one odd text must not end all collecting)
        account.refused[f"清洗时程序出错（{type(fault).__name__}）"] += 1
    if len(account.posts) >= BATCH:
        _flush(deps, account)


def _flush_in_time(deps: Collecting, account: _Account) -> None:
    """Store what has come, many pages at a time where they come fast: a transaction costs more than a page does."""
    if account.posts and (account.stored_at is None or deps.now() - account.stored_at >= LONGEST_WAIT):
        _flush(deps, account)


def _flush(deps: Collecting, account: _Account) -> None:
    account.stored_at = deps.now()
    with deps.store.transaction() as t:
        _store(deps, t, account)


def _store(deps: Collecting, t: Transaction, account: _Account) -> None:
    """Store what has come: the posts first, then the pages they stood on."""
    now = deps.now()
    for post in account.posts:
        account.tally[receive(t, post, now, deps.retention)] += 1
    t.sources.remember_pages(
        account.source.id,
        [
            PageState(page.page, page.etag, page.last_modified, page.fingerprint, page.fetched_at, page.resume)
            for page in account.pages
        ],
    )
    account.posts.clear()
    account.pages.clear()


def _settle(deps: Collecting, account: _Account, done: Done, again_in: timedelta | None = None) -> Patrol:
    """Store the rest, note how the source is doing and when it is due again, and log the patrol.

    `again_in` says that the source itself is not to blame for being cut off.
    """
    with deps.store.transaction() as t:
        _store(deps, t, account)
        now = deps.now()
        new = account.tally[Received.NEW]
        interval = _interval(account.source)
        wait = now + timedelta(seconds=done.retry_after) if done.retry_after else now
        outcome = done.outcome
        # Everything on the pages was turned away at the door: read, and yet not collected.
        if outcome is Outcome.OK and account.refused and not account.tally:
            outcome = Outcome.NOTHING_EXTRACTED
        if outcome.answered:
            t.sources.answered(account.source.id, now, max(now + interval, wait), new)
        elif outcome is Outcome.CUT_OFF and (done.pages or again_in is not None):
            t.sources.postponed(account.source.id, max(now + (again_in or interval), wait))
        else:
            longest = timedelta(seconds=deps.settings.longest_pause_seconds)
            error = done.detail or outcome.label
            t.sources.failed(account.source.id, now, error, interval, longest, wait)
        patrol = Patrol(
            source=account.source.id,
            started_at=account.started_at,
            ended_at=now,
            outcome=outcome,
            pages=done.pages,
            new_posts=new,
            updates=account.tally[Received.UPDATED] + account.tally[Received.EDITED],
            dropped=sum(done.dropped.values()) + account.refused.total() + account.tally[Received.TOO_OLD],
            detail=_detail(done, account),
        )
        t.sources.log(patrol)
        t.source_days.count(patrol, outcome.answered)
    account.over = True
    return patrol


def _detail(done: Done, account: _Account) -> str | None:
    dropped = Counter(done.dropped) + account.refused + Counter({_TOO_OLD: account.tally[Received.TOO_OLD]})
    parts = [done.detail] if done.detail else []
    parts += [f"丢弃 {number} 条：{reason}" for reason, number in dropped.most_common(5)]
    return "；".join(parts) or None


def _left_over(deps: Collecting, accounts: Mapping[str, _Account], ended: Ended, blamed: str | None) -> list[Patrol]:
    """The sources that a crawl left unfinished: the one whose page it stumbled over fails, the others go on soon."""
    unfinished = [account for account in accounts.values() if not account.over]
    guilty = [account for account in unfinished if account.source.id == blamed]
    patrols = []
    for account in unfinished:
        fault = ended.fault or Outcome.CRASHED
        if account in guilty or not guilty:
            done = _without_end(account, fault, ended.detail)
            patrols.append(_settle(deps, account, done))
            continue
        done = _without_end(account, Outcome.CUT_OFF, f"同一批里的“{guilty[0].source.name}”{fault.label}")
        patrols.append(_settle(deps, account, done, _RETRY_CUT_OFF))
    return patrols


def _without_end(account: _Account, outcome: Outcome, detail: str | None) -> Done:
    return Done(account.source.id, outcome, account.read, 0, {}, {}, detail, None)

"""One patrol of one source, while it is under way: what is known of it, what comes of it, and how that is stored.

A page is remembered in the same transaction as its posts: a crash in between repeats a page and loses none.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawlers.addresses import permalink
from crawlers.backlog import Beginning
from crawlers.intervals import next_interval
from crawlers.jobs import Done, Event, Found, Gone, Job, KnownPage, There, Whole
from crawlers.outcomes import Outcome
from crawlers.processes import run_crawl
from crawlers.settings import CrawlSettings
from crawlers.sources import Source
from nlp.admission import admit
from nlp.permalinks import neutral_permalink
from pipeline.intake import Received, receive
from pipeline.queries import Queries, no_queries
from records.posts import BACKLOG, Post, RawPost
from records.reading import BadRecord
from storage.sources import PageState, Patrol, SourceState
from storage.store import Store, Transaction

BATCH = 50
"""Posts stored in one transaction."""

LONGEST_WAIT = timedelta(seconds=1)
"""How long a post waits for others to be stored with."""

_TOO_OLD = "发布时间早于保存期限"
_ANSWERS = [outcome.value for outcome in Outcome if outcome.answered]


@dataclass(frozen=True, slots=True)
class Habits:
    """How often and how far back sources are read.

    Busy sources are read at intervals down to `shortest_interval`, quiet ones at up to `quiet_factor` times their row's.
    What stood on a source `first_patrol` before it first answered is backlog. Whether stored posts are still there is
    looked after for `recheck_within`.
    """

    shortest_interval: timedelta = timedelta(seconds=60)
    quiet_factor: float = 2
    first_patrol: timedelta = timedelta(hours=24)
    recheck_within: timedelta = timedelta(days=14)


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
    habits: Habits = Habits()


@dataclass(slots=True)
class Account:
    """One source's part of a crawl, so far. `forgotten` are marks not to be remembered, `backlog` counts new posts."""

    source: Source
    started_at: datetime
    interval: timedelta
    beginning: Beginning
    posts: list[Post] = field(default_factory=list)
    pages: list[KnownPage] = field(default_factory=list)
    notes: list[Gone | There | Whole] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)
    backlog: int = 0
    gone: int = 0
    tally: Counter[Received] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    stored_at: datetime | None = None
    read: int = 0
    over: bool = False


def interval_of(source: Source, state: SourceState | None) -> timedelta:
    """How long the source is left alone at present."""
    adapted = state.interval_seconds if state is not None and source.adaptive else None
    return timedelta(seconds=adapted or source.interval)


def prepared(deps: Collecting, sources: Sequence[Source], now: datetime) -> tuple[dict[str, Account], Job]:
    """An account for each source, and the job for the crawl with what is known of them."""
    accounts: dict[str, Account] = {}
    known: dict[str, list[KnownPage]] = {}
    rechecks: dict[str, list[tuple[str, str]]] = {}
    queries = deps.queries(sources)
    with deps.store.reading() as t:
        states = t.sources.states([source.id for source in sources])
        for source in sources:
            state = states.get(source.id)
            asked = state is not None and state.last_answer_at is not None
            first = t.sources.first_patrol_at(source.id, _ANSWERS) if asked else None
            beginning = Beginning(now, first, deps.habits.first_patrol)
            accounts[source.id] = Account(source, now, interval_of(source, state), beginning)
            known[source.id] = [
                KnownPage(page.page, page.etag, page.last_modified, page.fingerprint, page.fetched_at, page.resume)
                for page in t.sources.pages(source.id)
            ]
            if source.recheck and any(_stale(deps, source, page, now) for page in known[source.id]):
                rechecks[source.id] = t.posts.roots(source.id, now - deps.habits.recheck_within)
    return accounts, Job(now, deps.settings, sources, known, queries, rechecks)


def _stale(deps: Collecting, source: Source, page: KnownPage, now: datetime) -> bool:
    """Whether a page may be that of a stored post to be looked at again; no other need be looked for in the store."""
    left_alone = now - page.fetched_at - timedelta(seconds=source.recheck)
    return timedelta() <= left_alone <= deps.habits.recheck_within


def let_in(deps: Collecting, account: Account, found: Found) -> None:
    """Let a post in: masked, and flagged as backlog where it is; what cannot be let in is counted."""
    try:
        post = deps.admit(found.raw(deps.now()))
        backlog = (BACKLOG,) if account.beginning.is_backlog(found) else ()
        account.posts.append(replace(post, flags=post.flags + backlog))
    except BadRecord as refusal:
        account.refused[str(refusal)] += 1
    except Exception as fault:  # noqa: BLE001 (counted in the patrol log; one odd text must not end all collecting)
        account.refused[f"清洗时程序出错（{type(fault).__name__}）"] += 1
    if len(account.posts) >= BATCH:
        _flush(deps, account)


def flush_in_time(deps: Collecting, account: Account) -> None:
    """Store what has come, many pages at a time where they come fast: a transaction costs more than a page does."""
    if account.posts and (account.stored_at is None or deps.now() - account.stored_at >= LONGEST_WAIT):
        _flush(deps, account)


def _flush(deps: Collecting, account: Account) -> None:
    account.stored_at = deps.now()
    with deps.store.transaction() as t:
        _store(deps, t, account)


def _store(deps: Collecting, t: Transaction, account: Account) -> None:
    """Store what has come: the posts first, then what is gone, then the pages they stood on."""
    now = deps.now()
    for post in account.posts:
        received = receive(t, post, now, deps.retention)
        account.tally[received] += 1
        account.backlog += received is Received.NEW and BACKLOG in post.flags
    for note in account.notes:
        _note(t, account, note, now)
    pages = (page for page in account.pages if page.page not in account.forgotten)
    t.sources.remember_pages(account.source.id, [_page_state(page) for page in pages])
    for stored in (account.posts, account.notes, account.pages):
        stored.clear()


def _note(t: Transaction, account: Account, note: Gone | There | Whole, now: datetime) -> None:
    t.posts.take_turn()
    if isinstance(note, There):
        t.posts.back(note.id)
    elif isinstance(note, Gone):
        account.gone += t.posts.gone(note.id, note.source, now)
    else:
        gone = t.posts.gone_but(note.ids, note.root, note.source, now)
        account.gone += gone
        if gone and note.mark is not None:
            account.forgotten.add(note.mark)


def _page_state(page: KnownPage) -> PageState:
    # Where reading goes on is an address of the web, or a number of rows.
    address = json.loads(page.resume).get("url") if page.resume else None
    resume = page.resume if address is None or _names_nobody(address) else None
    return PageState(page.page, page.etag, page.last_modified, page.fingerprint, page.fetched_at, resume)


def _names_nobody(address: str) -> bool:
    """Whether an address may be stored as it is: nothing in it but tracking would have to be dropped."""
    return neutral_permalink(address) == permalink(address)


def settle(deps: Collecting, account: Account, done: Done, again_in: timedelta | None = None) -> Patrol:
    """Store the rest, note how the source is doing and when it is due again, and log the patrol.

    `again_in` says that the source itself is not to blame for being cut off.
    """
    with deps.store.transaction() as t:
        _store(deps, t, account)
        now = deps.now()
        new = account.tally[Received.NEW]
        interval = timedelta(seconds=account.source.interval)
        wait = now + timedelta(seconds=done.retry_after) if done.retry_after else now
        outcome = done.outcome
        # Everything on the pages was turned away at the door: read, and yet not collected.
        if outcome is Outcome.OK and account.refused and not account.tally:
            outcome = Outcome.NOTHING_EXTRACTED
        if outcome.answered:
            adapted = _adapted(deps, account, new)
            due = now + (adapted or interval)
            seconds = None if adapted is None else adapted.total_seconds()
            t.sources.answered(account.source.id, now, max(due, wait), new, seconds)
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


def _adapted(deps: Collecting, account: Account, new_posts: int) -> timedelta | None:
    """The source's next interval by what this reading brought; None where its row wants it read as it says."""
    if not account.source.adaptive:
        return None
    habits = deps.habits
    row, current = account.source.interval, account.interval.total_seconds()
    news = new_posts - account.backlog
    shortest = habits.shortest_interval.total_seconds()
    return timedelta(seconds=next_interval(row, current, news, shortest, habits.quiet_factor))


def _detail(done: Done, account: Account) -> str | None:
    dropped = Counter(done.dropped) + account.refused + Counter({_TOO_OLD: account.tally[Received.TOO_OLD]})
    parts = [done.detail] if done.detail else []
    parts += [f"丢弃 {number} 条：{reason}" for reason, number in dropped.most_common(5)]
    parts += [f"{account.gone} 条原帖已删除或打不开"] if account.gone else []
    return "；".join(parts) or None

"""Shares web hosts out among the crawl workers that live, so that a site is asked by one of them at a time, at its pace.

A host is in one hand from when the first of its sources is claimed until the last of them is read. Then, and for as long as
a pause between two requests lasts, nobody begins to ask it; a dead worker's hosts are free when its leases have run out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

from crawlers.jobs import Asked
from crawlers.sources import Source
from storage.leases import LONGEST
from storage.store import Store, Transaction

LEASE_SECONDS = 30.0
"""So long after its last sign a dead worker's hosts are taken up."""

LOOKS = 3
"""How often a lease is prolonged before it would run out."""

_HERE = "crawl:here:"
_HOST = "crawl:host:"
_KEPT_IN_MIND = timedelta(days=7)
_SHORT = timedelta(minutes=1)


def host_of(source: Source) -> str:
    """The host that a source stands on; empty where it does not stand on the web."""
    return urlsplit(source.url).hostname or ""


class Round:
    """The hosts of one crawl: which of them each source that is not done yet stands on or leads to. `due_at` is when its
    sources are due again, should it never end; it is `lost` once another worker has taken up one of its hosts."""

    def __init__(
        self, shares: CrawlShares, hosts: Mapping[str, set[str]], delays: dict[str, float], due_at: datetime
    ) -> None:
        self._shares = shares
        self.left = {source: set(own) for source, own in hosts.items()}
        self.delays = delays
        self.due_at = due_at
        self.lost = False
        self._pauses: dict[str, float] = {}
        self._asked: set[str] = set()
        self._known = {(source, host) for source, own in hosts.items() for host in own}

    @property
    def hosts(self) -> set[str]:
        """What it has in hand."""
        return set().union(*self.left.values())

    def asked(self, event: Asked) -> None:
        """A source leads to a host: that one is in hand as well from now on, unless another worker has it."""
        host = event.host.lower()
        news = (event.source, host) not in self._known
        delay = max(event.delay, self.delays.get(host, 0.0)) if host in self._asked else event.delay
        slower = delay != self.delays.get(host)
        self._known.add((event.source, host))
        self._asked.add(host)
        self.delays[host] = delay
        if news or slower:
            self._shares.met(self, event.source, host, news)

    def leave_alone(self, host: str, seconds: float) -> None:
        """The host wants to be left alone for so long."""
        self._pauses[host] = max(seconds, self._pauses.get(host, 0.0))

    def pause(self, host: str) -> float:
        """For how many seconds nobody asks the host when this crawl has."""
        return max(self.delays.get(host, 0.0), self._pauses.get(host, 0.0))

    def done(self, source: str) -> None:
        """A source is read: what no other one needs is free after a pause."""
        self._shares.let_go(self, [source])


class CrawlShares:
    """One crawl worker's share of the hosts. `holder` is this process and no other, also after a restart.

    A worker that is alone takes all that is due; of several each takes its part of what is due and free, again and again.
    `delay` is the least pause where a source has none of its own; `poll_seconds` how often `look` is called at least.
    """

    def __init__(
        self, store: Store, holder: str, now: Callable[[], datetime], delay: float, poll_seconds: float = 1.0
    ) -> None:
        self._store = store
        self._holder = holder
        self._now = now
        self._delay = delay
        self.lease = min(max(LEASE_SECONDS, (LOOKS + 1) * poll_seconds), LONGEST.total_seconds())
        self._looked: datetime | None = None
        self._rounds: list[Round] = []
        self._lock = Lock()  # crawls are under way in threads of their own

    def look(self) -> None:
        """Prolong what is in hand; call it often."""
        now = self._now()
        every = timedelta(seconds=self.lease / LOOKS)
        if self._looked is not None and timedelta(0) <= now - self._looked < every:
            return
        with self._lock:
            crawls = [(crawl, set(crawl.hosts), list(crawl.left)) for crawl in self._rounds]
        due_at = now + timedelta(seconds=self.lease)
        with self._store.transaction() as t:
            at = t.leases.now(now)
            t.leases.take(_HERE + self._holder, self._holder, at, self.lease)
            lost = {host for host in sorted(self._hosts_of(crawls)) if not self._take(t, host, at, self._pause(host))}
            for crawl, _, sources in crawls:
                t.sources.hold(sources, crawl.due_at, due_at)
            if self._looked is None:
                t.crawl_hosts.forget(at - _KEPT_IN_MIND)
        for crawl, hosts, _ in crawls:
            crawl.due_at = due_at
            # Of what was let go meanwhile nothing is lost.
            crawl.lost = crawl.lost or bool(hosts & lost & crawl.hosts)
        self._looked = now

    @staticmethod
    def _hosts_of(crawls: Sequence[tuple[Round, set[str], list[str]]]) -> set[str]:
        return set().union(*(hosts for _, hosts, _ in crawls))

    def _pause(self, host: str) -> float:
        with self._lock:
            return max((crawl.delays.get(host, 0.0) for crawl in self._rounds), default=0.0)

    def _take(self, t: Transaction, host: str, at: datetime, delay: float) -> bool:
        """Have a host in hand, and let nobody ask it too soon should this worker die; False where another one has it."""
        if t.leases.take(_HOST + host, self._holder, at, self.lease) is None:
            return False
        t.crawl_hosts.keep_quiet(host, at + timedelta(seconds=delay), delay)
        return True

    def free(self, t: Transaction, sources: Sequence[Source]) -> list[Source]:
        """Those of `sources` whose hosts nobody has in hand and that may be asked now."""
        at = t.leases.now(self._now())
        quiet = t.crawl_hosts.quiet(at)
        in_hand = {one.name.removeprefix(_HOST) for one in t.leases.holders(_HOST, at)}
        with self._lock:
            in_hand |= set().union(*(crawl.hosts for crawl in self._rounds))
            being_read = {source for crawl in self._rounds for source in crawl.left}
        # A site that a source only leads to, and that wants to be left alone for long, is no reason not to read the source.
        soon = {host for host, until in quiet.items() if until - at <= _SHORT}
        reached = t.crawl_hosts.reached([source.id for source in sources])
        return [
            source
            for source in sources
            if source.id not in being_read
            and host_of(source) not in in_hand | quiet.keys()
            and not reached.get(source.id, frozenset()) & (in_hand | soon)
        ]

    def claim(self, t: Transaction, due: Sequence[Source], due_at: datetime) -> tuple[list[Source], Round]:
        """Take this worker's share of what is due, whole hosts at a time, in that order; call `begin` once it is committed.

        The turn of `crawl_hosts` has been taken. The sources count as due again at `due_at` while they are read.
        """
        at = t.leases.now(self._now())
        t.leases.take(_HERE + self._holder, self._holder, at, self.lease)
        workers = len(t.leases.holders(_HERE, at))
        free = self.free(t, due)
        places = list(dict.fromkeys(_place(source) for source in free))
        share = set(places[: -(-len(places) // workers)])
        mine = [source for source in free if _place(source) in share]
        reached = t.crawl_hosts.reached([source.id for source in mine])
        hosts = {source.id: {host_of(source)} - {""} | reached.get(source.id, frozenset()) for source in mine}
        delays = t.crawl_hosts.delays({host for own in hosts.values() for host in own})
        for source in mine:
            if host := host_of(source):
                own = self._delay if source.delay is None else source.delay
                delays[host] = max(own, delays.get(host, 0.0))
        for host in sorted(set().union(*hosts.values())):
            self._take(t, host, at, delays.get(host, 0.0))
        return mine, Round(self, hosts, delays, due_at)

    def begin(self, crawl: Round) -> None:
        """Have its hosts in hand until it ends."""
        with self._lock:
            self._rounds.append(crawl)

    def end(self, crawl: Round) -> None:
        """Let go of what a crawl has left."""
        self.let_go(crawl, list(crawl.left))
        with self._lock:
            self._rounds = [one for one in self._rounds if one is not crawl]

    def met(self, crawl: Round, source: str, host: str, news: bool) -> None:
        """A source leads to a host, or that is to be asked at another pace: have it in hand unless another worker has."""
        with self._store.transaction() as t:
            at = t.leases.now(self._now())
            if news:
                t.crawl_hosts.reach(source, host, at)
            taken = self._take(t, host, at, crawl.delays[host])
        with self._lock:
            if taken and source in crawl.left:
                crawl.left[source].add(host)

    def let_go(self, crawl: Round, sources: Sequence[str]) -> None:
        """These sources of a crawl are done: leave the hosts that nothing else needs to whoever comes next, after a pause."""
        with self._lock:
            own = set().union(*(crawl.left.pop(source, set()) for source in sources))
            freed = own - set().union(*(one.hosts for one in self._rounds))
        if not freed:
            return
        with self._store.transaction() as t:
            at = t.leases.now(self._now())
            for host in sorted(freed):
                if t.leases.give_back(_HOST + host, self._holder):
                    until = at + timedelta(seconds=crawl.pause(host))
                    t.crawl_hosts.keep_quiet(host, until, crawl.delays.get(host, 0.0))

    def leave(self) -> None:
        """This worker ends: let the others take everything at once, after the pauses."""
        for crawl in list(self._rounds):
            self.end(crawl)
        with self._store.transaction() as t:
            t.leases.give_back(_HERE + self._holder, self._holder)


def _place(source: Source) -> str:
    """What sources are shared out by; one that stands nowhere on the web is by itself."""
    return host_of(source) or f"source {source.id}"

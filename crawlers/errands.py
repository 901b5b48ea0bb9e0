"""Keeps account of one source's crawl: which pages to ask for, what came back, and what came of it all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from crawlers.addresses import permalink
from crawlers.bodies import TRUNCATED, is_sign_in
from crawlers.chains import Chain
from crawlers.jobs import Begun, Done, Event, Gone, Job, KnownPage, PageRead, There, Whole, found_from
from crawlers.naming import Names, hashed
from crawlers.outcomes import Outcome
from crawlers.reading import EVERYTHING, Follow, Page, Reading, Unreadable, post_id
from crawlers.sources import Source

START = "start"
"""Step of the page that a source's row names."""
RECHECK = "recheck"
"""Step of the page of a stored post that is only looked at to see whether it is still there."""

TOUCHED = timedelta(days=1)
"""How old the memory of a page that is still listed may grow before it is renewed."""

VERIFIED = timedelta(hours=1)
"""How long a site's word is taken that the page of a row has not changed; then it is read all the same.

Some count not every change: an isso feed keeps its ETag when an older comment is answered, edited or removed. The word of
a site that was found so is taken no more.
"""

RECHECKED = 4
"""A crawl looks again at no more stored posts than this part of its row's `max_pages`."""

# A page that is not there, is forbidden, or is something else (a file, say) will be so the next time as well.
_LASTING = frozenset(
    {Outcome.ROBOTS, Outcome.NOT_EXPECTED, Outcome.BAD_CONTENT, Outcome.TOO_LARGE, Outcome.PRIVATE_ADDRESS}
)


@dataclass(frozen=True, slots=True)
class Call:
    """A page to ask for: where, as which step, and how it looked last time."""

    follow: Follow
    page: str
    known: KnownPage | None
    chain: Chain | None

    @property
    def recheck(self) -> bool:
        """Whether it is only to see that the page is still there."""
        return self.follow.step == RECHECK


@dataclass(slots=True)
class Answer:
    """A page as it came: decoded, with its validators and the hash of its bytes."""

    page: Page
    fingerprint: str
    etag: str | None
    last_modified: str | None


@dataclass(slots=True)
class Errand:
    """One source's crawl. Everything it learns goes to `report` as it happens; `call`s come back to be asked for."""

    source: Source
    names: Names
    known: dict[str, KnownPage]
    report: Callable[[Event], None]
    queries: Sequence[str] = ()
    rechecks: Sequence[tuple[str, str]] = ()
    asked: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    open: int = 0
    rechecking: int = 0
    pages: int = 0
    found: int = 0
    unchanged: int = 0
    vacant: bool = False
    over: bool = False
    began: datetime | None = None
    since: datetime | None = None
    paging: bool = False
    sound: bool = True
    dropped: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[Outcome, str]] = field(default_factory=list)
    retry_after: float | None = None

    @classmethod
    def of(cls, source: Source, job: Job, report: Callable[[Event], None]) -> Errand:
        """The errand of a source within a job."""
        return cls(
            source,
            Names.of(source),
            {page.page: page for page in job.known.get(source.id, ())},
            report,
            job.queries.get(source.id, ()),
            job.rechecks.get(source.id, ()),
        )

    def begin(self, now: datetime) -> list[Call]:
        """The first pages: the one that the row names, or what the kind makes of it and of the queries."""
        self.began = now
        self.since = self._read_whole_since(now)
        starts = getattr(self._kind(), "starts", None)
        firsts = [Follow(self.source.url, START)]
        try:
            if starts is not None:
                firsts = starts(self.source.url, self.source.options, self.queries)
        except Unreadable as fault:
            firsts = []
            self.faults.append((fault.outcome, str(fault)))
        calls = self._calls(firsts, None, now)
        if not calls:
            self.finish()
            return []
        return calls

    def refused(self, status: int, text: str) -> Unreadable | None:
        """What the kind makes of an answer that is an error; None where it has no word of its own on it."""
        reading = getattr(self._kind(), "refused", None)
        meant: Unreadable | None = None if reading is None else reading(status, text)
        return meant

    def read(self, call: Call, answer: Answer) -> list[Call]:
        """Read a page that came; return the pages to ask for next."""
        if self.over:
            return []
        self.pages += 1
        at = answer.page.fetched_at
        seen = self._seen(call, answer)
        if call.known and call.known.fingerprint == answer.fingerprint:
            self._unchanged(call, seen)
            return []
        self.report(Begun(self.source.id))
        try:
            reading = self._reading(call, answer.page)
        except Unreadable as fault:
            self._fault(call, fault.outcome, str(fault))
            return []
        self._take(reading, call.chain)
        follows = reading.follows
        if call.chain is not None:
            call.chain.reached(call.follow)
            follows = tuple(call.chain.going_on(call.follow, follows))
        calls = self._calls(follows, call.chain, at)
        self._note(call, reading, seen, TRUNCATED in answer.page.flags)
        return calls

    def not_modified(self, call: Call, at: datetime) -> None:
        """The site says that a page has not changed."""
        if self.over:
            return
        self.pages += 1
        if call.known is None:
            self._fault(call, Outcome.HTTP_ERROR, "对方误报网页无变化")
            return
        read_at = call.known.fetched_at if call.follow.step == START else at
        self._unchanged(call, replace(call.known, fetched_at=read_at))

    def there(self, call: Call, at: datetime) -> None:
        """The page of a stored post is still there."""
        if not self.over:
            self.report(There(self.source.id, call.follow.memo["id"]))
            self._remember(KnownPage(call.page, None, None, None, at))

    def gone(self, call: Call, detail: str, at: datetime) -> None:
        """A page is no longer there (404, 410), and so neither is the post whose own page it was."""
        if self.over:
            return
        if call.recheck:
            self.report(Gone(self.source.id, call.follow.memo["id"]))
            self._remember(KnownPage(call.page, None, None, None, at))
            return
        if call.follow.root:
            self.report(Gone(self.source.id, post_id(self.source.id, call.follow.root)))
        self._fault(call, Outcome.HTTP_ERROR, detail, lasting=call.follow.step != START)

    def failed(self, call: Call, outcome: Outcome, detail: str, retry_after: float | None = None) -> None:
        """A page could not be had."""
        if retry_after is not None:
            self.retry_after = max(retry_after, self.retry_after or 0)
        if not call.recheck:
            self._fault(call, outcome, detail)

    def settled(self, call: Call, at: datetime) -> list[Call]:
        """A page is dealt with, and what it led to is asked for; after the last, return stored posts' pages to look at."""
        if call.recheck:
            self.rechecking -= 1
        else:
            self.open -= 1
        chain = call.chain
        if chain is not None:
            chain.open -= 1
            if chain.open == 0 and not self.over:
                self._close(chain, at)
        again = self._look_again(at) if self.open == 0 and not call.recheck else []
        if self.open == 0 and self.rechecking == 0:
            self.finish()
        return again

    def finish(self, cut_off: bool = False) -> None:
        """Report what came of it, once. Being cut off while only looking again at stored posts does not count."""
        if self.over:
            return
        outcome = Outcome.CUT_OFF if cut_off and (self.open or not self.asked) else self._outcome()
        if outcome.answered and self.sound and self.paging:
            self._remember_whole()
        self.over = True
        self.report(
            Done(
                source=self.source.id,
                outcome=outcome,
                pages=self.pages,
                found=self.found,
                dropped=dict(self.dropped),
                flags=dict(self.flags),
                detail=self._detail(outcome),
                retry_after=self.retry_after,
            )
        )

    def _reading(self, call: Call, page: Page) -> Reading:
        reading = self._read_as(page, call.follow, call.follow.memo)
        first = self._first_address(call.follow, reading, page.fetched_at)
        if first is not None:
            reading = self._read_as(page, call.follow, {**call.follow.memo, "key": first})
        if not reading.matched and not reading.vacant and is_sign_in(page.text, page.url):
            raise Unreadable(Outcome.SIGN_IN, "打开的是登录页")
        return reading

    def _read_as(self, page: Page, follow: Follow, memo: Mapping[str, str]) -> Reading:
        reading: Reading = self._kind().read(page, follow.step, memo, self.source.id, self.source.options)
        return reading

    def _first_address(self, follow: Follow, reading: Reading, at: datetime) -> str | None:
        """The address under which this page was read before, where it stands under several; None where it is this one.

        The first one stays the name of the post, so that the page is one post however many addresses lead to it.
        """
        own, said = follow.root, reading.canonical
        if not own or said is None:
            return None
        # http and https are one address.
        said = own if said.partition(":")[2] == own.partition(":")[2] else said
        name, page = self.names.canonical(said), self.names.page(said)
        before = self.known.get(name)
        if before is not None and before.resume is not None:
            first: str = json.loads(before.resume)["url"]
        else:
            first = said if page in self.met or page in self.known else own
        if said != own:
            self.known[name] = KnownPage(name, None, None, None, at, json.dumps({"url": first}))
            self._remember(self.known[name])
        return first if first != own else None

    def _kind(self) -> Any:
        return import_module(f"crawlers.spiders.{self.source.kind}")

    def _seen(self, call: Call, answer: Answer) -> KnownPage:
        """How the page looks now, without validators where they did not tell one change from another, now or before."""
        at, before = answer.page.fetched_at, self.known.get(call.page)
        seen = KnownPage(call.page, answer.etag, answer.last_modified, answer.fingerprint, at)
        if before is None or before.fingerprint is None:
            return seen
        same = before.etag == answer.etag if before.etag else before.last_modified == answer.last_modified
        unsure = not (before.etag or before.last_modified) or (same and before.fingerprint != answer.fingerprint)
        return replace(seen, etag=None, last_modified=None) if unsure else seen

    def _take(self, reading: Reading, chain: Chain | None) -> None:
        for item in reading.items:
            self.flags.update(item.flags)
            found = found_from(self.source, item)
            if chain is not None:
                chain.ids[found.id] = None
            # Once a crawl: of two addresses of one page neither is the newer one.
            if found.id not in self.shown:
                self.shown.add(found.id)
                self.report(found)
        if chain is not None and not reading.complete:
            chain.whole = False
        self.found += len(reading.items)
        self.vacant = self.vacant or reading.vacant
        self.dropped.update(reading.dropped)
        self.flags.update(reading.flags)

    def _note(self, call: Call, reading: Reading, seen: KnownPage, truncated: bool) -> None:
        """Remember a page that was read, where it came whole and held something."""
        chain = call.chain
        if truncated:
            self._unsound(chain)
        elif reading.items and not reading.follows:
            self._remember(seen)
        elif chain is not None and call.follow is chain.head and reading.items:
            # A page that leads on is asked for without conditions next time: "not modified" would hide where it leads.
            chain.leading = KnownPage(seen.page, None, None, None, seen.fetched_at)
        elif chain is not None and call.follow is chain.resume and not reading.items:
            self._unsound(chain)
            chain.astray = True

    def _unchanged(self, call: Call, seen: KnownPage) -> None:
        self.unchanged += 1
        self._remember(seen)
        if call.chain is not None:
            call.chain.reached(call.follow)
            call.chain.whole = False

    def _calls(self, follows: Iterable[Follow], chain: Chain | None, now: datetime) -> list[Call]:
        calls = [call for follow in follows if (call := self._call(follow, chain, now)) is not None]
        self.open += len(calls)
        return calls

    def _call(self, follow: Follow, chain: Chain | None, now: datetime) -> Call | None:
        # Many tracking addresses lead to one page; it is asked for under the first of them.
        page = self.names.page(permalink(follow.url))
        if self._known_before(follow) or page in self.asked or self._left_alone(follow, page, now):
            if chain is not None and page not in chain.names:
                chain.whole = False
            return None
        if follow.mark is not None or follow.root is not None:
            chain = self._chain(follow, now)
            if chain is None:
                self.unchanged += 1
                return None
        if len(self.asked) >= self.source.max_pages:
            self.flags["max_pages"] += 1
            self._unsound(chain)
            return None
        if chain is not None:
            chain.open += 1
            chain.names.add(page)
        self.asked.add(page)
        return Call(follow, page, _taken_as_known(self.known.get(page), follow, chain, now), chain)

    def _left_alone(self, follow: Follow, page: str, now: datetime) -> bool:
        """Whether a page was read so lately that it is not to be asked for yet."""
        self.met.update((page, self.names.page(permalink(follow.root or follow.url))))
        known = self.known.get(page)
        if known is None or not follow.revisit or now - known.fetched_at >= timedelta(seconds=follow.revisit):
            return False
        self.unchanged += 1
        return True

    def _known_before(self, follow: Follow) -> bool:
        """Whether a follow from new to old leads only to what was there when the source was last read whole."""
        if follow.newest is None:
            return False
        self.paging = True
        return self.since is not None and follow.newest < self.since - timedelta(seconds=self.source.overlap)

    def _chain(self, follow: Follow, now: datetime) -> Chain | None:
        """The chain that begins with that follow; None where its mark stands still."""
        # Under the address of the post itself, which an interface gives from another.
        page = self.names.mark(permalink(follow.root or follow.url))
        mark = None if follow.mark is None else hashed(follow.mark)
        marked = None if mark is None else self.known.get(page)
        if marked is not None and marked.fingerprint == mark:
            if now - marked.fetched_at >= TOUCHED:
                self._remember(replace(marked, fetched_at=now))
            return None
        return Chain.beginning(follow, page, mark, marked, now, timedelta(seconds=self.source.whole))

    def _close(self, chain: Chain, at: datetime) -> None:
        """All pages of a chain are read: tell what is there, and remember how to go on."""
        root = chain.head.root
        # A source that has nothing left at all is rather one that fails.
        if chain.sound and chain.whole and root is not None and (root or chain.ids):
            page = chain.page if chain.mark is not None else None
            of = post_id(self.source.id, root) if root else None
            self.report(Whole(self.source.id, of, tuple(chain.ids), page))
        if chain.sound and chain.leading is not None:
            self._remember(chain.leading)
        if chain.sound and chain.mark is not None:
            self._remember(KnownPage(chain.page, None, None, chain.mark, at, chain.place()))
        elif chain.astray:
            self._remember(KnownPage(chain.page, None, None, None, at))

    def _look_again(self, now: datetime) -> list[Call]:
        """Pages of stored posts that no crawl has read for long, those left alone for longest first."""
        if not self.source.recheck or self.over:
            return []
        stale = []
        for identifier, address in self.rechecks:
            name = self.names.page(address)
            memories = (name, self.names.mark(address), self.names.recheck(address))
            read_at = [known.fetched_at for memory in memories if (known := self.known.get(memory)) is not None]
            # A page that was never read under this address might not be the post's: its absence would prove nothing.
            if read_at and now - max(read_at) >= timedelta(seconds=self.source.recheck) and name not in self.met:
                follow = Follow(address, RECHECK, {"id": identifier})
                stale.append((max(read_at), Call(follow, memories[2], self.known.get(name), None)))
        stale.sort(key=lambda aged: aged[0])
        calls = [call for _, call in stale[: self.source.max_pages // RECHECKED]]
        self.rechecking = len(calls)
        return calls

    def _read_whole_since(self, now: datetime) -> datetime | None:
        """When the source was last read whole; None once that was so long ago that all is to be read again."""
        deep = self.known.get(self.names.last_deep)
        last = self.known.get(self.names.last_whole)
        if last is None or deep is None or now - deep.fetched_at >= timedelta(seconds=self.source.whole):
            return None
        return last.fetched_at

    def _remember_whole(self) -> None:
        if self.began is None:
            return
        last, deep = self.names.last_whole, self.names.last_deep
        for name in (last,) if self.since is not None else (last, deep):
            self._remember(KnownPage(name, None, None, None, self.began))

    def _remember(self, page: KnownPage) -> None:
        if not self.over:
            self.report(PageRead(self.source.id, page))

    def _fault(self, call: Call, outcome: Outcome, detail: str, lasting: bool = False) -> None:
        self.faults.append((outcome, detail))
        if not lasting and (outcome not in _LASTING or call.follow.step == START):
            self.sound = False
        if call.chain is not None:
            call.chain.sound = False
            if call.follow is call.chain.resume and (lasting or outcome in _LASTING):
                call.chain.astray = True

    def _unsound(self, chain: Chain | None) -> None:
        self.sound = False
        if chain is not None:
            chain.sound = False

    def _outcome(self) -> Outcome:
        if self.found:
            return Outcome.OK
        if self.unchanged:
            return Outcome.UNCHANGED
        if self.faults:
            return self.faults[0][0]
        return Outcome.EMPTY if self.vacant else Outcome.NOTHING_EXTRACTED

    def _detail(self, outcome: Outcome) -> str | None:
        parts = []
        if outcome is Outcome.NOTHING_EXTRACTED and not self.faults:
            parts.append("选择器没有取到内容，请检查网页是否改版")
        counted = Counter(detail for _, detail in self.faults)
        parts += [f"{detail}（{number} 页）" if number > 1 else detail for detail, number in counted.most_common(5)]
        if self.flags["max_pages"]:
            parts.append(f"已到一次最多 {self.source.max_pages} 页的上限")
        return "；".join(parts) or None


def _taken_as_known(known: KnownPage | None, follow: Follow, chain: Chain | None, now: datetime) -> KnownPage | None:
    """What is known of a page, as far as the site may say that it is still so."""
    # Read whole, all that stands there is wanted: of an unchanged page it would not be known.
    wanted = chain is not None and chain.whole and (chain.mark is not None or chain.head.root == EVERYTHING)
    if wanted and chain is not None and follow is not chain.head:
        return None
    if known is not None and follow.step == START and now - known.fetched_at >= VERIFIED:
        return replace(known, etag=None, last_modified=None)
    return known

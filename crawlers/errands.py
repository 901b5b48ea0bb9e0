"""Keeps account of one source's crawl: which pages to ask for, what came back, and what came of it all."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from crawlers.addresses import permalink
from crawlers.bodies import is_sign_in
from crawlers.jobs import Begun, Done, Event, Job, KnownPage, PageRead, found_from
from crawlers.outcomes import Outcome
from crawlers.reading import Follow, Page, Reading, Unreadable
from crawlers.sources import Source

START = "start"
"""Step of the page that a source's row names."""


@dataclass(slots=True)
class Chain:
    """The pages that one marked follow led to: once all are read, the mark is remembered under `page`."""

    page: str
    mark: str
    open: int = 0
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Call:
    """A page to ask for: where, as which step, and how it looked last time."""

    follow: Follow
    page: str
    known: KnownPage | None
    chain: Chain | None


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
    known: dict[str, KnownPage]
    report: Callable[[Event], None]
    since: datetime | None = None
    queries: Sequence[str] = ()
    rechecks: Sequence[str] = ()
    asked: set[str] = field(default_factory=set)
    open: int = 0
    pages: int = 0
    found: int = 0
    unchanged: int = 0
    vacant: bool = False
    over: bool = False
    dropped: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[Outcome, str]] = field(default_factory=list)
    retry_after: float | None = None

    @classmethod
    def of(cls, source: Source, job: Job, report: Callable[[Event], None]) -> Errand:
        """The errand of a source within a job."""
        return cls(
            source,
            {page.page: page for page in job.known.get(source.id, ())},
            report,
            job.since.get(source.id),
            job.queries.get(source.id, ()),
            job.rechecks.get(source.id, ()),
        )

    def begin(self, now: datetime) -> list[Call]:
        """The first pages: the one that the row names, or what the kind makes of it and of the queries."""
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
        seen = KnownPage(call.page, answer.etag, answer.last_modified, answer.fingerprint, at)
        if call.known and call.known.fingerprint == answer.fingerprint:
            self.unchanged += 1
            self._remember(seen)
            return []
        self.report(Begun(self.source.id))
        try:
            reading = self._reading(call, answer.page)
        except Unreadable as fault:
            self._fault(call, fault.outcome, str(fault))
            return []
        self._take(reading)
        calls = self._calls(reading.follows, call.chain, at)
        # A page that leads on is asked for without conditions next time: "not modified" would hide where it leads.
        if reading.items and not reading.follows:
            self._remember(seen)
        return calls

    def not_modified(self, call: Call, at: datetime) -> None:
        """The site says that a page has not changed."""
        self.pages += 1
        if call.known is None:
            self._fault(call, Outcome.HTTP_ERROR, "对方误报网页无变化")
            return
        self.unchanged += 1
        known = call.known
        self._remember(KnownPage(known.page, known.etag, known.last_modified, known.fingerprint, at))

    def failed(self, call: Call, outcome: Outcome, detail: str, retry_after: float | None = None) -> None:
        """A page could not be had."""
        if retry_after is not None:
            self.retry_after = max(retry_after, self.retry_after or 0)
        self._fault(call, outcome, detail)

    def settled(self, call: Call, at: datetime) -> None:
        """A page is dealt with, and what it led to is asked for."""
        self.open -= 1
        chain = call.chain
        if chain is not None:
            chain.open -= 1
            if chain.open == 0 and chain.sound:
                self._remember(KnownPage(chain.page, None, None, chain.mark, at))
        if self.open == 0:
            self.finish()

    def finish(self, cut_off: bool = False) -> None:
        """Report what came of it, once."""
        if self.over:
            return
        self.over = True
        outcome = Outcome.CUT_OFF if cut_off else self._outcome()
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
        reading: Reading = self._kind().read(
            page, call.follow.step, call.follow.memo, self.source.id, self.source.options
        )
        if not reading.matched and not reading.vacant and is_sign_in(page.text, page.url):
            raise Unreadable(Outcome.SIGN_IN, "打开的是登录页")
        return reading

    def _kind(self) -> Any:
        return import_module(f"crawlers.spiders.{self.source.kind}")

    def _take(self, reading: Reading) -> None:
        for item in reading.items:
            self.flags.update(item.flags)
            self.report(found_from(self.source, item))
        self.found += len(reading.items)
        self.vacant = self.vacant or reading.vacant
        self.dropped.update(reading.dropped)
        self.flags.update(reading.flags)

    def _calls(self, follows: Iterable[Follow], chain: Chain | None, now: datetime) -> list[Call]:
        calls = [call for follow in follows if (call := self._call(follow, chain, now)) is not None]
        self.open += len(calls)
        return calls

    def _call(self, follow: Follow, chain: Chain | None, now: datetime) -> Call | None:
        # Many tracking addresses lead to one page; it is asked for under the first of them.
        page = self._name(permalink(follow.url))
        if page in self.asked:
            return None
        if len(self.asked) >= self.source.max_pages:
            self.flags["max_pages"] += 1
            if chain is not None:
                chain.sound = False
            return None
        known = self.known.get(page)
        if known and follow.revisit and now - known.fetched_at < timedelta(seconds=follow.revisit):
            self.unchanged += 1
            return None
        if follow.mark is not None:
            chain = Chain(self._name(f"mark {permalink(follow.url)}"), _hash(follow.mark))
            marked = self.known.get(chain.page)
            if marked and marked.fingerprint == chain.mark:
                self.unchanged += 1
                return None
        if chain is not None:
            chain.open += 1
        self.asked.add(page)
        return Call(follow, page, known, chain)

    def _name(self, url: str) -> str:
        # How a page is read is part of its name: after a change of selectors, unchanged pages are read again.
        return _hash(f"{self.source.kind}\n{self.source.options.model_dump_json()}\n{url}")

    def _remember(self, page: KnownPage) -> None:
        if not self.over:
            self.report(PageRead(self.source.id, page))

    def _fault(self, call: Call, outcome: Outcome, detail: str) -> None:
        self.faults.append((outcome, detail))
        if call.chain is not None:
            call.chain.sound = False

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


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()

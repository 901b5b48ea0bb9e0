"""Walks an errand through pages that a test holds, without a network."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from crawlers.errands import Answer, Call, Errand
from crawlers.jobs import Done, Event, Found, Gone, Job, KnownPage, PageRead, Whole
from crawlers.outcomes import Outcome
from crawlers.reading import Page
from crawlers.settings import CrawlSettings
from crawlers.sources import Source
from tests.crawlers.crawling import NOON

LIST = "https://a.example/list"
ARTICLES = {
    LIST: "<li><a href=/1>一</a></li><li><a href=/2?utm_source=x>二</a></li><li><a href=/2>二</a></li>",
    "https://a.example/1": "<h1>甲</h1><p>正文一</p>",
    "https://a.example/2?utm_source=x": "<h1>乙</h1><p>正文二</p>",
}


FORUM = "https://a.example/f"
READ = {"thread": "li", "mark": "i", "post": "div", "text": "p", "next_posts": "b a@href"}
THREADS = {
    FORUM: "<li><a href=/t1>一</a><i>2</i></li><li><a href=/t2>二</a><i>0</i></li>",
    "https://a.example/t1": "<div id=p1><p>首帖</p></div><b><a href=/t1p2>下页</a></b>",
    "https://a.example/t1p2": "<div id=p2><p>回复</p></div>",
    "https://a.example/t2": "<div id=p3><p>另一帖</p></div>",
}

TIMES_OUT = "…"
"""In place of a page that does not come in time."""


class Crawl:
    """One crawl, walked to its end: what it asked for, found and remembered."""

    def __init__(
        self,
        of: Source,
        pages: dict[str, str],
        known: list[KnownPage] | None = None,
        at: datetime = NOON,
        posts: Sequence[tuple[str, str]] = (),
        cut: Sequence[str] = (),
    ) -> None:
        self.events: list[Event] = []
        self.asked: list[Call] = []
        self.pages = pages
        self.at = at
        self.cut = cut
        job = Job(NOON, CrawlSettings(), [of], {of.id: known or []}, rechecks={of.id: posts})
        self.errand = Errand.of(of, job, self.events.append)
        waiting = self.errand.begin(at)
        while waiting:
            call = waiting.pop(0)
            self.asked.append(call)
            waiting += self._answer(call)
            waiting += self.errand.settled(call, at)

    def _answer(self, call: Call) -> list[Call]:
        text = self.pages.get(call.follow.url)
        if text is None:
            self.errand.gone(call, "网页不存在（404）", self.at)
            return []
        if text == TIMES_OUT:
            self.errand.failed(call, Outcome.TIMEOUT, "超时")
            return []
        if call.recheck:
            self.errand.there(call, self.at)
            return []
        print_ = hashlib.sha256(text.encode()).hexdigest()
        flags = ("truncated",) if call.follow.url in self.cut else ()
        return self.errand.read(call, Answer(Page(call.follow.url, text, self.at, flags=flags), print_, '"e"', None))

    @property
    def done(self) -> Done:
        (done,) = [event for event in self.events if isinstance(event, Done)]
        return done

    @property
    def urls(self) -> list[str]:
        return [call.follow.url for call in self.asked]

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Found)]

    @property
    def remembered(self) -> list[KnownPage]:
        return [event.page for event in self.events if isinstance(event, PageRead)]

    @property
    def gone(self) -> list[str]:
        return [event.id for event in self.events if isinstance(event, Gone)]

    @property
    def whole(self) -> dict[str | None, tuple[str, ...]]:
        return {event.root: event.ids for event in self.events if isinstance(event, Whole)}

    def after(self, *earlier: KnownPage) -> list[KnownPage]:
        """What the store remembers after this crawl, given what it did before."""
        return list({page.page: page for page in (*earlier, *self.remembered)}.values())

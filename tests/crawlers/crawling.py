"""Runs real crawls of rows and sorts what comes back by source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from crawlers.jobs import Asked, Done, Ended, Found, Gone, Job, KnownPage, PageRead, There, Whole
from crawlers.processes import run_crawl
from crawlers.settings import CrawlSettings
from crawlers.sources import Source, source_from

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)


def source(identifier: str, url: str, kind: str = "feed", **more: Any) -> Source:
    """A source of that kind; other keys of the row by name."""
    row = {"id": identifier, "name": f"来源 {identifier}", "channel": "forum", "delay_seconds": 0, **more}
    return source_from({**row, "kind": kind, "url": url})


def page_list(identifier: str, url: str, **more: Any) -> Source:
    """A list whose entries are the links of the page, each with an article in `p`."""
    return source(identifier, url, "list", read={"entry": "li", "article": {"title": "h1", "text": "p"}}, **more)


@dataclass
class Crawled:
    """What a crawl gave, by source id."""

    found: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    pages: dict[str, list[KnownPage]] = field(default_factory=lambda: defaultdict(list))
    done: dict[str, Done] = field(default_factory=dict)
    gone: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    there: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    whole: dict[str, list[Whole]] = field(default_factory=lambda: defaultdict(list))
    asked: list[Asked] = field(default_factory=list)
    ended: Ended | None = None

    def texts(self, identifier: str) -> list[str]:
        return [found.text for found in self.found[identifier]]

    def said(self, identifier: str) -> tuple[str, str | None]:
        return self.done[identifier].outcome.value, self.done[identifier].detail


def crawl(
    sources: Sequence[Source],
    hosts: Sequence[str] = (),
    known: Mapping[str, Sequence[KnownPage]] | None = None,
    seconds: float | None = None,
    now: datetime = NOON,
    rechecks: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    **settings: Any,
) -> Crawled:
    """Crawl for real, the hosts of a test's own sites allowed."""
    crawled = Crawled()
    limits = CrawlSettings(**{"allow_private_hosts": tuple(hosts), "delay_seconds": 0.0, **settings})
    for event in run_crawl(Job(now, limits, sources, known or {}, rechecks=rechecks or {}), seconds):
        if isinstance(event, Found):
            crawled.found[event.source].append(event)
        elif isinstance(event, PageRead):
            crawled.pages[event.source].append(event.page)
        elif isinstance(event, Gone):
            crawled.gone[event.source].append(event.id)
        elif isinstance(event, There):
            crawled.there[event.source].append(event.id)
        elif isinstance(event, Whole):
            crawled.whole[event.source].append(event)
        elif isinstance(event, Done):
            crawled.done[event.source] = event
        elif isinstance(event, Asked):
            crawled.asked.append(event)
        elif isinstance(event, Ended):
            crawled.ended = event
    return crawled

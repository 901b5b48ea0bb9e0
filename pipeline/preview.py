"""Reads sources once and shows what would be stored and what dropped; stores nothing and remembers nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawlers.jobs import Done, Ended, Event, Found, Job
from crawlers.outcomes import Outcome
from crawlers.processes import run_crawl
from crawlers.settings import CrawlSettings
from crawlers.sources import Source, source_from
from nlp.admission import admit
from pipeline.intake import TOO_OLD_REASON
from pipeline.queries import Queries, no_queries
from records.posts import Post
from records.reading import BadRecord


@dataclass(slots=True)
class Preview:
    """What one reading of a source gave. `posts` are masked, as they would be stored, each once (`ids`).

    `dropped` counts what would not be stored, `flags` what was noted, by Chinese reason and by word.
    """

    source: Source
    outcome: Outcome = Outcome.CRASHED
    pages: int = 0
    posts: list[Post] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    dropped: Counter[str] = field(default_factory=Counter)
    flags: Mapping[str, int] = field(default_factory=dict)
    detail: str | None = None


def preview(
    sources: Sequence[Source],
    settings: CrawlSettings,
    now: Callable[[], datetime],
    pages: int,
    crawl: Callable[[Job], Iterator[Event]] = run_crawl,
    queries: Queries = no_queries,
    retention: timedelta | None = None,
) -> list[Preview]:
    """Read each of `sources` once, at most `pages` pages of each, as if for the first time.

    `queries` gives what search sources are to be asked; `retention` is how long posts are kept.
    """
    short = [source_from({**source.row, "max_pages": min(pages, source.max_pages)}) for source in sources]
    previews = {source.id: Preview(source) for source in sources}
    for event in crawl(Job(now(), settings, short, queries=queries(short))):
        if isinstance(event, Found):
            _show(previews[event.source], event, now(), retention)
        elif isinstance(event, Done):
            shown = previews[event.source]
            shown.outcome, shown.pages, shown.detail = event.outcome, event.pages, event.detail
            shown.dropped.update(event.dropped)
            shown.flags = event.flags
        elif isinstance(event, Ended) and event.fault is not None:
            for shown in previews.values():
                if shown.outcome is Outcome.CRASHED:
                    shown.outcome, shown.detail = event.fault, event.detail
    return list(previews.values())


def _show(shown: Preview, found: Found, now: datetime, retention: timedelta | None) -> None:
    try:
        post = admit(found.raw(now))
    except BadRecord as refusal:
        shown.dropped[str(refusal)] += 1
        return
    if retention is not None and post.published_at + retention <= now:
        shown.dropped[TOO_OLD_REASON] += 1
    elif post.id not in shown.ids:
        shown.ids.add(post.id)
        shown.posts.append(post)

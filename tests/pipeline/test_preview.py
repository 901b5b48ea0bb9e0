"""A preview shows what would be stored, and stores nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from crawlers.jobs import Done, Ended, Event, Found, Job
from crawlers.outcomes import Outcome
from crawlers.settings import CrawlSettings
from pipeline.preview import preview
from records.posts import Reactions
from tests.crawlers.crawling import NOON, source

A = source("a", "https://a.example/rss", max_pages=500)


def found(name: str, text: str) -> Found:
    return Found("a", name, "forum", None, None, text, NOON, Reactions(), None, ("date_missing",))


def test_what_would_be_stored_is_shown_masked_and_what_would_not_with_its_reason() -> None:
    def crawl(job: Job) -> Iterator[Event]:
        yield found("1", "请打13912345678")
        yield found("2", "\u200b")
        yield Done("a", Outcome.OK, 2, 2, {"取不到正文": 1}, {"date_missing": 2}, None, None)
        yield Ended(None)

    (shown,) = preview([A], CrawlSettings(), lambda: NOON, 20, crawl)
    assert (shown.outcome, shown.pages, len(shown.posts)) == (Outcome.OK, 2, 1)
    assert "13912345678" not in shown.posts[0].text
    assert sum(shown.dropped.values()) == 2
    assert shown.flags == {"date_missing": 2}


def test_a_preview_reads_few_pages_and_knows_none() -> None:
    jobs: list[Job] = []

    def crawl(job: Job) -> Iterator[Event]:
        jobs.append(job)
        yield Ended(None)

    preview([A], CrawlSettings(), lambda: NOON, 20, crawl)
    assert [(row.id, row.max_pages) for row in jobs[0].sources] == [("a", 20)]
    assert jobs[0].known == {}


def test_a_preview_that_hangs_says_so() -> None:
    def crawl(job: Job) -> Iterator[Event]:
        yield Ended(Outcome.HUNG, "超过时限，已终止")

    (shown,) = preview([A], CrawlSettings(), lambda: NOON, 20, crawl)
    assert (shown.outcome, shown.detail) == (Outcome.HUNG, "超过时限，已终止")


def test_what_is_too_old_to_be_kept_is_shown_as_dropped_and_a_post_found_twice_once() -> None:
    def crawl(job: Job) -> Iterator[Event]:
        yield found("1", "三天没水了")
        yield found("1", "三天没水了")
        yield Done("a", Outcome.OK, 2, 2, {}, {}, None, None)
        yield Ended(None)

    kept, gone = timedelta(days=180, microseconds=1), timedelta(days=180)
    later = NOON + gone
    (shown,) = preview([A], CrawlSettings(), lambda: later, 20, crawl, retention=kept)
    assert (len(shown.posts), shown.dropped) == (1, {})
    (shown,) = preview([A], CrawlSettings(), lambda: later, 20, crawl, retention=gone)
    assert (shown.posts, shown.dropped) == ([], {"发布时间早于保存期限": 2})

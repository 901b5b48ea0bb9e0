"""What the reader says of sources that it could not read to their end."""

from __future__ import annotations

import pytest

from crawlers.errands import Errand
from crawlers.jobs import Done, Event, Job
from crawlers.outcomes import Outcome
from crawlers.reader import Reader
from crawlers.settings import CrawlSettings
from tests.crawlers.crawling import NOON, source


@pytest.mark.parametrize(
    ("reason", "detail"), [("memusage_exceeded", "采集进程的内存到了上限"), ("finished", None), ("shutdown", None)]
)
def test_a_source_that_is_cut_off_is_told_with_the_reason(reason: str, detail: str | None) -> None:
    told: list[Event] = []
    row = source("a", "https://a.example/feed")
    errand = Errand.of(row, Job(NOON, CrawlSettings(), [row]), told.append)
    reader = Reader([errand], lambda: NOON, lambda host, port: False)
    errand.begin(NOON)
    reader.closed(reason)
    (done,) = told
    assert isinstance(done, Done)
    assert (done.outcome, done.detail) == (Outcome.CUT_OFF, detail)

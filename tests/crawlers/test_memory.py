"""The memory bound of a crawl is about the crawl, not about the process that started it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from crawlers.outcomes import Outcome
from tests.crawlers.site import Site

_ROOT = Path(__file__).resolve().parents[2]
# A parent that has used 300 MB starts a crawl that may use 200 MB.
_LARGE_PARENT = """
import sys
from datetime import UTC, datetime
from crawlers.jobs import Done, Job
from crawlers.processes import run_crawl
from crawlers.settings import CrawlSettings
from crawlers.sources import source_from

b"x" * 300_000_000
host, address = sys.argv[1:]
row = source_from({"id": "a", "name": "甲", "kind": "feed", "channel": "news", "url": address, "interval_seconds": 60})
settings = CrawlSettings(allow_private_hosts=(host,), delay_seconds=0, memory_mb=200)
for event in run_crawl(Job(datetime(2026, 4, 10, tzinfo=UTC), settings, [row])):
    if isinstance(event, Done):
        print(event.outcome.value)
"""


def test_a_large_process_can_start_a_small_crawl(site: Site) -> None:
    site.pages["/rss"] = (
        "<rss version='2.0'><channel><item><link>http://a.example/1</link><description>水管修好了</description></item>"
        "</channel></rss>"
    )
    done = subprocess.run(
        [sys.executable, "-c", _LARGE_PARENT, site.host, site.url("/rss")],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.split() == [Outcome.OK.value]

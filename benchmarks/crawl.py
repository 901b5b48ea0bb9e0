"""How fast a large site is read, and read, stored and judged, beside the plainest Scrapy spider in the same run."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks._large_site import LISTS, RECORDS
from benchmarks._process import process
from benchmarks._sending import until
from crawlers.jobs import Done, Job
from crawlers.processes import run_crawl
from crawlers.settings import CrawlSettings
from crawlers.sources import Source, source_from
from huiying.clock import SystemClock
from pipeline.collect import collect_due
from pipeline.patrols import Collecting
from records.disclosures import disclosure_from
from storage.store import Store

PAGES, QUICK_PAGES = 20_000, 3_000
CONCURRENCY = 32
LEAST_READ = 0.8
LEAST_JUDGED = 0.5
"""Pages a second, as a share of the plain spider's."""

_ROOT = Path(__file__).parent.parent
_KEEP = timedelta(days=180)


def main(argv: list[str]) -> int:
    """Three crawls of the same site, one after another; broken where ours is too slow or leaves a page out."""
    parser = argparse.ArgumentParser(prog="crawl", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    pages = QUICK_PAGES if parser.parse_args(argv).quick else PAGES
    found = measured(pages)
    speed = {name: result["pages_a_second"] for name, result in found.items()}
    ratios = {name: round(speed[name] / speed["plain"], 2) for name in ("read", "judged")}
    missed = sum(pages - LISTS - result["articles"] for result in found.values())
    broken = missed != 0 or ratios["read"] < LEAST_READ or ratios["judged"] < LEAST_JUDGED
    print(json.dumps({"benchmark": "crawl", "broken": broken, "pages": pages, "ratio": ratios, **found}))
    return 1 if broken else 0


def measured(pages: int) -> dict[str, dict[str, Any]]:
    """A site of so many pages, read in the three ways."""
    with process("benchmarks._large_site", str(pages)) as port:
        source = _row(f"http://127.0.0.1:{port}/list/1")
        settings = CrawlSettings(
            allow_private_hosts=(f"127.0.0.1:{port}",),
            delay_seconds=0,
            run_seconds=3600,
            concurrency=CONCURRENCY,
            concurrency_per_host=CONCURRENCY,
        )
        return {
            "plain": plain(source.url, pages),
            "read": read(source, settings, pages),
            "judged": judged(source, settings, pages),
        }


def plain(url: str, pages: int) -> dict[str, Any]:
    """Scrapy as it comes."""
    began = perf_counter()
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks._plain_spider", url, str(CONCURRENCY)],
        cwd=_ROOT,
        capture_output=True,
        check=True,
        timeout=600,
    )
    return _result(pages, perf_counter() - began, int(told.stdout))


def read(source: Source, settings: CrawlSettings, pages: int) -> dict[str, Any]:
    """Our crawl, to the posts that leave its process."""
    began = perf_counter()
    done = [event for event in run_crawl(Job(SystemClock().now(), settings, [source])) if isinstance(event, Done)]
    return _result(pages, perf_counter() - began, done[0].found)


def judged(source: Source, settings: CrawlSettings, pages: int) -> dict[str, Any]:
    """Our crawl, to posts that are masked, stored and judged; the judge is a process of its own, as it is in the desk."""
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}")
        store.migrate()
        clock = SystemClock()
        with store.transaction() as t:
            for line in RECORDS.read_text("utf-8").splitlines():
                t.disclosures.add(disclosure_from(json.loads(line)), clock.now(), "基准")
        with process("benchmarks._judging_process", store.url):
            began = perf_counter()
            collect_due(Collecting(store, settings, _KEEP, clock.now), [source])
            stored = perf_counter() - began
            finished = until(lambda: _waiting(store) == 0)
            seconds = perf_counter() - began
        with store.reading() as t:
            articles = t.posts.count() if finished else 0
        store.close()
    return _result(pages, seconds, articles) | {"stored_after_seconds": round(stored, 2)}


def _waiting(store: Store) -> int:
    with store.reading() as t:
        return t.posts.waiting_count()


def _row(url: str) -> Source:
    article = {"title": "h1", "text": "div.content", "published": "span.time"}
    return source_from(
        {
            "id": "large",
            "name": "大站",
            "kind": "list",
            "channel": "forum",
            "url": url,
            "max_pages": PAGES,
            "delay_seconds": 0,
            "read": {"entry": "li.row", "next": "a.next@href", "pages": LISTS, "article": article},
        }
    )


def _result(pages: int, seconds: float, articles: int) -> dict[str, Any]:
    return {"seconds": round(seconds, 2), "pages_a_second": round(pages / seconds, 1), "articles": articles}

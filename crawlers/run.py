"""One crawl: reads a job from standard input, crawls, writes events to standard output, and dies with its parent.

    python -m crawlers.run

The parent keeps standard input open; when it closes, this process ends at once. Nothing is written to disk or to logs.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit


def main() -> int:
    """Run the job. Exit code 0 when every source is done, 3 when the parent is gone."""
    line = sys.stdin.buffer.readline()
    threading.Thread(target=_die_with_parent, daemon=True).start()
    _crawl(line)
    return 0


def _die_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(3)


def _confine() -> None:
    logging.disable(logging.CRITICAL)
    if sys.platform == "win32":
        return
    import resource

    # No page text may reach a disk, not even when this process falls over.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _crawl(line: bytes) -> None:
    # Loaded only now, when the parent's end is being watched.
    from scrapy.crawler import AsyncCrawlerProcess

    from crawlers.errands import Errand
    from crawlers.jobs import Event, event_line, job_from
    from crawlers.reader import Reader
    from crawlers.settings import scrapy_settings

    _confine()
    job = job_from(line)
    began = time.monotonic()

    def now() -> datetime:
        return job.now + timedelta(seconds=time.monotonic() - began)

    def report(event: Event) -> None:
        sys.stdout.buffer.write(event_line(event))
        sys.stdout.buffer.flush()

    def refused(host: str, port: int) -> bool:
        from twisted.internet import reactor

        resolver: Any = reactor.nameResolver
        return (host.lower(), port) in resolver.refused

    delays: dict[str, float] = {}
    for source in job.sources:
        host = urlsplit(source.url).hostname or ""
        own = job.settings.delay_seconds if source.delay is None else source.delay
        # Sources of one host share its pause: the most careful of them sets it.
        delays[host] = max(delays.get(host, 0.0), own)
    process = AsyncCrawlerProcess(scrapy_settings(job.settings, delays))
    errands = [Errand.of(source, job, report) for source in job.sources]
    process.crawl(Reader, errands=errands, now=now, refused=refused)
    process.start(install_signal_handlers=False)
    for errand in errands:
        errand.finish(cut_off=True)


if __name__ == "__main__":
    sys.exit(main())

"""One crawl: reads a job from standard input, crawls, writes events to standard output, and dies with its parent.

    python -m crawlers.run

The parent keeps standard input open; when it closes, this process ends at once. Nothing is written to disk or to logs.
The web is read in one event loop, each watched folder in a thread of its own beside it.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from crawlers.jobs import Event, Job
    from crawlers.sources import Source


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
    # What a library remarks on a file may quote it.
    warnings.simplefilter("ignore")
    if sys.platform == "win32":
        return
    import resource

    # No page text may reach a disk, not even when this process falls over.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _crawl(line: bytes) -> None:
    # Loaded only now, when the parent's end is being watched.
    from crawlers.jobs import event_line, job_from
    from crawlers.reading import Via

    _confine()
    job = job_from(line)
    began = time.monotonic()
    one_at_a_time = threading.Lock()

    def now() -> datetime:
        return job.now + timedelta(seconds=time.monotonic() - began)

    def late() -> bool:
        return time.monotonic() - began >= job.settings.run_seconds

    def report(event: Event) -> None:
        written = event_line(event)
        with one_at_a_time:
            sys.stdout.buffer.write(written)
            sys.stdout.buffer.flush()

    folders = [source for source in job.sources if source.via is Via.FOLDER]
    visits = [_visiting(source, job, report, now, late) for source in folders]
    _read_web([source for source in job.sources if source.via is Via.WEB], job, report, now)
    for visit in visits:
        visit.join()


def _visiting(
    source: Source,
    job: Job,
    report: Callable[[Event], None],
    now: Callable[[], datetime],
    late: Callable[[], bool],
) -> threading.Thread:
    """The thread that reads a watched folder; it is under way."""
    from crawlers.visits import Visit

    # A daemon: when the parent ends, so does this process, whatever a folder on a network is waiting for.
    thread = threading.Thread(target=Visit.of(source, job, report, now, late).run, daemon=True)
    thread.start()
    return thread


def _read_web(
    sources: Sequence[Source], job: Job, report: Callable[[Event], None], now: Callable[[], datetime]
) -> None:
    if not sources:
        return
    from scrapy.crawler import AsyncCrawlerProcess

    from crawlers.errands import Errand
    from crawlers.reader import Reader
    from crawlers.settings import scrapy_settings

    def refused(host: str, port: int) -> bool:
        from twisted.internet import reactor

        resolver: Any = reactor.nameResolver
        return (host.lower(), port) in resolver.refused

    delays: dict[str, float] = {}
    for source in sources:
        host = urlsplit(source.url).hostname or ""
        own = job.settings.delay_seconds if source.delay is None else source.delay
        # Sources of one host share its pause: the most careful of them sets it.
        delays[host] = max(delays.get(host, 0.0), own)
    process = AsyncCrawlerProcess(scrapy_settings(job.settings, delays))
    errands = [Errand.of(source, job, report) for source in sources]
    process.crawl(Reader, errands=errands, now=now, refused=refused)
    process.start(install_signal_handlers=False)
    for errand in errands:
        errand.finish(cut_off=True)


if __name__ == "__main__":
    sys.exit(main())

"""Watches how much memory a crawl's process uses at most (Linux: its VmHWM)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread, get_native_id

from crawlers.jobs import Event as CrawlEvent
from crawlers.jobs import Job
from crawlers.processes import run_crawl

_EVERY_SECONDS = 0.01


class PeakWatch:
    """Crawls as usual; `peak_mb` is the most memory that the crawl's process was seen to use."""

    def __init__(self) -> None:
        self.peak_mb = 0.0

    def crawl(self, job: Job) -> Iterator[CrawlEvent]:
        """The events of the crawl. Its process is known by being the child that this thread starts."""
        children = Path(f"/proc/self/task/{get_native_id()}/children")
        over = Event()
        looking = Thread(target=self._look, args=(children, over), daemon=True)
        looking.start()
        try:
            yield from run_crawl(job)
        finally:
            over.set()
            looking.join(60)

    def _look(self, children: Path, over: Event) -> None:
        while not over.wait(_EVERY_SECONDS):
            for child in children.read_text().split():
                # The process may end between two looks; before it runs our program it is still a copy of this one.
                with suppress(OSError):
                    if b"crawlers.run" in Path(f"/proc/{child}/cmdline").read_bytes():
                        found = re.search(
                            r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{child}/status").read_text(), re.MULTILINE
                        )
                        self.peak_mb = max(self.peak_mb, int(found[1]) / 1024 if found else 0.0)

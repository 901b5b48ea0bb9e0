"""Measures what the crawl process itself has used at most, so that its bound is about the crawl alone."""

from __future__ import annotations

import re
from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

_STATUS = Path("/proc/self/status")


class OwnMemoryUsage(MemoryUsage):
    """Scrapy's memory bound on the process's own peak.

    `ru_maxrss`, which Scrapy asks, starts with the peak of the process that started this one (Linux keeps it over
    fork and exec): a crawl begun by a large process would end at once.
    """

    def get_virtual_size(self) -> int:
        """The peak resident size in bytes."""
        found = re.search(r"^VmHWM:\s+(\d+) kB", _STATUS.read_text(), re.MULTILINE) if _STATUS.exists() else None
        return int(super().get_virtual_size()) if found is None else int(found[1]) * 1024

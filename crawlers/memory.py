"""Bounds the memory of the crawl process: what one page asks for beyond it fails that page, what stays in use ends the crawl."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from scrapy.extensions.memusage import MemoryUsage

_STATUS = Path("/proc/self/status")


class OwnMemoryUsage(MemoryUsage):
    """Scrapy's memory bound on what the process itself uses now, and the same bound set on the process by the system.

    `ru_maxrss`, which Scrapy asks, starts with the peak of the process that started this one (Linux keeps it over
    fork and exec): a crawl begun by a large process would end at once. And it is asked once a second only: the system
    refuses more at the very moment, which Python tells as MemoryError.
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        # Elsewhere than on Linux this bound is not kept, or not for what Python allocates.
        if sys.platform == "linux":
            hard = self.resource.getrlimit(self.resource.RLIMIT_DATA)[1]
            self.resource.setrlimit(self.resource.RLIMIT_DATA, (self.limit, hard))

    def get_virtual_size(self) -> int:
        """The resident size in bytes."""
        found = re.search(r"^VmRSS:\s+(\d+) kB", _STATUS.read_text(), re.MULTILINE) if _STATUS.exists() else None
        return int(super().get_virtual_size()) if found is None else int(found[1]) * 1024

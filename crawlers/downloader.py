"""Scrapy's downloader with its bound per host kept."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from scrapy.core.downloader import Downloader


class BoundedDownloader(Downloader):
    """Counts a request as under way from the moment it has its turn.

    Scrapy 2.19 counts it only in the event loop's next round: without a pause between requests it sends a host all that
    waits at once, whatever CONCURRENT_REQUESTS_PER_DOMAIN says.
    """

    def _wait_for_download(self, slot: Any, request: Any, answer: Any) -> Coroutine[Any, Any, None]:
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, answer)

"""Scrapy's downloader with its bound and its pause per host kept."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from scrapy.core.downloader import Downloader
from scrapy.utils.httpobj import urlparse_cached


class BoundedDownloader(Downloader):
    """Counts a request as under way from the moment it has its turn.

    Scrapy 2.19 counts it only in the event loop's next round: without a pause between requests it sends a host all that
    waits at once, whatever CONCURRENT_REQUESTS_PER_DOMAIN says. It also lets a redirected request go at the pace of the
    host that it came from.
    """

    def get_slot_key(self, request: Any) -> str:
        """The host whose pace a request keeps: the one that it goes to."""
        return urlparse_cached(request).hostname or ""

    def _wait_for_download(self, slot: Any, request: Any, answer: Any) -> Coroutine[Any, Any, None]:
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, answer)

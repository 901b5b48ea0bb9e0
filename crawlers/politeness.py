"""Keeps to what a site asks for: Crawl-delay of its robots.txt, and Retry-After when it wants to be left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy import signals
from scrapy.exceptions import IgnoreRequest

_LONGEST = 24 * 3600.0
_WITHOUT_A_WORD = 300.0
"""Seconds to leave a site alone that says so without saying for how long."""


class LeftAlone(IgnoreRequest):
    """The site asked a moment ago to be left alone."""


def pause_asked_for(status: int, retry_after: str | None, now: datetime) -> float | None:
    """How many seconds a site asks to be left alone for, a day at most; None where it does not ask."""
    if status != 429 and not (status == 503 and retry_after):
        return None
    if not retry_after:
        return _WITHOUT_A_WORD
    text = retry_after.strip()
    if text.isdigit():
        return min(float(text), _LONGEST)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return _WITHOUT_A_WORD
    if until.tzinfo is None:
        return _WITHOUT_A_WORD
    return min(max((until - now).total_seconds(), 0.0), _LONGEST)


def give_up_waiting(crawler: Any, unwanted: Callable[[Any], bool]) -> None:
    """Let the `unwanted` among the requests that wait for their turn at a host fail with LeftAlone."""
    for slot in crawler.engine.downloader.slots.values():
        waiting = list(slot.queue)
        slot.queue.clear()
        slot.queue.extend(pair for pair in waiting if not unwanted(pair[0]))
        for request, answer in waiting:
            if unwanted(request):
                answer.errback(LeftAlone())


class Politeness:
    """Scrapy middleware: slows down where robots.txt says so, asks a host nothing more once it said 429."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._left_alone: set[str] = set()
        crawler.signals.connect(self._slow_down, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Politeness:
        """Built by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Any) -> None:
        """Refuse further requests to a host that asked to be left alone, and for a source that is done with."""
        errand = request.cb_kwargs.get("errand")
        if _host(request) in self._left_alone or (errand is not None and errand.over):
            raise LeftAlone

    def process_response(self, request: Any, response: Any) -> Any:
        """Note hosts that ask to be left alone."""
        if response.status == 429 or (response.status == 503 and response.headers.get("Retry-After")):
            host = _host(request)
            self._left_alone.add(host)
            give_up_waiting(self._crawler, lambda waiting: _host(waiting) == host)
        return response

    def _slow_down(self, robotparser: Any, request: Any) -> None:
        delay = robotparser.crawl_delay(self._crawler.settings["ROBOTSTXT_USER_AGENT"])
        if not delay or delay <= 0:
            return
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        planned = downloader.per_slot_settings.setdefault(key, {})
        # Kept for a slot that is made anew, and set on the one that is there.
        planned["delay"] = max(planned.get("delay", self._crawler.settings.getfloat("DOWNLOAD_DELAY")), delay)
        planned["jitter"] = 0
        slot = downloader.slots.get(key)
        if slot is not None:
            slot.delay = max(slot.delay, delay)
            slot.jitter = 0


def _host(request: Any) -> str:
    return request.url.split("/", 3)[2].lower()  # type: ignore[no-any-return]

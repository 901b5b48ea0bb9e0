"""Keeps to what a site asks for: Crawl-delay of its robots.txt, and Retry-After when it wants to be left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy import signals
from scrapy.exceptions import IgnoreRequest

from crawlers.jobs import Asked

_LONGEST = 24 * 3600.0
_WITHOUT_A_WORD = 300.0
"""Seconds to leave a site alone that says so without saying for how long."""


class LeftAlone(IgnoreRequest):
    """The site asked a moment ago to be left alone, for `pause` seconds; or the crawl is over, and `pause` is None."""

    def __init__(self, pause: float | None = None) -> None:
        super().__init__()
        self.pause = pause


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


def give_up_waiting(crawler: Any, unwanted: Callable[[Any], bool], pause: float | None = None) -> None:
    """Let the `unwanted` among the requests that wait for their turn at a host fail with LeftAlone."""
    for slot in crawler.engine.downloader.slots.values():
        waiting = list(slot.queue)
        slot.queue.clear()
        slot.queue.extend(pair for pair in waiting if not unwanted(pair[0]))
        for request, answer in waiting:
            if unwanted(request):
                answer.errback(LeftAlone(pause))


class Politeness:
    """Scrapy middleware: slows down where robots.txt says so, asks a host nothing more once it said 429."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._left_alone: dict[str, float] = {}
        self._told: dict[tuple[str, str], float] = {}
        crawler.signals.connect(self._slow_down, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Politeness:
        """Built by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Any) -> None:
        """Refuse further requests to a host that asked to be left alone, and for a source that is done with."""
        errand = request.cb_kwargs.get("errand")
        pause = self._left_alone.get(_host(request))
        if pause is not None or (errand is not None and errand.over):
            raise LeftAlone(pause)
        if errand is not None:
            self._tell(request, errand)

    def process_response(self, request: Any, response: Any) -> Any:
        """Note hosts that ask to be left alone."""
        said = response.headers.get("Retry-After")
        pause = pause_asked_for(response.status, said.decode("latin-1") if said else None, self._crawler.spider.now())
        if pause is not None:
            host = _host(request)
            self._left_alone[host] = pause
            give_up_waiting(self._crawler, lambda waiting: _host(waiting) == host, pause)
        return response

    def _tell(self, request: Any, errand: Any) -> None:
        """Tell whose host is asked, and how slowly, so that other crawls keep to that; its robots.txt is known by now."""
        downloader = self._crawler.engine.downloader
        host = downloader.get_slot_key(request)
        delay = downloader.per_slot_settings.get(host, {}).get(
            "delay", self._crawler.settings.getfloat("DOWNLOAD_DELAY")
        )
        if self._told.get((errand.source.id, host)) != delay:
            self._told[errand.source.id, host] = delay
            errand.report(Asked(errand.source.id, host, delay))

    def _slow_down(self, robotparser: Any, request: Any) -> None:
        delay = robotparser.crawl_delay(self._crawler.settings["ROBOTSTXT_USER_AGENT"])
        if not delay or delay <= 0:
            return
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        planned = downloader.per_slot_settings.setdefault(key, {})
        # Kept for a slot that is made anew, and set on the one that is there.
        planned["delay"] = max(planned.get("delay", self._crawler.settings.getfloat("DOWNLOAD_DELAY")), delay)
        slot = downloader.slots.get(key)
        if slot is not None:
            slot.delay = max(slot.delay, delay)


def _host(request: Any) -> str:
    return request.url.split("/", 3)[2].lower()  # type: ignore[no-any-return]

"""Obeys robots.txt where Scrapy would take it for absent: sent compressed, answered with an error, not to be had, or
still on its way while other requests wait for it."""

from __future__ import annotations

import asyncio
from typing import Any

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest

from crawlers.bodies import unpacked
from crawlers.outcomes import Outcome
from crawlers.reading import Unreadable

_LONGEST = 512 * 1024
"""How many bytes of rules are read (RFC 9309 asks for 500 KiB at least)."""


class Robots(RobotsTxtMiddleware):
    """Scrapy middleware: while a site's robots.txt cannot be had, nothing of the site is asked for (RFC 9309, 2.3.1.4)."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._faults: dict[str, Exception] = {}
        self._asked: dict[str, asyncio.Task[Any]] = {}

    async def robot_parser(self, request: Any) -> Any:
        """The rules of the site. Raises what kept them from being read."""
        site = _site(request.url)
        # Scrapy 2.19 hands the rules to one of those who wait for them, and no rules to the others.
        if site not in self._asked:
            self._asked[site] = asyncio.ensure_future(super().robot_parser(request))
        parser = await self._asked[site]
        fault = self._faults.get(site)
        if fault is not None:
            raise fault.with_traceback(None)
        return parser

    async def _parse_robots(self, response: Any, netloc: str, request: Any) -> None:
        if response.status >= 500:
            raise Unreadable(Outcome.HTTP_ERROR, f"robots.txt 读不到（对方报错 {response.status}），不知道是否允许采集")
        sent = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        body, _ = unpacked(response.body, sent, self.crawler.settings.getint("DOWNLOAD_MAXSIZE"))
        await super()._parse_robots(response.replace(body=body[:_LONGEST]), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        # A site that sends us in circles has no rules; one that wants to be left alone is left alone by Politeness.
        if not isinstance(exc, IgnoreRequest):
            self._faults[netloc] = exc
        super()._robots_error(exc, netloc)


def _site(url: str) -> str:
    return url.split("/", 3)[2]

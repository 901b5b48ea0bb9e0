"""Turns the desk's crawl settings into Scrapy's, with every unsafe default of Scrapy's closed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

# The whole of what runs beside the spider. Scrapy's own lists are replaced, not added to: what is merely switched off is
# loaded all the same, at half of a short crawl's cost, and version 2.19 switches a remote control on by default.
_MIDDLEWARES = {
    "crawlers.robots.Robots": 100,
    "crawlers.politeness.Politeness": 110,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
}
_EXTENSIONS = {"crawlers.memory.OwnMemoryUsage": 0}


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """How crawls behave. Times in seconds, `max_bytes` bounds a page as sent and as unpacked.

    `delay_seconds` is the least pause between two requests to one host, unless a source says otherwise.
    `allow_private_hosts` names the inner hosts that may be read, as "host:port". `run_seconds` bounds one crawl;
    `reading_seconds` the processor time that one page's reading may take; `longest_pause_seconds` the pause before a failing source is tried again. Relative folders start at `data_dir`.
    """

    user_agent: str = "huiying/0.1 (public notice desk)"
    contact: str | None = None
    allow_private_hosts: tuple[str, ...] = ()
    timeout_seconds: float = 10
    max_bytes: int = 8 * 1024 * 1024
    run_seconds: float = 300
    reading_seconds: float = 10
    memory_mb: int = 512
    delay_seconds: float = 1
    concurrency: int = 32
    concurrency_per_host: int = 4
    longest_pause_seconds: float = 3600
    data_dir: str | None = None

    @property
    def introduction(self) -> str:
        """The User-Agent header: who asks, and how to reach them."""
        return f"{self.user_agent} +{self.contact}" if self.contact else self.user_agent

    def as_row(self) -> dict[str, Any]:
        """Plain data, for the crawl subprocess."""
        return asdict(self)


def crawl_settings_from(row: Mapping[str, Any]) -> CrawlSettings:
    """The settings that `as_row` wrote."""
    return CrawlSettings(**{**row, "allow_private_hosts": tuple(row["allow_private_hosts"])})


def scrapy_settings(crawl: CrawlSettings, delays: Mapping[str, float]) -> dict[str, Any]:
    """Scrapy's settings. `delays` holds the pause in seconds of each host that has one of its own."""
    return {
        "BOT_NAME": "huiying",
        "USER_AGENT": crawl.introduction,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": crawl.user_agent.split("/")[0].split(" ")[0],
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_HANDLERS": {"data": None, "file": None, "s3": None, "ftp": None},
        "DOWNLOAD_MAXSIZE": crawl.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": crawl.timeout_seconds,
        "DOWNLOADER": "crawlers.downloader.BoundedDownloader",
        "DOWNLOAD_DELAY": crawl.delay_seconds,
        # A pause is the least one: Scrapy would make every second one shorter.
        "DOWNLOAD_DELAY_JITTER": 0,
        "DOWNLOAD_SLOTS": {
            host: {"delay": delay, "concurrency": crawl.concurrency_per_host} for host, delay in delays.items()
        },
        # How much of one page's result is dealt with at once; Scrapy starts a hundred tasks for every page otherwise.
        "CONCURRENT_ITEMS": 1,
        "CONCURRENT_REQUESTS": crawl.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.concurrency_per_host,
        "HUIYING_RUN_SECONDS": crawl.run_seconds,
        "HUIYING_READING_SECONDS": crawl.reading_seconds,
        "MEMUSAGE_ENABLED": True,
        "MEMUSAGE_LIMIT_MB": crawl.memory_mb,
        "MEMUSAGE_CHECK_INTERVAL_SECONDS": 1.0,
        "DNS_TIMEOUT": crawl.timeout_seconds,
        "TWISTED_DNS_RESOLVER": "crawlers.resolver.GuardedResolver",
        "HUIYING_ALLOW_PRIVATE_HOSTS": list(crawl.allow_private_hosts),
        "REDIRECT_MAX_TIMES": 5,
        # A timed-out page waits for the next crawl: a second wait would hold up the others.
        "RETRY_TIMES": 1,
        "RETRY_HTTP_CODES": [500, 502, 504, 522, 524],
        "RETRY_EXCEPTIONS": [
            "scrapy.exceptions.ResponseDataLossError",
            "scrapy.exceptions.DownloadFailedError",
            "twisted.internet.error.ConnectionLost",
            "twisted.internet.error.ConnectionDone",
        ],
        "DOWNLOADER_MIDDLEWARES_BASE": _MIDDLEWARES,
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": _EXTENSIONS,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
            # Unpacked by crawlers/bodies.py, which notices what was cut off and stops at the bound.
            "Accept-Encoding": "gzip, deflate",
        },
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "ASYNCIO_EVENT_LOOP": None if sys.platform == "win32" else "uvloop.Loop",
    }

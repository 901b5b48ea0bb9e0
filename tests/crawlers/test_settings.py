"""Scrapy's settings: what is unsafe by default is closed."""

from __future__ import annotations

from crawlers.settings import CrawlSettings, crawl_settings_from, scrapy_settings


def test_the_unsafe_defaults_of_scrapy_are_closed() -> None:
    settings = scrapy_settings(CrawlSettings(), {})
    assert settings["ROBOTSTXT_OBEY"] is True
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"] is True
    assert settings["DOWNLOAD_MAXSIZE"] == 8 * 1024 * 1024
    assert settings["DOWNLOAD_TIMEOUT"] == 10
    assert settings["REDIRECT_MAX_TIMES"] == 5
    assert settings["DOWNLOAD_HANDLERS"] == {"data": None, "file": None, "s3": None, "ftp": None}
    assert settings["LOG_ENABLED"] is False


def test_nothing_runs_beside_the_spider_that_keeps_cookies_caches_proxies_or_a_console() -> None:
    settings = scrapy_settings(CrawlSettings(), {})
    beside = [
        *settings["DOWNLOADER_MIDDLEWARES_BASE"],
        *settings["SPIDER_MIDDLEWARES_BASE"],
        *settings["EXTENSIONS_BASE"],
    ]
    for unwanted in (
        "cookies",
        "httpcache",
        "httpproxy",
        "telnet",
        "remote_control",
        "feedexport",
        "httpauth",
        "spiderstate",
    ):
        assert not [name for name in beside if unwanted in name]
    assert "JOBDIR" not in settings


def test_a_crawler_says_who_it_is_and_how_to_reach_its_people() -> None:
    settings = CrawlSettings(user_agent="huiying/0.1 (notice desk)", contact="https://desk.example.gov.cn/about")
    assert settings.introduction == "huiying/0.1 (notice desk) +https://desk.example.gov.cn/about"
    assert scrapy_settings(settings, {})["ROBOTSTXT_USER_AGENT"] == "huiying"


def test_a_host_keeps_the_pause_of_its_own() -> None:
    slots = scrapy_settings(CrawlSettings(), {"a.example": 5.0})["DOWNLOAD_SLOTS"]
    assert slots["a.example"]["delay"] == 5.0


def test_settings_reach_the_subprocess_as_they_are() -> None:
    settings = CrawlSettings(allow_private_hosts=("127.0.0.1:80",), timeout_seconds=2.5, contact="x")
    assert crawl_settings_from(settings.as_row()) == settings


def test_a_pause_is_never_shorter_than_it_is_set() -> None:
    assert scrapy_settings(CrawlSettings(delay_seconds=2), {})["DOWNLOAD_DELAY"] == 2
    assert scrapy_settings(CrawlSettings(), {})["DOWNLOAD_DELAY_JITTER"] == 0

"""A site that cannot show who it is is not read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.outcomes import Outcome
from huiying.clock import SystemClock
from tests.crawlers.certificates import certificate, lasting, serving_tls
from tests.crawlers.crawling import Crawled, crawl, source
from tests.crawlers.site import Answer, serving

FEED = '<rss version="2.0"><channel><item><title>停水</title><link>/1</link></item></channel></rss>'
NOW = SystemClock().now()


def read(file: Path) -> tuple[Crawled, list[str]]:
    with serving_tls(file) as site:
        site.pages["/feed"] = FEED
        address = site.url("/feed").replace("127.0.0.1", "localhost")
        return crawl([source("a", address)], [site.host.replace("127.0.0.1", "localhost")]), site.paths()


def trust(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


def test_a_site_whose_certificate_is_trusted_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = lasting(tmp_path, "localhost", NOW)
    trust(monkeypatch, file)
    crawled, asked = read(file)
    assert crawled.texts("a") == ["停水"]
    assert asked == ["/feed"]


@pytest.mark.parametrize(
    ("made", "trusted"),
    [
        (lambda folder: lasting(folder, "localhost", NOW), False),
        (lambda folder: lasting(folder, "somebody-else.example", NOW), True),
        (lambda folder: certificate(folder, "localhost", NOW - timedelta(days=9), NOW - timedelta(days=1)), True),
    ],
    ids=["nobody vouches for it", "of another host", "expired"],
)
def test_a_site_that_cannot_show_who_it_is_is_asked_nothing_and_told(
    made: Callable[[Path], Path], trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = made(tmp_path)
    if trusted:
        trust(monkeypatch, file)
    crawled, asked = read(file)
    assert crawled.said("a") == (Outcome.UNREACHABLE, "对方的安全证书无效")
    assert asked == []


def test_a_redirect_to_such_a_site_is_not_followed(tmp_path: Path) -> None:
    with serving() as plain, serving_tls(lasting(tmp_path, "localhost", NOW)) as site:
        plain.pages["/feed"] = Answer(status=302, headers={"Location": site.url("/feed")})
        crawled = crawl([source("a", plain.url("/feed"))], [plain.host, site.host])
        assert crawled.said("a") == (Outcome.UNREACHABLE, "对方的安全证书无效")
        assert site.asked == []

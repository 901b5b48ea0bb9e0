"""What a site's robots.txt forbids is not read, however it is sent; what it says of the pace is kept."""

from __future__ import annotations

import gzip
import time
from itertools import pairwise

import pytest

from crawlers.outcomes import Outcome
from tests.crawlers.crawling import Crawled, crawl, page_list, source
from tests.crawlers.site import Answer, Site, serving

FORBIDDEN = "User-agent: *\nDisallow: /"
FEED = '<rss version="2.0"><channel><item><title>停水</title><link>/1</link></item></channel></rss>'


def read(site: Site, robots: Answer, **settings: float) -> Crawled:
    site.pages["/robots.txt"] = robots
    site.pages["/feed"] = Answer(FEED)
    return crawl([source("a", site.url("/feed"))], [site.host], **settings)


@pytest.mark.parametrize(
    "robots",
    [
        Answer(FORBIDDEN, content_type="text/plain"),
        Answer(gzip.compress(FORBIDDEN.encode()), content_type="text/plain", headers={"Content-Encoding": "gzip"}),
        Answer("\ufeff" + FORBIDDEN, content_type="text/plain; charset=utf-8"),
        Answer(FORBIDDEN.replace("\n", "\r\n") + "\n#" + "x" * 2_000_000, content_type="text/plain"),
    ],
    ids=["plain", "gzip", "bom", "long"],
)
def test_what_is_forbidden_is_not_asked_for(site: Site, robots: Answer) -> None:
    assert read(site, robots).done["a"].outcome is Outcome.ROBOTS
    assert site.paths() == []


@pytest.mark.parametrize("robots", [Answer("没有", 404), Answer(""), Answer("<html>首页</html>"), Answer("不许", 403)])
def test_a_site_without_rules_is_read(site: Site, robots: Answer) -> None:
    assert read(site, robots).done["a"].outcome is Outcome.OK


def test_a_site_whose_rules_lead_in_circles_is_read(site: Site) -> None:
    assert read(site, Answer(status=302, headers={"Location": "/robots.txt"})).done["a"].outcome is Outcome.OK


@pytest.mark.parametrize(
    ("robots", "outcome"),
    [
        (Answer("坏了", 500), Outcome.HTTP_ERROR),
        (Answer("坏了", 503), Outcome.HTTP_ERROR),
        (Answer(FORBIDDEN, declared_length=9999), Outcome.UNREACHABLE),
        (Answer("不是压缩", headers={"Content-Encoding": "gzip"}), Outcome.BAD_CONTENT),
    ],
)
def test_while_the_rules_cannot_be_had_nothing_is_asked_for(site: Site, robots: Answer, outcome: Outcome) -> None:
    done = read(site, robots).done["a"]
    assert done.outcome is outcome
    assert done.detail
    assert site.paths() == []


def test_requests_that_wait_for_the_rules_together_all_keep_them() -> None:
    with serving() as here, serving() as there:
        there.pages["/robots.txt"] = Answer(FORBIDDEN, content_type="text/plain")
        here.pages["/list"] = "".join(f"<li><a href={there.url(f'/{n}')}>{n}</a>" for n in range(20))
        done = crawl([page_list("a", here.url("/list"))], [here.host, there.host], concurrency_per_host=20).done["a"]
        assert done.detail == "robots.txt 不允许（20 页）"
        assert there.paths() == []


def test_a_site_that_never_answers_is_waited_for_once(site: Site) -> None:
    began = time.monotonic()
    done = read(site, Answer("x" * 50, drip_seconds=600), timeout_seconds=9).done["a"]
    assert done.outcome is Outcome.TIMEOUT
    assert time.monotonic() - began < 18
    assert site.paths() == []


def test_a_site_that_wants_to_be_left_alone_even_by_askers_for_its_rules_is_left_alone_for_as_long(site: Site) -> None:
    done = read(site, Answer("忙", 429, headers={"Retry-After": "3600"})).done["a"]
    assert (done.outcome, done.retry_after) == (Outcome.SLOW_DOWN, 3600)
    assert site.paths() == []


def test_sources_of_a_host_that_wants_to_be_left_alone_all_wait_as_long(site: Site) -> None:
    site.pages["/list"] = "<li><a href=/1>1</a>"
    site.pages["/1"] = Answer("忙", 429, headers={"Retry-After": "3600"})
    site.pages["/slow"] = "".join(f"<li><a href=/{n}>{n}</a>" for n in range(10, 30))
    site.pages.update({f"/{n}": "<p>文</p>" for n in range(10, 30)})
    rows = [page_list("first", site.url("/list")), page_list("second", site.url("/slow"), delay_seconds=0.2)]
    crawled = crawl(rows, [site.host], concurrency_per_host=1)
    assert {done.retry_after for done in crawled.done.values()} == {3600}


def test_a_redirected_request_keeps_the_rules_and_the_pace_of_the_host_it_goes_to() -> None:
    with serving() as here, serving() as there:
        port = there.host.partition(":")[2]
        there.pages["/robots.txt"] = Answer(
            "User-agent: *\nDisallow: /private\nCrawl-delay: 0.5", content_type="text/plain"
        )
        here.pages["/list"] = "".join(f"<li><a href=/{n}>{n}</a>" for n in (1, 2, 3, 4, "private"))
        for path in ("1", "2", "3", "4", "private"):
            here.pages[f"/{path}"] = Answer(status=302, headers={"Location": f"http://localhost:{port}/{path}"})
            there.pages[f"/{path}"] = "<p>文</p>"
        crawled = crawl([page_list("a", here.url("/list"))], [here.host, f"localhost:{port}"])
        assert crawled.done["a"].found == 4
        assert "robots.txt 不允许" in (crawled.done["a"].detail or "")
        assert sorted(there.paths()) == ["/1", "/2", "/3", "/4"]
        times = sorted(at for at, _, _ in there.asked)
        assert all(later - earlier >= 0.3 for earlier, later in pairwise(times[1:]))

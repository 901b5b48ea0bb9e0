"""How many pages are under way at once."""

from __future__ import annotations

import threading

from tests.crawlers.crawling import crawl, page_list
from tests.crawlers.site import Answer, serving


def test_no_more_pages_are_under_way_at_once_than_the_bound_over_all_hosts() -> None:
    lock, under_way, most = threading.Lock(), 0, 0

    def page(path: str) -> Answer:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        threading.Event().wait(0.05)
        with lock:
            under_way -= 1
        return Answer("<p>文</p>")

    with serving(address="0.0.0.0") as site:
        port = site.host.partition(":")[2]
        hosts = [f"127.0.0.{number}:{port}" for number in range(1, 7)]
        site.pages["/list"] = "".join(f"<li><a href=/{n}>{n}</a>" for n in range(12))
        site.pages.update({f"/{n}": page for n in range(12)})
        rows = [page_list(f"s{n}", f"http://{host}/list") for n, host in enumerate(hosts)]
        crawled = crawl(rows, hosts, concurrency=5, concurrency_per_host=3)
    assert {done.found for done in crawled.done.values()} == {12}
    assert 3 < most <= 5

"""Over real connections: what is deleted is noticed, and what stands in the middle of a long thread is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from crawlers.jobs import KnownPage
from crawlers.reading import post_id
from crawlers.sources import Source
from tests.crawlers.crawling import NOON, Crawled, crawl, page_list, source
from tests.crawlers.site import Answer, Site, serving

A_DAY_LATER = NOON + timedelta(days=1, minutes=5)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as started:
        yield started


def show_thread(site: Site, replies: int, without: str = "") -> None:
    """A forum with one thread of thirty pages, ten posts each, and that many replies on the last."""
    site.pages["/f"] = f"<li><a href=/t-1>停水</a><i>{replies}{without}</i></li>"
    for number in range(1, 31):
        names = [f"p{number}-{place}" for place in range(10 if number < 30 else replies)]
        posts = "".join(f"<div id={name}><p>{name}</p></div>" for name in names if name != without)
        more = f"<b><a href=/t-{number + 1}?utm_source=bbs>下页</a></b>" if number < 30 else ""
        site.pages[f"/t-{number}"] = posts + more


def forum(site: Site) -> list[Source]:
    read = {"thread": "li", "mark": "i", "post": "div", "text": "p", "next_posts": "b a@href"}
    return [source("bbs", site.url("/f"), "thread", read=read)]


def after(crawled: Crawled, known: list[KnownPage]) -> list[KnownPage]:
    """What is remembered after a crawl."""
    return list({page.page: page for page in (*known, *crawled.pages["bbs"])}.values())


def test_a_new_reply_on_the_thirtieth_page_costs_three_requests(site: Site) -> None:
    show_thread(site, 1)
    rows = forum(site)
    first = crawl(rows, [site.host])
    assert first.done["bbs"].found == 291
    assert len(site.paths()) == 31
    site.asked.clear()
    known = after(first, [])
    show_thread(site, 2)
    second = crawl(rows, [site.host], {"bbs": known})
    assert "p30-1" in second.texts("bbs")
    assert site.paths() == ["/f", "/t-1", "/t-30"]
    site.asked.clear()
    third = crawl(rows, [site.host], {"bbs": after(second, known)})
    assert site.paths() == ["/f"]
    assert third.texts("bbs") == []


def test_a_reply_deleted_in_the_middle_is_missed_when_the_thread_is_read_whole_a_day_later(site: Site) -> None:
    show_thread(site, 1)
    rows = forum(site)
    known = after(crawl(rows, [site.host]), [])
    show_thread(site, 1, without="p15-3")
    soon = crawl(rows, [site.host], {"bbs": known})
    assert soon.whole["bbs"] == []
    site.asked.clear()
    later = crawl(rows, [site.host], {"bbs": known}, now=A_DAY_LATER)
    (whole,) = later.whole["bbs"]
    assert len(site.paths()) == 31
    assert len(whole.ids) == 290
    assert post_id("bbs", f"{site.url('/t-1')}#p15-3") not in whole.ids


def test_stored_posts_that_no_list_shows_any_more_are_asked_for_with_the_conditions_of_their_pages(site: Site) -> None:
    site.pages["/list"] = "".join(f"<li><a href=/{name}>x</a></li>" for name in ("kept", "same", "gone", "refused"))
    for name in ("kept", "same", "gone", "refused"):
        site.pages[f"/{name}"] = Answer(f"<p>{name}</p>", headers={"ETag": f'"{name}"'})
    row = page_list("bbs", site.url("/list"))
    known = crawl([row], [site.host]).pages["bbs"]
    posts = [(name, site.url(f"/{name}")) for name in ("kept", "same", "gone", "refused")]
    site.pages["/list"] = "<li>都沉底了</li>"
    site.pages["/same"] = Answer(status=304)
    site.pages["/gone"] = Answer("没有了", 410)
    site.pages["/refused"] = Answer("不给看", 403)
    site.asked.clear()
    later = crawl([row], [site.host], {"bbs": known}, now=A_DAY_LATER, rechecks={"bbs": posts})
    assert (later.gone["bbs"], sorted(later.there["bbs"])) == (["gone"], ["kept", "same"])
    conditions = {path: headers.get("If-None-Match") for _, path, headers in site.asked}
    assert conditions["/gone"] == '"gone"'
    assert later.texts("bbs") == []
    assert later.done["bbs"].pages == 1

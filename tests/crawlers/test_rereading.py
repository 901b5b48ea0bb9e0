"""What a crawl asks for again, and what it leaves alone: long threads, older pages, posts that no list shows any more."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from crawlers.errands import Answer, Errand
from crawlers.jobs import Event, Found, Job, KnownPage, PageRead, There
from crawlers.outcomes import Outcome
from crawlers.reading import Page, post_id
from crawlers.settings import CrawlSettings
from crawlers.sources import Source
from tests.crawlers.crawling import NOON, page_list, source
from tests.crawlers.walking import ARTICLES, FORUM, LIST, READ, THREADS, TIMES_OUT, Crawl

DAY = timedelta(days=1)
THIRTY = [f"https://a.example/t1p{number}" for number in range(1, 31)]


def thirty(replies: int = 1, without: Sequence[int] = (), pages: int = 30) -> dict[str, str]:
    """A thread of that many pages, two posts each and `replies` on the last; `without` names pages whose second is deleted."""
    found = {FORUM: f"<li><a href=/t1p1>一</a><i>{replies}-{len(without)}</i></li>"}
    for number, url in enumerate(THIRTY[:pages], start=1):
        posts = range(1, replies + 1) if number == pages else (1,) if number in without else (1, 2)
        shown = [f"<div id=p{number}-{post}><p>第{number}页{post}</p></div>" for post in posts]
        more = f"<b><a href=/t1p{number + 1}>下页</a></b>" if number < pages else ""
        found[url] = "".join(shown) + more
    return found


def test_a_reply_to_a_thread_of_thirty_pages_is_found_with_three_requests_instead_of_thirty_one() -> None:
    row = source("a", FORUM, "thread", read=READ)
    first = Crawl(row, thirty())
    assert first.urls == [FORUM, *THIRTY]
    second = Crawl(row, thirty(replies=2), first.remembered, NOON + timedelta(minutes=5))
    assert second.urls == [FORUM, THIRTY[0], THIRTY[29]]
    assert "第30页2" in second.texts
    grown = {**thirty(pages=30), THIRTY[29]: "<div id=p30-1><p>第30页1</p></div><b><a href=/t1p31>下页</a></b>"}
    grown |= {FORUM: thirty(replies=3)[FORUM], "https://a.example/t1p31": "<div id=p31><p>第31页</p></div>"}
    third = Crawl(row, grown, second.after(*first.remembered), NOON + timedelta(minutes=10))
    assert third.urls == [FORUM, THIRTY[0], THIRTY[29], "https://a.example/t1p31"]
    fourth = Crawl(
        row, {**grown, FORUM: thirty(replies=4)[FORUM]}, third.after(*second.after(*first.remembered)), NOON + DAY / 2
    )
    assert fourth.urls == [FORUM, THIRTY[0], "https://a.example/t1p31"]


def test_a_long_thread_is_read_whole_again_once_a_day_so_that_what_is_deleted_in_its_middle_is_noticed() -> None:
    row = source("a", FORUM, "thread", read=READ)
    first = Crawl(row, thirty())
    known = first.remembered
    for hours in (8, 16):
        later = Crawl(row, thirty(replies=hours, without=[7]), known, NOON + timedelta(hours=hours))
        assert len(later.asked) == 3
        assert later.whole == {}
        known = later.after(*known)
    after = Crawl(row, thirty(replies=24, without=[7]), known, NOON + DAY)
    assert len(after.asked) == 31
    ids = after.whole[post_id("a", THIRTY[0])]
    assert post_id("a", f"{THIRTY[0]}#p7-2") not in ids
    assert post_id("a", f"{THIRTY[0]}#p8-2") in ids
    assert len(ids) == 2 * 29 - 1 + 24
    again = Crawl(row, thirty(replies=25, without=[7]), after.after(*known), NOON + DAY + timedelta(hours=1))
    assert len(again.asked) == 3


def test_a_thread_whose_last_page_is_gone_is_read_whole_next_time() -> None:
    row = source("a", FORUM, "thread", read=READ)
    first = Crawl(row, thirty())
    shorter = thirty(replies=2, pages=20)
    second = Crawl(row, shorter, first.remembered, NOON + timedelta(minutes=5))
    assert second.urls == [FORUM, THIRTY[0], THIRTY[29]]
    assert second.gone == []
    third = Crawl(row, shorter, second.after(*first.remembered), NOON + timedelta(minutes=10))
    assert third.urls == [FORUM, *THIRTY[:20]]


def test_a_thread_whose_last_page_holds_nothing_any_more_is_read_whole_next_time() -> None:
    row = source("a", FORUM, "thread", read=READ)
    first = Crawl(row, thirty())
    shorter = {**thirty(replies=2, pages=20), THIRTY[29]: "<main>没有这一页</main>"}
    second = Crawl(row, shorter, first.remembered, NOON + timedelta(minutes=5))
    third = Crawl(row, shorter, second.after(*first.remembered), NOON + timedelta(minutes=10))
    assert third.urls == [FORUM, *THIRTY[:20]]


def test_a_thread_whose_last_page_does_not_answer_goes_on_there_next_time() -> None:
    row = source("a", FORUM, "thread", read=READ)
    first = Crawl(row, thirty())
    second = Crawl(row, {**thirty(replies=2), THIRTY[29]: TIMES_OUT}, first.remembered, NOON + timedelta(minutes=5))
    third = Crawl(row, thirty(replies=2), second.after(*first.remembered), NOON + timedelta(minutes=10))
    assert third.urls == [FORUM, THIRTY[0], THIRTY[29]]
    assert "第30页2" in third.texts


def test_where_to_go_on_in_a_thread_is_remembered_without_tracking_and_titles() -> None:
    pages = {
        url: text.replace("/t1p30>", "/t1p30?utm_source=x&sid=0a1b2c3d4e5f6a7b8c>") for url, text in thirty().items()
    }
    pages["https://a.example/t1p30?utm_source=x&sid=0a1b2c3d4e5f6a7b8c"] = pages[THIRTY[29]]
    crawl = Crawl(source("a", FORUM, "thread", read=READ), pages)
    (resume,) = [json.loads(page.resume) for page in crawl.remembered if page.resume]
    assert resume == {"url": THIRTY[29], "page": "30", "whole_at": NOON.isoformat()}


def test_a_thread_page_that_came_cut_off_is_read_again_and_says_nothing_of_what_is_gone() -> None:
    row = source("a", FORUM, "thread", read=READ)
    first = Crawl(row, THREADS, cut=["https://a.example/t1p2"])
    assert post_id("a", "https://a.example/t1") not in first.whole
    assert post_id("a", "https://a.example/t2") in first.whole
    second = Crawl(row, THREADS, first.remembered)
    assert second.urls == [FORUM, "https://a.example/t1", "https://a.example/t1p2"]


def test_a_thread_read_in_part_says_nothing_of_what_is_gone() -> None:
    row = source("a", FORUM, "thread", read=READ)
    failed = {**THREADS, "https://a.example/t1p2": TIMES_OUT}
    nameless = {**THREADS, "https://a.example/t1p2": "<div><p>没有编号的一楼</p></div>"}
    root = post_id("a", "https://a.example/t1")
    assert root not in Crawl(row, failed).whole
    assert root not in Crawl(row, nameless).whole
    assert root not in Crawl(source("a", FORUM, "thread", read=READ, max_pages=3), THREADS).whole
    assert root in Crawl(row, THREADS).whole


def test_a_mark_that_stands_still_is_renewed_once_a_day_so_that_it_is_not_forgotten_while_listed() -> None:
    row = source("a", FORUM, "thread", read=READ)
    first = Crawl(row, THREADS)
    soon = Crawl(row, THREADS, first.remembered, NOON + DAY - timedelta(seconds=1))
    assert soon.remembered == []
    later = Crawl(row, THREADS, first.remembered, NOON + DAY)
    assert {page.fetched_at for page in later.remembered} == {NOON + DAY}
    assert len(later.remembered) == 2
    assert later.urls == [FORUM]


REMARKS = {"item": "div", "text": "p", "next": "b a@href"}
REMARKED = {
    LIST: "<li><a href=/1>一</a></li>",
    "https://a.example/1": "<section>正文一</section><div id=c1><p>评论一</p></div><b><a href=/1c2>更多</a></b>",
    "https://a.example/1c2": "<div id=c2><p>评论二</p></div>",
}


def remarked(**article: object) -> Source:
    return source(
        "a", LIST, "list", read={"entry": "li", "article": {"text": "section", "comments": REMARKS, **article}}
    )


def test_an_article_read_with_all_its_comments_says_which_are_there() -> None:
    crawl = Crawl(remarked(), REMARKED)
    names = ["https://a.example/1", "https://a.example/1#c1", "https://a.example/1#c2"]
    assert crawl.whole == {post_id("a", names[0]): tuple(post_id("a", name) for name in names)}


def test_an_article_without_any_comment_says_nothing_of_those_stored_before() -> None:
    assert Crawl(remarked(), {**REMARKED, "https://a.example/1": "<section>正文一</section>"}).whole == {}


def test_an_article_whose_comments_fill_several_pages_is_left_alone_until_its_time_too() -> None:
    row = remarked(revisit_seconds=60)
    first = Crawl(row, REMARKED)
    assert Crawl(row, REMARKED, first.remembered, NOON + timedelta(seconds=59)).urls == [LIST]
    assert len(Crawl(row, REMARKED, first.remembered, NOON + timedelta(seconds=60)).urls) == 3
    failed = Crawl(row, {**REMARKED, "https://a.example/1c2": TIMES_OUT})
    assert len(Crawl(row, REMARKED, failed.remembered, NOON + timedelta(seconds=1)).urls) == 3


def test_the_page_of_an_article_or_a_thread_that_is_not_there_is_gone_and_that_of_a_list_is_not() -> None:
    articles = {url: text for url, text in ARTICLES.items() if url != "https://a.example/1"}
    assert Crawl(page_list("a", LIST), articles).gone == [post_id("a", "https://a.example/1")]
    threads = {FORUM: THREADS[FORUM], "https://a.example/t1": THREADS["https://a.example/t1"]}
    assert Crawl(source("a", FORUM, "thread", read=READ), threads).gone == [post_id("a", "https://a.example/t2")]
    assert Crawl(page_list("a", LIST), {}).gone == []


# Stored posts that no list leads to any more

FALLEN = {LIST: "<li><a href=/2>二</a></li>", "https://a.example/2": ARTICLES["https://a.example/2?utm_source=x"]}
STORED = [("p1", "https://a.example/1"), ("p2", "https://a.example/2")]


def test_the_page_of_a_stored_post_that_no_crawl_has_read_for_a_day_is_looked_at_again() -> None:
    row = page_list("a", LIST)
    first = Crawl(row, ARTICLES)
    soon = Crawl(row, FALLEN, first.remembered, NOON + DAY - timedelta(seconds=1), STORED)
    assert soon.gone == []
    known = [page for page in soon.after(*first.remembered)]
    gone = Crawl(row, FALLEN, known, NOON + DAY, STORED)
    assert gone.gone == ["p1"]
    assert [call.known.etag for call in gone.asked if call.recheck and call.known] == ['"e"']
    assert (gone.done.outcome, gone.done.detail, gone.done.pages) == (Outcome.UNCHANGED, None, 2)
    once = Crawl(row, FALLEN, gone.after(*known), NOON + DAY + timedelta(minutes=5), STORED)
    assert [call.follow.url for call in once.asked if call.recheck] == []
    back = Crawl(row, {**FALLEN, "https://a.example/1": "x"}, gone.after(*known), NOON + 2 * DAY, STORED)
    assert [event.id for event in back.events if isinstance(event, There)] == ["p1"]
    assert back.texts == []


def test_a_page_that_was_never_read_is_not_looked_at_again() -> None:
    row = page_list("a", LIST)
    first = Crawl(row, FALLEN)
    assert Crawl(row, FALLEN, first.remembered, NOON + 5 * DAY, STORED[:1]).gone == []


def test_looking_again_takes_a_quarter_of_a_crawl_and_begins_with_what_was_left_alone_for_longest() -> None:
    many = {LIST: "".join(f"<li><a href=/{n}>x</a></li>" for n in range(8))}
    many |= {f"https://a.example/{n}": f"<p>文{n}</p>" for n in range(8)}
    row = page_list("a", LIST, max_pages=9)
    known: list[KnownPage] = []
    for number in reversed(range(8)):
        listed = {**many, LIST: f"<li><a href=/{number}>x</a></li>"}
        known = Crawl(row, listed, known, NOON - timedelta(hours=number)).after(*known)
    posts = [(f"p{n}", f"https://a.example/{n}") for n in range(8)]
    empty = {LIST: "<li>没有链接</li>"}
    later = Crawl(row, {**many, **empty}, known, NOON + 3 * DAY, posts)
    assert [call.follow.url for call in later.asked if call.recheck] == ["https://a.example/7", "https://a.example/6"]
    none = source("a", LIST, "list", read=row.row["read"], recheck_seconds=0)
    assert [call for call in Crawl(none, empty, known, NOON + 3 * DAY, posts).asked if call.recheck] == []


def test_a_stored_post_whose_page_does_not_answer_is_no_fault_of_the_source_and_asked_again() -> None:
    row = page_list("a", LIST)
    first = Crawl(row, ARTICLES)
    silent = Crawl(row, {**FALLEN, "https://a.example/1": TIMES_OUT}, first.remembered, NOON + DAY, STORED[:1])
    assert (silent.gone, silent.done.outcome, silent.done.detail) == ([], Outcome.UNCHANGED, None)
    again = Crawl(row, FALLEN, silent.after(*first.remembered), NOON + DAY, STORED[:1])
    assert again.gone == ["p1"]


# Pages from new to old

API = "https://a.example/api"
PAGED = {"items": "list", "id": "id", "text": "text", "published": "at", "page_parameter": "page", "pages": 9}


def api(newest: datetime, days: int = 40, size: int = 4, **wrong: object) -> dict[str, str]:
    """An API with an item a day from `newest` back, `size` a page."""
    pages = {}
    for number in range(days // size):
        entries = [
            {"id": f"{at:%m%d}", "text": f"{at:%m%d}的话", "at": at.isoformat()}
            for at in (newest - timedelta(days=number * size + place) for place in range(size))
        ]
        url = f"{API}?page={number + 1}" if number else API
        pages[url] = json.dumps({"list": entries, **wrong})
    return pages


def test_paging_from_new_to_old_stops_at_what_was_known_when_the_source_was_last_read_whole() -> None:
    row = source("a", API, "json", read=PAGED, overlap_seconds=86400)
    first = Crawl(row, api(NOON))
    assert len(first.asked) == 9
    second = Crawl(row, api(NOON), first.remembered, NOON + timedelta(hours=1))
    assert second.urls == [API, f"{API}?page=2"]  # page 1 holds what came in the day of overlap
    third = Crawl(row, api(NOON), second.after(*first.remembered), NOON + timedelta(hours=23))
    assert len(third.asked) == 2


def test_once_a_day_all_pages_are_read_again() -> None:
    row = source("a", API, "json", read=PAGED, overlap_seconds=86400)
    known = Crawl(row, api(NOON)).remembered
    asked = []
    for hour in range(1, 51):
        crawl = Crawl(row, api(NOON), known, NOON + timedelta(hours=hour))
        known = crawl.after(*known)
        asked.append(len(crawl.asked))
    assert [hour for hour, number in enumerate(asked, start=1) if number == 9] == [24, 48]
    assert max(number for number in asked if number != 9) == 2


def test_what_came_while_pages_failed_is_still_paged_to_afterwards() -> None:
    row = source("a", API, "json", read=PAGED, overlap_seconds=0)
    at = NOON + timedelta(hours=2)
    known = Crawl(row, api(NOON, size=3)).remembered
    flood = [{"id": f"n{n}", "text": f"新{n}", "at": (at - timedelta(minutes=n)).isoformat()} for n in range(12)]
    pages = {f"{API}?page={n + 1}" if n else API: json.dumps({"list": flood[3 * n : 3 * n + 3]}) for n in range(4)} | {
        f"{API}?page=5": api(NOON, size=3)[API]
    }
    failed = Crawl(row, {**pages, f"{API}?page=3": TIMES_OUT}, known, at)
    assert "新11" not in failed.texts
    known = failed.after(*known)
    much_later = at + timedelta(hours=3)
    fresh = [{"id": f"m{n}", "text": f"后{n}", "at": (much_later - timedelta(minutes=n)).isoformat()} for n in range(3)]
    shifted = {API: json.dumps({"list": fresh})} | {
        f"{API}?page={n + 2}": json.dumps({"list": flood[3 * n : 3 * n + 3]}) for n in range(4)
    }
    after = Crawl(row, {**shifted, f"{API}?page=6": api(NOON, size=3)[API]}, known, much_later)
    assert {"新8", "新9", "新10", "新11"} <= set(after.texts)


def test_a_crawl_cut_off_or_stopped_by_its_bound_does_not_count_as_whole() -> None:
    bounded = source("a", API, "json", read=PAGED, max_pages=3)
    first = Crawl(bounded, api(NOON))
    assert len(Crawl(bounded, api(NOON), first.remembered, NOON + timedelta(hours=1)).asked) == 3
    row = source("a", API, "json", read=PAGED)
    events: list[Event] = []
    errand = Errand.of(row, Job(NOON, CrawlSettings(), [row]), events.append)
    (call,) = errand.begin(NOON)
    errand.read(call, Answer(Page(API, api(NOON)[API], NOON), "f", None, None))
    errand.settled(call, NOON)
    errand.finish(cut_off=True)
    assert [event for event in events if isinstance(event, PageRead)] == []


def test_pages_whose_dates_do_not_fall_are_read_to_the_end_each_time() -> None:
    row = source("a", API, "json", read=PAGED)
    pages = {url: json.dumps({"list": json.loads(text)["list"][::-1]}) for url, text in api(NOON).items()}
    first = Crawl(row, pages)
    assert len(Crawl(row, pages, first.remembered, NOON + timedelta(hours=1)).asked) == 9


def three_lists() -> dict[str, str]:
    """A list over three pages, ten entries each, from new to old, three days from page to page; and what they lead to."""

    def rows(number: int, more: str) -> str:
        days = (NOON - timedelta(days=number + place / 10) for place in range(10))
        shown = "".join(f"<li><a href=/{d:%d%H%M}>x</a><i>1</i><em>{d.isoformat()}</em></li>" for d in days)
        return f"{shown}<b><a href={more}>下页</a></b>"

    lists = {LIST: rows(0, "/list2"), f"{LIST}2": rows(3, "/list3"), f"{LIST}3": rows(6, "")}
    links = (link for text in lists.values() for link in re.findall("href=(/[0-9]+)", text))
    return {**lists, **{f"https://a.example{link}": f"<div id=p><p>{link}</p></div>" for link in links}}


OLDEST = f"https://a.example/{NOON - timedelta(days=6.9):%d%H%M}"
DATED = {"entry": "li", "published": "em", "next": "b a@href", "pages": 3, "article": {"text": "p"}}
FORUM_ROWS = {"thread": "li", "mark": "i", "active": "em", "next": "b a@href", "pages": 3, "post": "div", "text": "p"}


def list_pages(crawl: Crawl) -> int:
    return sum("list" in url for url in crawl.urls)


@pytest.mark.parametrize(("kind", "read"), [("list", DATED), ("thread", FORUM_ROWS)])
def test_lists_from_new_to_old_are_paged_through_no_further_than_needed(kind: str, read: dict[str, object]) -> None:
    row = source("a", LIST, kind, read=read)
    first = Crawl(row, three_lists())
    assert list_pages(first) == 3
    second = Crawl(row, three_lists(), first.remembered, NOON + timedelta(hours=1))
    assert list_pages(second) == 2  # the second page has what came in the days of overlap


def test_an_article_that_is_gone_for_good_does_not_keep_a_source_at_paging_and_one_that_timed_out_does() -> None:
    row = source("a", LIST, "list", read=DATED)
    gone = {url: text for url, text in three_lists().items() if url != OLDEST}
    slow = {**three_lists(), OLDEST: TIMES_OUT}
    for pages, again in ((gone, 2), (slow, 3)):
        first = Crawl(row, pages)
        assert OLDEST in first.urls
        assert list_pages(Crawl(row, three_lists(), first.remembered, NOON + timedelta(hours=1))) == again


def test_a_forum_list_whose_time_of_the_last_reply_is_not_read_is_paged_through_to_its_end() -> None:
    pages = {
        LIST: "<li><a href=/1>x</a><i>1</i></li><b><a href=/list2>下页</a></b>",
        "https://a.example/list2": "<li>空</li>",
    }
    forum = {"thread": "li", "mark": "i", "next": "b a@href", "pages": 3, "post": "div", "text": "p"}
    row = source("a", LIST, "thread", read=forum)
    first = Crawl(row, pages)
    assert "https://a.example/list2" in Crawl(row, pages, first.remembered, NOON + timedelta(hours=1)).urls


COMMENTS = "https://a.example/api"
ALL = {"items": "", "id": "id", "text": "t", "complete": True}
IN_PAGES = {**ALL, "page_parameter": "p"}


def comments(*numbers: int) -> str:
    return json.dumps([{"id": number, "t": f"第{number}条"} for number in numbers])


def ids(*numbers: int) -> tuple[str, ...]:
    return tuple(post_id("a", str(number)) for number in numbers)


def test_an_answer_that_shows_all_there_is_tells_what_is_gone() -> None:
    row = source("a", COMMENTS, "json", read=ALL)
    first = Crawl(row, {COMMENTS: comments(1, 2, 3)})
    assert first.whole == {None: ids(1, 2, 3)}
    assert Crawl(row, {COMMENTS: comments(1, 3)}, first.remembered).whole == {None: ids(1, 3)}
    assert Crawl(row, {COMMENTS: comments(1, 2, 3)}, first.remembered).whole == {}
    assert Crawl(source("a", COMMENTS, "json", read={**ALL, "complete": False}), {COMMENTS: comments(1)}).whole == {}


def test_all_pages_are_wanted_to_tell_what_is_gone_though_only_the_first_has_changed() -> None:
    row = source("a", COMMENTS, "json", read=IN_PAGES)
    pages = {COMMENTS: comments(1, 2), f"{COMMENTS}?p=2": comments(3), f"{COMMENTS}?p=3": "[]"}
    first = Crawl(row, pages)
    assert first.whole == {None: ids(1, 2, 3)}
    assert Crawl(row, {**pages, COMMENTS: comments(1)}, first.remembered).whole == {None: ids(1, 3)}


def test_nothing_is_said_to_be_gone_where_a_page_was_missed_or_an_answer_is_empty_altogether() -> None:
    row = source("a", COMMENTS, "json", read=IN_PAGES)
    assert Crawl(row, {COMMENTS: comments(1), f"{COMMENTS}?p=2": TIMES_OUT}).whole == {}
    missing = Crawl(row, {})
    assert (missing.gone, missing.whole) == ([], {})
    assert Crawl(row, {COMMENTS: "[]"}).whole == {}


# One page under several addresses

STORY = '<link rel="canonical" href="https://a.example/story/1234.html"><h1>题</h1><p>{}</p>'
NAMED = "https://a.example/story/1234.html"


def listed(*links: str) -> dict[str, str]:
    """A list of those links, all of which lead to one story."""
    pages = {f"https://a.example{link}": STORY.format("正文") for link in links}
    return {LIST: "".join(f"<li><a href={link}>一</a></li>" for link in links), **pages}


def found_ids(crawl: Crawl) -> list[str]:
    return [event.id for event in crawl.events if isinstance(event, Found)]


def test_one_story_under_several_addresses_of_a_site_is_one_post() -> None:
    row = page_list("a", LIST)
    together = Crawl(row, listed("/story/1234.html?cid=1", "/show.php?id=1234", "/story/1234.html"))
    assert found_ids(together) == [post_id("a", NAMED)]
    one_by_one: list[KnownPage] = []
    found = []
    for link in ("/show.php?id=1234", "/story/1234.html?cid=7", "/story/1234.html", "/story/1234.html?cid=8"):
        crawl = Crawl(row, listed(link), one_by_one)
        one_by_one = crawl.after(*one_by_one)
        found += found_ids(crawl)
    assert set(found) == {post_id("a", "https://a.example/show.php?id=1234")}
    assert len(found) == 4  # each is read, and an edit behind any of them is seen


def test_comments_below_another_address_of_a_story_answer_the_one_post() -> None:
    comment = "<div id=c1><p>评论</p></div>"
    pages = {
        url: text.replace("<p>正文</p>", f"<section>正文</section>{comment}")
        for url, text in listed("/story/1234.html", "/story/1234.html?cid=1").items()
    }
    crawl = Crawl(remarked(), pages)
    assert found_ids(crawl) == [post_id("a", NAMED), post_id("a", f"{NAMED}#c1")]


def test_stories_of_a_site_that_calls_all_its_pages_by_one_name_stay_apart() -> None:
    row = page_list("a", LIST)
    pages = {
        LIST: "<li><a href=/1001>一</a></li><li><a href=/1002>二</a></li>",
        **{f"https://a.example/{n}": f'<link rel="canonical" href="/"><p>第{n}篇</p>' for n in (1001, 1002)},
    }
    assert Crawl(row, pages).texts == ["第1001篇", "第1002篇"]

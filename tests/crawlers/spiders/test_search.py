"""A site's search: one page of results for each query, told apart from none and from a changed layout."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.jobs import Found, Job
from crawlers.outcomes import Outcome
from crawlers.processes import run_crawl
from crawlers.reading import Unreadable
from crawlers.settings import CrawlSettings
from crawlers.sources import BadSources
from crawlers.spiders import search
from tests.crawlers.crawling import NOON, Crawled, source
from tests.crawlers.site import Answer, Site
from tests.crawlers.spiders.reading import everything, read, saved

URL = "https://bbs.example.org/search?q={query}&sort=new"
PAGE = "https://bbs.example.org/search?q=%E5%81%9C%E8%BD%A6%E8%B4%B9&sort=new"
OPTIONS: dict[str, Any] = {
    "entry": "li.result",
    "link": "a.subject@href",
    "title": "a.subject",
    "published": "span.date",
    "next": "a.nxt@href",
    "nothing": "没有找到相关内容",
    "article": {"title": "h1", "text": "div.message"},
}


def asked(words: Sequence[str], **options: Any) -> list[str]:
    follows = search.starts(URL, search.SearchOptions.model_validate({**OPTIONS, **options}), words)
    return [follow.url for follow in follows]


def searched(site: Site, path: str, queries: Sequence[str], **options: Any) -> Crawled:
    """What a crawl of the site's search with those queries gives."""
    row = source("bbs", site.url(path), "search", read={**OPTIONS, **options})
    limits = CrawlSettings(allow_private_hosts=(site.host,), delay_seconds=0)
    crawled = Crawled()
    for event in run_crawl(Job(NOON, limits, [row], queries={"bbs": queries})):
        if isinstance(event, Found):
            crawled.found[event.source].append(event)
        elif type(event).__name__ == "Done":
            crawled.done["bbs"] = event  # type: ignore[assignment]
    return crawled


def test_each_query_is_asked_in_its_place_in_the_address() -> None:
    assert asked(["停车费", "A+B 路?"]) == [PAGE, "https://bbs.example.org/search?q=A%2BB%20%E8%B7%AF%3F&sort=new"]


def test_a_site_in_gbk_is_asked_in_gbk() -> None:
    assert asked(["停车费"], encoding="gb18030") == ["https://bbs.example.org/search?q=%CD%A3%B3%B5%B7%D1&sort=new"]


def test_no_more_is_asked_than_the_row_allows() -> None:
    assert len(asked([f"词{number}" for number in range(30)])) == 10
    assert len(asked(["停车费", "供暖"], queries=1)) == 1


def test_with_nothing_to_ask_the_site_is_left_alone_and_that_is_no_failure() -> None:
    with pytest.raises(Unreadable) as left:
        asked([])
    assert (left.value.outcome, str(left.value)) == (Outcome.EMPTY, "眼下没有要搜索的公开事项")


def test_results_lead_to_their_articles() -> None:
    reading = read("search", saved("search_results.html"), PAGE, OPTIONS)
    assert [(follow.url, follow.memo) for follow in reading.follows] == [
        (
            "https://bbs.example.org/thread-101.html?highlight=1&utm_source=search",
            {
                "key": "https://bbs.example.org/thread-101.html?highlight=1",
                "title": "小区停车费翻倍",
                "published": "3月4日 08:15",
            },
        ),
        (
            "https://bbs.example.org/thread-102.html",
            {"key": "https://bbs.example.org/thread-102.html", "title": "停车费该不该公示", "published": "昨天 21:00"},
        ),
    ]
    assert (reading.matched, reading.dropped) == (3, {"没有可用的链接": 1})


def test_further_results_are_read_up_to_the_number_of_pages() -> None:
    more = read("search", saved("search_results.html"), PAGE, {**OPTIONS, "pages": 2}).follows[-1]
    assert (more.url.endswith("&page=2"), more.memo) == (True, {"page": "2"})
    last = read("search", saved("search_results.html"), more.url, {**OPTIONS, "pages": 2}, memo=more.memo)
    assert len(last.follows) == 2


def test_what_was_asked_is_in_nothing_that_is_handed_on_but_the_address_to_ask() -> None:
    options = {**OPTIONS, "pages": 2}
    shown = saved("search_results.html").replace("停车费", "某词")
    reading = read("search", shown, PAGE, options)
    assert "停车费" not in everything(reading)
    assert all("停车费" not in str(follow.memo) and "%E5%81%9C" not in str(follow.memo) for follow in reading.follows)


def test_nothing_of_who_posted_is_read() -> None:
    handed_on = everything(read("search", saved("search_results.html"), PAGE, OPTIONS))
    assert "茶客" not in handed_on
    assert "space-uid" not in handed_on


@pytest.mark.parametrize("nothing", ["没有找到相关内容", "p.empty", "抱歉！没有找到"])
def test_a_page_that_says_so_has_no_results(nothing: str) -> None:
    page = "<h1>搜索</h1><p class=empty>抱歉！没有找到相关内容</p>"
    reading = read("search", page, PAGE, {**OPTIONS, "nothing": nothing})
    assert (reading.vacant, reading.matched, reading.follows) == (True, 0, ())


@pytest.mark.parametrize(
    ("page", "nothing", "outcome"),
    [
        ("<div class=card>全新界面</div>", "没有找到相关内容", Outcome.NOTHING_EXTRACTED),
        ("<p>没有找到相关内容</p>", None, Outcome.NOTHING_EXTRACTED),
        ("<h1>请先登录</h1><input type=password>", "没有找到相关内容", Outcome.SIGN_IN),
    ],
)
def test_a_changed_layout_or_a_sign_in_page_is_not_taken_for_no_results(
    page: str, nothing: str | None, outcome: Outcome
) -> None:
    with pytest.raises(Unreadable) as refusal:
        read("search", page, PAGE, {**OPTIONS, "nothing": nothing})
    assert refusal.value.outcome is outcome


def test_a_row_that_does_not_say_how_none_looks_is_told_of_it() -> None:
    with pytest.raises(Unreadable, match="没有结果时网页怎么说，请写在 nothing 里"):
        read("search", "<p>没有</p>", PAGE, {**OPTIONS, "nothing": None})


@pytest.mark.parametrize(
    ("url", "options", "fault"),
    [
        ("https://bbs.example.org/search?q=停车", OPTIONS, "“url”里要有 {query}"),
        ("https://{query}.example.org/search", OPTIONS, "“url”里要有 {query}"),
        (URL, {}, "“read”里要有 entry"),
        (URL, {**OPTIONS, "api": {"items": "", "id": "id", "text": "t"}}, "二者取一"),
        (URL, {**OPTIONS, "encoding": "gbk"}, "“read.encoding”只能是 'utf-8'、'gb18030'"),
    ],
)
def test_a_row_that_cannot_be_asked_is_refused(url: str, options: Mapping[str, Any], fault: str) -> None:
    with pytest.raises(BadSources) as refusal:
        source("bbs", url, "search", read=options)
    assert fault in str(refusal.value)


def test_queries_are_asked_of_a_real_site_and_what_they_find_is_read(site: Site) -> None:
    def results(path: str) -> Answer:
        query = parse_qs(urlsplit(path).query, encoding="gb18030")["q"][0]
        found = {"停车费": "/thread-101.html", "供暖": "/thread-102.html"}.get(query)
        entry = f"<li class=result><a class=subject href={found}>题</a></li>" if found else "<p>没有找到相关内容</p>"
        return Answer(f"<meta charset=gbk>{entry}".encode("gbk"), content_type="text/html; charset=gbk")

    site.pages["/search"] = results
    site.pages["/thread-101.html"] = "<h1>停车</h1><div class=message>停车费翻倍</div>"
    site.pages["/thread-102.html"] = "<h1>供暖</h1><div class=message>暖气不热</div>"
    crawled = searched(site, "/search?q={query}", ["停车费", "供暖", "垃圾"], encoding="gb18030")
    assert sorted(crawled.texts("bbs")) == ["停车费翻倍", "暖气不热"]
    assert crawled.done["bbs"].outcome is Outcome.OK


def test_a_search_that_finds_nothing_was_read_and_one_whose_layout_changed_was_not(site: Site) -> None:
    site.pages["/search"] = "<p>没有找到相关内容</p>"
    assert searched(site, "/search?q={query}", ["停车费"]).said("bbs") == ("empty", None)
    site.pages["/search"] = lambda path: Answer("<p>没有找到相关内容</p>" if "%E4" in path else "<b>新版</b>")
    outcome, detail = searched(site, "/search?q={query}", ["停车费", "供暖"]).said("bbs")
    assert (outcome, detail) == ("nothing_extracted", "结果页里取不到条目，也没有说“没有结果”")


def test_with_no_query_no_page_is_asked_for(site: Site) -> None:
    assert searched(site, "/search?q={query}", []).said("bbs") == ("empty", "眼下没有要搜索的公开事项")
    assert site.paths() == []


def test_a_search_interface_is_read_like_any_json_answer(site: Site) -> None:
    body = json.dumps({"hits": [{"id": 7, "text": "停车费翻倍"}]})
    site.pages["/api/search"] = Answer(body, content_type="application/json")
    row = {"entry": None, "api": {"items": "hits", "id": "id", "text": "text"}}
    assert searched(site, "/api/search?q={query}", ["停车费"], **row).texts("bbs") == ["停车费翻倍"]

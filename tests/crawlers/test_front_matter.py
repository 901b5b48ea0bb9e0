"""Titles and times of publication where no selector tells where they stand."""

from __future__ import annotations

from datetime import datetime

import pytest

from crawlers.articles import Article, read_article
from crawlers.reading import Item, Page
from records.zone import CHINA

FETCHED = datetime(2026, 3, 5, 18, 0, tzinfo=CHINA)
TEXT = "<div class=con><p>县城三条公交线路今天起调整走向，首末班时间不变。</p><p>市民可以拨打热线咨询，站牌三天内换完。</p></div>"


def item(head: str = "", before: str = "", after: str = "", url: str = "https://a.example/1", **memo: str) -> Item:
    html = f"<html><head>{head}</head><body><div>{before}</div>{TEXT}<div>{after}</div></body></html>"
    (found,) = read_article(Page(url, html, FETCHED), {"key": url, **memo}, "here", Article()).items
    return found


def shown(found: Item) -> str:
    return found.published_at.astimezone(CHINA).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2026-03-04T09:31:00+08:00">',
        '<meta property="article:published_time" content="2026-03-04T01:31:00Z">',
        '<meta name="PubDate" content="2026-03-04 09:31">',
        '<meta name="publishdate" content="2026年3月4日 9:31">',
        '<meta itemprop="datePublished" content="2026-03-04T09:31:00+08:00">',
        '<meta name="firstpublishedtime" content="2026-03-04-09:31:00">',
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-03-04T09:31:00+08:00"}</script>',
        '<script type="application/ld+json">{"@graph": [{"x": 1}, {"datePublished": "2026-03-04 09:31"}]}</script>',
        "<script>var ct = '1772587860';</script>",
        '<script>window.page = {publish_time: "2026-03-04 09:31:00"}</script>',
    ],
)
def test_the_time_stands_in_the_head(head: str) -> None:
    assert (shown(item(head)), item(head).flags) == ("03-04 09:31", ("no_title",))


@pytest.mark.parametrize(
    "line",
    [
        "发布时间：2026-03-04 09:31",
        "来源：县融媒体中心 发布时间：2026-03-04 09:31 浏览次数：386",
        "发布日期： 2026年03月04日 09:31　字号：[大 中 小]",
        "时间：2026/3/4 9:31:00　作者：局办公室　阅读：77次",
        "2026-03-04 09:31　来源：青槐电视台",
        "2026年3月4日 9:31",
        "发表于 2026-3-4 09:31",
        "发布于昨天 09:31",
        "青槐发布 03-04 09:31 1.2万阅读",
        "<time datetime='2026-03-04T09:31:00+08:00'>昨天</time>",
        "<span class=pub-time>2026-03-04 09:31</span><span class=x>青槐县融媒体中心客户端</span>",
        "今天是2026年3月5日 星期四</p><p>更新时间：2026-3-4 9:31",
    ],
)
def test_the_time_stands_above_the_text(line: str) -> None:
    assert shown(item(before=f"<h1>公交线路调整</h1><p>{line}</p>")) == "03-04 09:31"


def test_the_time_stands_below_the_text() -> None:
    assert shown(item(after="<p>发布日期：2026-03-04 09:31 责任编辑：某人</p>")) == "03-04 09:31"


def test_a_day_gives_way_to_a_time_on_that_day_and_to_no_other() -> None:
    head = '<meta name="PubDate" content="2026-03-04">'
    assert shown(item(head, before="<p>发布时间：2026-03-04 09:31</p>")) == "03-04 09:31"
    assert shown(item(head, before="<p>发布时间：2026-03-03 09:31</p>")) == "03-04 00:00"


@pytest.mark.parametrize(
    "path",
    [
        "zwgk/202603/t20260304_118302.html",
        "art/2026/3/4/art_1229_57733.html",
        "2026/03/04/night-bus/",
        "2026-03/04/c_118.htm",
        "content/20260304-0931.html",
        "wj/W020260304.html",
    ],
)
def test_the_day_stands_in_the_address_alone(path: str) -> None:
    assert shown(item(url=f"https://a.example/{path}")) == "03-04 00:00"


def test_a_number_that_is_no_day_is_none() -> None:
    found = item(url="https://a.example/2026/9988/20261399_1.html")
    assert "date_missing" in found.flags


def test_a_date_within_a_sentence_says_nothing_of_the_text_and_one_in_the_future_neither() -> None:
    text = "<p>工程从2025年3月4日9:31开始，预计三年完成，请市民绕行。</p>"
    assert "date_missing" in item(before=text).flags
    assert "date_missing" in item('<meta name="PubDate" content="2099-01-01">').flags


def test_the_lists_time_goes_before_what_the_page_shows() -> None:
    assert shown(item(before="<p>发布时间：2026-03-01 09:31</p>", published="03-04 10:00")) == "03-04 10:00"
    assert shown(item(before="<p>发布时间：2026-03-01 09:31</p>", published="不详")) == "03-01 09:31"


TITLE = "公交线路今起调整走向"


@pytest.mark.parametrize(
    ("head", "before"),
    [
        (f'<meta name="ArticleTitle" content="{TITLE}">', ""),
        (f'<meta property="og:title" content="{TITLE}">', ""),
        (f'<meta property="og:title" content="{TITLE} - 城南札记">', ""),
        (f'<script type="application/ld+json">{{"headline": "{TITLE}"}}</script>', ""),
        (f"<title>{TITLE}</title>", ""),
        (f"<title>{TITLE}_通知公告_青槐县人民政府</title>", ""),
        (f"<title>禾县新闻网-{TITLE}</title>", f"<div class=bt>{TITLE}</div>"),
        (f"<title>青槐县交通运输局 通知 {TITLE}</title>", f"<p>青槐县交通运输局</p><td>{TITLE}</td><p>来源：本站</p>"),
        ("<title>青槐县人民政府</title>", f"<h1>{TITLE}</h1>"),
        ("", f"<h1>青槐县交通运输局网站</h1><h2>{TITLE}</h2>"),
        ("<title>县长信箱</title>", f"<table><tr><th>信件标题</th><td>{TITLE}</td></tr></table>"),
        (f"<title>{TITLE} - 民生 - 论坛</title>", f"<h1><a href=/>[投诉]</a> {TITLE}</h1>"),
    ],
)
def test_the_title_is_found_without_the_sites_name(head: str, before: str) -> None:
    assert item(head, before).title == TITLE


def test_the_lists_title_goes_before_the_pages_unless_it_is_cut() -> None:
    head = f'<meta name="ArticleTitle" content="{TITLE}">'
    assert item(head, title="公交调整").title == "公交调整"
    assert item(head, title="公交线路今起…").title == TITLE
    assert item(title="公交线路今起...").title == "公交线路今起..."


@pytest.mark.parametrize(
    "data", ["{", "[" * 5000, '{"datePublished": 5}', "null", '{"@graph": {"datePublished": []}}', ""]
)
def test_broken_linked_data_is_passed_over(data: str) -> None:
    assert "date_missing" in item(f'<script type="application/ld+json">{data}</script>').flags

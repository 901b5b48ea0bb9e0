"""A real WordPress, read by rows alone: by its interface, its feeds, its pages and its sitemap."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import pytest

from crawlers.jobs import Found
from crawlers.reading import post_id
from crawlers.sources import Source
from tests.crawlers.crawling import NOON, Crawled, crawl, source
from tests.crawlers.test_main_text import likeness, trafilatura, untitled
from tests.servers.wordpress import PEOPLE, WordPress

RENOVATION = """
<!-- wp:paragraph --><p>县住建局昨日公布老旧小区改造计划：首批六个小区下月开工，涉及居民两千一百余户，九月底前完工。</p><!-- /wp:paragraph -->
<!-- wp:paragraph --><p>改造内容包括外墙保温、雨污分流、楼道照明和停车位重新划线。施工期间将分片停水停气，具体时间提前三天张贴公告。</p><!-- /wp:paragraph -->
<!-- wp:list --><ul><li>城东片区：青槐苑、纺织厂宿舍、粮食局家属院。</li><li>城西片区：和平里、建设新村、电影公司宿舍。</li></ul><!-- /wp:list -->
<!-- wp:paragraph --><p>居民对停车位减少和施工噪声有意见的，可到社区登记，由街道办汇总后统一答复。</p><!-- /wp:paragraph -->
"""
BUSES = "<p>自下月起，7路公交改走城东大道，途经县医院和第二小学，首班六点十分，末班二十一点。原北街沿线的站点由社区小巴接驳，票价不变。</p>"


@dataclass(frozen=True)
class Town:
    """What stands on the site."""

    renovation: int
    buses: int
    parking: int
    agreed: int


@pytest.fixture
def town(wordpress: WordPress) -> Town:
    """Two articles, a comment on one and a reply to it, a comment that waits, and a post for those with its password."""
    renovation = wordpress.post("老旧小区改造下月开工 首批六个", RENOVATION, "2026-10-20 02:00:00")
    buses = wordpress.post("7路公交线路调整", BUSES, "2026-10-21 10:30:00")
    wordpress.post("业主代表会议纪要", "<p>只给业主看的纪要。</p>", "2026-10-22 02:00:00", password="door")
    parking = wordpress.comment(renovation, "车位本来就不够，改完更停不下。", "2026-10-20 23:30:00")
    agreed = wordpress.comment(
        renovation, "同意楼上，物业也没问过我们。", "2026-10-21 01:00:00", parent=parking, name="孙小梅乙"
    )
    return Town(renovation, buses, parking, agreed)


def interface(wordpress: WordPress, **read: object) -> Source:
    return source("site", wordpress.url, "wordpress", channel="news", read=read)


def pages(wordpress: WordPress) -> Source:
    return source("pages", wordpress.url, "list", read={"entry": "main li.wp-block-post", "link": "h2 a@href"})


def by_text(crawled: Crawled, start: str, of: str = "site") -> Found:
    """The one post found there that begins so."""
    found = {found.id: found for found in crawled.found[of] if found.text.startswith(start)}
    assert len(found) == 1
    return next(iter(found.values()))


@pytest.mark.parametrize("structure", ["/%year%/%monthnum%/%postname%/", "/archives/%post_id%", ""])
def test_posts_comments_and_replies_are_read_whatever_the_permalinks(
    wordpress: WordPress, town: Town, structure: str
) -> None:
    wordpress.permalinks(structure)
    crawled = crawl([interface(wordpress)], [wordpress.host])
    assert crawled.said("site") == ("ok", None)
    assert crawled.done["site"].dropped == {"文章设了密码": 1}
    assert len(crawled.found["site"]) == 4

    article = by_text(crawled, "县住建局昨日公布")
    assert article.text.endswith("可到社区登记，由街道办汇总后统一答复。")
    assert "城西片区：和平里、建设新村、电影公司宿舍。" in article.text
    assert (article.title, article.channel) == ("老旧小区改造下月开工 首批六个", "news")
    assert article.published_at == datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
    assert article.url == wordpress.address(town.renovation)

    comment, reply = by_text(crawled, "车位"), by_text(crawled, "同意楼上")
    assert (comment.channel, comment.in_reply_to, reply.in_reply_to) == ("comment", article.id, comment.id)
    assert comment.published_at == datetime(2026, 10, 20, 23, 30, tzinfo=UTC)
    assert comment.url == f"{wordpress.address(town.renovation)}#comment-{town.parking}"


def test_a_new_comment_and_one_approved_late_are_found_next_time(wordpress: WordPress, town: Town) -> None:
    waiting = wordpress.comment(town.buses, "北街的老人怎么办？", "2026-10-21 11:00:00", approved=False)
    first = crawl([interface(wordpress)], [wordpress.host])
    assert "北街的老人怎么办？" not in first.texts("site")
    wordpress.comment(town.buses, "早高峰能不能加一班？", "2026-10-25 00:00:00")
    wordpress.approve(waiting)
    second = crawl([interface(wordpress)], [wordpress.host], first.pages)
    new = {found.text for found in second.found["site"]} - set(first.texts("site"))
    assert new == {"早高峰能不能加一班？", "北街的老人怎么办？"}
    assert by_text(second, "北街的老人").in_reply_to == by_text(first, "自下月起").id


def test_an_edited_post_comes_as_another_text_of_the_same_post(wordpress: WordPress, town: Town) -> None:
    # Between them stand more posts than one page of the list shows: it is found among what was changed last.
    for number in range(3):
        wordpress.post(f"通知{number}", f"<p>通知{number}的正文。</p>", f"2026-10-2{number + 3} 00:00:00")
    row = interface(wordpress, per_page=2)
    first = crawl([row], [wordpress.host])
    wordpress.edit(town.renovation, "<p>更正：首批为五个小区，开工时间推迟到年底。</p>")
    second = crawl([row], [wordpress.host], first.pages)
    assert by_text(second, "更正：首批为五个小区").id == by_text(first, "县住建局昨日公布").id


def test_nothing_new_is_told_as_unchanged_or_read_again_and_not_to_the_last_page(
    wordpress: WordPress, town: Town
) -> None:
    for number in range(4):
        wordpress.post(f"通知{number}", f"<p>通知{number}的正文。</p>", f"2026-10-0{number + 1} 00:00:00")
    row = interface(wordpress, per_page=2)
    first = crawl([row], [wordpress.host])
    second = crawl([row], [wordpress.host], first.pages)
    assert {found.id for found in second.found["site"]} <= {found.id for found in first.found["site"]}
    assert second.done["site"].pages < first.done["site"].pages


def test_pages_are_read_where_the_row_asks_for_them(wordpress: WordPress, town: Town) -> None:
    wordpress.post("办事指南", "<p>周一至周五上午九点至十二点。</p>", "2026-10-01 00:00:00", kind="page")
    assert "周一至周五上午九点至十二点。" not in crawl([interface(wordpress)], [wordpress.host]).texts("site")
    found = crawl([interface(wordpress, types=["pages"], comments=False)], [wordpress.host])
    assert found.texts("site") == ["周一至周五上午九点至十二点。"]


def test_a_kind_of_posts_that_the_site_does_not_have_is_told(wordpress: WordPress, town: Town) -> None:
    outcome, detail = crawl([interface(wordpress, types=["tong-gao"], comments=False)], [wordpress.host]).said("site")
    assert outcome == "http_error"
    assert "kind: feed" in (detail or "")


def test_the_feeds_give_articles_and_the_comments_that_answer_them(wordpress: WordPress, town: Town) -> None:
    news = source("news", f"{wordpress.url}feed/", read={"reactions": {"comments": "slash:comments"}})
    remarks = source("remarks", f"{wordpress.url}comments/feed/", channel="comment", read={"replies_to": "news"})
    crawled = crawl([news, remarks], [wordpress.host])
    article = by_text(crawled, "县住建局昨日公布", "news")
    assert article.reactions.comments == 2
    assert article.id == post_id("news", wordpress.address(town.renovation))
    assert sorted(crawled.texts("remarks")) == ["同意楼上，物业也没问过我们。", "车位本来就不够，改完更停不下。"]
    assert {found.in_reply_to for found in crawled.found["remarks"]} == {article.id}

    assert all(page.etag and page.last_modified for page in (crawled.pages["news"][0], crawled.pages["remarks"][0]))
    again = crawl([news, remarks], [wordpress.host], crawled.pages)
    assert (again.said("news"), again.said("remarks")) == (("unchanged", None), ("unchanged", None))
    wordpress.comment(town.buses, "早高峰能不能加一班？", "2026-10-25 00:00:00")
    later = crawl([news, remarks], [wordpress.host], crawled.pages)
    assert "早高峰能不能加一班？" in later.texts("remarks")


def test_the_pages_of_the_theme_are_read_without_any_selector_for_their_text(wordpress: WordPress, town: Town) -> None:
    crawled = crawl([pages(wordpress)], [wordpress.host])
    article = next(found for found in crawled.found["pages"] if found.url == wordpress.address(town.renovation))
    for part in ("首批六个小区下月开工", "楼道照明和停车位重新划线", "和平里、建设新村", "由街道办汇总后统一答复。"):
        assert part in article.text
    assert article.title == "老旧小区改造下月开工 首批六个"
    assert article.published_at.date() == datetime(2026, 10, 20, tzinfo=UTC).date()
    assert "车位本来就不够" not in article.text


def test_the_text_of_the_themes_pages_is_found_no_worse_than_trafilatura_finds_it(
    wordpress: WordPress, town: Town
) -> None:
    crawled = crawl([pages(wordpress)], [wordpress.host])
    systems = [trafilatura(), trafilatura(fast=True), trafilatura(favor_precision=True)]
    for post, written in ((town.renovation, RENOVATION), (town.buses, BUSES)):
        address = wordpress.address(post)
        said = re.sub(r"<[^>]*>", "", written)
        html = urlopen(address, timeout=60).read().decode()
        found = next(found for found in crawled.found["pages"] if found.url == address)
        others = [likeness(untitled(extracted(html), found.title or ""), said) for extracted in systems]
        assert likeness(found.text, said) >= max(0.95, *others)


def test_a_deleted_post_is_gone_once_its_page_is(wordpress: WordPress, town: Town) -> None:
    first = crawl([pages(wordpress), interface(wordpress)], [wordpress.host])
    address = wordpress.address(town.buses)
    (stored,) = [found for found in first.found["pages"] if found.url == address]
    wordpress.delete(town.buses)
    posts = {"pages": [(found.id, found.url or "") for found in first.found["pages"]]}
    later = crawl(
        [pages(wordpress), interface(wordpress)],
        [wordpress.host],
        first.pages,
        now=NOON + timedelta(days=1, minutes=1),
        rechecks=posts,
    )
    assert later.gone["pages"] == [stored.id]
    assert not [text for text in later.texts("site") if text.startswith("自下月起")]


def test_the_sitemap_leads_to_the_posts_and_to_no_page_about_a_person(wordpress: WordPress, town: Town) -> None:
    with urlopen(f"{wordpress.url}wp-sitemap.xml", timeout=60) as answer:
        assert "wp-sitemap-users-1.xml" in answer.read().decode()
    row = source("map", f"{wordpress.url}wp-sitemap.xml", "sitemap", read={"match": ["/2026/"]})
    crawled = crawl([row], [wordpress.host])
    addresses = {wordpress.address(town.renovation), wordpress.address(town.buses)}
    assert addresses <= {found.url for found in crawled.found["map"]}
    assert crawled.done["map"].dropped["个人主页，不读"] == 1
    assert not [found.url for found in crawled.found["map"] if "author" in (found.url or "")]
    again = crawl([row], [wordpress.host], crawled.pages)
    assert (again.texts("map"), again.said("map")[0]) == ([], "unchanged")


def test_nothing_about_who_wrote_is_handed_on_by_any_of_these_ways(wordpress: WordPress, town: Town) -> None:
    with urlopen(wordpress.address(town.renovation), timeout=60) as answer:
        shown = answer.read().decode()
    assert "钱编辑丙丁" in shown
    assert "孙小梅乙" in shown
    crawled = crawl(
        [
            interface(wordpress, types=["posts", "pages"]),
            source("news", f"{wordpress.url}feed/"),
            source("remarks", f"{wordpress.url}comments/feed/"),
            pages(wordpress),
            source("map", f"{wordpress.url}wp-sitemap.xml", "sitemap"),
        ],
        [wordpress.host],
    )
    assert all(crawled.found[name] for name in ("site", "news", "remarks", "pages", "map"))
    handed_on = repr((dict(crawled.found), crawled.done))
    assert [name for name in PEOPLE if name in handed_on] == []

"""The news site."""

import re

import feedparser

from samples.town.reading import Texts
from tests.samples.town.conftest import Visitor


def test_the_feed_is_rss_with_the_newest_article_first(visitor: Visitor) -> None:
    feed = feedparser.parse(visitor.after(240).get("news", "/rss.xml")[2])
    assert not feed.bozo
    assert feed.version == "rss20"
    assert feed.entries[0].title == "东堤路抢修进展：阀门已关闭 四处送水车就位"
    assert feed.entries[0].link.endswith("/a/n14.html")
    assert feed.entries[0].published == "Sun, 22 Nov 2026 10:23:16 +0800"
    assert len(feed.entries) == 14


def test_the_feed_shows_a_beginning_and_the_article_page_the_whole(visitor: Visitor, texts: Texts) -> None:
    feed = feedparser.parse(visitor.after(100).get("news", "/rss.xml")[2])
    entry = next(entry for entry in feed.entries if entry.link.endswith("n11.html"))
    assert entry.summary.endswith("……")
    page = visitor.text("news", "/a/n11.html")
    body = re.search(r'<div class="article-body">(.*?)</div>', page)
    assert body is not None
    assert "抢修人员尚未找到阀门" in body[1]
    assert "抢修人员尚未找到阀门" not in entry.summary
    assert '<span class="time">2026年11月22日 10:21</span>' in page


def test_comments_stand_below_the_article_and_in_a_feed_of_their_own(visitor: Visitor, texts: Texts) -> None:
    page = visitor.after(84).text("news", "/a/n11.html")
    assert re.findall(r'id="cm_(n11-\d)"', page) == ["n11-1", "n11-2"]
    assert '<b class="comment-count">2</b>' in page
    feed = feedparser.parse(visitor.get("news", "/comments.xml")[2])
    assert not feed.bozo
    assert feed.entries[0].link.endswith("/a/n11.html#cm_n11-2")
    assert feed.entries[0].summary == texts.by_id["n11-2"].text
    assert "title" not in feed.entries[0]


def test_the_comment_feed_holds_every_comment_at_the_end(visitor: Visitor, texts: Texts) -> None:
    feed = feedparser.parse(visitor.after(240).get("news", "/comments.xml")[2])
    assert len(feed.entries) == len(texts.of("comment"))


def test_who_wrote_stands_where_a_reader_of_texts_does_not_look(visitor: Visitor, texts: Texts) -> None:
    page = visitor.after(240).text("news", "/a/n11.html")
    assert any(name in page for name in texts.nicknames)
    read = re.findall(r'<div class="(?:article-body|comment-text)">.*?</div>', page)
    assert not any(name in part for part in read for name in (*texts.nicknames, *texts.places))

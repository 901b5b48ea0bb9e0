"""The news site: an RSS 2.0 feed of articles, article pages with comments below, an RSS feed of comments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from samples.town import BANNER
from samples.town.dates import feed_date, news_date
from samples.town.moment import Moment
from samples.town.pages.answers import (
    Answer,
    forbidden_page,
    html_page,
    not_found,
    paragraphs,
    robots,
    xml_page,
)
from samples.town.reading import Item

_ARTICLE = re.compile(r"/a/(\w+)\.html")
_SUMMARY = 60
"""How many characters of an article its feed entry shows."""


def answer(moment: Moment, path: str, query: Mapping[str, str]) -> Answer:
    """The page at `path`."""
    if path == "/robots.txt":
        return robots("/caogao/")
    if path.startswith("/caogao/"):
        return forbidden_page()
    if path == "/":
        return _home(moment)
    if path == "/rss.xml":
        return _feed(moment)
    if path == "/comments.xml":
        return _comment_feed(moment)
    if found := _ARTICLE.fullmatch(path):
        return _article(moment, found[1])
    return not_found()


def _base(moment: Moment) -> str:
    return f"http://127.0.0.1:{moment.ports['news']}"


def _home(moment: Moment) -> Answer:
    lines = "".join(
        f'<li><a href="/a/{article.id}.html">{escape(article.title or "")}</a>'
        f'<span class="time">{news_date(moment.when(article))}</span></li>'
        for article in reversed(moment.of("article"))
    )
    return html_page(moment.texts.names["news"], f'<ul class="articles">{lines}</ul>')


def _feed(moment: Moment) -> Answer:
    newest = list(reversed(moment.of("article")))[: moment.texts.page_size["feed"]]
    return _rss(moment, moment.texts.names["news"], [_entry(moment, article) for article in newest])


def _entry(moment: Moment, article: Item) -> str:
    link = f"{_base(moment)}/a/{article.id}.html"
    return (
        f"<item><title>{escape(article.title or '')}</title><link>{link}</link>"
        f'<guid isPermaLink="true">{link}</guid><description>{escape(article.text[:_SUMMARY])}……</description>'
        f"<dc:creator>{escape(moment.nickname(article))}</dc:creator>"
        f"<pubDate>{feed_date(moment.when(article))}</pubDate></item>"
    )


def _comment_feed(moment: Moment) -> Answer:
    newest = list(reversed(moment.of("comment")))[: moment.texts.page_size["news_comments"]]
    return _rss(moment, f"{moment.texts.names['news']}跟帖", [_comment_entry(moment, comment) for comment in newest])


def _comment_entry(moment: Moment, comment: Item) -> str:
    page = f"{_base(moment)}/a/{comment.group}.html"
    link = f"{page}#cm_{comment.id}"
    return (
        f"<item><link>{link}</link>"
        f'<guid isPermaLink="true">{link}</guid><description>{escape(comment.text)}</description>'
        f"<dc:creator>{escape(moment.nickname(comment))}</dc:creator>"
        f"<town:likes>{moment.grown(comment, comment.likes)}</town:likes>"
        f'<thr:in-reply-to ref="{page}"/><pubDate>{feed_date(moment.when(comment))}</pubDate></item>'
    )


def _rss(moment: Moment, title: str, entries: list[str]) -> Answer:
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:town="urn:samples:town"><channel><title>{escape(title)}</title>'
        f"<link>{_base(moment)}/</link><description>{BANNER}</description>"
    )
    return xml_page(head + "\n".join(entries) + "</channel></rss>\n")


def _article(moment: Moment, article_id: str) -> Answer:
    article = moment.one("article", article_id)
    if article is None:
        return not_found()
    comments = moment.below(article)
    info = (
        f'<div class="info"><span class="time">{news_date(moment.when(article))}</span>'
        f'<span class="source">来源：{escape(moment.texts.names["news"])}</span>'
        f'<span class="editor">记者：{escape(moment.nickname(article))}</span>'
        f'<span>阅读 <b class="views">{moment.grown(article, article.views)}</b></span>'
        f'<span>赞 <b class="likes">{moment.grown(article, article.likes)}</b></span>'
        f'<span>评论 <b class="comment-count">{len(comments)}</b></span></div>'
    )
    lines = "".join(_comment(moment, comment) for comment in comments)
    body = (
        f'<h1 class="title">{escape(article.title or "")}</h1>{info}'
        f'<div class="article-body">{paragraphs(article.text)}</div><ul class="comments">{lines}</ul>'
    )
    return html_page(article.title or "", body)


def _comment(moment: Moment, comment: Item) -> str:
    return (
        f'<li class="comment" id="cm_{comment.id}"><span class="nick">{escape(moment.nickname(comment))}</span>'
        f'<span class="ip">{escape(moment.place(comment))}网友</span><div class="comment-text">{escape(comment.text)}</div>'
        f'<span class="time">{news_date(moment.when(comment))}</span>'
        f'<span class="likes">{moment.grown(comment, comment.likes)}</span></li>\n'
    )

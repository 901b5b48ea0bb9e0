"""A site's public search, asked one query after another: a result page that links to articles, or an API's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Self
from urllib.parse import quote

from pydantic import Field, model_validator
from selectolax.lexbor import LexborNode, SelectolaxError

from crawlers.articles import (
    ARTICLE,
    COMMENTS,
    NO_LINK,
    Article,
    following,
    read_article,
    read_more_comments,
    rooted,
    to_article,
)
from crawlers.bodies import is_sign_in
from crawlers.markup import text_of
from crawlers.outcomes import Outcome
from crawlers.reading import Follow, Options, Page, Reading, Unreadable
from crawlers.selectors import ElementSelector, Selector, elements, value
from crawlers.spiders import json as api
from crawlers.spiders.json import JsonOptions

PLACE = "{query}"
"""What the row's `url` has in place of the query."""


class SearchOptions(Options):
    """`queries`: how many queries a crawl asks at most; `encoding`: in which encoding the site expects them.

    A result page is read like a list: `entry` finds one result, `link`, `title` and `published` within it, `next` the
    link to further results, `pages` how many pages of results are read for each query; `article` as in a list.
    `nothing` is what the page shows when there are no results, as a selector or in its own words. Or else `api` reads
    the results from a JSON answer, with the options of the kind `json`.
    """

    queries: int = Field(10, ge=1, le=100)
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    entry: ElementSelector | None = None
    link: Selector = "a@href"
    title: Selector | None = None
    published: Selector | None = None
    next: Selector | None = None
    pages: int = Field(1, ge=1, le=50)
    nothing: str | None = Field(None, min_length=1)
    article: Article = Article()
    api: JsonOptions | None = None

    @model_validator(mode="after")
    def _one_way_to_read(self) -> Self:
        if (self.entry is None) is (self.api is None):
            raise ValueError("里要有 entry（结果网页里的一条）或 api（接口的回答），二者取一")
        return self


OPTIONS = SearchOptions
RESULTS = "start"


def url_fault(url: str) -> str | None:
    """What is wrong with a row's `url`, in Chinese; None where nothing is."""
    _, _, rest = url.partition("://")
    _, slash, path = rest.partition("/")
    return (
        None
        if slash and PLACE in path
        else f"里要有 {PLACE}，表示搜索词写在哪里，如 https://bbs.example.org/search?q={PLACE}"
    )


def starts(url: str, options: SearchOptions, queries: Sequence[str]) -> list[Follow]:
    """The first page of results for each query."""
    if not queries:
        raise Unreadable(Outcome.EMPTY, "眼下没有要搜索的公开事项")
    asked = [quote(query, safe="", encoding=options.encoding) for query in queries[: options.queries]]
    return [Follow(url.replace(PLACE, query), RESULTS) for query in asked]


def read(page: Page, step: str, memo: Mapping[str, str], source: str, options: SearchOptions) -> Reading:
    """The results on a page, or what one of them leads to."""
    if options.api is not None:
        return api.read(page, step, memo, source, options.api)
    if step == ARTICLE:
        return read_article(page, memo, source, options.article)
    if step == COMMENTS:
        return read_more_comments(page, memo, source, options.article)
    return _results(page, int(memo.get("page", "1")), options)


def _results(page: Page, number: int, options: SearchOptions) -> Reading:
    root = rooted(page)
    found = elements(root, options.entry) if options.entry else []
    if not found:
        return _none(page, root, options.nothing)
    results = [
        to_article(
            page.url,
            value(entry, options.link),
            options.article,
            value(entry, options.title),
            value(entry, options.published),
        )
        for entry in found
    ]
    follows = [result for result in results if result is not None]
    more = following(page, root, options.next)
    if more and number < options.pages:
        follows.append(Follow(more, RESULTS, {"page": str(number + 1)}))
    lost = results.count(None)
    return Reading(follows=tuple(follows), matched=len(found), dropped={NO_LINK: lost} if lost else {})


def _none(page: Page, root: LexborNode, nothing: str | None) -> Reading:
    if nothing is not None and (nothing in text_of(root) or _shows(root, nothing)):
        return Reading(vacant=True)
    if is_sign_in(page.text, page.url):
        raise Unreadable(Outcome.SIGN_IN, "搜索要求登录")
    hint = "" if nothing else "；没有结果时网页怎么说，请写在 nothing 里"
    raise Unreadable(Outcome.NOTHING_EXTRACTED, f"结果页里取不到条目，也没有说“没有结果”{hint}")


def _shows(root: LexborNode, selector: str) -> bool:
    try:
        return bool(root.css(selector))
    except SelectolaxError:  # it is what the page says, in words
        return False

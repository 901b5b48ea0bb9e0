"""A list page whose entries link to article pages."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

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
from crawlers.dates import dated
from crawlers.order import newest_of
from crawlers.reading import Follow, Options, Page, Reading
from crawlers.selectors import ElementSelector, Selector, elements, value


class ListOptions(Options):
    """`entry` finds one row of the list; `link`, `title` and `published` are looked for within it.

    `next` is the link to the list's next page, `pages` how many list pages are read. Without `article` the main text
    of the linked page is found automatically.
    """

    entry: ElementSelector
    link: Selector = "a@href"
    title: Selector | None = None
    published: Selector | None = None
    next: Selector | None = None
    pages: int = Field(1, ge=1, le=50)
    article: Article = Article()


OPTIONS = ListOptions


def read(page: Page, step: str, memo: Mapping[str, str], source: str, options: ListOptions) -> Reading:
    """A list page's articles to read, or an article page's posts."""
    if step == ARTICLE:
        return read_article(page, memo, source, options.article)
    if step == COMMENTS:
        return read_more_comments(page, memo, source, options.article)
    root = rooted(page)
    entries = elements(root, options.entry)
    found = [
        to_article(
            page.url,
            value(entry, options.link),
            options.article,
            value(entry, options.title),
            value(entry, options.published),
        )
        for entry in entries
    ]
    follows = [follow for follow in found if follow is not None]
    more, number = following(page, root, options.next), int(memo.get("page", "1"))
    if more and number < options.pages:
        shown = (
            [dated(value(entry, options.published), page.fetched_at) for entry in entries] if options.published else []
        )
        follows.append(Follow(more, step, {"page": str(number + 1)}, newest=newest_of(shown)))
    lost = found.count(None)
    return Reading(follows=tuple(follows), matched=len(entries), dropped={NO_LINK: lost} if lost else {})

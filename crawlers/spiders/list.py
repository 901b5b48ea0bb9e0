"""A list page whose entries link to article pages."""

from __future__ import annotations

from pydantic import Field

from crawlers.articles import Article
from crawlers.reading import Options
from crawlers.selectors import ElementSelector, Selector


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
